"""What can be asked of Nova about flavors."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from clusters.gateway import check, many, negotiate


def create(conn, *, extra_specs: dict[str, str] | None = None, projects: Sequence[str] = (), **values: Any) -> str:
    """A new flavor with all that belongs to it; if any of that fails, there is none."""
    flavor = conn.compute.create_flavor(**values)
    with ExitStack() as undo:
        undo.callback(conn.compute.delete_flavor, flavor.id)
        if extra_specs:
            conn.compute.create_flavor_extra_specs(flavor.id, extra_specs)
        for project in projects:
            conn.compute.flavor_add_tenant_access(flavor.id, project)
        undo.pop_all()
    return flavor.id


def set_extra_specs(conn, cloud_id: str, *, extra_specs: dict[str, str], remove: list[str]) -> None:
    if extra_specs:
        conn.compute.create_flavor_extra_specs(cloud_id, extra_specs)
    for name in remove:
        conn.compute.delete_flavor_extra_specs_property(cloud_id, name)


def describe(conn, cloud_id: str, *, description: str = "") -> None:
    wish = {"flavor": {"description": description or None}}
    version = negotiate(conn.compute, "2.55")
    check(conn.compute.put(f"/flavors/{cloud_id}", json=wish, microversion=version))


def give_access(conn, cloud_id: str, *, project: str) -> None:
    conn.compute.flavor_add_tenant_access(cloud_id, project)


def take_access(conn, cloud_id: str, *, project: str) -> None:
    conn.compute.flavor_remove_tenant_access(cloud_id, project)


def projects_with_access(conn, cloud_id: str) -> list[str]:
    found = many(conn.compute, f"/flavors/{cloud_id}/os-flavor-access", "flavor_access")
    return [str(entry["tenant_id"]) for entry in found if entry.get("tenant_id")]


def delete(conn, cloud_id: str) -> None:
    conn.compute.delete_flavor(cloud_id, ignore_missing=False)
