"""Reading the clouds into the inventory: complete passes, cheap deltas in between, one row after an action.

A pass of one (cluster, type) holds a lease, so no two run at once. A pass that fails says so in `SyncState` and
leaves every row as it was: what is shown then is the last known state with its age and the reason.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import OperationalError
from django.db.models import F, Q
from django.utils import timezone

from clusters import gateway, inventory, not_allowed
from clusters.gateway import CloudError
from clusters.gateway.errors import TRANSIENT
from clusters.inventory import Changes, InventoryItem, Source, type_name
from clusters.models import Cluster, SyncState

LEASE_SECONDS = 90
EAGER_SECONDS = 90
# A type whose service tells no changes is read as a whole this often while people act on it, and in between row by row
# as far as the cloud is working on them.
EAGER_FULL_SECONDS, MOST_ROWS = 10, 20
# A change may be committed a little after the moment it bears, so each delta looks back over the last one's end.
OVERLAP = timedelta(seconds=10)
# Somebody who looks is noted this often at most, and counts for as long as `ACTIVE_SECONDS`.
LOOK_SECONDS, ACTIVE_SECONDS = 10, 30
# What is due is looked for once a second, a moment after the last pass's lease began: what is missing less than this
# counts as due, or every pace would be a second slower.
SLACK_SECONDS = 0.5
# Passes wait for each other and for the worker, so less than this says nothing.
LEAST_STALE_SECONDS = 120
# A slow cloud is read for a quarter of the time, and for half of it right after somebody acted.
REST, EAGER_REST = 4, 2

log = structlog.get_logger()


def state_of(cluster: Cluster, model: type[InventoryItem]) -> SyncState:
    return SyncState.objects.get_or_create(cluster=cluster, resource=type_name(model))[0]


def claim(state: SyncState) -> bool:
    """Take the lease of one (cluster, type); False while another pass holds it."""
    now = timezone.now()
    free = Q(running_until=None) | Q(running_until__lt=now)
    taken = SyncState.objects.filter(free, pk=state.pk).update(running_until=now + timedelta(seconds=LEASE_SECONDS))
    return bool(taken)


def run_pass(cluster: Cluster, model: type[InventoryItem], *, full: bool) -> Changes:
    """One pass whose lease the caller has claimed. Raises `CloudError` after noting it in the state."""
    state = state_of(cluster, model)
    source = inventory.SOURCES[model]
    began, clock = timezone.now(), time.monotonic()
    full = full or source.changes is None or state.changes_since is None
    with _failure_noted(state, cluster):
        with gateway.call(cluster, each_request=True) as call:
            changes = _read(call, cluster, model, source, since=None if full else state.changes_since)
            cloud_began = call.cloud_time(began)
            asked, waited = call.answers(source.service)
        if full:
            changes.add(inventory.mark_missing_gone(model, cluster, before=began))
    note: dict[str, Any] = {
        "synced_at": began,
        "changes_since": cloud_began - OVERLAP if source.changes else began,
        "running_until": None,
        "failures": 0,
        "failed_at": None,
        "retry_at": None,
        "error": "",
        "error_code": "",
        "seconds": round(time.monotonic() - clock, 3),
    }
    note["full_took" if full else "delta_took"] = note["seconds"]
    if full:
        note["full_at"] = began
    if changes:
        note["changed_at"] = timezone.now()
    if not full or source.changes is None:
        # A whole cloud's list takes as long as it is; how quick its API is, the short questions tell.
        note |= {"requests": F("requests") + asked, "request_ms": F("request_ms") + round(1000 * waited)}
    SyncState.objects.filter(pk=state.pk).update(**note)
    return changes


def _read(call, cluster: Cluster, model: type[InventoryItem], source: Source, *, since: datetime | None) -> Changes:
    pages = iter(source.fetch(call.conn) if since is None else source.changes(call.conn, since))
    changes = Changes()
    while True:
        seen_at = timezone.now()
        page = next(pages, None)
        if page is None:
            return changes
        changes.add(inventory.store(model, cluster, page, seen_at=seen_at))
        SyncState.objects.filter(cluster=cluster, resource=type_name(model)).update(
            running_until=timezone.now() + timedelta(seconds=LEASE_SECONDS)
        )


def run_rows(cluster: Cluster, model: type[InventoryItem]) -> Changes:
    """Instead of the changes that a service does not tell: the rows which the cloud is working on, one by one. The
    caller has claimed the lease. It makes the list no younger, since all other rows were not read."""
    state, source = state_of(cluster, model), inventory.SOURCES[model]
    began, clock = timezone.now(), time.monotonic()
    changes = Changes()
    with _failure_noted(state, cluster):
        rows = inventory.transitional(model, cluster, MOST_ROWS)
        for row in rows:
            changes.add(_read_row(cluster, row, source))
    note: dict[str, Any] = {"running_until": None, "changes_since": began}
    if rows:
        note["delta_took"] = round(time.monotonic() - clock, 3)
    if changes:
        note["changed_at"] = timezone.now()
    SyncState.objects.filter(pk=state.pk).update(**note)
    return changes


def _read_row(cluster: Cluster, item: InventoryItem, source: Source) -> Changes:
    seen_at = timezone.now()
    try:
        with gateway.call(cluster) as call:
            row = source.fetch_one(call.conn, item.cloud_id)
    except CloudError as error:
        if error.code != "not_found":
            raise
        inventory.mark_gone(item)
        return Changes(gone=[item.cloud_id])
    return inventory.store(type(item), cluster, [row], seen_at=seen_at)


@contextmanager
def _failure_noted(state: SyncState, cluster: Cluster) -> Iterator[None]:
    """Whatever a pass raises stands in its state, and the lease is free. What is no `CloudError` is a fault of ours:
    it is raised further, so that the worker's log has its trace."""
    noted = False
    try:
        yield
        noted = True
    except CloudError as error:
        _note_failure(state, error)
        noted = True
        raise
    finally:
        if not noted:
            _note_failure(state, CloudError("unexpected", cluster=cluster.name))


