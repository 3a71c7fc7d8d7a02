"""How a server is reached: its ports, with what hangs on each."""

from typing import Any

from clusters import access
from clusters.coerce import mapping, sequence
from compute.servers import lookup
from compute.servers.models import Server
from compute.servers.panels.neighbours import page_of


def load(conn, server: Server, *, user, query) -> dict[str, Any]:
    """`ports`: each with network, mac, status, addresses, floating_ips, security_groups and port_security;
    `may_change` says whether this user may give them floating IPs."""
    found = lookup.ports(conn, server.cloud_id)
    ids = [port["id"] for port in found if isinstance(port.get("id"), str)]
    floating: dict[str, list[str]] = {}
    for ip in lookup.floating_ips(conn, ids):
        floating.setdefault(str(ip.get("port_id")), []).append(str(ip.get("floating_ip_address") or ""))
    networks = names(lookup.networks(conn, distinct(port.get("network_id") for port in found)))
    groups = names(
        lookup.security_groups(conn, distinct(g for p in found for g in sequence(p.get("security_groups"))))
    )
    return {
        "ports": [_port(server, port, floating, networks, groups) for port in found],
        "may_change": not access.why_not(access.held_by(user), access.OPERATE, server.cluster),
    }


def _port(server: Server, port: dict, floating: dict, networks: dict, groups: dict) -> dict[str, Any]:
    network_id, port_id = str(port.get("network_id") or ""), str(port.get("id") or "")
    return {
        "id": port_id,
        "name": str(port.get("name") or ""),
        "url": page_of("networking.port", server, port_id),
        "mac": str(port.get("mac_address") or ""),
        "status": str(port.get("status") or ""),
        "network": networks.get(network_id, network_id),
        "network_url": page_of("networking.network", server, network_id),
        "addresses": [str(mapping(ip).get("ip_address") or "") for ip in sequence(port.get("fixed_ips"))],
        "floating_ips": sorted(floating.get(port_id, [])),
        "security_groups": [
            {"name": groups.get(group, group), "url": page_of("networking.securitygroup", server, group)}
            for group in map(str, sequence(port.get("security_groups")))
        ],
        "port_security": port.get("port_security_enabled") is not False,
    }


def names(found: list[dict[str, Any]]) -> dict[str, str]:
    return {str(one.get("id")): str(one.get("name") or one.get("id") or "") for one in found}


def distinct(values) -> list[str]:
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value))
