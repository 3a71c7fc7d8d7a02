"""Asking Cinder for a snapshot or a backup of a volume: volumes offer it, and so do the rooms of the copies."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import moment, one
from storage import cinder


def snapshot(
    conn, cloud_id: str, *, name: str, description: str = "", metadata: Mapping[str, str] | None = None
) -> str:
    """The new snapshot's id. Also of a volume in use: then it is as if the power had failed."""
    wanted = {
        "volume_id": cloud_id,
        "name": filled(name, _name_of(conn, cloud_id)),
        "description": description,
        "metadata": dict(metadata or {}),
        "force": True,
    }
    return _id(cinder.post(conn, "/snapshots", {"snapshot": wanted}), "snapshot")


def backup(
    conn,
    cloud_id: str,
    *,
    name: str,
    description: str = "",
    incremental: bool = False,
    container: str = "",
    snapshot: str = "",
) -> str:
    """The new backup's id. Also of a volume in use."""
    wanted: dict[str, Any] = {
        "volume_id": cloud_id,
        "name": filled(name, _name_of(conn, cloud_id)),
        "description": description,
        "incremental": incremental,
        "force": True,
        "container": container or None,
        "snapshot_id": snapshot or None,
    }
    return _id(cinder.post(conn, "/backups", {"backup": wanted}), "backup")


def snapshot_asked(conn, cloud_id: str, since: datetime) -> str:
    """The id of the snapshot that this credential made of the volume since then, or ""."""
    return next(snapshots_since(conn, cloud_id, since), "")


def backup_asked(conn, cloud_id: str, since: datetime) -> str:
    return next(backups_since(conn, cloud_id, since), "")


def snapshots_since(conn, cloud_id: str, since: datetime) -> Iterator[str]:
    """The ids of all snapshots that this credential made of the volume since then."""
    return _asked(conn, "/snapshots/detail", "snapshots", cloud_id, since)


def backups_since(conn, cloud_id: str, since: datetime) -> Iterator[str]:
    return _asked(conn, "/backups/detail", "backups", cloud_id, since)


def _asked(conn, path: str, key: str, cloud_id: str, since: datetime) -> Iterator[str]:
    for page in cinder.everything(conn, path, key, volume_id=cloud_id):
        for found in page:
            created = moment(found.get("created_at"))
            # Cinder tells who made a snapshot from 3.41 on, a backup from 3.56 on.
            own = found.get("user_id") in (None, conn.current_user_id)
            if own and found.get("volume_id") == cloud_id and created is not None and created >= since:
                yield str(found.get("id") or "")


def filled(text: str, name: str) -> str:
    """The text with `{name}` and `{date}` filled in, no longer than what Cinder takes as a name."""
    return text.replace("{name}", name).replace("{date}", f"{datetime.now(UTC):%Y%m%d-%H%M%S}")[:255]


def _name_of(conn, cloud_id: str) -> str:
    return str(one(conn.block_storage, f"/volumes/{cloud_id}", "volume").get("name") or cloud_id)


def _id(answer: Mapping[str, Any], key: str) -> str:
    return str(mapping(answer.get(key)).get("id") or "")