def _note_failure(state: SyncState, error: CloudError) -> None:
    now = timezone.now()
    SyncState.objects.filter(pk=state.pk).update(
        running_until=None,
        failed_at=now,
        failures=state.failures + 1,
        error_code=error.code,
        error=str(error),
        request_errors=F("request_errors") + (error.code in TRANSIENT),
        **not_allowed.rest(error, now),
    )
    if error.until is not None:
        _rest(state, error, now)
    log.warning("sync_failed", cluster=error.cluster, resource=state.resource, code=error.code, until=error.until)


def _rest(state: SyncState, error: CloudError, now: datetime) -> None:
    """We were told to wait: by a service for all its types, by a refused log-in for all of the cluster. All of them
    say so."""
    service = inventory.SOURCES[inventory.model_named(state.resource)].service
    types = [
        type_name(model)
        for model, source in inventory.SOURCES.items()
        if error.code == "authentication" or source.service == service
    ]
    SyncState.objects.filter(cluster=state.cluster_id, resource__in=types).update(
        retry_at=error.until, failed_at=now, error_code=error.code, error=str(error)
    )


def sync(cluster: Cluster, model: type[InventoryItem], *, full: bool = True) -> Changes | None:
    """One pass now; None when another one is running already."""
    if not claim(state_of(cluster, model)):
        return None
    return run_pass(cluster, model, full=full)


def refresh(item: InventoryItem) -> None:
    """Look at one row again, and at its whole type often for a while: somebody just acted on it.

    The action's outcome is known by now; if the cloud cannot be read, the next pass will show the result.
    """
    read_one(item.cluster, type(item), item.cloud_id)


def read_one(cluster: Cluster, model: type[InventoryItem], cloud_id: str) -> None:
    """The same by the cloud's id, also for what was made just now and has no row yet."""
    look_often(cluster, model)
    seen_at = timezone.now()
    try:
        with gateway.call(cluster) as call:
            row = inventory.SOURCES[model].fetch_one(call.conn, cloud_id)
    except CloudError as error:
        if error.code == "not_found":
            for item in model.objects.filter(cluster=cluster, cloud_id=cloud_id):
                inventory.mark_gone(item)
                note_change(cluster, model)
        return
    if inventory.store(model, cluster, [row], seen_at=seen_at):
        note_change(cluster, model)


