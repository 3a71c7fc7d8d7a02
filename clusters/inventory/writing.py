"""Rows that a cloud showed are written."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections, router, transaction

from clusters import signals
from clusters.coerce import coerced, is_id
from clusters.inventory.items import InventoryItem
from clusters.inventory.partial import completed
from clusters.inventory.sources import Row, type_name
from clusters.links import write_links
from clusters.models import Cluster, SyncState

ABOUT_ROWS = frozenset({"gone", "partial", "known_by"})


@dataclass
class Changes:
    """What a write changed, as cloud ids."""

    seen: int = 0
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)

    def add(self, other: "Changes") -> None:
        self.seen += other.seen
        self.changed += other.changed
        self.gone += other.gone


def store(model: type[InventoryItem], cluster: Cluster, rows: Iterable[Row], *, seen_at: datetime) -> Changes:
    """Write one page of rows that the cloud showed at `seen_at`.

    A row that was written from a younger look (after an action, say) is left alone. Unchanged rows cost one
    shared UPDATE. Values that a column cannot hold are fitted to it. Returns what really changed.
    """
    with state_lock(model, cluster):
        return _store(model, cluster, rows, seen_at)


@contextmanager
def state_lock(model: type[InventoryItem], cluster: Cluster) -> Iterator[None]:
    """From the look at what is known to the write no other process writes rows of this type, or an older answer could
    replace a younger one, also one that said the row is gone. A pass has locked the state's row already; SQLite's
    transactions exclude each other."""
    state = SyncState.objects.filter(cluster=cluster, resource=type_name(model))
    locks = connections[router.db_for_write(model)].features.has_select_for_update
    pk = state.values_list("pk", flat=True).first() if locks else None
    with transaction.atomic(savepoint=False):
        if pk is not None:
            # By its key alone. By cluster and type the unique index is locked first, and so it is by whoever notes a
            # look or a change there: against a pass, which has the row itself, that is a deadlock.
            SyncState.objects.select_for_update().filter(pk=pk).values_list("pk").first()
        yield


def _store(model: type[InventoryItem], cluster: Cluster, rows: Iterable[Row], seen_at: datetime) -> Changes:
    by_id = {row["cloud_id"]: row for row in _with_ids(model, cluster, rows) if is_id(row["cloud_id"])}
    known = {
        cloud_id: (digest, gone_at, synced_at)
        for cloud_id, digest, gone_at, synced_at in model.objects.filter(
            cluster=cluster, cloud_id__in=list(by_id)
        ).values_list("cloud_id", "digest", "gone_at", "synced_at")
    }
    before = _before(model, cluster, [cloud_id for cloud_id, row in by_id.items() if row.get("partial")])
    changes = Changes(seen=len(by_id))
    write, touch = [], []
    for cloud_id, row in by_id.items():
        digest = _digest(row)
        old_digest, old_gone_at, synced_at = known.get(cloud_id, (None, None, None))
        if synced_at and synced_at > seen_at:
            continue
        gone = bool(row.get("gone"))
        if gone and (cloud_id not in known or old_gone_at):
            continue
        if digest == old_digest and not old_gone_at and not gone:
            touch.append(cloud_id)
            continue
        values = coerced(model, {key: value for key, value in row.items() if key not in ABOUT_ROWS})
        if row.get("partial"):
            values = completed(values, before.get(cloud_id))
        write.append(
            model(cluster=cluster, synced_at=seen_at, gone_at=seen_at if gone else None, digest=digest, **values)
        )
        (changes.gone if gone else changes.changed).append(cloud_id)
    if touch:
        model.objects.filter(cluster=cluster, cloud_id__in=touch).update(synced_at=seen_at)
    if write:
        # Before the rows: if this process dies in between, their digests have them written again.
        write_links(model, cluster, [item for item in write if not item.gone_at])
        signals.changing.send(model, cluster=cluster, items=write, known=known)
        _upsert(model, write)
    return changes


def _with_ids(model: type[InventoryItem], cluster: Cluster, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if known_by := row.get("known_by"):
            found = model.objects.filter(cluster=cluster, gone_at=None, **known_by)
            for cloud_id in found.values_list("cloud_id", flat=True):
                yield {**row, "cloud_id": cloud_id}
        else:
            yield row


def rename(model: type[InventoryItem], cluster: Cluster, names: Mapping[str, str], *, seen_at: datetime) -> Changes:
    """The cloud showed at `seen_at` that rows, by their ids, have these names. All else of them stays as it is and as
    old as it is, and is written when it is read."""
    changes, known, write = Changes(), {}, []
    for item in model.objects.filter(cluster=cluster, cloud_id__in=list(names), gone_at=None, synced_at__lt=seen_at):
        name = coerced(model, {"name": names[item.cloud_id]})["name"]
        if item.name == name:
            continue
        known[item.cloud_id] = (item.digest, item.gone_at, item.synced_at)
        item.pk, item.name, item.digest = None, name, ""
        write.append(item)
        changes.changed.append(item.cloud_id)
    if write:
        signals.changing.send(model, cluster=cluster, items=write, known=known)
        # Three times as quick as bulk_update(), whose SQL has a case for each value.
        _upsert(model, write, ["name", "search_text", "digest"])
    return changes


def _before(model: type[InventoryItem], cluster: Cluster, cloud_ids: list[str]) -> dict[str, InventoryItem]:
    found = model.objects.filter(cluster=cluster, cloud_id__in=cloud_ids) if cloud_ids else ()
    return {item.cloud_id: item for item in found}


def _upsert(model: type[InventoryItem], items: list[InventoryItem], columns: Sequence[str] = ()) -> None:
    """Of rows that are there only these columns are written; by default all."""
    own = columns or [f.name for f in model._meta.concrete_fields if f.name not in ("id", "cluster", "cloud_id")]
    options: dict[str, Any] = {"update_conflicts": True, "update_fields": own}
    if _can_name_the_constraint(model):
        options["unique_fields"] = ["cluster", "cloud_id"]
    model.objects.bulk_create(items, batch_size=500, **options)


def _can_name_the_constraint(model: type[InventoryItem]) -> bool:
    return connections[router.db_for_write(model)].features.supports_update_conflicts_with_target


def _digest(row: Row) -> str:
    text = json.dumps(row, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
