"""A new volume: blank, or of an image, a snapshot, another volume or a backup; or one that a back end has already."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.microversions import offers
from opsys.kit.forms.choices import CloudChoiceField, ResourceField
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm
from storage import quotas
from storage.declaring import option, properties, storage_action
from storage.fields import (
    description_field,
    size_field,
    sized_text,
    smallest_disk,
    type_field,
    zone_field,
)
from storage.states import has_backups
from storage.volumes import creating
from storage.volumes.actions.placement import pools

MOST = 100
SOURCES = [
    ("blank", gettext_lazy("Nothing: a blank volume")),
    ("image", gettext_lazy("An image")),
    ("snapshot", gettext_lazy("A snapshot")),
    ("source_volume", gettext_lazy("Another volume")),
    ("backup", gettext_lazy("A backup")),
]
TYPES = {
    "image": "compute.image",
    "snapshot": "storage.snapshot",
    "source_volume": "storage.volume",
    "backup": "storage.backup",
}
FLAGS = {"image": "--image", "snapshot": "--snapshot", "source_volume": "--source", "backup": "--backup"}


class CreateForm(ActionForm):
    template = "storage/volumes/create.html"

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST, initial=1)
    source = forms.ChoiceField(label=gettext_lazy("Create from"), choices=SOURCES, initial="blank")
    image = ResourceField(
        "compute.image",
        label=gettext_lazy("Image"),
        required=False,
        only=lambda rows, form: rows.filter(status="active", hidden=False),
    )
    snapshot = ResourceField("storage.snapshot", label=gettext_lazy("Snapshot"), required=False, describe=sized_text)
    source_volume = ResourceField("storage.volume", label=gettext_lazy("Volume"), required=False, describe=sized_text)
    backup = ResourceField("storage.backup", label=gettext_lazy("Backup"), required=False, describe=sized_text)
    size = size_field()
    volume_type = type_field()
    availability_zone = zone_field()
    description = description_field()
    metadata = PairsField(
        label=gettext_lazy("Metadata"), required=False, help_text=gettext_lazy("One key=value per line.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.cluster is None:
            return cleaned
        source, size = cleaned.get("source"), cleaned.get("size")
        if source in TYPES:
            self._check_source(source, cleaned.get(source) or "", size)
        count, kind = cleaned.get("count") or 1, cleaned.get("volume_type") or ""
        if size and not self.errors:
            quotas.check(self, "size", self.cluster, self.project_id, quotas.of_volumes(size, kind, count))
        return cleaned

    def _check_source(self, source: str, cloud_id: str, size: int | None) -> None:
        row = self.rows(TYPES[source]).filter(cloud_id=cloud_id).first() if cloud_id else None
        if row is None and source not in self.errors:
            self.add_error(source, _("Choose what to create the volume from."))
        if source == "backup" and (reason := self._no_backups()):
            self.add_error("source", reason)
        needed = smallest_disk(row) if source == "image" and row else getattr(row, "size", 0)
        if size and size < needed:
            self.add_error("size", _("It needs %(size)d GiB at least.") % {"size": needed})

    def _no_backups(self) -> str:
        if not offers(self.cluster, "block-storage", "3.47"):
            return _("A new volume from a backup needs block storage API 3.47. Restore the backup instead.")
        return has_backups(self.cluster)

    def params(self) -> dict[str, Any]:
        given = super().params()
        unused = {name for name in TYPES if name != given["source"]}
        return {name: value for name, value in given.items() if name not in unused}

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        """Each volume is a request of its own, so that one that fails is told by its name."""
        params = self.params()
        count, name = params.pop("count"), params.get("name", "")
        if count == 1:
            return [(name, params)]
        names = [f"{name or 'volume'}-{number}" for number in range(1, count + 1)]
        return [(one, {**params, "name": one}) for one in names]


class ManageForm(ActionForm):
    host = CloudChoiceField("pools", load=pools, label=gettext_lazy("Pool"))
    reference = forms.CharField(
        label=gettext_lazy("Name on the back end"), max_length=255, help_text=gettext_lazy("As its driver knows it.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    volume_type = type_field()
    bootable = forms.BooleanField(label=gettext_lazy("Bootable"), required=False)
    description = description_field()

    def params(self) -> dict[str, Any]:
        return {name: value for name, value in super().params().items() if value is not False}


def create_command(cluster, *, size: int, name: str = "", source: str = "blank", **given: Any) -> list[str]:
    words = ["volume", "create", "--size", str(size), *option(FLAGS.get(source, ""), given.get(source))]
    words += option("--type", given.get("volume_type")) + option("--description", given.get("description"))
    words += option("--availability-zone", given.get("availability_zone"))
    return [*words, *properties(given.get("metadata")), *([name] if name else [])]


def manage_command(cluster, *, host: str, reference: str, name: str = "", **given: Any) -> list[str]:
    words = ["volume", "create", "--host", host, "--remote-source", f"source-name={reference}"]
    words += option("--type", given.get("volume_type")) + (["--bootable"] if given.get("bootable") else [])
    return [*words, *([name] if name else [])]


ACTIONS = (
    storage_action(
        "create",
        gettext_lazy("Create a volume"),
        creating.create,
        permission=access.PROVISION,
        form=CreateForm,
        find_created=creating.made,
        scope="cluster",
        icon="plus",
        touches=("storage.pool",),
        command=create_command,
    ),
    storage_action(
        "manage",
        gettext_lazy("Manage an existing volume"),
        creating.manage,
        permission=access.ADMINISTER,
        needs="block-storage 3.8",
        form=ManageForm,
        scope="cluster",
        icon="plug",
        touches=("storage.pool",),
        command=manage_command,
    ),
)
