"""What the rooms of storage ask of Cinder in the same way."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clusters.gateway import Index, Listed, Listing, check, negotiate, pages

NEWEST = "3.70"


def post(conn, path: str, body: Mapping[str, Any], newest: str = NEWEST) -> dict[str, Any]:
    """Ask with the newest microversion that both sides know and that is not above `newest`; the answer's JSON."""
    response = conn.block_storage.post(path, json=body, microversion=negotiate(conn.block_storage, newest))
    check(response)
    return response.json() if response.content else {}


def put(conn, path: str, body: Mapping[str, Any], newest: str = NEWEST) -> None:
    check(conn.block_storage.put(path, json=body, microversion=negotiate(conn.block_storage, newest)))


def delete(conn, path: str, newest: str = NEWEST) -> None:
    check(conn.block_storage.delete(path, microversion=negotiate(conn.block_storage, newest)))


def everything(conn, path: str, key: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list, of all projects."""
    return pages(conn.block_storage, path, key, microversion=NEWEST, query={"all_tenants": "1", **query})


def listed(path: str, key: str, row: Callable[[dict[str, Any]], dict[str, Any]]) -> Listed:
    """The same for a type of which there may be many."""
    return Listed(lambda: (Listing("block_storage", path, key, {"all_tenants": "1"}, NEWEST),), row)


def ids(path: str, key: str) -> Index:
    """The ids of such a list: Cinder does not tell what is gone in any other way."""
    listing = Listing("block_storage", path, key, {"all_tenants": "1"}, NEWEST)
    return Index(Listed(lambda: (listing,), lambda found: {"cloud_id": found.get("id")}))


def replace_metadata(conn, path: str, *, metadata: Mapping[str, str], remove: list[str]) -> None:
    """Set these, then remove those, each a request of its own: Cinder keeps some keys for itself, and to replace all
    of them would be refused because of those."""
    if metadata:
        post(conn, f"{path}/metadata", {"metadata": dict(metadata)})
    for key in remove:
        delete(conn, f"{path}/metadata/{key}")


def transfers(conn) -> str:
    """Where this cloud keeps offers of volumes to other projects."""
    return "/volume-transfers" if negotiate(conn.block_storage, "3.55") == "3.55" else "/os-volume-transfer"
