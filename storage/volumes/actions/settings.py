"""What a volume is called and is marked with, and how large it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.checks import all_of, in_status
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm
from storage import quotas
from storage.declaring import option, properties, storage_action, words
from storage.fields import LARGEST
from storage.forms import EditForm, MetadataForm
from storage.states import not_deleting
from storage.volumes import operations, states
from storage.volumes.models import OWN_METADATA, Volume

GROUP = gettext_lazy("Settings")


class ExtendForm(ActionForm):
    size = forms.IntegerField(label=gettext_lazy("New size (GiB)"), min_value=1, max_value=LARGEST)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("size", self.target.size + 1)
            self.fields["size"].help_text = _("It has %(size)d GiB now.") % {"size": self.target.size}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        size = cleaned.get("size")
        for volume in self.targets if size else []:
            if size <= volume.size:
                reason = _("“%(name)s” has %(size)d GiB already; a volume cannot shrink.")
                self.add_error("size", reason % {"name": volume, "size": volume.size})
        if size and self.cluster is not None and not self.errors:
            for project in {volume.project_id for volume in self.targets}:
                own = [volume for volume in self.targets if volume.project_id == project]
                quotas.check(self, "size", self.cluster, project, self._taken(own, size))
        return cleaned

    @staticmethod
    def _taken(volumes: list[Volume], size: int) -> dict[str, int]:
        wanted = {"gigabytes": 0, "per_volume_gigabytes": size}
        for volume in volumes:
            for name in ("gigabytes", f"gigabytes_{volume.volume_type}"):
                wanted[name] = wanted.get(name, 0) + size - volume.size
        return wanted


class VolumeMetadataForm(MetadataForm):
    def clean_metadata(self) -> dict[str, str]:
        given = self.cleaned_data["metadata"]
        if own := sorted(set(given) & set(OWN_METADATA)):
            raise forms.ValidationError(_("Cinder keeps “%(key)s” for itself.") % {"key": own[0]}, code="own")
        return given


class ImageMetadataForm(MetadataForm):
    attribute = "image_metadata"


class AddMetadataForm(ActionForm):
    metadata = PairsField(label=gettext_lazy("Metadata"), help_text=gettext_lazy("One key=value per line."))


def edit_command(volume, *, name: str, description: str) -> list[str]:
    return ["volume", "set", "--name", name, "--description", description, volume.cloud_id]


def metadata_command(flag: str):
    def command(volume, *, metadata: dict[str, str], remove: list[str] | None = None) -> list[str]:
        if metadata:
            return ["volume", "set", *properties(metadata, flag), volume.cloud_id]
        return ["volume", "unset", *(word for key in remove or [] for word in (flag, key)), volume.cloud_id]

    return command


EXTEND = storage_action(
    "extend",
    gettext_lazy("Extend"),
    operations.extend,
    permission=access.PROVISION,
    when=states.extendable,
    form=ExtendForm,
    icon="arrows-maximize",
    touches=("compute.server",),
    command=lambda volume, *, size: ["volume", "set", *option("--size", size), volume.cloud_id],
)

ACTIONS = (
    storage_action(
        "edit",
        gettext_lazy("Rename or describe"),
        operations.edit,
        when=not_deleting,
        form=EditForm,
        single=True,
        icon="pencil",
        group=GROUP,
        command=edit_command,
    ),
    storage_action(
        "metadata",
        gettext_lazy("Edit the metadata"),
        operations.set_metadata,
        when=not_deleting,
        form=VolumeMetadataForm,
        single=True,
        icon="list-details",
        group=GROUP,
        command=metadata_command("--property"),
    ),
    storage_action(
        "add-metadata",
        gettext_lazy("Add metadata"),
        operations.add_metadata,
        when=not_deleting,
        form=AddMetadataForm,
        icon="tag",
        group=GROUP,
        command=metadata_command("--property"),
    ),
    storage_action(
        "image-metadata",
        gettext_lazy("Edit the image metadata"),
        operations.set_image_metadata,
        when=not_deleting,
        form=ImageMetadataForm,
        single=True,
        icon="photo",
        group=GROUP,
        command=metadata_command("--image-property"),
    ),
    storage_action(
        "bootable",
        gettext_lazy("Make bootable"),
        operations.set_bootable,
        when=all_of(not_deleting, states.not_bootable),
        icon="power",
        group=GROUP,
        command=words("volume", "set", "--bootable"),
    ),
    storage_action(
        "not-bootable",
        gettext_lazy("No longer bootable"),
        operations.unset_bootable,
        when=all_of(not_deleting, states.bootable),
        icon="circle-off",
        group=GROUP,
        command=words("volume", "set", "--non-bootable"),
    ),
    storage_action(
        "read-only",
        gettext_lazy("Make read-only"),
        operations.set_read_only,
        when=all_of(in_status("available"), states.writable),
        icon="lock",
        group=GROUP,
        command=words("volume", "set", "--read-only"),
    ),
    storage_action(
        "read-write",
        gettext_lazy("No longer read-only"),
        operations.set_read_write,
        when=all_of(in_status("available"), states.read_only),
        icon="lock-open",
        group=GROUP,
        command=words("volume", "set", "--read-write"),
    ),
)
