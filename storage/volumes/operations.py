"""What can be asked of Cinder about a volume that is there, and of Nova where it is attached."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import check, negotiate, one
from storage import cinder


def act(conn, cloud_id: str, action: str, body: Mapping[str, Any] | None = None, newest: str = "3.70") -> dict:
    """One of Cinder's volume actions."""
    return cinder.post(conn, f"/volumes/{cloud_id}/action", {action: body}, newest)


def look(conn, cloud_id: str) -> dict[str, Any]:
    return one(conn.block_storage, f"/volumes/{cloud_id}", "volume")


# Settings


def edit(conn, cloud_id: str, *, name: str = "", description: str = "") -> None:
    cinder.put(conn, f"/volumes/{cloud_id}", {"volume": {"name": name, "description": description}})


def set_metadata(conn, cloud_id: str, *, metadata: dict[str, str], remove: list[str]) -> None:
    cinder.replace_metadata(conn, f"/volumes/{cloud_id}", metadata=metadata, remove=remove)


def add_metadata(conn, cloud_id: str, *, metadata: dict[str, str]) -> None:
    cinder.replace_metadata(conn, f"/volumes/{cloud_id}", metadata=metadata, remove=[])


def set_image_metadata(conn, cloud_id: str, *, metadata: dict[str, str], remove: list[str]) -> None:
    if metadata:
        act(conn, cloud_id, "os-set_image_metadata", {"metadata": metadata})
    for key in remove:
        act(conn, cloud_id, "os-unset_image_metadata", {"key": key})


def set_bootable(conn, cloud_id: str) -> None:
    act(conn, cloud_id, "os-set_bootable", {"bootable": True})


def unset_bootable(conn, cloud_id: str) -> None:
    act(conn, cloud_id, "os-set_bootable", {"bootable": False})


def set_read_only(conn, cloud_id: str) -> None:
    act(conn, cloud_id, "os-update_readonly_flag", {"readonly": True})


def set_read_write(conn, cloud_id: str) -> None:
    act(conn, cloud_id, "os-update_readonly_flag", {"readonly": False})


# Size and place


def extend(conn, cloud_id: str, *, size: int) -> None:
    act(conn, cloud_id, "os-extend", {"new_size": size})


def retype(conn, cloud_id: str, *, volume_type: str, migration_policy: str = "never") -> None:
    act(conn, cloud_id, "os-retype", {"new_type": volume_type, "migration_policy": migration_policy})


def migrate(conn, cloud_id: str, *, host: str, force_host_copy: bool = False, lock_volume: bool = False) -> None:
    wanted = {"host": host, "force_host_copy": force_host_copy, "lock_volume": lock_volume}
    act(conn, cloud_id, "os-migrate_volume", wanted)


# Servers


def attach(conn, cloud_id: str, *, server: str, device: str = "", delete_with_server: bool = False) -> None:
    wanted: dict[str, Any] = {"volumeId": cloud_id, **({"device": device} if device else {})}
    if delete_with_server:
        wanted["delete_on_termination"] = True
    # 2.60 is the oldest for a volume of several servers, 2.79 for one that goes with its server.
    version = negotiate(conn.compute, "2.79")
    path = f"/servers/{server}/os-volume_attachments"
    check(conn.compute.post(path, json={"volumeAttachment": wanted}, microversion=version))


def detach(conn, cloud_id: str, *, server: str = "") -> None:
    for one_server in [server] if server else _servers(conn, cloud_id):
        check(conn.compute.delete(f"/servers/{one_server}/os-volume_attachments/{cloud_id}"))


def _servers(conn, cloud_id: str) -> list[str]:
    entries = map(mapping, sequence(look(conn, cloud_id).get("attachments")))
    return [str(entry["server_id"]) for entry in entries if entry.get("server_id")]


def force_detach(conn, cloud_id: str, *, attachment: str = "") -> None:
    act(conn, cloud_id, "os-force_detach", {"attachment_id": attachment} if attachment else {})


# Copies


def to_image(
    conn, cloud_id: str, *, name: str, disk_format: str, visibility: str = "private", protected: bool = False
) -> None:
    wanted = {"image_name": name, "disk_format": disk_format, "container_format": "bare", "force": True}
    if negotiate(conn.block_storage, "3.1") not in (None, "3.0"):
        wanted |= {"visibility": visibility, "protected": protected}
    act(conn, cloud_id, "os-volume_upload_image", wanted)


def revert(conn, cloud_id: str, *, snapshot: str) -> None:
    act(conn, cloud_id, "revert", {"snapshot_id": snapshot})


# Another project


def offer_transfer(conn, cloud_id: str, *, name: str = "", with_snapshots: bool = True) -> dict[str, Any]:
    """The transfer as Cinder answers once: with its `auth_key`."""
    path, wanted = cinder.transfers(conn), {"volume_id": cloud_id, "name": name or None}
    if path == "/volume-transfers":  # the older one always takes them along
        wanted["no_snapshots"] = not with_snapshots
    return dict(mapping(cinder.post(conn, path, {"transfer": wanted}).get("transfer")))


# Repair


def reset_status(conn, cloud_id: str, *, status: str, attach_status: str = "", end_migration: bool = False) -> None:
    wanted = {"status": status, **({"attach_status": attach_status} if attach_status else {})}
    if end_migration:
        wanted["migration_status"] = "none"
    act(conn, cloud_id, "os-reset_status", wanted)


def unmanage(conn, cloud_id: str) -> None:
    act(conn, cloud_id, "os-unmanage", {})


# End


def delete(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/volumes/{cloud_id}")


def delete_with_snapshots(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/volumes/{cloud_id}?cascade=true")


def force_delete(conn, cloud_id: str) -> None:
    act(conn, cloud_id, "os-force_delete", {})
