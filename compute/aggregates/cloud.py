"""Nova's host aggregates as plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import many, moment, one

MICROVERSION = "2.41"


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    yield [row(found) for found in many(conn.compute, "/os-aggregates", "aggregates", microversion=MICROVERSION)]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.compute, f"/os-aggregates/{cloud_id}", "aggregate", microversion=MICROVERSION))


def row(aggregate: Mapping[str, Any]) -> dict[str, Any]:
    metadata = dict(mapping(aggregate.get("metadata")))
    metadata.pop("availability_zone", None)
    return {
        "cloud_id": str(aggregate.get("id") or ""),
        "name": aggregate.get("name"),
        "created_at": moment(aggregate.get("created_at")),
        "updated_at": moment(aggregate.get("updated_at")),
        "availability_zone": aggregate.get("availability_zone"),
        "hosts": sorted(str(host) for host in sequence(aggregate.get("hosts"))),
        "metadata": metadata,
        "data": {"uuid": aggregate.get("uuid")},
    }


def create(conn, name: str, availability_zone: str = "") -> str:
    zone = {"availability_zone": availability_zone} if availability_zone else {}
    return str(conn.compute.create_aggregate(name=name, **zone).id)


def edit(conn, cloud_id: str, **changes: str) -> None:
    conn.compute.update_aggregate(cloud_id, **changes)


def delete(conn, cloud_id: str) -> None:
    conn.compute.delete_aggregate(cloud_id, ignore_missing=False)


def add_host(conn, cloud_id: str, host: str) -> None:
    conn.compute.add_host_to_aggregate(cloud_id, host)


def remove_host(conn, cloud_id: str, host: str) -> None:
    conn.compute.remove_host_from_aggregate(cloud_id, host)


def set_metadata(conn, cloud_id: str, metadata: Mapping[str, str | None]) -> None:
    """A key with None is removed; keys that are not named stay."""
    conn.compute.set_aggregate_metadata(cloud_id, dict(metadata))


def zones(conn) -> list[dict[str, Any]]:
    """Nova's availability zones: name, whether available, and how many hosts of each run nova-compute."""
    found = many(conn.compute, "/os-availability-zone/detail", "availabilityZoneInfo")
    return [
        {
            "name": str(zone.get("zoneName") or ""),
            "available": bool(mapping(zone.get("zoneState")).get("available")),
            "hosts": _computing(zone),
        }
        for zone in found
        if zone.get("zoneName") != "internal"
    ]


def _computing(zone: Mapping[str, Any]) -> list[str]:
    return sorted(host for host, runs in mapping(zone.get("hosts")).items() if "nova-compute" in mapping(runs))
