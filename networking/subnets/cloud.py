"""Neutron's subnets as plain values, and what can be asked about them."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import if_allowed, many, one, pages
from networking import neutron

KEPT = (
    "allocation_pools",
    "dns_nameservers",
    "host_routes",
    "ipv6_address_mode",
    "ipv6_ra_mode",
    "segment_id",
    "service_types",
)
WORDS = {"subnet_pool": "subnetpool_id", "prefix_length": "prefixlen"}
"""Neutron's words for parameters that have other names here."""

Use = Mapping[str, tuple[Any, Any]]
"""Used addresses and all of them, by the id of the subnet."""


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    """One request more than there are pages: how full all of them are comes in one answer."""
    use = if_allowed(lambda: _use(conn, "/network-ip-availabilities"), {})
    for page in pages(conn.network, "/subnets", "subnets"):
        yield [row(subnet, use) for subnet in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    subnet = one(conn.network, f"/subnets/{cloud_id}", "subnet")
    query = f"/network-ip-availabilities?network_id={subnet.get('network_id')}"
    return row(subnet, if_allowed(lambda: _use(conn, query), {}))


def _use(conn, path: str) -> Use:
    networks = many(conn.network, path, "network_ip_availabilities")
    found = (mapping(entry) for network in networks for entry in sequence(network.get("subnet_ip_availability")))
    return {str(entry.get("subnet_id")): (entry.get("used_ips"), entry.get("total_ips")) for entry in found}


def row(subnet: Mapping[str, Any], use: Use) -> dict[str, Any]:
    used, total = use.get(str(subnet.get("id")), (None, None))
    return {
        **neutron.common(subnet, KEPT),
        "network_id": subnet.get("network_id"),
        "subnetpool_id": subnet.get("subnetpool_id"),
        "cidr": subnet.get("cidr"),
        "ip_version": subnet.get("ip_version"),
        "gateway_ip": subnet.get("gateway_ip"),
        "enable_dhcp": bool(subnet.get("enable_dhcp")),
        "used_addresses": used,
        "total_addresses": total,
    }


def create(conn, *, network: str, **values: Any) -> str:
    said = {WORDS.get(name, name): value for name, value in values.items()}
    return neutron.create(conn, "/subnets", "subnet", {"network_id": network, **said})


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/subnets/{cloud_id}", "subnet", values)


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/subnets/{cloud_id}")
