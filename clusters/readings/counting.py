"""What is gone of a long list, found by counting: a service that says how many were made within some time tells with
a few short questions where there are fewer than we know of, and only that part of the list is read."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from clusters import gateway, inventory
from clusters.gateway import Call, Index, Listing
from clusters.inventory import Changes
from clusters.readings import paces
from clusters.readings.positions import MOST_ROWS
from clusters.readings.work import Work

# What was made so lately may be unknown to us yet, and is not counted.
SETTLED = timedelta(seconds=20)
# So many of what seems to be gone are asked for before the rest is concluded, and so many are concluded at once.
MOST_ASKED, MOST_CONCLUDED = 20, 1000
MOST_QUESTIONS = 100
"""After so many the rest is left to the next pass over the index."""


def look(work: Work, call: Call) -> None:
    """Now and then: what is gone? As after a complete pass, nothing is concluded from its lacking alone."""
    index = work.source.index
    if index is None or not cache.add(f"counted:{work.state.pk}", True, paces.COUNT_SECONDS - paces.SLACK_SECONDS):
        return
    rows = work.model.objects.filter(cluster=work.cluster)
    ids = missing(call.conn, index, rows, call.cloud_time(timezone.now()) - SETTLED, alive=work.write)
    there = [work.read_one(cloud_id) for cloud_id in ids[:MOST_ASKED]]
    rest = ids[MOST_ASKED:MOST_CONCLUDED]
    if rest and not any(there):
        with work.writing(changed_at=timezone.now()):
            for item in rows.filter(gone_at=None, cloud_id__in=rest):
                inventory.mark_gone(item)
        work.changes.add(Changes(gone=rest))


def missing(conn, index: Index, rows: QuerySet, until: datetime, *, alive: Callable[[], object] = bool) -> list[str]:
    """The ids of these rows, made before `until`, that the cloud has no longer. What was made meanwhile is not
    counted, so that a new one does not stand for one that is gone; `until` lies behind the last delta for that.
    `alive` is called before each question, of which there may be many."""
    if index.made is None:
        return []
    found = gateway.if_understood(lambda: gateway.read_count(conn, index.made(until)), None)
    search = _Search(conn, index.made, rows, alive)
    if found is not None:
        search.within(None, until, 0, found)
    return search.missing


class _Search:
    def __init__(self, conn, made: Callable[[datetime], Listing], rows: QuerySet, alive: Callable[[], object]):
        self.conn, self.made, self.rows, self.alive = conn, made, rows, alive
        self.missing: list[str] = []
        self.asked = 0

    def within(self, begin: datetime | None, end: datetime, before: int, until: int) -> None:
        """The cloud has so many from `before` begin, and so many `until` the end of this time."""
        rows = self._known(begin, end)
        known, there = rows.count(), until - before
        if there >= known or self.asked >= MOST_QUESTIONS:
            return
        self.asked += 1
        self.alive()
        if known <= MOST_ROWS:
            self.missing += sorted(set(rows.values_list("cloud_id", flat=True)) - self._ids(end, there))
            return
        middle = rows.order_by("created_at", "pk").values_list("created_at", flat=True)[known // 2]
        middle = middle.replace(microsecond=0)  # as the cloud is asked
        if begin is not None and middle <= begin:  # all of one second
            return
        first = gateway.read_count(self.conn, self.made(middle))
        if first is not None:
            self.within(begin, middle, before, first)
            self.within(middle, end, first, until)

    def _known(self, begin: datetime | None, end: datetime) -> QuerySet:
        rows = self.rows.filter(gone_at=None, created_at__lt=end)
        return rows if begin is None else rows.filter(created_at__gte=begin)

    def _ids(self, end: datetime, count: int) -> set[str]:
        """Of the last so many that the cloud has before the end."""
        if count <= 0:
            return set()
        page = gateway.read_page(self.conn, self.made(end), limit=count)
        return {str(item.get("id")) for item in page.items}
