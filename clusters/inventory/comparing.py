"""Rows that are as they were, and those that a cloud shows no longer."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from clusters import signals
from clusters.inventory.items import InventoryItem
from clusters.inventory.writing import Changes, state_lock
from clusters.models import Cluster

MOST_IN_A_QUERY = 1000


def marks(model: type[InventoryItem], cluster: Cluster, cloud_ids: Sequence[str], mark_in: str) -> dict[str, Any]:
    """The mark that each of these rows bears, if it is there; None without `mark_in`."""
    rows = model.objects.filter(cluster=cluster, cloud_id__in=cloud_ids, gone_at=None)
    if not mark_in:
        return dict.fromkeys(rows.values_list("cloud_id", flat=True))
    return dict(rows.values_list("cloud_id", f"data__{mark_in}"))


def still_there(model: type[InventoryItem], cluster: Cluster, cloud_ids: Sequence[str], *, seen_at: datetime) -> None:
    """The cloud showed at `seen_at` that these are as they are known."""
    for first in range(0, len(cloud_ids), MOST_IN_A_QUERY):
        some = cloud_ids[first : first + MOST_IN_A_QUERY]
        model.objects.filter(cluster=cluster, cloud_id__in=some, synced_at__lt=seen_at).update(synced_at=seen_at)


def missing(model: type[InventoryItem], cluster: Cluster, *, before: datetime, but: Container[str] = ()) -> list[str]:
    """The ids of what a complete pass that began at `before` did not show, those first that were not seen for longest.
    `but` are those that it showed and that were not written."""
    rows = model.objects.filter(cluster=cluster, gone_at=None, synced_at__lt=before).order_by("synced_at", "pk")
    return [cloud_id for cloud_id in rows.values_list("cloud_id", flat=True) if cloud_id not in but]


def mark_missing_gone(
    model: type[InventoryItem], cluster: Cluster, cloud_ids: Sequence[str], *, before: datetime
) -> Changes:
    """After a complete pass that began at `before` and did not show these: they no longer exist, unless they were
    written meanwhile."""
    changes = Changes()
    for first in range(0, len(cloud_ids), MOST_IN_A_QUERY):
        some = cloud_ids[first : first + MOST_IN_A_QUERY]
        rows = model.objects.filter(cluster=cluster, gone_at=None, synced_at__lt=before, cloud_id__in=some)
        if ids := list(rows.values_list("cloud_id", flat=True)):
            signals.vanishing.send(model, cluster=cluster, rows=rows)
            rows.update(gone_at=timezone.now())
            changes.gone += ids
    return changes


def mark_gone(item: InventoryItem) -> None:
    """The cloud said that it does not exist."""
    with state_lock(type(item), item.cluster):
        now = timezone.now()
        rows = type(item).objects.filter(pk=item.pk, gone_at=None)
        signals.vanishing.send(type(item), cluster=item.cluster, rows=rows)
        rows.update(gone_at=now, synced_at=now)
