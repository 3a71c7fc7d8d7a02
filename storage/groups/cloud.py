"""Cinder's volume groups as plain values, and what can be asked about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clusters.coerce import sequence
from clusters.gateway import many, moment, negotiate, one, pages
from storage import cinder

SINCE = "3.14"
"""Since then there are groups, and snapshots of them."""
RESERVED = "default_cgsnapshot_type"
"""A group type that Cinder keeps for what once were consistency groups."""
NEEDS = f"block-storage {SINCE}"


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    if negotiate(conn.block_storage, SINCE) != SINCE:
        return
    found = pages(
        conn.block_storage,
        "/groups/detail",
        "groups",
        microversion=cinder.NEWEST,
        everybodys=cinder.EVERYBODYS,
        by_offset=True,
    )
    for page in found:
        yield [row(group) for group in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/groups/{cloud_id}", "group", microversion=cinder.NEWEST))


def row(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": group.get("id"),
        "name": group.get("name"),
        "project_id": group.get("project_id") or "",  # told since 3.58
        "status": group.get("status") or "unknown",
        "created_at": moment(group.get("created_at")),
        "group_type_id": group.get("group_type") or "",
        "availability_zone": group.get("availability_zone"),
        "group_snapshot_id": group.get("group_snapshot_id") or "",
        "source_group_id": group.get("source_group_id") or "",
        "volume_type_ids": [one for one in sequence(group.get("volume_types")) if isinstance(one, str)],
        "data": {"description": group.get("description") or "", "replication_status": group.get("replication_status")},
    }


def types(conn) -> list[tuple[str, str]]:
    """The group types there are, for a field of choices."""
    found = many(conn.block_storage, "/group_types", "group_types", microversion=cinder.NEWEST)
    usable = [group_type for group_type in found if group_type.get("name") != RESERVED]
    return [(str(group_type.get("id")), str(group_type.get("name"))) for group_type in usable]


def create(conn, **values: Any) -> str:
    return str(cinder.post(conn, "/groups", {"group": values})["group"]["id"])


def create_from(conn, **values: Any) -> str:
    """A group with copies of all volumes of another one, or of those in a snapshot of one."""
    return str(cinder.post(conn, "/groups/action", {"create-from-src": values})["group"]["id"])


def edit(conn, cloud_id: str, **values: Any) -> None:
    cinder.put(conn, f"/groups/{cloud_id}", {"group": values})


def add_volumes(conn, cloud_id: str, *, volumes: Sequence[str]) -> None:
    edit(conn, cloud_id, add_volumes=",".join(volumes))


def remove_volumes(conn, cloud_id: str, *, volumes: Sequence[str]) -> None:
    edit(conn, cloud_id, remove_volumes=",".join(volumes))


def snapshot(conn, cloud_id: str, **values: Any) -> None:
    cinder.post(conn, "/group_snapshots", {"group_snapshot": {"group_id": cloud_id, **values}})


def reset_status(conn, cloud_id: str, *, status: str) -> None:
    cinder.post(conn, f"/groups/{cloud_id}/action", {"reset_status": {"status": status}})


def delete(conn, cloud_id: str, *, with_volumes: bool = False) -> None:
    cinder.post(conn, f"/groups/{cloud_id}/action", {"delete": {"delete-volumes": with_volumes}})
