"""Neutron's networks as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import sequence
from networking import neutron

KEPT = (
    "provider:physical_network",
    "availability_zones",
    "availability_zone_hints",
    "dns_domain",
    "is_default",
    "vlan_transparent",
    "ipv4_address_scope",
    "ipv6_address_scope",
)
WORDS = {
    "external": "router:external",
    "port_security": "port_security_enabled",
    "network_type": "provider:network_type",
    "physical_network": "provider:physical_network",
    "segment": "provider:segmentation_id",
}
"""Neutron's words for parameters that have other names here."""


def row(network: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **neutron.common(network, KEPT),
        "status": network.get("status") or "UNKNOWN",
        "network_type": network.get("provider:network_type") or "",
        "segment": network.get("provider:segmentation_id"),
        "external": bool(network.get("router:external")),
        "shared": bool(network.get("shared")),
        "admin_state_up": network.get("admin_state_up") is not False,
        "port_security": network.get("port_security_enabled") is not False,
        "mtu": network.get("mtu"),
        "qos_policy_id": network.get("qos_policy_id"),
        "subnets": sequence(network.get("subnets")),
    }


fetch, fetch_one = neutron.reading("/networks", "network", row)
index = neutron.index("/networks")


def create(conn, **values: Any) -> str:
    return neutron.create(conn, "/networks", "network", _said(values))


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/networks/{cloud_id}", "network", _said(values))


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/networks/{cloud_id}")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {WORDS.get(name, name): value for name, value in values.items()}
