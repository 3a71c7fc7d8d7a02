"""Cinder's volumes as plain values. What can be asked of them stands in operations.py and creating.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import Listed, Listing, moment, one
from storage import cinder

KEPT = (
    "description",
    "metadata",
    "attachments",
    "user_id",
    "volume_image_metadata",
    "replication_status",
    "cluster_name",
    "volume_type_id",
    "consumes_quota",
)


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/volumes/{cloud_id}", "volume", microversion=cinder.NEWEST))


def row(volume: Mapping[str, Any]) -> dict[str, Any]:
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
        "encrypted": volume.get("encrypted") is True,
        "multiattach": volume.get("multiattach") is True,
        "availability_zone": volume.get("availability_zone"),
        "host": volume.get("os-vol-host-attr:host"),
        "migration": volume.get("migration_status") or volume.get("os-vol-mig-status-attr:migstat"),
        "snapshot_id": volume.get("snapshot_id"),
        "source_volume_id": volume.get("source_volid"),
        "image_id": mapping(volume.get("volume_image_metadata")).get("image_id"),
        "group_id": volume.get("group_id"),
        "attached_to": [str(mapping(entry).get("server_id") or "") for entry in sequence(volume.get("attachments"))],
        "data": {key: volume.get(key) for key in KEPT if volume.get(key) is not None},
    }


fetch = cinder.listed("/volumes/detail", "volumes", row)


def _changed(since: datetime) -> tuple[Listing, ...]:
    query = {"all_tenants": "1", "updated_at": f"gte:{since:%Y-%m-%dT%H:%M:%S}", "sort": "updated_at:asc"}
    return (Listing("block_storage", "/volumes/detail", "volumes", query, cinder.NEWEST, since="3.60"),)


changes = Listed(_changed, row)
index = cinder.ids("/volumes", "volumes", by_time=True)
