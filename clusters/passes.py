"""What a worker does with a lease: go on with a complete pass, read what changed, or read some rows one by one.

Everything is written page by page together with the place to go on from, so a pass outlives its worker, has no
deadline of its own, and lets what changed in the last minutes go first.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from clusters import gateway, inventory, leases, paces
from clusters.gateway import Call, CloudError, Listed
from clusters.inventory import Changes, InventoryItem, Row, Source
from clusters.models import Cluster, SyncState
from clusters.positions import FIRST_ROWS, MOST_ROWS, Position, rows_a_page

# So many rows at most are asked for one by one.
MOST_ASKED = 20
# A change may be committed a little after the moment it bears, so each delta looks back over the last one's end; one
# that goes on from a complete pass only a little, or it would meet the same mass change again.
OVERLAP, LEAST_OVERLAP = timedelta(seconds=10), timedelta(seconds=2)
# More changes than this, and than this share of all rows, are read by a complete pass.
MOST_CHANGES, MOST_SHARE = 1000, 0.1
log = structlog.get_logger()

UNFAILED: Mapping[str, Any] = {"failures": 0, "failed_at": None, "retry_at": None, "error": "", "error_code": ""}


@dataclass
class Work:
    """One (cluster, type) in the hands of the holder of its lease. `until` is when to let go, by the monotonic
    clock."""

    cluster: Cluster
    model: type[InventoryItem]
    source: Source
    state: SyncState
    lease: str
    until: float | None = None
    changes: Changes = field(default_factory=Changes)

    def writing(self, **values: Any) -> AbstractContextManager[None]:
        return leases.writing(self.state, self.lease, **values)

    def store(self, rows: Sequence[Row], seen_at: datetime, **values: Any) -> None:
        """One page of rows, together with these values of the state."""
        with self.writing(**values):
            changes = inventory.store(self.model, self.cluster, rows, seen_at=seen_at)
            if changes:
                SyncState.objects.filter(pk=self.state.pk).update(changed_at=timezone.now())
        self.changes.add(changes)

    def known(self) -> int:
        return self.model.objects.filter(cluster=self.cluster, gone_at=None).count()

    @property
    def over(self) -> bool:
        return self.until is not None and time.monotonic() >= self.until


def read(work: Work, call: Call, *, full: bool) -> Position | None:
    """What changed, or all of it if `full`, if a complete pass is under way, or if too much changed. Returns the end
    of a complete pass that has seen all pages."""
    position = Position.of(work.state)
    since = work.state.changes_since
    if full or position or not work.source.changes or not since:
        return complete(work, call, position or Position(timezone.now(), work.known()))
    if delta(work, call, since):
        return None
    position = Position(timezone.now(), work.known())
    _pass_over(work, call, position)
    return complete(work, call, position)


def complete(work: Work, call: Call, position: Position) -> Position | None:
    """Go on with a complete pass. None: there is more to read, later."""
    if isinstance(work.source.fetch, Listed):
        return _page_by_page(work, call, position, work.source.fetch)
    clock = time.monotonic()
    _all_pages(work, work.source.fetch(call.conn))
    position.seconds = time.monotonic() - clock
    with work.writing(position=position.dump(), **_changes_from(work, call, position)):
        return position


def _all_pages(work: Work, found: Iterable[Sequence[Row]]) -> None:
    pages = iter(found)
    while True:
        seen_at = timezone.now()
        page = next(pages, None)
        if page is None:
            return
        work.store(page, seen_at)


def _page_by_page(work: Work, call: Call, position: Position, fetch: Listed) -> Position | None:
    lists = fetch.lists()
    while position.index < len(lists):
        if position.pages:
            _give_way(work, call, position)
            if work.over:
                return None
        asked_at, clock, asked = timezone.now(), time.monotonic(), work.state.page_rows or FIRST_ROWS
        page = gateway.read_page(call.conn, lists[position.index], markers=position.markers, limit=asked)
        took = time.monotonic() - clock
        position.go_on(page, took, work.cluster)
        work.store(
            [fetch.row(item) for item in page.items],
            asked_at,
            position=position.dump(),
            page_rows=rows_a_page(asked, len(page.items), took),
            **_changes_from(work, call, position),
            **UNFAILED,
        )
    return position


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
    elif kind == "delta" and since and not delta(work, call, since):
        _pass_over(work, call, position)


def _pass_over(work: Work, call: Call, position: Position) -> None:
    """So much changed that the complete pass has to tell. What changed since that began is beyond it, so then another
    one has to follow. Either way the next delta is a small one again."""
    since = call.cloud_time(position.began) - LEAST_OVERLAP
    if position.passed_over or (work.state.changes_since and work.state.changes_since >= since):
        since, position.again = call.cloud_time(timezone.now()) - LEAST_OVERLAP, True
    position.passed_over = True
    with work.writing(position=position.dump(), changes_since=since):
        log.info("changes_left_to_complete_pass", cluster=work.cluster.name, resource=work.state.resource)


def delta(work: Work, call: Call, since: datetime) -> bool:
    """Read what changed since this moment of the cloud. False: so much that a complete pass has to do it."""
    began, clock, whole = timezone.now(), time.monotonic(), True
    changed = work.source.changes
    if isinstance(changed, Listed):
        count = len(changed.lists(since))
        whole = all(_changes_of(work, call, changed, index, since, alone=count == 1) for index in range(count))
    elif changed:
        _all_pages(work, changed(call.conn, since))
    note: dict[str, Any] = {
        "delta_at": began,
        "delta_took": paces.usual(work.state.delta_took, time.monotonic() - clock),
    }
    if whole:
        note |= {**UNFAILED, "changes_since": max(since, call.cloud_time(began) - OVERLAP)}
        if work.state.full_at:
            note["synced_at"] = began
    with work.writing(**note):
        return whole


def _changes_of(work: Work, call: Call, changed: Listed, index: int, since: datetime, *, alone: bool) -> bool:
    """The changes come in their order, and each page begins at the moment where the last one ended, not after its last
    row: that row may have changed again meanwhile, and would be somewhere else. If there is but one list, the next
    delta begins there, too."""
    at, seen, asked = since, 0, work.state.page_rows or FIRST_ROWS
    while True:
        asked_at = timezone.now()
        page = gateway.read_page(call.conn, changed.lists(at)[index], limit=asked)
        found = [changed.row(item) for item in page.items]
        moments = [row.get("updated_at") for row in found]
        reached = moments[-1] if moments and all(moments) and moments == sorted(moments) else None
        note = {}
        if reached is not None and alone:
            note["changes_since"] = max(since, min(reached, call.cloud_time(asked_at) - OVERLAP))
        work.store(found, asked_at, **note)
        seen += len(found)
        if not page.markers:
            return True
        if reached is None or seen > MOST_CHANGES and seen > MOST_SHARE * work.known():
            return False
        if reached.replace(microsecond=0) <= at:  # all of one second: ask for as many as there may be
            if asked == MOST_ROWS:
                return False
            asked = MOST_ROWS
        at = max(at, reached.replace(microsecond=0))


def rows(work: Work) -> None:
    """Instead of the changes that a service does not tell: the rows which the cloud is working on, one by one. It
    makes the list no younger, since all other rows were not read."""
    began, clock = timezone.now(), time.monotonic()
    found = inventory.transitional(work.model, work.cluster, MOST_ASKED)
    for row in found:
        _read_row(work, row)
    took = {"delta_took": round(time.monotonic() - clock, 3)} if found else {}
    with work.writing(changes_since=began, **took):
        pass


def _read_row(work: Work, item: InventoryItem) -> bool:
    """Whether it is still there."""
    seen_at = timezone.now()
    try:
        with gateway.call(work.cluster) as call:
            row = work.source.fetch_one(call.conn, item.cloud_id)
    except CloudError as error:
        if error.code != "not_found":
            raise
        with work.writing(changed_at=timezone.now()):
            inventory.mark_gone(item)
        work.changes.add(Changes(gone=[item.cloud_id]))
        return False
    work.store([row], seen_at)
    return True


def settle(work: Work, position: Position) -> None:
    """After a complete pass has seen every page: what it did not see no longer exists. Long lists may leave out what
    is there (a row that moved, a cell that is down), so some are asked for, and if one of them is found nothing more
    is concluded."""
    if isinstance(work.source.fetch, Listed):
        missing = inventory.missing(work.model, work.cluster, before=position.began)
        there = [_read_row(work, item) for item in missing.order_by("synced_at", "pk")[:MOST_ASKED]]
        if any(there):
            log.warning("pass_missed_rows", cluster=work.cluster.name, resource=work.state.resource, rows=sum(there))
            return
    with work.writing():
        gone = inventory.mark_missing_gone(work.model, work.cluster, before=position.began)
        if gone:
            SyncState.objects.filter(pk=work.state.pk).update(changed_at=timezone.now())
    work.changes.add(gone)
