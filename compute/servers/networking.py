"""A server's ports, floating IPs and security groups. Nova plugs them in and out; what is Neutron's is done as the
rooms of networking do it."""

from collections.abc import Callable
from typing import Any

from clusters.gateway import not_found
from opsys.kit.declare import register

NEW = "new:"
"""Before the id of a network: a floating IP that is yet to be allocated there."""


def _room(type_name: str, action: str, scope: str = "item") -> Callable[..., Any]:
    """What this action of another type asks the cloud."""
    return register.get(type_name).action(action, scope).run


def attach_interface(conn, cloud_id: str, *, network: str = "", port: str = "", fixed_ip: str = "") -> None:
    """A new port on the network, or a port that is there."""
    wanted: dict[str, Any] = {"port_id": port} if port else {"net_id": network}
    if fixed_ip:
        wanted["fixed_ips"] = [{"ip_address": fixed_ip}]
    conn.compute.create_server_interface(cloud_id, **wanted)


def detach_interface(conn, cloud_id: str, *, port: str) -> None:
    conn.compute.delete_server_interface(port, server=cloud_id, ignore_missing=False)


def associate_floating_ip(conn, cloud_id: str, *, floating_ip: str, fixed_ip: str = "") -> None:
    """`floating_ip` is the id of one that is there, wherever it leads to now, or `NEW` and a network for a new one in
    the server's own project. Without `fixed_ip` it leads to the server's first address."""
    port = port_with(conn, cloud_id, fixed_ip)
    if floating_ip.startswith(NEW):
        wanted = {"project_id": port.project_id, "port_id": port.id, "fixed_ip_address": fixed_ip}
        _room("networking.floatingip", "allocate", "cluster")(conn, network=floating_ip.removeprefix(NEW), **wanted)
    else:
        _room("networking.floatingip", "associate")(conn, floating_ip, port=port.id, fixed_address=fixed_ip)


def disassociate_floating_ip(conn, cloud_id: str, *, floating_ip: str) -> None:
    _room("networking.floatingip", "disassociate")(conn, floating_ip)


def port_with(conn, cloud_id: str, fixed_ip: str = ""):
    """The server's port that has this address, or its first; the SDK's not-found error where there is none."""
    for port in conn.network.ports(device_id=cloud_id):
        if not fixed_ip or any(entry.get("ip_address") == fixed_ip for entry in port.fixed_ips or ()):
            return port
    raise not_found(fixed_ip or cloud_id)


def add_security_group(conn, cloud_id: str, *, security_group: str) -> None:
    conn.compute.add_security_group_to_server(cloud_id, security_group)


def remove_security_group(conn, cloud_id: str, *, security_group: str) -> None:
    conn.compute.remove_security_group_from_server(cloud_id, security_group)


def set_port_security_groups(conn, cloud_id: str, *, port: str, security_groups: list[str]) -> None:
    _room("networking.port", "set-security")(conn, port, port_security=True, security_groups=security_groups)
