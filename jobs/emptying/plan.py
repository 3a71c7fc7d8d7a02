"""What would become of each server of a host, if it were emptied now."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from clusters import access
from clusters.coerce import mapping, sequence
from clusters.sentences import gettext as _
from opsys.kit.act.refusal import why_not
from opsys.kit.declare import register

LIVE, COLD, EVACUATE, CONFIRM = "live-migrate", "migrate", "evacuate", "confirm-resize"
SERVER, HYPERVISOR, GROUP = "compute.server", "compute.hypervisor", "compute.servergroup"


@dataclass(frozen=True)
class Move:
    """One server: the action that would take it away, and why it cannot be, or "". A `warning` says why it may fail
    all the same; the cloud decides."""

    server: Any
    action: str
    reason: str = ""
    warning: str = ""


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


def plan_of(hypervisor: Any, *, user) -> Plan:
    """Every server of the host that this user may see, by name. Asks no cloud."""
    servers = register.get(SERVER).model.objects.visible_to(user).present()
    here = servers.filter(cluster=hypervisor.cluster, host=hypervisor.host).exclude(host="")
    found = list(here.order_by("name", "pk"))
    others = _others(hypervisor, user)
    together = _kept_together(found, user)
    moves = []
    for server in found:
        server.cluster = hypervisor.cluster
        action = action_for(server, host_is_down=hypervisor.state == "down")
        reason = _why_not(server, action, user) or together.get(server.cloud_id, "")
        if not reason and not others:
            reason = _("There is no other host that is enabled and up.")
        moves.append(Move(server, action, reason, "" if reason else _warning(server, others)))
    return Plan(hypervisor, moves, others)


def action_for(server: Any, *, host_is_down: bool) -> str:
    """The action that takes this server away: what runs is moved while it runs, what does not is moved cold."""
    if host_is_down:
        return EVACUATE
    return LIVE if server.status in ("ACTIVE", "PAUSED") else COLD


def _why_not(server: Any, action: str, user) -> str:
    _code, reason = why_not(register.get(SERVER).action(action), server, access.held_by(user))
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
