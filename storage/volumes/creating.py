"""What can be asked of Cinder about a volume that is not there yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import moment
from storage import cinder

SOURCES = {
    "image": "imageRef",
    "snapshot": "snapshot_id",
    "source_volume": "source_volid",
    "backup": "backup_id",
}
"""The form's field → Cinder's."""


def create(conn, *, size: int, name: str = "", source: str = "blank", **given: Any) -> str:
    wanted: dict[str, Any] = {"name": name, "size": size}
    for key in ("description", "volume_type", "availability_zone", "metadata"):
        wanted |= {key: given[key]} if given.get(key) else {}
    for field, key in SOURCES.items():
        wanted |= {key: given[field]} if given.get(field) else {}
    wanted |= {"group_id": given["group"]} if given.get("group") else {}
    return _made(cinder.post(conn, "/volumes", {"volume": wanted}))


def manage(conn, *, host: str, reference: str, name: str = "", bootable: bool = False, **given: Any) -> str:
    """Take over what is on the back end already; `reference` is what its driver calls it."""
    wanted = {"host": host, "ref": {"source-name": reference}, "name": name, "bootable": bootable}
    for key in ("description", "volume_type", "availability_zone", "metadata"):
        wanted |= {key: given[key]} if given.get(key) else {}
    return _made(cinder.post(conn, "/manageable_volumes", {"volume": wanted}))


def _made(answer: Mapping[str, Any]) -> str:
    return str(mapping(answer.get("volume")).get("id") or "")


def made(conn, since: datetime, *, name: str = "", **given: Any) -> str:
    """The id of the volume of this name that this credential made since then, or ""."""
    query = {"name": name, "sort": "created_at:desc"} if name else {"sort": "created_at:desc"}
    for page in cinder.pages(conn.block_storage, "/volumes/detail", "volumes", query=query):
        for volume in page:
            created = moment(volume.get("created_at"))
            fits = volume.get("name") == name and volume.get("size") == given.get("size", volume.get("size"))
            if fits and volume.get("user_id") == conn.current_user_id and created is not None and created >= since:
                return str(volume.get("id") or "")
    return ""


def accept_transfer(conn, *, transfer: str, auth_key: str) -> str:
    """The id of the volume, which is of the connection's project from now on."""
    path = f"{cinder.transfers(conn)}/{transfer}/accept"
    answer = cinder.post(conn, path, {"accept": {"auth_key": auth_key}})
    return str(mapping(answer.get("transfer")).get("volume_id") or "")
