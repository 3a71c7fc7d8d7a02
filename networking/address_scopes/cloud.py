"""Neutron's address scopes as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from networking import neutron


def row(scope: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **neutron.common(scope),
        "ip_version": scope.get("ip_version"),
        "shared": bool(scope.get("shared")),
    }


fetch, fetch_one = neutron.reading("/address-scopes", "address_scope", row, extension=True)


def create(conn, **values: Any) -> str:
    return neutron.create(conn, "/address-scopes", "address_scope", values)


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/address-scopes/{cloud_id}", "address_scope", values)


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/address-scopes/{cloud_id}")
