"""What can be asked of a server, one function each: an SDK connection and plain values in, and out what the person has
to be told, or nothing."""

from datetime import UTC, datetime
from typing import Any

from clusters.gateway import check, negotiate, one


def act(conn, cloud_id: str, body: dict[str, Any], newest: str = "2.96") -> dict[str, Any]:
    """One of Nova's server actions that the SDK has no function for, or whose answer it drops."""
    version = negotiate(conn.compute, newest)
    response = conn.compute.post(f"/servers/{cloud_id}/action", json=body, microversion=version)
    check(response)
    return response.json() if response.content else {}


# Power


def start(conn, cloud_id: str) -> None:
    conn.compute.start_server(cloud_id)


def stop(conn, cloud_id: str) -> None:
    conn.compute.stop_server(cloud_id)


def soft_reboot(conn, cloud_id: str) -> None:
    conn.compute.reboot_server(cloud_id, "SOFT")


def hard_reboot(conn, cloud_id: str) -> None:
    conn.compute.reboot_server(cloud_id, "HARD")


def pause(conn, cloud_id: str) -> None:
    conn.compute.pause_server(cloud_id)


def unpause(conn, cloud_id: str) -> None:
    conn.compute.unpause_server(cloud_id)


def suspend(conn, cloud_id: str) -> None:
    conn.compute.suspend_server(cloud_id)


def resume(conn, cloud_id: str) -> None:
    conn.compute.resume_server(cloud_id)


def shelve(conn, cloud_id: str) -> None:
    conn.compute.shelve_server(cloud_id)


def offload(conn, cloud_id: str) -> None:
    conn.compute.shelve_offload_server(cloud_id)


def unshelve(conn, cloud_id: str) -> None:
    conn.compute.unshelve_server(cloud_id)


# Size and content


def resize(conn, cloud_id: str, *, flavor: str) -> None:
    conn.compute.resize_server(cloud_id, flavor)


def confirm_resize(conn, cloud_id: str) -> None:
    conn.compute.confirm_server_resize(cloud_id)


def revert_resize(conn, cloud_id: str) -> None:
    conn.compute.revert_server_resize(cloud_id)


def rebuild(conn, cloud_id: str, *, image: str, key_name: str = "") -> None:
    conn.compute.rebuild_server(cloud_id, image, **({"key_name": key_name} if key_name else {}))


def delete(conn, cloud_id: str) -> None:
    conn.compute.delete_server(cloud_id, ignore_missing=False)


def force_delete(conn, cloud_id: str) -> None:
    conn.compute.delete_server(cloud_id, ignore_missing=False, force=True)


def restore(conn, cloud_id: str) -> None:
    conn.compute.restore_server(cloud_id)


# Repair


def rescue(conn, cloud_id: str, *, image: str = "", password: str = "") -> str:
    """The password of the rescue system, where the cloud sets one."""
    wanted = {"rescue_image_ref": image, "adminPass": password}
    body = {"rescue": {key: value for key, value in wanted.items() if value} or None}
    return str(act(conn, cloud_id, body).get("adminPass") or "")


def unrescue(conn, cloud_id: str) -> None:
    conn.compute.unrescue_server(cloud_id)


def reset_state(conn, cloud_id: str, *, state: str) -> None:
    conn.compute.reset_server_state(cloud_id, state)


def crash_dump(conn, cloud_id: str) -> None:
    conn.compute.trigger_server_crash_dump(cloud_id)


# Placement


def migrate(conn, cloud_id: str, *, host: str = "") -> None:
    conn.compute.migrate_server(cloud_id, host=host or None)


def live_migrate(conn, cloud_id: str, *, host: str = "", block_migration: str = "auto") -> None:
    block = {"true": True, "false": False}.get(block_migration, "auto")
    conn.compute.live_migrate_server(cloud_id, host=host or None, block_migration=block)


def abort_live_migration(conn, cloud_id: str) -> None:
    for migration in conn.compute.server_migrations(cloud_id):
        conn.compute.abort_server_migration(migration, cloud_id, ignore_missing=False)


