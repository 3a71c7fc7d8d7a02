"""Complete passes: begun, gone on with, and what follows from them.

Everything is written page by page together with the place to go on from, so a pass outlives its worker, has no
deadline of its own, and lets what changed in the last minutes go first.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.utils import timezone

from clusters import gateway, inventory
from clusters.gateway import Call, Index, Listed, Listing
from clusters.inventory import Row
from clusters.readings import deltas, leases, names, paces
from clusters.readings.deltas import LEAST_OVERLAP, MOST_ASKED, delta
from clusters.readings.page_digests import PageDigests
from clusters.readings.positions import FIRST_ROWS, MOST_ROWS, Position, ids_a_page, rows_a_page
from clusters.readings.prefetch import Answer, Prefetch, Question, ask
from clusters.readings.work import UNFAILED, Work, with_times

# So many by one question, which has their ids in its address.
MOST_AT_ONCE = 100
# In so many pages rows that are unchanged are not written: if the worker dies, they are read once more.
FEW_PAGES = 4
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
            deltas.not_understood(work)
        else:
            deltas.pass_over(work, call, position)
    # Changes of what was never read as a whole are all of it.
    return complete(work, call, position or Position(timezone.now(), kind="full" if kind == "delta" else kind))


def _tells(work: Work) -> bool:
    return paces.tells_changes(work.state, work.source, timezone.now())


def complete(work: Work, call: Call, position: Position) -> Position | None:
    """Go on with a complete pass. None: there is more to read, later."""
    if position.unwritten:  # the worker that knew which rows were there is dead
        position = Position(timezone.now(), position.about, position.kind, most_ids=position.most_ids)
    if isinstance(work.source.fetch, Listed):
        if position.kind == "index":
            if work.source.index and paces.understood(work.state, timezone.now()):
                return _ids_page_by_page(work, call, position, work.source.index, work.source.fetch)
            position = Position(timezone.now(), position.about)
        return _page_by_page(work, call, position, work.source.fetch)
    return _at_once(work, call, position)


def _at_once(work: Work, call: Call, position: Position) -> Position:
    """All of a list that is not read from any place on."""
    clock, work.digests = time.monotonic(), PageDigests(work.state, position)
    wrote = clock
    for asked_at, page in with_times(work.source.fetch(call.conn)):
        if not work.digests.unchanged(page):
            work.store(page, asked_at)
            wrote = time.monotonic()
            continue
        work.unchanged(_ids_of(page))
        if time.monotonic() - wrote > leases.lease_seconds() / 4:
            work.write()  # nothing but that we live
            wrote = time.monotonic()
    position.seconds = time.monotonic() - clock
    position.pages, _waited = call.answers(work.source.service)
    work.note(position=position.dump(), **_changes_from(work, call, position))
    return position


def _page_by_page(work: Work, call: Call, position: Position, fetch: Listed) -> Position | None:
    lists = fetch.lists()
    work.digests = PageDigests(work.state, position)
    with _unwritten_written(work, position, lists):
        return _Rows(work, call, position, lists, fetch.row).read()


@dataclass
class _Rows:
    """A pass over lists of whole rows; what changed meanwhile and the names of a mass change go first."""

    work: Work
    call: Call
    position: Position
    lists: Sequence[Listing]
    row: Callable[[dict[str, Any]], Row]

    def read(self) -> Position | None:
        with Prefetch(self.call.conn) as prefetch:
            while self.more:
                if prefetch.started:
                    answer = prefetch.answer()
                else:
                    if self.position.pages:
                        deltas.give_way(self.work, self.call, self.position)
                        if self.work.over:
                            return None
                    answer = ask(self.call.conn, self._question())
                self._take(answer)
                if self.more and not self.work.over and not deltas.due(self.work, self.position):
                    prefetch.start(self._question())
                self._store(answer)
        return self.position

    @property
    def more(self) -> bool:
        return self.position.index < len(self.lists)

    def _question(self) -> Question:
        """The next one."""
        position, limit = self.position, self.work.state.page_rows or FIRST_ROWS
        return names.question(self.work, self.call, position) or Question(
            self.lists[position.index], position.markers, limit
        )

    def _take(self, answer: Answer) -> None:
        """Know where to go on."""
        if answer.question.of_names:
            names.go_on(self.position, answer.page)
            return
        _go_on(self.work, self.position, answer)
        asked, got = answer.question.limit, len(answer.page.items)
        self.work.note(page_rows=rows_a_page(asked, got, answer.seconds))

    def _store(self, answer: Answer) -> None:
        work, position = self.work, self.position
        if answer.question.of_names:
            names.store(work, position, answer)
            return
        found = [self.row(item) for item in answer.page.items]
        if position.pages > FEW_PAGES:
            work.digests = None
            _write_unwritten(work)
        unchanged = work.digests is not None and work.digests.unchanged(found)
        if unchanged:
            work.unchanged(_ids_of(found))
        position.unwritten = bool(work.unwritten)
        note = {"position": position.dump(), **_changes_from(work, self.call, position), **UNFAILED}
        if unchanged:
            _keep(work, position, self.lists, note)
        else:
            work.store(found, answer.asked_at, **note)


def _ids_of(rows: Sequence[Row]) -> list[str]:
    """Partial rows may have been sent without theirs."""
    return [row["cloud_id"] for row in rows if "cloud_id" in row]


def _keep(work: Work, position: Position, lists: Sequence[Listing], note: Mapping[str, Any]) -> None:
    """What is noted of the state after the last page is written when the pass gives its lease back."""
    (work.write if position.index < len(lists) else work.note)(**note)


def _go_on(work: Work, position: Position, answer: Answer) -> None:
    if answer.page.markers and not position.about:
        position.about = work.known()
    position.go_on(answer.page, answer.seconds, work.cluster)


def _ids_page_by_page(work: Work, call: Call, position: Position, index: Index, fetch: Listed) -> Position | None:
    """Rows whose mark is the known one are there, as they were; others are read. Where the cloud has no marks although
    it should, all is read."""
    lists = index.ids.lists()
    work.digests = PageDigests(work.state, position)
    with _unwritten_written(work, position, lists):
        understood = _compare_pages(work, call, position, lists, index, fetch)
    if understood is None:
        deltas.not_understood(work)
        return _page_by_page(work, call, Position(timezone.now(), position.about), fetch)
    return position if understood else None


def _compare_pages(
    work: Work, call: Call, position: Position, lists: Sequence[Listing], index: Index, fetch: Listed
) -> bool | None:
    """Whether all pages were seen. None: they bear no marks."""
    while position.index < len(lists):
        if position.pages:
            deltas.give_way(work, call, position)
            if work.over:
                return False
        listing = _of_ids(work, position, lists)[position.index]
        answer = ask(call.conn, Question(listing, position.markers, MOST_ROWS))
        _go_on(work, position, answer)
        found = [index.ids.row(item) for item in answer.page.items]
        told = {row["cloud_id"]: row.get("mark") for row in found}
        if index.mark_in and None in told.values():
            return None
        if work.digests and work.digests.unchanged(found):
            same = list(told)
        else:
            known = inventory.marks(work.model, work.cluster, list(told), index.mark_in)
            same = [cloud_id for cloud_id, mark in told.items() if cloud_id in known and known[cloud_id] == mark]
            _read_ids(work, call, position, sorted(told.keys() - set(same)), index, fetch)
        work.unchanged(same)
        position.unwritten = bool(work.unwritten)
        _keep(work, position, lists, {"position": position.dump(), **UNFAILED})
    return True


@contextmanager
def _unwritten_written(work: Work, position: Position, lists: Sequence[Listing]) -> Iterator[None]:
    """Where the block ends before the last page, whoever goes on has to know which rows it saw."""
    ended = False
    try:
        yield
        ended = position.index == len(lists)
    finally:
        if not ended:
            _write_unwritten(work)


def _write_unwritten(work: Work) -> None:
    """Of the pages whose position is noted."""
    position = Position.of(work.state)
    if not work.unwritten or position is None:
        return
    position.unwritten = False
    with work.writing(position=position.dump()):
        inventory.still_there(work.model, work.cluster, list(work.unwritten), seen_at=position.began)
    work.unwritten.clear()


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


def settle(work: Work, position: Position) -> None:
    """After a complete pass has seen every page: what it did not see no longer exists. Long lists may leave out what
    is there (a row that moved, a cell that is down), so some are asked for, and if one of them is found nothing more
    is concluded."""
    if work.digests and work.digests.all_unchanged:
        return
    missing = inventory.missing(work.model, work.cluster, before=position.began, but=work.unwritten)
    if isinstance(work.source.fetch, Listed):
        there = [work.read_one(cloud_id) for cloud_id in missing[:MOST_ASKED]]
        if any(there):
            log.warning("pass_missed_rows", cluster=work.cluster.name, resource=work.state.resource, rows=sum(there))
            return
    if missing:
        with work.writing(changed_at=timezone.now()):
            work.changes.add(inventory.mark_missing_gone(work.model, work.cluster, missing, before=position.began))
    if work.digests and not work.changes and not position.again:
        work.digests.keep()
