"""Servers of a volume. A volume of a type for several servers shows each of them and where it is attached."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.gateway import CloudError
from opsys.kit.forms.choices import ResourceField, choices_of
from opsys.kit.forms.form import ActionForm
from storage.declaring import option, storage_action
from storage.fields import zones
from storage.volumes import operations
from storage.volumes.states import attachable, attached

GROUP = gettext_lazy("Servers")
ATTACHABLE = ("ACTIVE", "PAUSED", "SHUTOFF", "SUSPENDED", "VERIFY_RESIZE", "SHELVED", "SHELVED_OFFLOADED")


def server_text(server: Any) -> str:
    return " · ".join(filter(None, (server.name or server.cloud_id, server.status, server.availability_zone)))


def fitting_servers(rows, form):
    """Those of the volume's project, in a state in which Nova attaches something."""
    volume = form.target
    return rows.filter(project_id=volume.project_id, status__in=ATTACHABLE) if volume else rows.none()


def against_server(server: Any, form: ActionForm) -> str:
    """Why Nova would refuse it for certain, or ""."""
    if form.target is not None and server.cloud_id in form.target.attached_to:
        return _("The volume is attached to this server already.")
    return _("It is locked. Unlock it first.") if server.locked else ""


class AttachForm(ActionForm):
    server = ResourceField(
        "compute.server",
        label=gettext_lazy("Server"),
        describe=server_text,
        only=fitting_servers,
        against=against_server,
        help_text=gettext_lazy("Servers of the volume's project."),
    )
    device = forms.CharField(
        label=gettext_lazy("Device"),
        max_length=255,
        required=False,
        validators=[RegexValidator(r"^/dev/x?[a-z]{0,1}d?[a-z]+[0-9]*$", gettext_lazy("Like /dev/vdb."))],
        help_text=gettext_lazy("Leave empty to let the cloud choose. Not every hypervisor respects it."),
    )
    delete_with_server = forms.BooleanField(label=gettext_lazy("Delete it with the server"), required=False)
    other_zone = forms.BooleanField(
        label=gettext_lazy("Allow a server of another availability zone"),
        required=False,
        help_text=gettext_lazy("Whether that works is up to the cloud's settings (cross_az_attach)."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        volume, chosen = self.target, cleaned.get("server")
        server = self.rows("compute.server").filter(cloud_id=chosen).first() if chosen else None
        if server is None or volume is None:
            return cleaned
        zone = server.availability_zone
        if zone != volume.availability_zone and not cleaned.get("other_zone") and self._is_of_storage(zone):
            self.add_error(
                "server",
                _("The server is in zone %(server)s, the volume in %(volume)s. Tick below to try it nevertheless.")
                % {"server": zone, "volume": volume.availability_zone or "–"},
            )
        return cleaned

    def _is_of_storage(self, zone: str) -> bool:
        """Where storage has no zone of this name, the zones of both have nothing to do with each other."""
        try:
            return zone in dict(choices_of(self.cluster, "volume-zones", zones))
        except CloudError:
            return False

    def params(self) -> dict[str, Any]:
        given = super().params()
        return {name: value for name, value in given.items() if name != "other_zone" and value is not False}


class DetachForm(ActionForm):
    server = forms.ChoiceField(label=gettext_lazy("Server"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        attachments = self.target.attachments if self.target else []
        ids = [entry["server_id"] for entry in attachments if entry["server_id"]]
        names = (
            dict(self.rows("compute.server").filter(cloud_id__in=ids).values_list("cloud_id", "name")) if ids else {}
        )
        choices = [
            (entry["server_id"], f"{names.get(entry['server_id']) or entry['server_id']} · {entry['device'] or '–'}")
            for entry in attachments
        ]
        self.fields["server"].choices = choices if len(choices) == 1 else [("", _("All of them")), *choices]
        if len(choices) == 1:
            self.initial.setdefault("server", choices[0][0])


class ForceDetachForm(ActionForm):
    attachment = forms.ChoiceField(
        label=gettext_lazy("Attachment"),
        required=False,
        help_text=gettext_lazy("Cinder only: Nova may still hold the volume. For attachments whose server is gone."),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        attachments = self.target.attachments if self.target else []
        choices = [
            (
                entry["attachment_id"],
                " · ".join(filter(None, (entry["server_id"], entry["device"], entry["host_name"]))),
            )
            for entry in attachments
        ]
        self.fields["attachment"].choices = choices if len(choices) == 1 else [("", _("All of them")), *choices]


def attach_command(volume, *, server: str, device: str = "", delete_with_server: bool = False) -> list[str]:
    kept = ["--enable-delete-on-termination"] if delete_with_server else []
    return ["server", "add", "volume", *option("--device", device), *kept, server, volume.cloud_id]


def detach_command(volume, *, server: str = "") -> list[str]:
    servers = [entry["server_id"] for entry in volume.attachments if entry["server_id"]]
    return ["server", "remove", "volume", server or (servers[0] if servers else "SERVER"), volume.cloud_id]


ACTIONS = (
    storage_action(
        "attach",
        gettext_lazy("Attach to a server"),
        operations.attach,
        when=attachable,
        form=AttachForm,
        single=True,
        icon="plug-connected",
        group=GROUP,
        touches=("compute.server",),
        command=attach_command,
    ),
    storage_action(
        "detach",
        gettext_lazy("Detach from a server"),
        operations.detach,
        when=attached,
        form=DetachForm,
        icon="unlink",
        danger=True,
        group=GROUP,
        touches=("compute.server",),
        command=detach_command,
    ),
)
