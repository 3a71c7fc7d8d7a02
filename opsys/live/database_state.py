"""What the database says now, small enough to be asked twice a second."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from clusters import sync
from clusters.models import SyncState
from jobs.models import Job, JobItem


@dataclass(frozen=True)
class DatabaseState:
    """One look. What differs between two of them changed; the values themselves say nothing."""

    rows: Mapping[tuple[str, int], tuple]
    """(type, cluster id) → what moves when a row of it, or its error, did."""
    jobs: Mapping[int, tuple]
    """Job → what moves when it or an item of it did. Those under way, and those that were new at this look."""
    newest: int

    def changed_rows(self, before: "DatabaseState") -> dict[str, set[int]]:
        """Type → the clusters where something changed."""
        changed: dict[str, set[int]] = defaultdict(set)
        for resource, cluster_id in _differing(self.rows, before.rows):
            changed[resource].add(cluster_id)
        return dict(changed)

    def changed_jobs(self, before: "DatabaseState") -> dict[int, int | None]:
        """Job → whose it is. A job that is missing now has ended."""
        both = {**before.jobs, **self.jobs}
        return {pk: both[pk][0] for pk in _differing(self.jobs, before.jobs)}


def look(before: DatabaseState | None) -> DatabaseState:
    """Two queries, whatever happened and whoever watches (and one more at the first look)."""
    rows = {
        (resource, cluster_id): (changed_at, error_code, synced_at is None, position and position["read"])
        for resource, cluster_id, changed_at, error_code, synced_at, position in SyncState.objects.values_list(
            "resource", "cluster_id", "changed_at", "error_code", "synced_at", "position"
        )
    }
    newest = before.newest if before else Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # A short job may begin and end between two looks, so new ones are told of whatever their state.
    shown = Q(state__in=(Job.State.QUEUED, Job.State.RUNNING)) | Q(pk__gt=newest)
    items = JobItem.State
    jobs = {
        pk: values
        for pk, *values in Job.objects.filter(shown)
        .order_by()
        .values_list("pk", "user_id", "state", "cancel_requested")
        .annotate(
            waiting=Count("items", filter=Q(items__state=items.WAITING)),
            running=Count("items", filter=Q(items__state=items.RUNNING)),
            attempts=Sum("items__attempts"),
        )
    }
    return DatabaseState(rows, {pk: tuple(values) for pk, values in jobs.items()}, max([newest, *jobs]))


def note_looks(watched: Mapping[str, Iterable[int]]) -> None:
    """Somebody has these types of these clusters open."""
    for resource, cluster_ids in watched.items():
        sync.look(resource, list(cluster_ids))


def _differing(now: Mapping[Any, Any], before: Mapping[Any, Any]) -> list:
    return [key for key in now.keys() | before.keys() if now.get(key) != before.get(key)]
