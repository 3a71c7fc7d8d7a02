"""What is read first, and again between the pages of a long pass: what changed since the last time, or, where the
service does not tell, the rows that the cloud is working on."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from clusters import counting, gateway, inventory, paces
from clusters.gateway import Call, Listed
from clusters.positions import FIRST_ROWS
from clusters.work import UNFAILED, Work

# So many rows at most are asked for one by one.
MOST_ASKED = 20
# A change may be committed a little after the moment it bears, so each delta looks back over the last one's end; one
# that goes on from a complete pass only a little, or it would meet the same mass change again.
OVERLAP, LEAST_OVERLAP = timedelta(seconds=10), timedelta(seconds=2)
# More changes than this, and than this share of all rows, are read by a complete pass.
MOST_CHANGES, MOST_SHARE = 1000, 0.1
# What changed within one second has to come in one answer. A slow cloud, whose pages are short, must not be asked for
# more than it answers in time: it would be asked for the same again and again.
MOST_PAGES_AT_ONCE = 4


def delta(work: Work, call: Call, since: datetime) -> bool:
    """Read what changed since this moment of the cloud. False: so much that a complete pass has to do it."""
    began, clock, whole = timezone.now(), time.monotonic(), True
    changed = work.source.changes
    if isinstance(changed, Listed):
        count = len(changed.lists(since))
        whole = all(_changes_of(work, call, changed, index, since, alone=count == 1) for index in range(count))
    elif changed:
        work.store_all(changed(call.conn, since))
    note: dict[str, Any] = {
        "delta_at": began,
        "delta_took": paces.usual(work.state.delta_took, time.monotonic() - clock),
    }
    if whole:
        note |= {**UNFAILED, "changes_since": max(since, call.cloud_time(began) - OVERLAP)}
        if work.state.full_at:
            note["synced_at"] = began
    with work.writing(**note):
        pass
    if work.source.index and paces.is_eager(work.state, began):  # what is gone is in no list of changes
        _read_transitional(work)
    if whole and paces.counts(work.state, work.source, began):
        counting.look(work, call)
    return whole


def _changes_of(work: Work, call: Call, changed: Listed, index: int, since: datetime, *, alone: bool) -> bool:
    """The changes come in their order, and each page begins at the moment where the last one ended, not after its last
    row: that row may have changed again meanwhile, and would be somewhere else. If there is but one list, the next
    delta begins there, too."""
    at, seen, asked = since, 0, work.state.page_rows or FIRST_ROWS
    much = min(FIRST_ROWS, MOST_PAGES_AT_ONCE * asked)
    while True:
        asked_at = timezone.now()
        page = gateway.read_page(call.conn, changed.lists(at)[index], limit=asked)
        found = [changed.row(item) for item in page.items]
        moments = [row.get("updated_at") for row in found]
        reached = moments[-1] if moments and all(moments) and moments == sorted(moments) else None
        note = {}
        if reached is not None and alone:
            note["changes_since"] = max(since, min(reached, call.cloud_time(asked_at) - OVERLAP))
        if found:
            work.store(found, asked_at, **note)
        seen += len(found)
        if not page.markers:
            return True
        if reached is None or seen > MOST_CHANGES and seen > MOST_SHARE * work.known():
            return False
        if moments[0] == reached:  # all of one second: what is read again for that is lost to the complete pass
            if asked >= much:
                work.mass_change = reached
                return False
            asked = much
        at = max(at, reached.replace(microsecond=0))


def rows(work: Work) -> None:
    """Instead of the changes that a service does not tell: the rows which the cloud is working on, one by one. It
    makes the list no younger, since all other rows were not read."""
    began, clock = timezone.now(), time.monotonic()
    found = _read_transitional(work)
    took = {"delta_took": round(time.monotonic() - clock, 3)} if found else {}
    with work.writing(changes_since=began, **took):
        pass


def _read_transitional(work: Work) -> bool:
    found = inventory.transitional(work.model, work.cluster, MOST_ASKED)
    for row in found:
        work.read_one(row.cloud_id)
    return bool(found)
