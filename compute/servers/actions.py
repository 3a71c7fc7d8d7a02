"""What people can do to a server, and when not."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from compute.servers import cloud
from compute.servers.models import Server
from opsys.kit.action import Action


def _busy(server: Server) -> str:
    if server.task_state:
        return _("It is busy: %(task)s.") % {"task": server.task_state}
    return ""


def _in(*statuses: str) -> Callable[[Server], str]:
    """Only in these states, and while nothing is under way and nobody locked it."""

    def when(server: Server) -> str:
        if server.status not in statuses:
            return _("It is %(status)s; this needs %(wanted)s.") % {
                "status": server.status or _("in an unknown state"),
                "wanted": _(" or ").join(statuses),
            }
        return _busy(server) or _locked(server)

    return when


def _locked(server: Server) -> str:
    return _("It is locked. Unlock it first.") if server.locked else ""


def _already_locked(server: Server) -> str:
    return _("It is locked already.") if server.locked else ""


def _not_locked(server: Server) -> str:
    return "" if server.locked else _("It is not locked.")


def _deletable(server: Server) -> str:
    if server.task_state == "deleting":
        return _("It is being deleted already.")
    return _locked(server)


REBOOTABLE = ("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR", "HARD_REBOOT")

ACTIONS = (
    Action(
        "start",
        gettext_lazy("Start"),
        cloud.start,
        when=_in("SHUTOFF"),
        asked=cloud.asked("start"),
        icon="player-play",
        needs="compute",
    ),
    Action(
        "stop",
        gettext_lazy("Stop"),
        cloud.stop,
        when=_in("ACTIVE", "ERROR"),
        asked=cloud.asked("stop"),
        icon="player-stop",
        needs="compute",
    ),
    Action(
        "reboot",
        gettext_lazy("Reboot"),
        cloud.soft_reboot,
        when=_in("ACTIVE"),
        asked=cloud.asked("reboot"),
        icon="refresh",
        needs="compute",
    ),
    Action(
        "hard-reboot",
        gettext_lazy("Hard reboot"),
        cloud.hard_reboot,
        when=_in(*REBOOTABLE),
        asked=cloud.asked("reboot"),
        icon="bolt",
        danger=True,
        needs="compute",
    ),
    Action(
        "lock",
        gettext_lazy("Lock"),
        cloud.lock,
        when=_already_locked,
        asked=cloud.asked("lock"),
        icon="lock",
        needs="compute",
    ),
    Action(
        "unlock",
        gettext_lazy("Unlock"),
        cloud.unlock,
        when=_not_locked,
        asked=cloud.asked("unlock"),
        icon="lock-open",
        needs="compute",
    ),
    Action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        permission=access.PROVISION,
        when=_deletable,
        asked=cloud.asked("delete"),
        icon="trash",
        danger=True,
        needs="compute",
    ),
)
