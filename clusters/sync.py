"""Reading the clouds into the inventory: complete passes, cheap deltas in between, one row after an action.

A pass of one (cluster, type) holds a lease, so no two run at once. A pass that fails says so in `SyncState` and
leaves every row as it was: what is shown then is the last known state with its age and the reason.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from clusters import gateway, inventory
from clusters.gateway import CloudError
from clusters.inventory import Changes, InventoryItem, Source, type_name
from clusters.models import Cluster, SyncState

LEASE_SECONDS = 90
EAGER_SECONDS = 90
# A change may be committed a little after the moment it bears, so each delta looks back over the last one's end.
OVERLAP = timedelta(seconds=10)

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
    try:
        with gateway.call(cluster, seconds=None if not full else LEASE_SECONDS * 10) as call:
            changes = _read(call, cluster, model, source, since=None if full else state.changes_since)
            cloud_began = call.cloud_time(began)
    except CloudError as error:
        _note_failure(state, error)
        raise
    if full:
        changes.add(inventory.mark_missing_gone(model, cluster, before=began))
    note = {
        "synced_at": began,
        "changes_since": cloud_began - OVERLAP,
        "running_until": None,
        "failures": 0,
        "failed_at": None,
        "error": "",
        "error_code": "",
        "seconds": round(time.monotonic() - clock, 3),
    }
    if full:
        note["full_at"] = began
    if changes:
        note["changed_at"] = timezone.now()
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


def _note_failure(state: SyncState, error: CloudError) -> None:
    now = timezone.now()
    SyncState.objects.filter(pk=state.pk).update(
        running_until=None, failed_at=now, failures=state.failures + 1, error_code=error.code, error=str(error)
    )
    log.warning("sync_failed", cluster=error.cluster, resource=state.resource, code=error.code)


def sync(cluster: Cluster, model: type[InventoryItem], *, full: bool = True) -> Changes | None:
    """One pass now; None when another one is running already."""
    if not claim(state_of(cluster, model)):
        return None
    return run_pass(cluster, model, full=full)


def refresh(item: InventoryItem) -> None:
    """Look at one row again, and at its whole type often for a while: somebody just acted on it.

    The action's outcome is known by now; if the cloud cannot be read, the next pass will show the result.
    """
    model = type(item)
    look_often(item.cluster, model)
    seen_at = timezone.now()
    try:
        with gateway.call(item.cluster) as call:
            row = inventory.SOURCES[model].fetch_one(call.conn, item.cloud_id)
    except CloudError as error:
        if error.code == "not_found":
            inventory.mark_gone(item)
            _note_change(item)
        return
    if inventory.store(model, item.cluster, [row], seen_at=seen_at):
        _note_change(item)


def look_often(cluster: Cluster, model: type[InventoryItem]) -> None:
    """Somebody acted on this type, and the cloud answered: read its changes every second for a while, at once also
    where the last passes failed."""
    until = timezone.now() + timedelta(seconds=EAGER_SECONDS)
    SyncState.objects.filter(cluster=cluster, resource=type_name(model)).update(eager_until=until, failed_at=None)


def _note_change(item: InventoryItem) -> None:
    SyncState.objects.filter(cluster=item.cluster, resource=type_name(type(item))).update(changed_at=timezone.now())


def due(state: SyncState, source: Source, now: datetime) -> str:
    """Which pass is due: "full", "delta" or ""."""

    def older(moment: datetime | None, seconds: float) -> bool:
        return moment is None or (now - moment).total_seconds() >= seconds

    if state.failures and not older(state.failed_at, settings.SYNC_RETRY_SECONDS * min(state.failures, 6)):
        return ""
    if older(state.full_at, source.full_seconds or settings.SYNC_FULL_SECONDS):
        return "full"
    eager = state.eager_until is not None and state.eager_until > now
    if source.changes is None:
        return "full" if eager and older(state.synced_at, 2) else ""
    return "delta" if older(state.synced_at, 1 if eager else settings.SYNC_DELTA_SECONDS) else ""
