"""What the rooms of storage ask of Cinder in the same way."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from clusters.gateway import Index, Listed, Listing, check, negotiate, pages

NEWEST = "3.70"
EVERYBODYS = {"all_tenants": "1"}


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
    """The pages of a list, of all projects where our credential may ask for them."""
    return pages(conn.block_storage, path, key, microversion=NEWEST, query=query, everybodys=EVERYBODYS)


def listed(path: str, key: str, row: Callable[[dict[str, Any]], dict[str, Any]]) -> Listed:
    """The same for a type of which there may be many."""
    return Listed(lambda: (Listing("block_storage", path, key, {}, NEWEST, everybodys=EVERYBODYS),), row)


def ids(path: str, key: str, *, by_time: bool = False) -> Index:
    """The ids of such a list: Cinder does not tell what is gone in any other way. `by_time`: of this type it also
    lists and counts those that were made before a moment."""

    def made(before: datetime) -> Listing:
        # Of two bounds Cinder takes what fits either.
        query = {"created_at": f"lt:{before.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "sort": "created_at:desc"}
        return Listing("block_storage", path, key, {"all_tenants": "1", **query}, NEWEST, since="3.60")

    listing = Listing("block_storage", path, key, {"all_tenants": "1"}, NEWEST)
    return Index(
        Listed(lambda: (listing,), lambda found: {"cloud_id": found.get("id")}), made=made if by_time else None
    )


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
