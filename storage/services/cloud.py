"""Cinder's services as plain values, and taking them out of service."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.gateway import many, moment, with_id
from storage import cinder


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    yield [row(service) for service in _all(conn)]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(with_id(_all(conn), cloud_id))


def _all(conn) -> list[dict[str, Any]]:
    found = many(conn.block_storage, "/os-services", "services", microversion=cinder.NEWEST)
    return [{**service, "id": _id(service)} for service in found]


def _id(service: Mapping[str, Any]) -> str:
    return f"{service.get('binary') or ''}@{service.get('host') or ''}"


def row(service: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": _id(service),
        "name": _id(service),
        "status": service.get("status") or "unknown",
        "state": service.get("state"),
        "binary": service.get("binary"),
        "host": service.get("host"),
        "availability_zone": service.get("zone"),
        "disabled_reason": service.get("disabled_reason"),
        "backend_state": service.get("backend_state"),
        # Its last sign of life; a row that changes every ten seconds would never rest, so only while it is down.
        "updated_at": moment(service.get("updated_at")) if service.get("state") == "down" else None,
        "data": {key: service[key] for key in ("cluster", "replication_status", "frozen") if service.get(key)},
    }


def disable(conn, cloud_id: str, *, reason: str) -> None:
    cinder.put(conn, "/os-services/disable-log-reason", {**_named(cloud_id), "disabled_reason": reason})


def enable(conn, cloud_id: str) -> None:
    cinder.put(conn, "/os-services/enable", _named(cloud_id))


def _named(cloud_id: str) -> dict[str, str]:
    binary, _at, host = cloud_id.partition("@")
    return {"binary": binary, "host": host}
