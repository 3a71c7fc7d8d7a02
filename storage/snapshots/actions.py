"""What people can do to a snapshot, and when not."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.action import gone
from opsys.kit.declare.checks import in_status
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm
from storage import copying, quotas
from storage.declaring import option, properties, storage_action, words
from storage.fields import NAME_HELP, description_field
from storage.forms import EditForm, MetadataForm, status_form
from storage.snapshots import cloud
from storage.states import not_deleting

GROUPS = {"settings": gettext_lazy("Settings"), "repair": gettext_lazy("Repair")}


class CreateForm(ActionForm):
    """One snapshot of a volume, or one each of all volumes of a server."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, initial="{name}-{date}", help_text=NAME_HELP)
    server = ResourceField("compute.server", label=gettext_lazy("All volumes of a server"), required=False)
    volume = ResourceField("storage.volume", label=gettext_lazy("Or one volume"), required=False)
    description = description_field()
    metadata = PairsField(
        label=gettext_lazy("Metadata"), required=False, help_text=gettext_lazy("One key=value per line.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or self.cluster is None:
            return cleaned
        if bool(cleaned.get("server")) == bool(cleaned.get("volume")):
            raise forms.ValidationError(_("Choose either a server or a volume."), code="either")
        if not (volumes := self.volumes()):
            self.add_error("server", _("No volume is attached to this server."))
        quotas.check(self, "name", self.cluster, self.project_id, {"snapshots": len(volumes)})
        return cleaned

    def volumes(self) -> list[tuple[str, str]]:
        """(id, name) of what is chosen."""
        rows = self.rows("storage.volume").order_by("name", "pk").values_list("cloud_id", "name")
        if chosen := self.cleaned_data.get("volume"):
            return list(rows.filter(cloud_id=chosen))
        server = self.rows("compute.server").get(cloud_id=self.cleaned_data["server"])
        return list(rows.filter(cloud_id__in=server.volume_ids))

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        given = {name: value for name, value in self.params().items() if name not in ("server", "volume")}
        return [(name or cloud_id, {**given, "volume": cloud_id}) for cloud_id, name in self.volumes()]


def create(conn, *, volume: str, **given: Any) -> str:
    return copying.snapshot(conn, volume, **given)


def create_command(cluster, *, volume: str, name: str, description: str = "", metadata=None) -> list[str]:
    said = [*option("--description", description), *properties(metadata)]
    return ["volume", "snapshot", "create", "--volume", volume, "--force", *said, name]


def metadata_command(snapshot, *, metadata: dict[str, str], remove: list[str]) -> list[str]:
    if metadata:
        return ["volume", "snapshot", "set", *properties(metadata), snapshot.cloud_id]
    return [
        "volume",
        "snapshot",
        "unset",
        *(word for key in remove for word in ("--property", key)),
        snapshot.cloud_id,
    ]


ACTIONS = (
    storage_action(
        "create",
        gettext_lazy("Create snapshots"),
        create,
        scope="cluster",
        form=CreateForm,
        find_created=lambda conn, since, *, volume, **given: copying.snapshot_asked(conn, volume, since),
        icon="plus",
        command=create_command,
    ),
    storage_action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        permission=access.PROVISION,
        when=in_status("available", "error", "error_deleting"),
        destroys=True,
        goal_reached=gone,
        icon="trash",
        command=words("volume", "snapshot", "delete"),
    ),
    storage_action(
        "edit",
        gettext_lazy("Rename or describe"),
        cloud.edit,
        when=not_deleting,
        form=EditForm,
        single=True,
        icon="pencil",
        group=GROUPS["settings"],
        command=lambda snapshot, *, name, description: [
            *("volume", "snapshot", "set", "--name", name, "--description", description, snapshot.cloud_id)
        ],
    ),
    storage_action(
        "metadata",
        gettext_lazy("Edit the metadata"),
        cloud.set_metadata,
        when=not_deleting,
        form=MetadataForm,
        single=True,
        icon="list-details",
        group=GROUPS["settings"],
        command=metadata_command,
    ),
    storage_action(
        "reset-status",
        gettext_lazy("Reset the status"),
        cloud.reset_status,
        permission=access.ADMINISTER,
        form=status_form("available", "error", "creating", "deleting", "error_deleting"),
        danger=True,
        icon="tool",
        group=GROUPS["repair"],
        command=lambda snapshot, *, status: ["volume", "snapshot", "set", "--state", status, snapshot.cloud_id],
    ),
    storage_action(
        "force-delete",
        gettext_lazy("Force to delete"),
        cloud.force_delete,
        permission=access.ADMINISTER,
        destroys=True,
        goal_reached=gone,
        icon="trash-x",
        group=GROUPS["repair"],
        command=words("volume", "snapshot", "delete", "--force"),
    ),
)
