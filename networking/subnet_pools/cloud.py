"""Neutron's subnet pools as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import sequence
from networking import neutron

WORDS = {
    "default_prefix_length": "default_prefixlen",
    "min_prefix_length": "min_prefixlen",
    "max_prefix_length": "max_prefixlen",
    "address_scope": "address_scope_id",
}
"""Neutron's words for parameters that have other names here."""


def row(pool: Mapping[str, Any]) -> dict[str, Any]:
    lengths = ("default_prefix_length", "min_prefix_length", "max_prefix_length")
    return {
        **neutron.common(pool),
        "prefixes": sequence(pool.get("prefixes")),
        "ip_version": pool.get("ip_version"),
        **{name: pool.get(WORDS[name]) for name in lengths},
        "default_quota": pool.get("default_quota"),
        "address_scope_id": pool.get("address_scope_id"),
        "shared": bool(pool.get("shared")),
        "is_default": bool(pool.get("is_default")),
    }


fetch, fetch_one = neutron.reading("/subnetpools", "subnetpool", row)


def create(conn, **values: Any) -> str:
    return neutron.create(conn, "/subnetpools", "subnetpool", _said(values))


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/subnetpools/{cloud_id}", "subnetpool", _said(values))


def add_prefixes(conn, cloud_id: str, *, prefixes: list[str]) -> None:
    neutron.put(conn, f"/subnetpools/{cloud_id}/add_prefixes", {"prefixes": prefixes})


def remove_prefixes(conn, cloud_id: str, *, prefixes: list[str]) -> None:
    neutron.put(conn, f"/subnetpools/{cloud_id}/remove_prefixes", {"prefixes": prefixes})


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/subnetpools/{cloud_id}")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """No scope at all is null to Neutron."""
    said = {WORDS.get(name, name): value for name, value in values.items()}
    return {name: None if name == "address_scope_id" and value == "" else value for name, value in said.items()}
