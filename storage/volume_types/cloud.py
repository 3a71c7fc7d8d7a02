"""Cinder's volume types as plain values, and what can be asked about them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from clusters.coerce import mapping
from clusters.gateway import many, one, pages
from storage import cinder


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    # "None" is Cinder's word for public and private ones.
    query = {"is_public": "None"}
    for page in pages(conn.block_storage, "/types", "volume_types", query=query, by_offset=True):
        yield [row(volume_type) for volume_type in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/types/{cloud_id}", "volume_type"))


def row(volume_type: Mapping[str, Any]) -> dict[str, Any]:
    specs = mapping(volume_type.get("extra_specs"))
    return {
        "cloud_id": volume_type.get("id"),
        "name": volume_type.get("name"),
        "public": volume_type.get("is_public", volume_type.get("os-volume-type-access:is_public", True)),
        "backend_name": specs.get("volume_backend_name") or "",
        "qos_id": volume_type.get("qos_specs_id") or "",
        "data": {"description": volume_type.get("description") or "", "extra_specs": specs},
    }


def create(
    conn, *, is_public: bool, extra_specs: Mapping[str, str] | None = None, projects: Sequence[str] = (), **values: Any
) -> str:
    """A new type with all that belongs to it; if any of that fails, there is none."""
    wish = {**values, "os-volume-type-access:is_public": is_public, "extra_specs": extra_specs or {}}
    cloud_id = str(cinder.post(conn, "/types", {"volume_type": wish})["volume_type"]["id"])
    with ExitStack() as undo:
        undo.callback(delete, conn, cloud_id)
        for project in projects:
            give_access(conn, cloud_id, project=project)
        undo.pop_all()
    return cloud_id


def edit(conn, cloud_id: str, **values: Any) -> None:
    cinder.put(conn, f"/types/{cloud_id}", {"volume_type": values})


def delete(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/types/{cloud_id}")


def set_extra_spec(conn, cloud_id: str, *, key: str, value: str) -> None:
    cinder.post(conn, f"/types/{cloud_id}/extra_specs", {"extra_specs": {key: value}})


def remove_extra_spec(conn, cloud_id: str, *, key: str) -> None:
    cinder.delete(conn, f"/types/{cloud_id}/extra_specs/{quote(key, safe='')}")


def projects_with_access(conn, cloud_id: str) -> list[str]:
    found = many(conn.block_storage, f"/types/{cloud_id}/os-volume-type-access", "volume_type_access")
    return [str(entry["project_id"]) for entry in found if entry.get("project_id")]


def give_access(conn, cloud_id: str, *, project: str) -> None:
    cinder.post(conn, f"/types/{cloud_id}/action", {"addProjectAccess": {"project": project}})


def take_access(conn, cloud_id: str, *, project: str) -> None:
    cinder.post(conn, f"/types/{cloud_id}/action", {"removeProjectAccess": {"project": project}})


def encryption(conn, cloud_id: str) -> dict[str, Any]:
    """How its volumes are encrypted; empty where they are not."""
    return one(conn.block_storage, f"/types/{cloud_id}/encryption")


def set_encryption(conn, cloud_id: str, **values: Any) -> None:
    path, current = f"/types/{cloud_id}/encryption", encryption(conn, cloud_id).get("encryption_id")
    if current:
        cinder.put(conn, f"{path}/{current}", {"encryption": values})
    else:
        cinder.post(conn, path, {"encryption": values})


def remove_encryption(conn, cloud_id: str) -> None:
    current = encryption(conn, cloud_id).get("encryption_id")
    cinder.delete(conn, f"/types/{cloud_id}/encryption/{current}")
