"""Volumes, attached or not, their snapshots and backups."""

import time

from openstack.connection import Connection

WAIT_SECONDS = 60


def create_volumes(member: Connection, servers: list) -> None:
    """A data volume on each of these servers, and some that are on none."""
    volumes = member.block_storage
    if volumes.find_volume("golden-disk"):
        return
    for number, server in enumerate(servers):
        volume = volumes.create_volume(
            name=f"{server.name}-data",
            size=(20, 50, 100)[number % 3],
            volume_type=("fast", "standard")[number % 2],
            description=f"Data of {server.name}",
            metadata={"purpose": "data"},
        )
        _wait(volumes.get_volume, volume, "available")
        member.compute.create_volume_attachment(server, volume_id=volume.id)
        _wait(volumes.get_volume, volume, "in-use")
        if number == 0:
            snapshot = volumes.create_snapshot(volume_id=volume.id, name=f"{server.name}-before-upgrade", force=True)
            _wait(volumes.get_snapshot, snapshot, "available")
    image = member.image.find_image("debian-12", ignore_missing=False)
    bootable = volumes.create_volume(name="golden-disk", size=10, image_id=image.id, volume_type="standard")
    archive = volumes.create_volume(name="archive-2025", size=200, volume_type="standard")
    _wait(volumes.get_volume, bootable, "available")
    _wait(volumes.get_volume, archive, "available")
    snapshot = volumes.create_snapshot(volume_id=archive.id, name="archive-2025-q4")
    _wait(volumes.get_snapshot, snapshot, "available")
    backup = volumes.create_backup(
        volume_id=bootable.id, name="golden-disk-weekly", description="Made by the weekly job"
    )
    _wait(volumes.get_backup, backup, "available")


def _wait(get, item, status: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while (now := get(item.id).status) != status:
        if now.startswith("error") or time.monotonic() > deadline:
            raise RuntimeError(f"{item.name} is {now}, not {status}")
        time.sleep(0.2)


def break_volume(admin: Connection) -> None:
    """Leave one volume in error, as a storage fault would."""
    name = "lost-replica"
    if admin.block_storage.find_volume(name):
        return
    volume = admin.block_storage.create_volume(name=name, size=5, volume_type="standard")
    _wait(admin.block_storage.get_volume, volume, "available")
    admin.block_storage.reset_volume_status(volume, status="error")
