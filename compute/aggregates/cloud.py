"""Nova's host aggregates as plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.fitting import mapping, sequence
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
