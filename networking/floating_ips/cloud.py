"""Neutron's floating IPs as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from networking import neutron

KEPT = ("dns_domain", "dns_name", "port_forwardings", "port_details")


def row(ip: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **neutron.common(ip, KEPT),
        "name": ip.get("floating_ip_address"),
        "status": ip.get("status") or "UNKNOWN",
        "network_id": ip.get("floating_network_id"),
        "router_id": ip.get("router_id"),
        "port_id": ip.get("port_id"),
        "fixed_address": ip.get("fixed_ip_address"),
        "qos_policy_id": ip.get("qos_policy_id"),
    }


fetch, fetch_one = neutron.reading("/floatingips", "floatingip", row)
index = neutron.index("/floatingips")


def allocate(conn, *, network: str, subnet: str = "", address: str = "", **values: Any) -> str:
    wish = {"floating_network_id": network, "subnet_id": subnet, "floating_ip_address": address, **values}
    return neutron.create(conn, "/floatingips", "floatingip", {key: value for key, value in wish.items() if value})


def associate(conn, cloud_id: str, *, port: str, fixed_address: str = "") -> None:
    wish = {"port_id": port, **({"fixed_ip_address": fixed_address} if fixed_address else {})}
    neutron.update(conn, f"/floatingips/{cloud_id}", "floatingip", wish)


def disassociate(conn, cloud_id: str) -> None:
    neutron.update(conn, f"/floatingips/{cloud_id}", "floatingip", {"port_id": None})


def describe(conn, cloud_id: str, *, description: str = "") -> None:
    neutron.update(conn, f"/floatingips/{cloud_id}", "floatingip", {"description": description})


def release(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/floatingips/{cloud_id}")
