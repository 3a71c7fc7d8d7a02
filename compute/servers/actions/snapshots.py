"""Images and backups of a server."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping
from clusters.sentences import gettext
from compute.servers import operations
from compute.servers.actions.base import server_action
from compute.servers.states import WITH_A_GUEST, has_image, rested
from opsys.kit.declare.checks import all_of, in_status
from opsys.kit.declare.copies import MARK, Copies
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm

GROUP = _("Snapshots and backups")
NAME_HELP = _("{name} becomes the server's name, {date} the moment in UTC.")


class SnapshotForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=255, initial="{name}-{date}", help_text=NAME_HELP)
    metadata = PairsField(label=_("Properties of the image"), required=False, help_text=_("One key=value a line."))


class BackupForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=255, initial="{name}-{date}", help_text=NAME_HELP)
    type = forms.CharField(
        label=_("Rotation"),
        max_length=64,
        initial="daily",
        help_text=_("Any word, such as daily or weekly. Each has its own number of backups."),
    )
    keep = forms.IntegerField(
        label=_("Backups to keep"),
        min_value=1,
        max_value=1000,
        initial=7,
        help_text=_("Older backups of this rotation are deleted by the cloud."),
    )

    def params(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "type", "keep")}


def snapshot_command(server, *, name: str, metadata: dict[str, str] | None = None) -> list[str]:
    pairs = [word for key, text in (metadata or {}).items() for word in ("--property", f"{key}={text}")]
    return ["server", "image", "create", "--name", name, *pairs, server.cloud_id]


def backup_command(server, *, name: str, type: str, keep: int) -> list[str]:
    return ["server", "backup", "create", "--name", name, "--type", type, "--rotate", str(keep), server.cloud_id]


def bears(image: Mapping[str, Any], mark: str, cloud_id: str) -> bool:
    """An image made of a server that was made of ours has the same mark, and another server."""
    properties = mapping(mapping(image.get("data")).get("properties"))
    return properties.get(MARK) == mark and properties.get("instance_uuid") == cloud_id


def on_a_volume(server) -> str:
    """Nothing would delete the volume snapshots that come of a server on a volume."""
    return "" if server.image_id else gettext("It boots from a volume, so its snapshots are the volume's.")


def images(params: Callable[[str, str], dict[str, Any]]) -> Copies:
    broken = ("killed", "deleted", "error")
    return Copies("compute.image", params, bears, usable="active", broken=broken, left_out=on_a_volume)


ACTIONS = (
    server_action(
        "snapshot",
        _("Create a snapshot"),
        operations.snapshot,
        nova="createImage",
        question=_("Create a snapshot of %(name)s?"),
        when=all_of(in_status(*WITH_A_GUEST), rested),
        form=SnapshotForm,
        icon="camera",
        group=GROUP,
        touches=("compute.image", "storage.snapshot"),
        copies=images(lambda name, mark: {"name": name, "metadata": {MARK: mark}}),
        command=snapshot_command,
    ),
    server_action(
        "backup",
        _("Create a backup"),
        operations.backup,
        nova="createBackup",
        question=_("Create a backup of %(name)s?"),
        when=all_of(in_status(*WITH_A_GUEST), rested, has_image),
        form=BackupForm,
        icon="database-export",
        group=GROUP,
        touches=("compute.image",),
        # A rotation of its own: Nova has nothing to delete, the schedule's rules say what goes.
        copies=images(
            lambda name, mark: {"name": name, "type": f"schedule-{mark}", "keep": 1, "metadata": {MARK: mark}}
        ),
        command=backup_command,
    ),
)