def complete_live_migration(conn, cloud_id: str) -> None:
    for migration in conn.compute.server_migrations(cloud_id):
        conn.compute.force_complete_server_migration(migration, cloud_id)


def evacuate(conn, cloud_id: str, *, host: str = "") -> None:
    conn.compute.evacuate_server(cloud_id, host=host or None)


# Settings


def lock(conn, cloud_id: str, reason: str = "") -> None:
    """A `reason` takes compute 2.73."""
    conn.compute.lock_server(cloud_id, **({"locked_reason": reason} if reason else {}))


def unlock(conn, cloud_id: str) -> None:
    conn.compute.unlock_server(cloud_id)


def edit(conn, cloud_id: str, **changed: str) -> None:
    """`name`, and from compute 2.19 on `description`."""
    conn.compute.update_server(cloud_id, **changed)


def replace_metadata(conn, cloud_id: str, *, metadata: dict[str, str]) -> None:
    check(conn.compute.put(f"/servers/{cloud_id}/metadata", json={"metadata": metadata}))


def add_metadata(conn, cloud_id: str, *, metadata: dict[str, str]) -> None:
    conn.compute.set_server_metadata(cloud_id, **metadata)


def replace_tags(conn, cloud_id: str, *, tags: list[str]) -> None:
    version = negotiate(conn.compute, "2.26")
    check(conn.compute.put(f"/servers/{cloud_id}/tags", json={"tags": tags}, microversion=version))


def add_tag(conn, cloud_id: str, *, tag: str) -> None:
    conn.compute.add_tag_to_server(cloud_id, tag)


def remove_tag(conn, cloud_id: str, *, tag: str) -> None:
    conn.compute.remove_tag_from_server(cloud_id, tag)


# Access


def change_password(conn, cloud_id: str, *, password: str) -> None:
    conn.compute.change_server_password(cloud_id, password)


def console_link(conn, cloud_id: str, *, type: str = "novnc") -> str:
    return str(conn.compute.create_server_remote_console(cloud_id, type=type).url or "")


# Storage


def attach_volume(conn, cloud_id: str, *, volume: str, device: str = "", delete_with_server: bool = False) -> None:
    wanted = {"volumeId": volume, **({"device": device} if device else {})}
    if delete_with_server:
        wanted["delete_on_termination"] = True
    version = negotiate(conn.compute, "2.79")
    path = f"/servers/{cloud_id}/os-volume_attachments"
    check(conn.compute.post(path, json={"volumeAttachment": wanted}, microversion=version))


def detach_volume(conn, cloud_id: str, *, volume: str) -> None:
    conn.compute.delete_volume_attachment(cloud_id, volume, ignore_missing=False)


# Snapshots and backups


def snapshot(conn, cloud_id: str, *, name: str, metadata: dict[str, str] | None = None) -> str:
    """The id of the image. `{name}` and `{date}` in the name become the server's name and the moment in UTC;
    `metadata` become properties of the image."""
    wanted = {"name": filled(conn, cloud_id, name), **({"metadata": metadata} if metadata else {})}
    return _image_of(conn, cloud_id, {"createImage": wanted})


def backup(conn, cloud_id: str, *, name: str, type: str, keep: int, metadata: dict[str, str] | None = None) -> str:
    """The id of the image. Nova then deletes the oldest of this type until `keep` are left."""
    wanted: dict[str, Any] = {"name": filled(conn, cloud_id, name), "backup_type": type, "rotation": keep}
    wanted |= {"metadata": metadata} if metadata else {}
    return _image_of(conn, cloud_id, {"createBackup": wanted})


def _image_of(conn, cloud_id: str, body: dict[str, Any]) -> str:
    # Since 2.45 the id stands in the answer.
    return str(act(conn, cloud_id, body).get("image_id") or "")


def filled(conn, cloud_id: str, text: str) -> str:
    """The text with `{name}` and `{date}` filled in, no longer than what Glance takes as a name."""
    if "{name}" in text:
        text = text.replace("{name}", one(conn.compute, f"/servers/{cloud_id}", "server").get("name") or cloud_id)
    return text.replace("{date}", f"{datetime.now(UTC):%Y%m%d-%H%M%S}")[:255]
