"""Cinder's QoS specifications as plain values, and what can be asked about them."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from clusters.coerce import mapping
from clusters.gateway import check, one, pages
from storage import cinder


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    for page in pages(conn.block_storage, "/qos-specs", "qos_specs", by_offset=True):
        yield [row(spec) for spec in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.block_storage, f"/qos-specs/{cloud_id}", "qos_specs"))


def row(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": spec.get("id"),
        "name": spec.get("name"),
        "consumer": spec.get("consumer"),
        "data": {"specs": mapping(spec.get("specs"))},
    }


def create(conn, *, name: str, consumer: str, specs: Mapping[str, str] | None = None) -> str:
    wish = {**(specs or {}), "name": name, "consumer": consumer}
    return str(cinder.post(conn, "/qos-specs", {"qos_specs": wish})["qos_specs"]["id"])


def set_keys(conn, cloud_id: str, **specs: str) -> None:
    cinder.put(conn, f"/qos-specs/{cloud_id}", {"qos_specs": specs})


def set_key(conn, cloud_id: str, *, key: str, value: str) -> None:
    set_keys(conn, cloud_id, **{key: value})


def remove_key(conn, cloud_id: str, *, key: str) -> None:
    cinder.put(conn, f"/qos-specs/{cloud_id}/delete_keys", {"keys": [key]})


def associate(conn, cloud_id: str, *, volume_type: str) -> None:
    _about_type(conn, cloud_id, "associate", volume_type)


def disassociate(conn, cloud_id: str, *, volume_type: str) -> None:
    _about_type(conn, cloud_id, "disassociate", volume_type)


def disassociate_all(conn, cloud_id: str) -> None:
    check(conn.block_storage.get(f"/qos-specs/{cloud_id}/disassociate_all"))


def _about_type(conn, cloud_id: str, what: str, volume_type: str) -> None:
    # Cinder has these two changed by GET.
    check(conn.block_storage.get(f"/qos-specs/{cloud_id}/{what}?{urlencode({'vol_type_id': volume_type})}"))


def delete(conn, cloud_id: str) -> None:
    cinder.delete(conn, f"/qos-specs/{cloud_id}")
