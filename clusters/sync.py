"""Reading the clouds into the inventory: complete passes, cheap deltas in between, one row after an action.

A pass of one (cluster, type) holds a lease, so no two run at once. A pass that fails says so in `SyncState` and
leaves every row as it was: what is shown then is the last known state with its age and the reason.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from clusters import gateway, inventory, not_allowed
from clusters.gateway import CloudError
from clusters.gateway.errors import TRANSIENT
from clusters.inventory import Changes, InventoryItem, type_name
from clusters.models import Cluster, SyncState
from clusters.readings import deltas, page_digests, passes
from clusters.readings.leases import LeaseLost, claim, seize
from clusters.readings.paces import EAGER_SECONDS
from clusters.readings.positions import FIRST_ROWS, LEAST_ROWS, Position
from clusters.readings.work import UNFAILED, Work

# Somebody who looks is noted this often at most.
LOOK_SECONDS = 10

log = structlog.get_logger()


def state_of(cluster: Cluster, model: type[InventoryItem]) -> SyncState:
    return SyncState.objects.get_or_create(cluster=cluster, resource=type_name(model))[0]


def run_pass(
    cluster: Cluster,
    model: type[InventoryItem],
    kind: str = "full",
    *,
    lease: str | None = None,
    seconds: float | None = None,
) -> Changes:
    """One pass ("full", "index" or "delta") whose lease the caller has claimed (None: the valid one). Raises
    `CloudError` after noting it in the state. After so many seconds a long pass is left where it is, for the next
    call to go on with."""
    work = _work(cluster, model, lease)
    clock = work.began
    work.until = None if seconds is None else clock + seconds
    with _failure_noted(work):
        with gateway.call(cluster, each_request=True) as call:
            end = passes.read(work, call, kind)
        note: dict[str, Any] = {"seconds": round(time.monotonic() - clock, 3)}
        if end:
            passes.settle(work, end)
            note |= _completed(work, end, call.cloud_time(end.began))
        if work.source.changes is None or not work.state.position:
            # A whole cloud's list takes as long as it is; how quick its API is, the short questions tell.
            asked, waited = call.answers(work.source.service)
            note |= {"requests": F("requests") + asked, "request_ms": F("request_ms") + round(1000 * waited)}
        work.release(**note)
    return work.changes


def _completed(work: Work, position: Position, cloud_began: datetime) -> dict[str, Any]:
    state, whole = work.state, work.sees_changes(position)
    seen_until = [state.synced_at, position.began if whole else None, parse_datetime(position.changes_at)]
    note: dict[str, Any] = {
        **UNFAILED,
        f"{position.kind}_at": position.began,
        f"{position.kind}_took": round(position.seconds, 3),
        f"{position.kind}_pages": position.pages,
        # All rows as they were when it began, and what changed until the last delta.
        "synced_at": max(filter(None, seen_until), default=position.began),
        "changes_since": position.began,
        "position": Position(timezone.now(), work.known()).dump() if position.again else None,
    }
    if work.source.changes:
        told = cloud_began - deltas.OVERLAP if whole or state.changes_since is None else None
        note["changes_since"] = max(filter(None, (state.changes_since, told)))
    if not work.knows_any():
        note |= not_allowed.of_empty(work.cluster, work.source, timezone.now())
    return note


def run_rows(cluster: Cluster, model: type[InventoryItem], lease: str | None = None) -> Changes:
    """Instead of the changes that a service does not tell: the rows which the cloud is working on, one by one. The
    caller has claimed the lease."""
    work = _work(cluster, model, lease)
    with _failure_noted(work):
        deltas.rows(work)
        work.release()
    return work.changes


def _work(cluster: Cluster, model: type[InventoryItem], lease: str | None) -> Work:
    state = state_of(cluster, model)
    return Work(cluster, model, inventory.SOURCES[model], state, state.lease if lease is None else lease)


@contextmanager
def _failure_noted(work: Work) -> Iterator[None]:
    """Whatever a pass raises stands in its state, and the lease is free; if another worker has it by now, nothing
    is noted. What is no `CloudError` is a fault of ours: it is raised further, so that the worker's log has its
    trace."""
    noted = False
    try:
        yield
        noted = True
    except LeaseLost:
        log.info("lease_lost", cluster=work.cluster.name, resource=work.state.resource)
        noted = True
    except CloudError as error:
        _note_failure(work, error)
        noted = True
        raise
    finally:
        if not noted:
            _note_failure(work, CloudError("unexpected", cluster=work.cluster.name))


def _note_failure(work: Work, error: CloudError) -> None:
    now, state = timezone.now(), work.state
    note: dict[str, Any] = {"failures": state.failures + 1, "failed_at": now}
    note["seconds"] = round(time.monotonic() - work.began, 3)
    note["request_errors"] = F("request_errors") + (error.code in TRANSIENT)
    note |= not_allowed.rest(error, now)
    if error.code == "timeout":
        note["page_rows"] = max(LEAST_ROWS, (state.page_rows or FIRST_ROWS) // 2)
    if error.code == "timeout" and work.ids_asked:
        note |= work.fewer_ids()
    if not work.release(**note, error_code=error.code, error=str(error)):
        return
    if error.until is not None:
        _rest(state, error, now)
    tell = log.info if error.code in not_allowed.FACTS else log.warning
    tell("sync_failed", cluster=error.cluster, resource=state.resource, code=error.code, until=error.until)


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
    """One pass now, a complete one from its beginning; None when another one is running already."""
    state = state_of(cluster, model)
    lease = claim(state)
    if not lease:
        return None
    if full:
        _from_its_beginning(state, lease)
    return run_pass(cluster, model, "full" if full else "delta", lease=lease)


def sync_anew(cluster: Cluster, model: type[InventoryItem]) -> Changes:
    """A complete pass now, whoever else reads: a pass that is under way may have gone past what the caller wants to
    see. That one ends with its next page, and writes nothing more."""
    state = state_of(cluster, model)
    lease = seize(state)
    _from_its_beginning(state, lease)
    return run_pass(cluster, model, "full", lease=lease)


def _from_its_beginning(state: SyncState, lease: str) -> None:
    """The next complete pass reads and compares everything."""
    SyncState.objects.filter(pk=state.pk, lease=lease).update(position=None)
    page_digests.forget(state)


def refresh(item: InventoryItem) -> None:
    """Look at one row again, and at its whole type often for a while: somebody just acted on it.

    The action's outcome is known by now; if the cloud cannot be read, the next pass will show the result.
    """
    read_one(item.cluster, type(item), item.cloud_id)


def read_one(cluster: Cluster, model: type[InventoryItem], cloud_id: str) -> None:
    """The same by the cloud's id, also for what was made just now and has no row yet."""
    look_often(cluster, model)
    with suppress(CloudError):
        read_row(cluster, model, cloud_id)


def read_row(cluster: Cluster, model: type[InventoryItem], cloud_id: str) -> None:
    """Only that: one row, or that it is gone. Raises `CloudError` when the cloud cannot be read."""
    seen_at = timezone.now()
    try:
        with gateway.call(cluster) as call:
            row = inventory.SOURCES[model].fetch_one(call.conn, cloud_id)
    except CloudError as error:
        if error.code != "not_found":
            raise
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


def seconds_to_wait(cluster_id: int | None, resource: str) -> float:
    """For how long the service of this type is not to be asked, as it told a reading."""
    told = SyncState.objects.filter(cluster_id=cluster_id, resource=resource, error_code__in=TRANSIENT)
    until = told.values_list("retry_at", flat=True).first()
    return max(0.0, (until - timezone.now()).total_seconds()) if until else 0.0


def note_change(cluster: Cluster, model: type[InventoryItem]) -> None:
    SyncState.objects.filter(cluster=cluster, resource=type_name(model)).update(changed_at=timezone.now())
