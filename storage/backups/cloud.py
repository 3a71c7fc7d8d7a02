"""Backups of volumes as plain values, and what can be asked of Cinder about one that is there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import moment, one
from storage import cinder

KEPT = ("description", "metadata", "user_id", "fail_reason", "object_count")


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/backups/{cloud_id}", "backup", microversion=cinder.NEWEST))


def row(backup: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": backup.get("id"),
        "name": backup.get("name"),
        "project_id": backup.get("os-backup-project-attr:project_id") or "",
        "status": backup.get("status") or "unknown",
        "created_at": moment(backup.get("created_at")),
        "updated_at": moment(backup.get("updated_at")),
        "size": backup.get("size"),
        "volume_id": backup.get("volume_id"),
        "snapshot_id": backup.get("snapshot_id"),
        "incremental": backup.get("is_incremental") is True,
        "has_increments": backup.get("has_dependent_backups") is True,
        "of_moment": moment(backup.get("data_timestamp")),
        "container": backup.get("container"),
        "availability_zone": backup.get("availability_zone"),
        "data": {key: backup.get(key) for key in KEPT if backup.get(key) is not None},
    }


fetch = cinder.listed("/backups/detail", "backups", row)


def edit(conn, cloud_id: str, *, name: str = "", description: str = "") -> None:
    cinder.put(conn, f"/backups/{cloud_id}", {"backup": {"name": name, "description": description}})


def restore(conn, cloud_id: str, *, name: str) -> None:
    """Into a new volume of this name and the backup's size."""
    cinder.post(conn, f"/backups/{cloud_id}/restore", {"restore": {"name": name}})


def volumes_named(conn, name: str) -> Iterator[str]:
    """The ids of the volumes of this name, whose content is being restored."""
    for page in cinder.everything(conn, "/volumes/detail", "volumes", name=name):
        yield from (str(volume.get("id") or "") for volume in page)


def restore_over(conn, cloud_id: str, *, volume: str) -> None:
    cinder.post(conn, f"/backups/{cloud_id}/restore", {"restore": {"volume_id": volume}})


def export_record(conn, cloud_id: str) -> dict[str, str]:
    """What another Cinder with the same backup store needs to know of it."""
    path = f"/backups/{cloud_id}/export_record"
    record = one(conn.block_storage, path, "backup-record", microversion=cinder.NEWEST)
    return {key: str(record.get(key) or "") for key in ("backup_service", "backup_url")}


def import_record(conn, *, record: str) -> str:
    """The id of the backup."""
    answer = cinder.post(conn, "/backups/import_record", {"backup-record": json.loads(record)})
    return str(mapping(answer.get("backup")).get("id") or "")


def reset_status(conn, cloud_id: str, *, status: str) -> None:
    cinder.post(conn, f"/backups/{cloud_id}/action", {"os-reset_status": {"status": status}})


def delete(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/backups/{cloud_id}")


def force_delete(conn, cloud_id: str) -> None:
    cinder.post(conn, f"/backups/{cloud_id}/action", {"os-force_delete": {}})
