"""Volumes of a server."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute.servers import lookup, operations
from compute.servers.actions.base import option, server_action
from compute.servers.actions.fields import OfServerField
from compute.servers.states import has_volumes, ready
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

GROUP = gettext_lazy("Storage")
ATTACHABLE = ("ACTIVE", "PAUSED", "SHUTOFF", "VERIFY_RESIZE", "SHELVED", "SHELVED_OFFLOADED")


def volume_text(volume) -> str:
    state = "" if volume.status == "available" else f" · {volume.status}"
    return f"{volume.name or volume.cloud_id} · {volume.size} GiB{state}"


def free_volumes(rows, form):
    """Also those that were not ready when they were last read: the cloud knows better what they are by now."""
    return rows.filter(project_id=form.target.project_id).exclude(status="in-use") if form.target else rows.none()


def against_volume(volume, form) -> str:
    """Why the cloud would refuse it for certain, or ""."""
    if volume.status.startswith("error") or volume.status in ("deleting", "maintenance"):
        return _("It is %(status)s.") % {"status": volume.status}
    return ""


def attached(conn, server) -> list[tuple[str, str]]:
    entries = lookup.volume_attachments(conn, server.cloud_id)
    return [
        (entry.get("volumeId") or "", f"{entry.get('device') or '–'} · {entry.get('volumeId')}") for entry in entries
    ]


class AttachForm(ActionForm):
    volume = ResourceField(
        "storage.volume",
        label=gettext_lazy("Volume"),
        describe=volume_text,
        only=free_volumes,
        against=against_volume,
        help_text=gettext_lazy("Free volumes of the server's project."),
    )
    device = forms.CharField(
        label=gettext_lazy("Device"),
        max_length=255,
        required=False,
        validators=[RegexValidator(r"^/dev/x?[a-z]{0,1}d?[a-z]+[0-9]*$", gettext_lazy("Like /dev/vdb."))],
        help_text=gettext_lazy("Leave empty to let the cloud choose. Not every hypervisor respects it."),
    )
    delete_with_server = forms.BooleanField(label=gettext_lazy("Delete it with the server"), required=False)


class DetachForm(ActionForm):
    volume = OfServerField("attached", load=attached, label=gettext_lazy("Volume"))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        names = (
            dict(
                self.rows("storage.volume").filter(cloud_id__in=self.target.volume_ids).values_list("cloud_id", "name")
            )
            if self.target
            else {}
        )
        field = self.fields["volume"]
        field.choices = [
            (value, str(label).replace(value, names.get(value) or value) if value else label)
            for value, label in field.choices
        ]


def attach_command(server, *, volume: str, device: str = "", delete_with_server: bool = False) -> list[str]:
    kept = ["--enable-delete-on-termination"] if delete_with_server else []
    return ["server", "add", "volume", *option("--device", device), *kept, server.cloud_id, volume]


ACTIONS = (
    server_action(
        "attach-volume",
        gettext_lazy("Attach a volume"),
        operations.attach_volume,
        nova="attach_volume",
        when=ready(*ATTACHABLE),
        form=AttachForm,
        single=True,
        icon="database-plus",
        group=GROUP,
        touches=("storage.volume",),
        command=attach_command,
    ),
    server_action(
        "detach-volume",
        gettext_lazy("Detach a volume"),
        operations.detach_volume,
        nova="detach_volume",
        when=ready(*ATTACHABLE, also=(has_volumes,)),
        form=DetachForm,
        single=True,
        icon="unlink",
        danger=True,
        group=GROUP,
        touches=("storage.volume",),
        command=lambda server, *, volume: ["server", "remove", "volume", server.cloud_id, volume],
    ),
)
