"""Nova's services as plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.gateway import many, moment, with_id

MICROVERSION = "2.96"


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    yield [row(service) for service in _all(conn)]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(with_id(_all(conn), cloud_id))


def _all(conn) -> list[dict[str, Any]]:
    return many(conn.compute, "/os-services", "services", microversion=MICROVERSION)


def row(service: Mapping[str, Any]) -> dict[str, Any]:
    binary, host = (str(service.get(key) or "") for key in ("binary", "host"))
    if "id" not in service and service.get("status") == "UNKNOWN":
        # Its cell does not answer, so Nova (from 2.69 on) tells no more than this.
        known_by = {"binary": binary, "host": host}
        return {"cloud_id": "", "known_by": known_by, "status": "UNKNOWN", "partial": True}
    return {
        "cloud_id": str(service.get("id") or ""),
        "name": f"{binary}@{host}",
        "status": service.get("status") or "unknown",
        "state": service.get("state"),
        "binary": binary,
        "host": host,
        "availability_zone": service.get("zone"),
        "disabled_reason": service.get("disabled_reason"),
        "forced_down": bool(service.get("forced_down")),
        # Its last sign of life; a row that changes every ten seconds would never rest, so only while it is down.
        "updated_at": moment(service.get("updated_at")) if service.get("state") == "down" else None,
        "data": {},
    }


def delete(conn, cloud_id: str) -> None:
    conn.compute.delete_service(cloud_id, ignore_missing=False)
