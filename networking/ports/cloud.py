"""Neutron's ports as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from networking import neutron

KEPT = (
    "allowed_address_pairs",
    "binding:profile",
    "binding:vif_details",
    "binding:vif_type",
    "dns_assignment",
    "dns_domain",
    "dns_name",
    "extra_dhcp_opts",
    "trunk_details",
)
WORDS = {
    "network": "network_id",
    "port_security": "port_security_enabled",
    "vnic_type": "binding:vnic_type",
    "host": "binding:host_id",
}
"""Neutron's words for parameters that have other names here."""


def row(port: Mapping[str, Any]) -> dict[str, Any]:
    fixed = [mapping(entry) for entry in sequence(port.get("fixed_ips"))]
    return {
        **neutron.common(port, KEPT),
        "status": port.get("status") or "UNKNOWN",
        "network_id": port.get("network_id"),
        "device_id": port.get("device_id"),
        "device_owner": port.get("device_owner"),
        "mac_address": port.get("mac_address"),
        "fixed_ips": [{name: str(entry.get(name) or "") for name in ("subnet_id", "ip_address")} for entry in fixed],
        "subnet_ids": list(dict.fromkeys(str(entry["subnet_id"]) for entry in fixed if entry.get("subnet_id"))),
        "security_group_ids": [str(group) for group in sequence(port.get("security_groups"))],
        "port_security": port.get("port_security_enabled") is not False,
        "admin_state_up": port.get("admin_state_up") is not False,
        "vnic_type": port.get("binding:vnic_type"),
        "host": port.get("binding:host_id"),
        "qos_policy_id": port.get("qos_policy_id"),
    }


fetch, fetch_one = neutron.reading("/ports", "port", row)
index = neutron.index("/ports")


def create(conn, **values: Any) -> str:
    return neutron.create(conn, "/ports", "port", _said(values))


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/ports/{cloud_id}", "port", _said(values))


def set_fixed_ips(conn, cloud_id: str, *, fixed_ips: list[dict[str, str]] | None = None) -> None:
    edit(conn, cloud_id, fixed_ips=fixed_ips or [])


def set_address_pairs(conn, cloud_id: str, *, allowed_address_pairs: list[dict[str, str]] | None = None) -> None:
    edit(conn, cloud_id, allowed_address_pairs=allowed_address_pairs or [])


def set_security(conn, cloud_id: str, *, port_security: bool, security_groups: list[str] | None = None) -> None:
    """Without port security a port may have neither groups nor allowed pairs."""
    wish: dict[str, Any] = {"port_security": port_security, "security_groups": security_groups or []}
    edit(conn, cloud_id, **wish, **({} if port_security else {"allowed_address_pairs": []}))


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/ports/{cloud_id}")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {WORDS.get(name, name): value for name, value in values.items()}
