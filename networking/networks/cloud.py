"""Neutron's networks as plain values."""

from collections.abc import Iterator
from typing import Any

from clusters.coerce import sequence
from clusters.gateway import moment, one, pages

KEPT = (
    "admin_state_up",
    "description",
    "port_security_enabled",
    "provider:physical_network",
    "availability_zones",
    "tags",
)


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    for page in pages(conn.network, "/networks", "networks"):
        yield [row(network) for network in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.network, f"/networks/{cloud_id}", "network"))


def row(network: dict[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": network.get("id"),
        "name": network.get("name"),
        "project_id": network.get("project_id") or network.get("tenant_id") or "",
        "status": network.get("status") or "UNKNOWN",
        "created_at": moment(network.get("created_at")),
        "updated_at": moment(network.get("updated_at")),
        "network_type": network.get("provider:network_type") or "",
        "segment": network.get("provider:segmentation_id"),
        "external": bool(network.get("router:external")),
        "shared": bool(network.get("shared")),
        "mtu": network.get("mtu"),
        "subnets": sequence(network.get("subnets")),
        "data": {key: network.get(key) for key in KEPT if network.get(key) is not None},
    }
