"""What is read first, and again between the pages of a long pass: what changed since the last time, or, where the
service does not tell, the rows that the cloud is working on."""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from clusters import gateway
from clusters.gateway import Call, Listed
from clusters.inventory import InventoryItem
from clusters.models import Cluster, SyncState
from clusters.readings import counting, paces
from clusters.readings.leases import LeaseLost
from clusters.readings.positions import FIRST_ROWS, Position
from clusters.readings.work import UNFAILED, Work

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
# What changed is as well seen by a pass that began so lately.
SOON_SECONDS = 1
log = structlog.get_logger()


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
    work.note(**note)
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
            if 2 * asked > much:  # hardly more would come, after all of this once more
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
    work.note(changes_since=began, **took)


def _read_transitional(work: Work) -> bool:
    found = transitional(work.model, work.cluster, MOST_ASKED)
    for row in found:
        work.read_one(row.cloud_id)
    return bool(found)


def transitional(model: type[InventoryItem], cluster: Cluster, most: int) -> list[InventoryItem]:
    """The rows whose status says that the cloud is working on them, those first that were not looked at for longest.
    Which statuses these are, the model says of each that there is."""
    rows = model.objects.filter(cluster=cluster, gone_at=None)
    statuses = rows.order_by().values_list("status", flat=True).distinct()
    busy = [status for status in statuses if model(status=status).transitional]
    return list(rows.filter(status__in=busy).order_by("synced_at", "pk")[:most]) if busy else []


def not_understood(work: Work) -> None:
    log.info("changes_not_told", cluster=work.cluster.name, resource=work.state.resource)
    work.write(refused_at=timezone.now())


def due(work: Work, position: Position) -> str:
    """What goes before the next page of a long pass ("delta", "rows", "" for nothing): people may have begun to look
    or to act meanwhile."""
    if (timezone.now() - position.began).total_seconds() < SOON_SECONDS:
        return ""
    state = SyncState.objects.filter(pk=work.state.pk).first()
    if state is None:  # the cluster is deleted
        raise LeaseLost
    work.state_is(state)
    kind = paces.head_due(state, work.source, timezone.now())
    return kind if kind == "rows" or state.changes_since else ""


def give_way(work: Work, call: Call, position: Position) -> None:
    """Between two pages of a long pass: read what is due."""
    kind, since, asked_at = due(work, position), work.state.changes_since, timezone.now()
    if kind == "rows":
        rows(work)
    elif kind == "delta" and since:
        told = gateway.if_understood(lambda: delta(work, call, since), None)
        if told is None:
            not_understood(work)
        elif told:
            position.changes_at = asked_at.isoformat()
        else:
            pass_over(work, call, position)


def pass_over(work: Work, call: Call, position: Position) -> None:
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
    position.again = position.again or not work.sees_changes(position)
    work.mass_change = None
    work.write(position=position.dump(), changes_since=since)
    log.info("changes_left_to_complete_pass", cluster=work.cluster.name, resource=work.state.resource)
