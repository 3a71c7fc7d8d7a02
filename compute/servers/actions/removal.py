"""Away, for good, and back."""

from django.utils.translation import gettext_lazy as _

from clusters import access
from compute.servers import operations
from compute.servers.actions.base import server_action, words
from compute.servers.models import Server
from compute.servers.states import deletable, rested, unlocked
from opsys.kit.declare.action import gone
from opsys.kit.declare.checks import all_of, in_status


def deleted(server: Server | None) -> bool:
    return server is None or server.task_state == "deleting" or server.status in ("SOFT_DELETED", "DELETED")


TOUCHED = ("storage.volume", "networking.port", "networking.floatingip")

DELETE = server_action(
    "delete",
    _("Delete"),
    operations.delete,
    nova="delete",
    permission=access.PROVISION,
    when=deletable,
    goal_reached=deleted,
    icon="trash",
    destroys=True,
    touches=TOUCHED,
    command=words("delete"),
)
ACTIONS = (
    server_action(
        "restore",
        _("Restore"),
        operations.restore,
        nova="restore",
        permission=access.PROVISION,
        when=all_of(in_status("SOFT_DELETED"), rested),
        icon="rotate-clockwise",
        group=_("Repair"),
        command=words("restore"),
    ),
    server_action(
        "force-delete",
        _("Delete permanently"),
        operations.force_delete,
        nova="delete",
        permission=access.ADMINISTER,
        when=unlocked,
        goal_reached=gone,
        icon="trash",
        destroys=True,
        group=_("Repair"),
        touches=TOUCHED,
        command=words("delete", "--force"),
    ),
)
