"""Nova's flavors as plain values, and what can be asked of them."""

from collections.abc import Iterator
from typing import Any

from clusters.coerce import mapping
from clusters.gateway import one, pages

NEWEST = "2.61"  # description since 2.55, extra specs since 2.61


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    # "None" is Nova's word for public and private ones.
    for page in pages(conn.compute, "/flavors/detail", "flavors", microversion=NEWEST, query={"is_public": "None"}):
        yield [row(flavor) for flavor in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.compute, f"/flavors/{cloud_id}", "flavor", microversion=NEWEST))


def row(flavor: dict[str, Any]) -> dict[str, Any]:
    return {
        "cloud_id": flavor.get("id"),
        "name": flavor.get("name"),
        "vcpus": flavor.get("vcpus"),
        "ram": flavor.get("ram"),
        "disk": flavor.get("disk"),
        "ephemeral": flavor.get("OS-FLV-EXT-DATA:ephemeral"),
        "swap": flavor.get("swap") or 0,  # none is "" before 2.75
        "public": flavor.get("os-flavor-access:is_public", True),
        "disabled": flavor.get("OS-FLV-DISABLED:disabled"),
        "data": {
            "description": flavor.get("description") or "",
            "extra_specs": mapping(flavor.get("extra_specs")),
            "rxtx_factor": flavor.get("rxtx_factor"),
        },
    }
