"""Neutron's address groups as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import sequence
from networking import neutron


def row(group: Mapping[str, Any]) -> dict[str, Any]:
    return {**neutron.common(group), "addresses": sequence(group.get("addresses"))}


fetch, fetch_one = neutron.reading("/address-groups", "address_group", row, extension=True)


def create(conn, **values: Any) -> str:
    return neutron.create(conn, "/address-groups", "address_group", values)


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/address-groups/{cloud_id}", "address_group", values)


def add_addresses(conn, cloud_id: str, *, addresses: list[str]) -> None:
    neutron.put(conn, f"/address-groups/{cloud_id}/add_addresses", {"addresses": addresses})


def remove_addresses(conn, cloud_id: str, *, addresses: list[str]) -> None:
    neutron.put(conn, f"/address-groups/{cloud_id}/remove_addresses", {"addresses": addresses})


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/address-groups/{cloud_id}")
