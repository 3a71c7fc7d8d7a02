"""Glance's images as plain values, and what can be asked of them."""

from typing import Any

from clusters.coerce import sequence
from clusters.gateway import Listed, Listing, moment, one

OWN_FIELDS = frozenset(
    "id name owner status created_at updated_at visibility disk_format container_format size virtual_size min_disk "
    "min_ram protected os_hidden tags checksum os_hash_algo os_hash_value self file schema stores locations "
    "direct_url".split()
)
"""What Glance itself says of an image; whatever else stands in its answer are properties people gave it."""

KEPT = ("container_format", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "stores")


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.image, f"/images/{cloud_id}"))


def row(image: dict[str, Any]) -> dict[str, Any]:
    """Every field may be missing, and besides Glance's own there may be any other."""
    properties = {key: value for key, value in image.items() if key not in OWN_FIELDS and value is not None}
    return {
        "cloud_id": image.get("id"),
        "name": image.get("name"),
        "project_id": image.get("owner"),
        "status": image.get("status") or "unknown",
        "created_at": moment(image.get("created_at")),
        "updated_at": moment(image.get("updated_at")),
        "gone": image.get("status") == "deleted",
        "kind": _kind(properties),
        "visibility": image.get("visibility"),
        "os_distro": properties.get("os_distro"),
        "disk_format": image.get("disk_format"),
        "size": image.get("size"),
        "min_disk": image.get("min_disk"),
        "min_ram": image.get("min_ram"),
        "protected": image.get("protected"),
        "hidden": image.get("os_hidden"),
        "server_id": properties.get("instance_uuid"),
        "tags": sequence(image.get("tags")),
        "data": {
            **{key: image.get(key) for key in KEPT if image.get(key) is not None},
            "properties": properties,
        },
    }


def _lists(**query: str) -> tuple[Listing, Listing]:
    """Hidden images are in no list but their own. A Glance that knows none of them answers with nothing."""
    wish = {"visibility": "all", **query}
    return Listing("image", "/images", "images", wish), Listing(
        "image", "/images", "images", wish | {"os_hidden": "true"}
    )


fetch = Listed(_lists, row)

# Glance does not tell of deleted images; those are found by the next complete reading.
changes = Listed(
    lambda since: _lists(sort_key="updated_at", sort_dir="asc", updated_at=f"gte:{since:%Y-%m-%dT%H:%M:%SZ}"), row
)


def _kind(properties: dict[str, Any]) -> str:
    """Nova says so, except of a server that has its disk in a volume: its snapshot is a list of volume snapshots."""
    said = properties.get("image_type")
    if said in ("snapshot", "backup"):
        return said
    return "snapshot" if properties.get("block_device_mapping") else "image"
