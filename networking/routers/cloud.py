"""Neutron's routers as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import one
from networking import neutron

KEPT = ("external_gateway_info", "availability_zones", "availability_zone_hints", "flavor_id")


def row(router: Mapping[str, Any]) -> dict[str, Any]:
    gateway = mapping(router.get("external_gateway_info"))
    fixed = (mapping(entry) for entry in sequence(gateway.get("external_fixed_ips")))
    routes = (mapping(route) for route in sequence(router.get("routes")))
    return {
        **neutron.common(router, KEPT),
        "status": router.get("status") or "UNKNOWN",
        "external_network_id": gateway.get("network_id"),
        "external_addresses": [str(entry["ip_address"]) for entry in fixed if entry.get("ip_address")],
        "snat": bool(gateway) and gateway.get("enable_snat") is not False,
        "ha": bool(router.get("ha")),
        "distributed": bool(router.get("distributed")),
        "admin_state_up": router.get("admin_state_up") is not False,
        "routes": [{name: str(route.get(name) or "") for name in ("destination", "nexthop")} for route in routes],
    }


fetch, fetch_one = neutron.reading("/routers", "router", row)
index = neutron.index("/routers")


def create(conn, *, external_network: str = "", snat: bool | None = None, **values: Any) -> str:
    gateway = {"external_gateway_info": _gateway(external_network, snat)} if external_network else {}
    return neutron.create(conn, "/routers", "router", {**values, **gateway})


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/routers/{cloud_id}", "router", values)


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/routers/{cloud_id}")


def set_gateway(conn, cloud_id: str, *, external_network: str, address: str = "", snat: bool | None = None) -> None:
    gateway = _gateway(external_network, snat)
    if address:
        gateway["external_fixed_ips"] = [{"ip_address": address}]
    edit(conn, cloud_id, external_gateway_info=gateway)


def clear_gateway(conn, cloud_id: str) -> None:
    edit(conn, cloud_id, external_gateway_info={})


def add_interface(conn, cloud_id: str, *, subnet: str = "", port: str = "") -> None:
    neutron.put(conn, f"/routers/{cloud_id}/add_router_interface", _which(subnet, port))


def remove_interface(conn, cloud_id: str, *, subnet: str = "", port: str = "") -> None:
    neutron.put(conn, f"/routers/{cloud_id}/remove_router_interface", _which(subnet, port))


def add_route(conn, cloud_id: str, *, destination: str, nexthop: str) -> None:
    """The others stay; asked again it changes nothing."""
    routes = [*_routes(conn, cloud_id)]
    if (wanted := {"destination": destination, "nexthop": nexthop}) not in routes:
        edit(conn, cloud_id, routes=[*routes, wanted])


def remove_route(conn, cloud_id: str, *, route: str) -> None:
    """`route` as the form offers it: destination, space, next hop."""
    destination, _space, nexthop = route.partition(" ")
    gone = {"destination": destination, "nexthop": nexthop}
    edit(conn, cloud_id, routes=[route for route in _routes(conn, cloud_id) if route != gone])


def _routes(conn, cloud_id: str) -> list[dict[str, Any]]:
    found = sequence(one(conn.network, f"/routers/{cloud_id}", "router").get("routes"))
    return [{"destination": route.get("destination"), "nexthop": route.get("nexthop")} for route in found]


def _gateway(network: str, snat: bool | None) -> dict[str, Any]:
    return {"network_id": network, **({} if snat is None else {"enable_snat": snat})}


def _which(subnet: str, port: str) -> dict[str, str]:
    return {"port_id": port} if port else {"subnet_id": subnet}
