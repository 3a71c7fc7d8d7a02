"""Offers of volumes to other projects as plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.gateway import moment, one
from storage import cinder


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    for page in cinder.everything(conn, f"{cinder.transfers(conn)}/detail", "transfers"):
        yield [row(transfer) for transfer in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    path = f"{cinder.transfers(conn)}/{cloud_id}"
    return row(one(conn.block_storage, path, "transfer", microversion=cinder.NEWEST))


def row(transfer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": transfer.get("id"),
        "name": transfer.get("name"),
        # Cinder tells it from 3.57 on.
        "project_id": transfer.get("source_project_id") or "",
        "status": "offered",
        "created_at": moment(transfer.get("created_at")),
        "volume_id": transfer.get("volume_id"),
        "with_snapshots": transfer.get("no_snapshots") is not True,
        "data": {},
    }


def cancel(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"{cinder.transfers(conn)}/{cloud_id}")