def look_often(cluster: Cluster, model: type[InventoryItem]) -> None:
    """Somebody acted on this type, and the cloud answered: read its changes every second for a while, at once also
    where the last passes failed."""
    until = timezone.now() + timedelta(seconds=EAGER_SECONDS)
    SyncState.objects.filter(cluster=cluster, resource=type_name(model)).update(eager_until=until, failed_at=None)


def look(resource: str, cluster_ids: Collection[int]) -> None:
    """Somebody has this type of these clusters before their eyes: read its changes as often as people want to see
    them. Cheap to say again and again; a database too busy to note it is told the next time."""
    now = time.monotonic()
    unsaid = [pk for pk in cluster_ids if now - _said.get((resource, pk), -LOOK_SECONDS) >= LOOK_SECONDS]
    if not unsaid:
        return
    moment = timezone.now()
    old = Q(looked_at=None) | Q(looked_at__lt=moment - timedelta(seconds=LOOK_SECONDS))
    try:
        SyncState.objects.filter(old, resource=resource, cluster_id__in=unsaid).update(looked_at=moment)
    except OperationalError as error:
        log.warning("look_not_noted", resource=resource, error=str(error))
        return
    _said.update(dict.fromkeys(((resource, pk) for pk in unsaid), now))


_said: dict[tuple[str, int], float] = {}
"""When this process last noted a look at (type, cluster), by its monotonic clock."""


def note_change(cluster: Cluster, model: type[InventoryItem]) -> None:
    SyncState.objects.filter(cluster=cluster, resource=type_name(model)).update(changed_at=timezone.now())


def due(state: SyncState, source: Source, now: datetime) -> str:
    """Which pass is due: "full", "delta", "rows" (`run_rows`) or ""."""

    def older(moment: datetime | None, seconds: float) -> bool:
        return moment is None or (now - moment).total_seconds() >= seconds

    if state.retry_at and state.retry_at > now:
        return ""
    if state.failures and not older(state.failed_at, settings.SYNC_RETRY_SECONDS * min(state.failures, 6)):
        return ""
    if older(state.full_at, _full_pace(state, source)):
        return "full"
    eager = state.eager_until is not None and state.eager_until > now
    if source.changes is None:
        if not eager:
            return ""
        # What a job touched is known from a complete pass after it.
        seen = state.full_at >= state.eager_until - timedelta(seconds=EAGER_SECONDS)
        if older(state.full_at, max(EAGER_FULL_SECONDS if seen else 2, EAGER_REST * (state.full_took or 0))):
            return "full"
        pace = max(1, EAGER_REST * (state.delta_took or 0))
        return "rows" if older(state.changes_since, pace - SLACK_SECONDS) else ""
    return "delta" if older(state.synced_at, _delta_pace(state, now, eager=eager) - SLACK_SECONDS) else ""


def stale_after(state: SyncState, source: Source) -> timedelta:
    """How old the last good pass may be before something must be wrong: by the pace of the type itself, twice over."""
    if source.changes is None:
        expected = _full_pace(state, source) + (state.full_took or 0)
    else:
        expected = max(settings.SYNC_IDLE_SECONDS, _pause_after(state.delta_took or 0)) + (state.delta_took or 0)
    return timedelta(seconds=max(LEAST_STALE_SECONDS, 2 * expected))


def _full_pace(state: SyncState, source: Source) -> float:
    pace = state.full_every or source.full_seconds or settings.SYNC_FULL_SECONDS
    return max(pace, _pause_after(state.full_took or 0))


def _delta_pace(state: SyncState, now: datetime, *, eager: bool) -> float:
    took = state.delta_took or 0
    if eager:
        return max(1, EAGER_REST * took)
    active = state.looked_at is not None and (now - state.looked_at).total_seconds() < ACTIVE_SECONDS
    return max(settings.SYNC_DELTA_SECONDS if active else settings.SYNC_IDLE_SECONDS, _pause_after(took))


def _pause_after(took: float) -> float:
    """How long after its begin a pass that took so long is not repeated. One pass that hung for a while must not
    blind us for minutes, so beyond the idle pace half of the time is enough."""
    return min(REST * took, max(settings.SYNC_IDLE_SECONDS, EAGER_REST * took))
