"""Complete passes: begun, gone on with, and what follows from them.

Everything is written page by page together with the place to go on from, so a pass outlives its worker, has no
deadline of its own, and lets what changed in the last minutes go first.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from django.utils import timezone

from clusters import gateway, inventory, leases, names, paces
from clusters.deltas import LEAST_OVERLAP, MOST_ASKED, delta, rows
from clusters.gateway import Call, Index, Listed, Listing, Page
from clusters.models import SyncState
from clusters.positions import FIRST_ROWS, MOST_ROWS, Position, ids_a_page, rows_a_page
from clusters.work import UNFAILED, Work

# So many by one question, which has their ids in its address.
MOST_AT_ONCE = 100
log = structlog.get_logger()


def read(work: Work, call: Call, kind: str) -> Position | None:
    """A pass of this kind ("full", "index", "delta"). A long one that is under way is gone on with, and a complete one
    begun where changes are not told, or too many. Returns the end of a long pass that has seen all pages."""
    position, since = Position.of(work.state), work.state.changes_since
    if position is None and kind == "delta" and since and _tells(work):
        told = gateway.if_understood(lambda: delta(work, call, since), None)
        if told:
            return None
        position = Position(timezone.now(), work.known())
        if told is None:
            _not_understood(work)
        else:
            _pass_over(work, call, position)
    # Changes of what was never read as a whole are all of it.
    return complete(work, call, position or Position(timezone.now(), kind="full" if kind == "delta" else kind))


def _tells(work: Work) -> bool:
    return paces.tells_changes(work.state, work.source, timezone.now())


def _not_understood(work: Work) -> None:
    log.info("changes_not_told", cluster=work.cluster.name, resource=work.state.resource)
    with work.writing(refused_at=timezone.now()):
        pass


def complete(work: Work, call: Call, position: Position) -> Position | None:
    """Go on with a complete pass. None: there is more to read, later."""
    if isinstance(work.source.fetch, Listed):
        if position.kind == "index":
            if work.source.index and paces.understood(work.state, timezone.now()):
                return _ids_page_by_page(work, call, position, work.source.index, work.source.fetch)
            position = Position(timezone.now(), position.about)
        return _page_by_page(work, call, position, work.source.fetch)
    clock = time.monotonic()
    work.store_all(work.source.fetch(call.conn))
    position.seconds = time.monotonic() - clock
    position.pages, _waited = call.answers(work.source.service)
    with work.writing(position=position.dump(), **_changes_from(work, call, position)):
        return position


def _page_by_page(work: Work, call: Call, position: Position, fetch: Listed) -> Position | None:
    lists = fetch.lists()
    while position.index < len(lists):
        if position.pages:
            _give_way(work, call, position)
            if work.over:
                return None
        if names.read(work, call, position):
            continue
        asked_at, asked = timezone.now(), work.state.page_rows or FIRST_ROWS
        page, took = _next_page(work, call, position, lists, asked)
        work.store(
            [fetch.row(item) for item in page.items],
            asked_at,
            position=position.dump(),
            page_rows=rows_a_page(asked, len(page.items), took),
            **_changes_from(work, call, position),
            **UNFAILED,
        )
    return position


def _next_page(work: Work, call: Call, position: Position, lists: Sequence[Listing], limit: int) -> tuple[Page, float]:
    clock = time.monotonic()
    page = gateway.read_page(call.conn, lists[position.index], markers=position.markers, limit=limit)
    took = time.monotonic() - clock
    if page.markers and not position.about:
        position.about = work.known()
    position.go_on(page, took, work.cluster)
    return page, took


def _ids_page_by_page(work: Work, call: Call, position: Position, index: Index, fetch: Listed) -> Position | None:
    """Rows whose mark is the known one are there, as they were; others are read. Where the cloud has no marks although
    it should, all is read."""
    lists = index.ids.lists()
    while position.index < len(lists):
        if position.pages:
            _give_way(work, call, position)
            if work.over:
                return None
        asked_at = timezone.now()
        page, _took = _next_page(work, call, position, _of_ids(work, position, lists), MOST_ROWS)
        told = {row["cloud_id"]: row.get("mark") for row in map(index.ids.row, page.items)}
        if index.mark_in and None in told.values():
            _not_understood(work)
            return _page_by_page(work, call, Position(timezone.now(), position.about), fetch)
        known = inventory.marks(work.model, work.cluster, list(told), index.mark_in)
        same = [cloud_id for cloud_id, mark in told.items() if cloud_id in known and known[cloud_id] == mark]
        _read_ids(work, call, position, sorted(told.keys() - set(same)), index, fetch)
        with work.writing(position=position.dump(), **UNFAILED):
            inventory.still_there(work.model, work.cluster, same, seen_at=asked_at)
    return position


def _of_ids(work: Work, position: Position, lists: Sequence[Listing]) -> list[Listing]:
    """With as many ids on a page as the cloud tells in time; the limit that a list has is the most."""
    most = lists[position.index].query.get("limit", MOST_ROWS)
    limit = work.ids_asked = ids_a_page(work.state, position, most)
    return [replace(listing, query={**listing.query, "limit": limit}) for listing in lists]


def _read_ids(work: Work, call: Call, position: Position, ids: list[str], index: Index, fetch: Listed) -> None:
    """Where the service tells no more than one at a time, many are left to a complete pass."""
    if index.some is None:
        for cloud_id in ids[:MOST_ASKED]:
            work.read_one(cloud_id)
        position.again = position.again or len(ids) > MOST_ASKED
        return
    for first in range(0, len(ids), MOST_AT_ONCE):
        asked_at, some = timezone.now(), ids[first : first + MOST_AT_ONCE]
        page = gateway.read_page(call.conn, index.some(some), limit=2 * MOST_AT_ONCE + 1)
        work.store([fetch.row(item) for item in page.items], asked_at)


def _changes_from(work: Work, call: Call, position: Position) -> dict[str, Any]:
    """Where the first delta begins: a little before the first complete pass did."""
    if work.source.changes is None or work.state.changes_since is not None:
        return {}
    return {"changes_since": call.cloud_time(position.began) - LEAST_OVERLAP}


def _give_way(work: Work, call: Call, position: Position) -> None:
    """Between two pages: people may have begun to look or to act meanwhile."""
    state = SyncState.objects.filter(pk=work.state.pk).first()
    if state is None:  # the cluster is deleted
        raise leases.LeaseLost
    work.state, since = state, state.changes_since
    kind = paces.head_due(state, work.source, timezone.now())
    if kind == "rows":
        rows(work)
    elif kind == "delta" and since:
        told = gateway.if_understood(lambda: delta(work, call, since), None)
        if told is None:
            _not_understood(work)
        elif not told:
            _pass_over(work, call, position)


def _pass_over(work: Work, call: Call, position: Position) -> None:
    """So much changed that the complete pass has to tell. What changed since that began is beyond it, so then another
    one has to follow. Either way the next delta is a small one again: it begins after the second in which so much
    changed at once, or else where this pass began."""
    covered = call.cloud_time(position.began) - LEAST_OVERLAP
    if work.mass_change is not None:
        since = work.mass_change + timedelta(seconds=1)
        position.again = position.again or work.mass_change >= covered
        position.names_since, position.names_markers = work.mass_change.isoformat(), []
    elif position.passed_over or (work.state.changes_since and work.state.changes_since >= covered):
        since, position.again = call.cloud_time(timezone.now()) - LEAST_OVERLAP, True
    else:
        since, position.passed_over = covered, True
    work.mass_change = None
    with work.writing(position=position.dump(), changes_since=since):
        log.info("changes_left_to_complete_pass", cluster=work.cluster.name, resource=work.state.resource)


def settle(work: Work, position: Position) -> None:
    """After a complete pass has seen every page: what it did not see no longer exists. Long lists may leave out what
    is there (a row that moved, a cell that is down), so some are asked for, and if one of them is found nothing more
    is concluded."""
    missing = inventory.missing(work.model, work.cluster, before=position.began)
    oldest = list(missing.order_by("synced_at", "pk").values_list("cloud_id", flat=True)[:MOST_ASKED])
    if not oldest:
        return
    if isinstance(work.source.fetch, Listed):
        there = [work.read_one(cloud_id) for cloud_id in oldest]
        if any(there):
            log.warning("pass_missed_rows", cluster=work.cluster.name, resource=work.state.resource, rows=sum(there))
            return
    with work.writing():
        gone = inventory.mark_missing_gone(work.model, work.cluster, before=position.began)
        if gone:
            SyncState.objects.filter(pk=work.state.pk).update(changed_at=timezone.now())
    work.changes.add(gone)
