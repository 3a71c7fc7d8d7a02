"""Cinder's pools as plain values."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import many, with_id
from opsys.kit.lists.shares import Share

KEPT = (
    "pool_name",
    "reserved_percentage",
    "max_over_subscription_ratio",
    "storage_protocol",
    "vendor_name",
    "driver_version",
    "multiattach",
    "QoS_support",
    "total_volumes",
)


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    yield [row(pool) for pool in _all(conn)]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(with_id(({**pool, "id": pool.get("name")} for pool in _all(conn)), cloud_id))


def _all(conn) -> list[dict[str, Any]]:
    return many(conn.block_storage, "/scheduler-stats/get_pools", "pools", query={"detail": "True"})


def row(pool: Mapping[str, Any]) -> dict[str, Any]:
    facts = mapping(pool.get("capabilities"))
    total, free, allocated, provisioned, reserved, ratio = (
        number(facts.get(name))
        for name in (
            "total_capacity_gb",
            "free_capacity_gb",
            "allocated_capacity_gb",
            "provisioned_capacity_gb",
            "reserved_percentage",
            "max_over_subscription_ratio",
        )
    )
    thin = facts.get("thin_provisioning_support") in (True, "True", "true")
    usable = total * (100 - min(reserved or 0, 100)) / 100 if total else None
    provisionable = total * (ratio or 1) if total and thin else total
    used = total - free if total and free is not None else None
    shares = [share(used, usable), share(provisioned, provisionable)]
    return {
        "cloud_id": pool.get("name"),
        "name": pool.get("name"),
        "status": facts.get("backend_state") or "up",  # said by old ones only when it is not
        "backend_name": facts.get("volume_backend_name"),
        "total": total,
        "free": free,
        "usable": usable,
        "allocated": allocated,
        "provisioned": provisioned,
        "provisionable": provisionable,
        "used_percent": shares[0].percent,
        "level": next((level for level in ("full", "tight") if level in {one.level for one in shares}), ""),
        "data": {"thin": thin, **{key: facts[key] for key in KEPT if facts.get(key) is not None}},
    }


def share(part: float | None, whole: float | None) -> Share:
    """Unknown where one of them is."""
    return Share(round(part), round(whole), "GiB") if part is not None and whole else Share(0, 0)


def number(value: Any) -> float | None:
    """None for what is no size: back ends also say "infinite" and "unknown"."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) and 0 <= found < 2**53 and not isinstance(value, bool) else None
