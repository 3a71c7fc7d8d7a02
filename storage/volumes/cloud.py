"""Cinder's volumes as plain values."""

from collections.abc import Iterator
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import moment, one, pages

KEPT = ("description", "availability_zone", "encrypted", "metadata", "attachments", "snapshot_id", "user_id")


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    for page in pages(conn.block_storage, "/volumes/detail", "volumes", query={"all_tenants": "1"}):
        yield [row(volume) for volume in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/volumes/{cloud_id}", "volume"))


def row(volume: dict[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": volume.get("id"),
        "name": volume.get("name"),
        "project_id": volume.get("os-vol-tenant-attr:tenant_id") or "",
        "status": volume.get("status") or "unknown",
        "created_at": moment(volume.get("created_at")),
        "updated_at": moment(volume.get("updated_at")),
        "size": volume.get("size"),
        "volume_type": volume.get("volume_type") or "",
        "bootable": str(volume.get("bootable")).lower() == "true",
        "attached_to": [str(mapping(entry).get("server_id") or "") for entry in sequence(volume.get("attachments"))],
        "data": {key: volume.get(key) for key in KEPT if volume.get(key) is not None},
    }
