"""Neutron's trunks as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from networking import neutron


def row(trunk: Mapping[str, Any]) -> dict[str, Any]:
    found = [dict(mapping(entry)) for entry in sequence(trunk.get("sub_ports"))]
    return {
        **neutron.common(trunk),
        "status": trunk.get("status") or "UNKNOWN",
        "port_id": trunk.get("port_id"),
        # Neutron lists them in any order, and a row is to change only when they do.
        "sub_ports": sorted(found, key=lambda entry: str(entry.get("port_id"))),
        "admin_state_up": trunk.get("admin_state_up") is not False,
    }


fetch, fetch_one = neutron.reading("/trunks", "trunk", row, extension=True)


def create(conn, *, port: str, **values: Any) -> str:
    return neutron.create(conn, "/trunks", "trunk", {"port_id": port, **values})


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/trunks/{cloud_id}", "trunk", values)


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/trunks/{cloud_id}")


def add_subport(conn, cloud_id: str, *, port: str, segmentation_id: int) -> None:
    entry = {"port_id": port, "segmentation_type": "vlan", "segmentation_id": segmentation_id}
    neutron.put(conn, f"/trunks/{cloud_id}/add_subports", {"sub_ports": [entry]})


def remove_subport(conn, cloud_id: str, *, port: str) -> None:
    neutron.put(conn, f"/trunks/{cloud_id}/remove_subports", {"sub_ports": [{"port_id": port}]})
