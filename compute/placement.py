"""What Placement says of the hosts: how much there is, how much of it may be given away, how much is.

It has no list of usages, only two questions per host. So what was read is remembered until the host changed:
Placement's generation grows whenever something is allocated or the inventory is edited, Nova's own figures move when a
server is deleted (which Placement does not count). After `TRUSTED_SECONDS` it is asked again all the same.
"""

import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import if_answered, many, one, together

MICROVERSION = "1.39"
TRUSTED_SECONDS = 600

Facts = dict[str, dict[str, Any]]
"""Per resource class (VCPU, MEMORY_MB …): total, reserved, allocation_ratio, used."""


@dataclass(frozen=True)
class _Known:
    signs: Hashable
    read_at: float
    facts: Facts


_known: dict[tuple[str, str], _Known] = {}
_lock = threading.Lock()


def facts_of(conn, hosts: Mapping[str, Hashable]) -> dict[str, Facts]:
    """By provider id. `hosts` maps the ids to whatever changes when a server of the host goes. While Placement does
    not answer it is what was last known; hosts it never told of are missing."""
    found = if_answered(partial(_read, conn, hosts), None)
    if found is None:
        place = conn.compute.get_endpoint() or ""
        return {uuid: known.facts for uuid in hosts if (known := _known.get((place, uuid)))}
    return found


def _read(conn, hosts: Mapping[str, Hashable]) -> dict[str, Facts]:
    place = conn.compute.get_endpoint() or ""
    providers = many(conn.placement, "/resource_providers", "resource_providers", microversion=MICROVERSION)
    signs = {p.get("uuid"): (p.get("generation"), hosts[p["uuid"]]) for p in providers if p.get("uuid") in hosts}
    now = time.monotonic()
    found = {}
    for uuid, sign in signs.items():
        known = _known.get((place, uuid))
        if known and known.signs == sign and now - known.read_at < TRUSTED_SECONDS:
            found[uuid] = known.facts
    unknown = [uuid for uuid in signs if uuid not in found]
    for uuid, facts in zip(unknown, together([partial(_ask, conn, uuid) for uuid in unknown]), strict=True):
        found[uuid] = facts
        with _lock:
            _known[place, uuid] = _Known(signs[uuid], now, facts)
    return found


def _ask(conn, uuid: str) -> Facts:
    path = f"/resource_providers/{uuid}"
    inventories = one(conn.placement, f"{path}/inventories", "inventories", microversion=MICROVERSION)
    usages = one(conn.placement, f"{path}/usages", "usages", microversion=MICROVERSION)
    return {
        name: {
            **{key: mapping(stock).get(key) for key in ("total", "reserved", "allocation_ratio")},
            "used": usages.get(name),
        }
        for name, stock in inventories.items()
    }


def capacity(stock: Mapping[str, Any]) -> int:
    """How much of it may be given away: what is not reserved, times the allocation ratio."""
    total, reserved, ratio = (stock.get(key) for key in ("total", "reserved", "allocation_ratio"))
    return int((number(total) - number(reserved)) * (number(ratio) or 1))


def number(value: Any) -> float:
    """The value if it is a sensible number, else 0."""
    fine = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53
    return value if fine else 0
