"""Snapshots of volumes as plain values, and what can be asked of Cinder about one that is there."""

from collections.abc import Mapping
from typing import Any

from clusters.gateway import moment, one
from storage import cinder

KEPT = ("description", "metadata", "user_id", "os-extended-snapshot-attributes:progress", "consumes_quota")


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/snapshots/{cloud_id}", "snapshot", microversion=cinder.NEWEST))


def row(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": snapshot.get("id"),
        "name": snapshot.get("name"),
        "project_id": snapshot.get("os-extended-snapshot-attributes:project_id") or "",
        "status": snapshot.get("status") or "unknown",
        "created_at": moment(snapshot.get("created_at")),
        "updated_at": moment(snapshot.get("updated_at")),
        "size": snapshot.get("size"),
        "volume_id": snapshot.get("volume_id"),
        "group_snapshot_id": snapshot.get("group_snapshot_id"),
        "data": {key: snapshot.get(key) for key in KEPT if snapshot.get(key) is not None},
    }


fetch = cinder.listed("/snapshots/detail", "snapshots", row)


def edit(conn, cloud_id: str, *, name: str = "", description: str = "") -> None:
    cinder.put(conn, f"/snapshots/{cloud_id}", {"snapshot": {"name": name, "description": description}})


def set_metadata(conn, cloud_id: str, *, metadata: dict[str, str], remove: list[str]) -> None:
    cinder.replace_metadata(conn, f"/snapshots/{cloud_id}", metadata=metadata, remove=remove)


def reset_status(conn, cloud_id: str, *, status: str) -> None:
    cinder.post(conn, f"/snapshots/{cloud_id}/action", {"os-reset_status": {"status": status}})


def delete(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/snapshots/{cloud_id}")


def force_delete(conn, cloud_id: str) -> None:
    cinder.post(conn, f"/snapshots/{cloud_id}/action", {"os-force_delete": {}})
