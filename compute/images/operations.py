"""What can be asked of Glance, and of Cinder about an image."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from clusters.gateway import TransferError, check, one, receive_file, send_file

PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}


def _patch(conn, cloud_id: str, values: Mapping[str, Any], *, remove: Sequence[str] = ()) -> None:
    """Set these fields or properties, and remove those."""
    changes = [{"op": "add", "path": _pointer(name), "value": value} for name, value in values.items()]
    changes += [{"op": "remove", "path": _pointer(name)} for name in remove]
    check(conn.image.patch(f"/images/{cloud_id}", json=changes, headers=PATCH))


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def edit(conn, cloud_id: str, **values: Any) -> None:
    _patch(conn, cloud_id, values)


def set_properties(conn, cloud_id: str, *, properties: dict[str, str], remove: Sequence[str] = ()) -> None:
    _patch(conn, cloud_id, properties, remove=remove)


def set_visibility(conn, cloud_id: str, *, visibility: str) -> None:
    _patch(conn, cloud_id, {"visibility": visibility})


def publish(conn, cloud_id: str) -> None:
    _patch(conn, cloud_id, {"visibility": "public"})


def protect(conn, cloud_id: str) -> None:
    _patch(conn, cloud_id, {"protected": True})


def unprotect(conn, cloud_id: str) -> None:
    _patch(conn, cloud_id, {"protected": False})


def deactivate(conn, cloud_id: str) -> None:
    conn.image.deactivate_image(cloud_id)


def reactivate(conn, cloud_id: str) -> None:
    conn.image.reactivate_image(cloud_id)


def delete(conn, cloud_id: str) -> None:
    conn.image.delete_image(cloud_id, ignore_missing=False)


def add_member(conn, cloud_id: str, *, project: str, accept: bool = False) -> None:
    conn.image.add_member(cloud_id, member_id=project)
    if accept:
        accept_member(conn, cloud_id, project=project)


def remove_member(conn, cloud_id: str, *, project: str) -> None:
    conn.image.remove_member(project, image=cloud_id, ignore_missing=False)


def accept_member(conn, cloud_id: str, *, project: str) -> None:
    conn.image.update_member(project, cloud_id, status="accepted")


def to_volume(conn, cloud_id: str, *, name: str, size: int, volume_type: str = "") -> None:
    wanted = {"volume_type": volume_type} if volume_type else {}
    conn.block_storage.create_volume(name=name, size=size, image_id=cloud_id, **wanted)


def record(conn, *, properties: dict[str, str] | None = None, **values: Any) -> str:
    """A new image without data, by which its id is known."""
    answer = conn.image.post("/images", json={"container_format": "bare", **(properties or {}), **values})
    check(answer)
    return answer.json()["id"]


def import_from(conn, *, url: str, **values: Any) -> str:
    """A new image whose data the cloud fetches by itself. Where it will not, nothing is left behind."""
    with ExitStack() as undo:
        cloud_id = record(conn, **values)
        undo.callback(conn.image.delete_image, cloud_id)
        wish = {"method": {"name": "web-download", "uri": url}}
        check(conn.image.post(f"/images/{cloud_id}/import", json=wish))
        undo.pop_all()
    return cloud_id


def upload(conn, *, parts: Iterable[bytes], **values: Any) -> dict[str, Any]:
    """A new image of these bytes: its id, and `size`, `hash` and `verified`, whether the cloud's hash of them is ours.
    What breaks off, or arrives as something else, leaves nothing behind."""
    counted = _Counted(parts)
    with ExitStack() as undo:
        cloud_id = record(conn, **values)
        undo.callback(conn.image.delete_image, cloud_id)
        send_file(conn.image, f"/images/{cloud_id}/file", counted)
        there = one(conn.image, f"/images/{cloud_id}")
        verified = there.get("os_hash_algo") == "sha512"
        if verified and there.get("os_hash_value") != counted.sha512.hexdigest():
            raise TransferError("corrupted")
        undo.pop_all()
    return {"id": cloud_id, "size": counted.size, "hash": counted.sha512.hexdigest(), "verified": verified}


class _Counted:
    def __init__(self, parts: Iterable[bytes]):
        self.parts, self.size, self.sha512 = parts, 0, hashlib.sha512()

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            self.size += len(part)
            self.sha512.update(part)
            yield part


def download(conn, cloud_id: str, *, begin: Callable[[int | None], None], put: Callable[[bytes | None], None]) -> None:
    """`begin` is told the length, if it is known, `put` each part and None at the end."""
    length, parts = receive_file(conn.image, f"/images/{cloud_id}/file")
    begin(length)
    for part in parts:
        put(part)
    put(None)
