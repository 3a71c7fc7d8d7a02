"""Snapshots of Cinder's volume groups as plain values, and what can be asked about them."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.gateway import moment, negotiate, one, pages
from storage import cinder

SINCE = "3.14"


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    if negotiate(conn.block_storage, SINCE) != SINCE:
        return
    for page in pages(
        conn.block_storage,
        "/group_snapshots/detail",
        "group_snapshots",
        microversion=cinder.NEWEST,
        everybodys=cinder.EVERYBODYS,
        by_offset=True,
    ):
        yield [row(snapshot) for snapshot in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    path = f"/group_snapshots/{cloud_id}"
    return row(one(conn.block_storage, path, "group_snapshot", microversion=cinder.NEWEST))


def row(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": snapshot.get("id"),
        "name": snapshot.get("name"),
        "project_id": snapshot.get("project_id") or "",  # told since 3.58
        "status": snapshot.get("status") or "unknown",
        "created_at": moment(snapshot.get("created_at")),
        "group_id": snapshot.get("group_id") or "",
        "data": {"description": snapshot.get("description") or ""},
    }


def reset_status(conn, cloud_id: str, *, status: str) -> None:
    cinder.post(conn, f"/group_snapshots/{cloud_id}/action", {"reset_status": {"status": status}})


def delete(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/group_snapshots/{cloud_id}")
