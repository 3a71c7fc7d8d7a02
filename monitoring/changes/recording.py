"""Writing down what the inventory is about to write. It costs one query for the rows that differ, one for what we
did lately, and one INSERT; rows that are as they were cost nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.utils import timezone

from audit.models import Event
from clusters import signals as inventory_signals
from clusters.inventory import SOURCES, InventoryItem, type_name
from clusters.models import Cluster, SyncState
from clusters.readings.last_seen import all_rows_seen_at, last_seen
from monitoring.changes.columns import told_columns
from monitoring.changes.models import Change
from opsys.kit import signals

OURS = timedelta(minutes=15)
"""So long after an action of ours what changes of a resource is put down to it."""
MOST_EVENTS = 5000
LONGEST_VALUE = 500
CHUNK = 1000
PHASES = (Event.Phase.STARTED, Event.Phase.DONE, Event.Phase.FAILED)

Known = Mapping[str, tuple[str, datetime | None, datetime | None]]


def _changing(
    sender: type[InventoryItem], cluster: Cluster, items: list[InventoryItem], known: Known, **_: Any
) -> None:
    state = _state(cluster, sender)
    if state is None or state.full_at is None:  # what a first complete reading finds did not appear then
        return
    seen_at = all_rows_seen_at(state, SOURCES[sender])
    columns = told_columns(sender)
    there = [item.cloud_id for item in items if item.cloud_id in known]
    rows = (
        sender.objects.filter(cluster=cluster, cloud_id__in=there).values_list("cloud_id", *columns) if there else ()
    )
    before = {cloud_id: values for cloud_id, *values in rows}
    changes = []
    for item in items:
        _digest, gone_at, synced_at = known.get(item.cloud_id, ("", None, None))
        after = [getattr(item, column) for column in columns]
        was = before.get(item.cloud_id)
        if item.gone_at:
            changes.append(_change(item, Change.Kind.VANISHED, {}, synced_at, seen_at))
        elif was is None or gone_at:
            told = {name: [None, _short(value)] for name, value in zip(columns, after, strict=True) if value}
            changes.append(_change(item, Change.Kind.APPEARED, told, synced_at, seen_at))
        elif told := _differing(columns, was, after):
            changes.append(_change(item, Change.Kind.CHANGED, told, synced_at, seen_at))
    _keep(cluster, changes, {item.cloud_id: item for item in items}, columns)


def _vanishing(sender: type[InventoryItem], cluster: Cluster, rows: Any, **_: Any) -> None:
    state = _state(cluster, sender)
    seen_at = all_rows_seen_at(state, SOURCES[sender]) if state else None
    left = rows.order_by("pk").defer("data", "search_text").iterator(chunk_size=CHUNK)
    while page := list(islice(left, CHUNK)):
        changes = [_change(item, Change.Kind.VANISHED, {}, item.synced_at, seen_at) for item in page]
        _keep(cluster, changes, {item.cloud_id: item for item in page}, told_columns(sender))


def _finished(sender: Any, operation: Any, outcome: Any, **_: Any) -> None:
    """What was made has its id only now, and may have been seen already."""
    cloud_id = outcome.cloud_id or operation.cloud_id
    if cloud_id and operation.cluster and outcome.sent:
        unclaimed = Change.objects.filter(cluster=operation.cluster, cloud_id=cloud_id, operation=None)
        unclaimed.filter(at__gte=timezone.now() - timedelta(seconds=outcome.seconds + 5)).update(
            operation=operation.id,
            action=f"{operation.resource}.{operation.action}",
            username=operation.user.get_username() if operation.user else "",
            via=operation.via,
        )


def _state(cluster: Cluster, model: type[InventoryItem]) -> SyncState | None:
    moments = SyncState.objects.only("full_at", "index_at", "synced_at")
    return moments.filter(cluster=cluster, resource=type_name(model)).first()


def _change(
    item: InventoryItem,
    kind: Change.Kind,
    columns: dict[str, Any],
    synced_at: datetime | None,
    all_seen_at: datetime | None,
) -> Change:
    """The key is the same where a pass that was cut off finds the same once more."""
    seen = repr((item.cluster_id, type_name(type(item)), item.cloud_id, kind, synced_at, columns))
    return Change(
        key=blake2b(seen.encode(), digest_size=16).hexdigest(),
        cluster_id=item.cluster_id,
        resource=type_name(type(item)),
        cloud_id=item.cloud_id,
        name=item.name,
        project_id=item.project_id,
        kind=kind,
        columns=columns,
        since=last_seen(synced_at, all_seen_at),
        at=timezone.now(),
    )


def _differing(columns: Iterable[str], before: Iterable[Any], after: Iterable[Any]) -> dict[str, list[Any]]:
    both = zip(columns, before, after, strict=True)
    return {name: [_short(old), _short(new)] for name, old, new in both if old != new}


def _short(value: Any) -> Any:
    """Plain, and no longer than a line or two."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else value.isoformat() if isinstance(value, datetime) else None
    if text is None:
        return value if len(repr(value)) <= LONGEST_VALUE else f"{repr(value)[:LONGEST_VALUE]}…"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _keep(
    cluster: Cluster, changes: list[Change], items: Mapping[str, InventoryItem], columns: tuple[str, ...]
) -> None:
    if not changes:
        return
    done = _done_lately(cluster)
    for change in changes if done else ():
        # Done to it; or to what it belongs to: a port goes with its server.
        ids = (change.cloud_id, *_ids_in(items[change.cloud_id], columns))
        of_ours = next((done[one] for one in ids if one in done), None)
        if of_ours:
            change.operation, change.action, change.username, change.via = of_ours
    Change.objects.bulk_create(changes, batch_size=500, ignore_conflicts=True)


def _done_lately(cluster: Cluster) -> dict[str, tuple[Any, str, str, str]]:
    """What we did last to each resource of the cluster."""
    events = Event.objects.filter(cluster=cluster, at__gte=timezone.now() - OURS, phase__in=PHASES).exclude(
        cloud_id=""
    )
    rows = events.order_by("-at", "-pk").values_list("cloud_id", "operation", "action", "username", "via")[
        :MOST_EVENTS
    ]
    return {cloud_id: facts for cloud_id, *facts in reversed(rows)}  # type: ignore[misc]


def _ids_in(item: InventoryItem, columns: tuple[str, ...]) -> Iterable[str]:
    for column in columns:
        if column.endswith("_id") and column != "project_id":
            yield str(getattr(item, column) or "")


def connect() -> None:
    inventory_signals.changing.connect(_changing)
    inventory_signals.vanishing.connect(_vanishing)
    signals.finished.connect(_finished)
