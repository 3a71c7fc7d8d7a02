"""What would become of each server of a host, if it were emptied now."""

from collections import Counter
from copy import copy
from dataclasses import dataclass
from typing import Any

from clusters import access
from clusters.coerce import mapping, sequence
from clusters.sentences import gettext as _
from opsys.kit.act.refusal import why_not
from opsys.kit.declare import register

LIVE, COLD, EVACUATE, CONFIRM = "live-migrate", "migrate", "evacuate", "confirm-resize"
UNLOCK, LOCK = "unlock", "lock"
SERVER, HYPERVISOR, GROUP = "compute.server", "compute.hypervisor", "compute.servergroup"


@dataclass(frozen=True)
class Move:
    """One server: the action that would take it away, and why it cannot be, or "". A `warning` says why it may fail
    all the same; the cloud decides. `unlockable`: only its lock stands in the way, and this user may take it off."""

    server: Any
    action: str
    reason: str = ""
    warning: str = ""
    unlockable: bool = False


@dataclass(frozen=True)
class Plan:
    hypervisor: Any
    moves: list[Move]
    others: list[Any]
    """The hypervisors servers could go to."""

    @property
    def ready(self) -> list[Move]:
        return [move for move in self.moves if not move.reason]

    @property
    def left(self) -> list[Move]:
        return [move for move in self.moves if move.reason]

    @property
    def unlockable(self) -> list[Move]:
        return [move for move in self.moves if move.unlockable]


def plan_of(hypervisor: Any, *, user) -> Plan:
    """Every server of the host that this user may see, by name. Asks no cloud."""
    servers = register.get(SERVER).model.objects.visible_to(user).present()
    here = servers.filter(cluster=hypervisor.cluster, host=hypervisor.host).exclude(host="")
    found = list(here.order_by("name", "pk"))
    others = _others(hypervisor, user)
    together = _kept_together(found, user)
    held = access.held_by(user)
    moves = []
    for server in found:
        server.cluster = hypervisor.cluster
        action = action_for(server, host_is_down=hypervisor.state == "down")
        elsewhere = together.get(server.cloud_id, "") or ("" if others else nowhere_to_go())
        reason = _why_not(server, action, held) or elsewhere
        warning = "" if elsewhere else _warning(server, others)
        moves.append(Move(server, action, reason, warning, not elsewhere and may_unlock(server, action, held)))
    return Plan(hypervisor, moves, others)


def kept_here(server: Any, hypervisor: Any, *, user) -> str:
    """Why this server cannot leave whatever its own state is, or ""."""
    groups = sequence(server.data.get("server_groups"))
    if groups:
        servers = register.get(SERVER).model.objects.visible_to(user).present()
        here = list(servers.filter(cluster=hypervisor.cluster, host=hypervisor.host))
        if reason := _kept_together(here, user).get(server.cloud_id, ""):
            return reason
    return "" if _others(hypervisor, user) else nowhere_to_go()


def nowhere_to_go() -> str:
    return _("There is no other host that is enabled and up.")


def may_unlock(server: Any, action: str, held: access.Held) -> bool:
    """Whether its lock is all that keeps it from this action, and may be taken off."""
    if not server.locked or not _why_not(server, action, held) or _why_not(server, UNLOCK, held):
        return False
    unlocked = copy(server)
    unlocked.locked = False
    return not _why_not(unlocked, action, held)


def action_for(server: Any, *, host_is_down: bool) -> str:
    """The action that takes this server away: what runs is moved while it runs, what does not is moved cold."""
    if host_is_down:
        return EVACUATE
    return LIVE if server.status in ("ACTIVE", "PAUSED") else COLD


def _why_not(server: Any, action: str, held: access.Held) -> str:
    _code, reason = why_not(register.get(SERVER).action(action), server, held)
    return reason


def _others(hypervisor: Any, user) -> list[Any]:
    rows = register.get(HYPERVISOR).model.objects.visible_to(user).present()
    rows = rows.filter(cluster=hypervisor.cluster, status="enabled", state="up").exclude(host=hypervisor.host)
    return list(rows.order_by("name", "pk"))


def _kept_together(servers: list[Any], user) -> dict[str, str]:
    """Why servers of groups with hard affinity cannot leave one by one, by their ids."""
    groups = {group for server in servers for group in map(str, sequence(server.data.get("server_groups")))}
    if not groups:
        return {}
    rows = register.get(GROUP).model.objects.visible_to(user).present()
    names = dict(
        rows.filter(cluster=servers[0].cluster_id, cloud_id__in=groups, policy="affinity").values_list(
            "cloud_id", "name"
        )
    )
    here = Counter(group for server in servers for group in map(str, sequence(server.data.get("server_groups"))))
    reasons = {}
    for server in servers:
        for group in map(str, sequence(server.data.get("server_groups"))):
            if group in names and here[group] > 1:
                reasons[server.cloud_id] = _("Its server group %(group)s keeps its servers together on one host.") % {
                    "group": names[group]
                }
    return reasons


def _warning(server: Any, others: list[Any]) -> str:
    flavor = mapping(server.data.get("flavor"))
    needs = {"vcpus": flavor.get("vcpus"), "memory": flavor.get("ram")}
    if any(all(_free(host, kind) >= size for kind, size in needs.items() if isinstance(size, int)) for host in others):
        return ""
    return _("By the last figures no other host has room for it.")


def _free(host: Any, kind: str) -> int:
    return getattr(host, f"{kind}_total") - getattr(host, f"{kind}_used")
