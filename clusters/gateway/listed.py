"""Lists that can be read from any place on: what a list is, and one page of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from openstack import exceptions

from clusters.gateway.listing import PAGE_SIZE, answered_page, negotiate, one, pages
from clusters.gateway.translation import RAISED, translate

MOST_MARKERS = 6


@dataclass(frozen=True)
class Listing:
    """One list of a service. `service` is what the SDK calls its proxy (`block_storage`), `key` where the items stand
    in an answer, `microversion` the newest one we understand, `everybodys` what asks for the items of all projects
    where our credential may. A list that exists `since` one is, in an older cloud, a
    bad request: it might pass over what it does not know. Of an `optional` list there is nothing in a cloud that does
    not have it or does not let us see it."""

    service: str
    path: str
    key: str
    query: Mapping[str, Any] = field(default_factory=dict)
    microversion: str | None = None
    since: str | None = None
    optional: bool = False
    everybodys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """Some lists, one after the other, of whose items `row` makes rows. Whoever does not need to go on from a place
    calls it with a connection (and what `lists` asks for), and gets all pages."""

    lists: Callable[..., Sequence[Listing]]
    row: Callable[[dict[str, Any]], dict[str, Any]]

    def __call__(self, conn, *arguments: Any) -> Iterator[list[dict[str, Any]]]:
        for listing in self.lists(*arguments):
            found = pages(
                getattr(conn, listing.service),
                listing.path,
                listing.key,
                microversion=listing.microversion,
                query=listing.query,
                everybodys=listing.everybodys,
            )
            try:
                for page in found:
                    yield [self.row(item) for item in page]
            except RAISED as error:
                if not _absent(listing, error):
                    raise


@dataclass(frozen=True)
class Index:
    """What a service can tell of all its resources in few words: the ids there are (`ids`, whose rows are `cloud_id`
    and, where the service has one, a `mark` that changes with the resource and that its whole row has in `data` as
    `mark_in`). With `some` it tells the resources of given ids; with `made` the ids of those that were made from one
    moment (None: ever) until before another one, and how many they are (`read_count`)."""

    ids: Listed
    mark_in: str = ""
    some: Callable[[Sequence[str]], Listing] | None = None
    made: Callable[[datetime], Listing] | None = None


@dataclass(frozen=True)
class Page:
    """`markers` are ids after which to go on, the best one first; none at the end of the list. `from_start` says that
    every marker given was refused, so that the list was begun anew."""

    items: list[dict[str, Any]]
    markers: list[str]
    from_start: bool = False


def read_page(conn, listing: Listing, *, markers: Sequence[str] = (), limit: int = PAGE_SIZE) -> Page:
    """The page after the first of `markers` that the cloud still knows. Services refuse the marker of a resource that
    was deleted meanwhile; from an earlier one on, some rows are read twice and none is lost."""
    for marker in markers:
        try:
            return _page(conn, listing, markers, marker, limit)
        except RAISED as error:
            if translate(error, "").code not in ("bad_request", "not_found"):
                raise
    page = _page(conn, listing, (), "", limit)
    return Page(page.items, page.markers, from_start=bool(markers))


def read_count(conn, listing: Listing) -> int | None:
    """How many there are in a list, where a service counts them for whoever asks; None where it does not say."""
    query = {**listing.query, "limit": 1, "with_count": "true"}
    answer = one(_proxy(conn, listing), f"{listing.path}?{urlencode(query)}", microversion=listing.microversion)
    count = answer.get("count")
    return count if isinstance(count, int) else None


def _proxy(conn, listing: Listing) -> Any:
    proxy = getattr(conn, listing.service)
    if listing.since and negotiate(proxy, listing.since) != listing.since:
        raise exceptions.BadRequestException(f"{listing.path} needs {listing.since}", http_status=400)
    return proxy


def _page(conn, listing: Listing, before: Sequence[str], marker: str, limit: int) -> Page:
    proxy = _proxy(conn, listing)
    microversion = negotiate(proxy, listing.microversion) if listing.microversion else None
    limit = listing.query.get("limit", limit)
    query = {"limit": limit, **listing.query, **({"marker": marker} if marker else {})}
    try:
        items, following = answered_page(proxy, listing.path, listing.key, query, microversion, listing.everybodys)
    except RAISED as error:
        if marker or not _absent(listing, error):
            raise
        return Page([], [])
    ids = [str(item.get("id") or "") for item in items]
    # A page may have shrunk while it was made, and then Nova sends no link: only one much shorter is the last.
    if not following and len(items) * 2 >= limit:
        following = ids[-1]
    if not following or following == marker:
        return Page(items, [])
    places = (following, *(ids[-place] for place in (2, 10, 100) if place <= len(ids)), ids[0], *before)
    return Page(items, list(dict.fromkeys(filter(None, places)))[:MOST_MARKERS])


def _absent(listing: Listing, error: Exception) -> bool:
    return listing.optional and translate(error, "").code in ("forbidden", "not_found", "no_service")
