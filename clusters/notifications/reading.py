"""Reading what notifications tell of, within a share of the cloud's time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.gateway.errors import CONNECTION
from clusters.inventory import InventoryItem
from clusters.models import Cluster, SyncState
from clusters.notifications.hints import Hints
from clusters.readings import leases, paces

# So many rows of a type are read one by one before the next type has its turn; where there are more, and the service
# tells its changes, those are asked for at once.
MOST_ROWS = 5
# Hints take an eighth of a cloud's time at most, beside the quarter of the passes; of what they did not take before,
# so many seconds at once.
REST, SAVED_SECONDS = 8, 2.0
CHANGES_SECONDS = 30


@dataclass
class Share:
    """Of the time of one cloud."""

    clock: Callable[[], float] = time.monotonic
    left: float = SAVED_SECONDS
    at: float = 0.0

    def take(self, seconds: float) -> float:
        """So long a question took. Returns how long to wait before the next one."""
        now = self.clock()
        self.left = min(SAVED_SECONDS, self.left + (now - self.at) / REST) - seconds
        self.at = now
        return max(0.0, -self.left * REST)


def read_due(cluster: Cluster, hints: Hints, took: Callable[[float], object]) -> int:
    """Read what is due; `took` is told how long each question took, and may wait. Returns how many rows were asked
    for. Raises `CloudError` where it makes no sense to ask further now."""
    count = 0
    for model, ids in hints.due().items():
        state = sync.state_of(cluster, model)
        if not _is_read(state):
            for cloud_id, heard in ids.items():
                hints.done(model, cloud_id, heard)
            continue
        if len(ids) > MOST_ROWS:
            _read_changes(cluster, model, state, took)
        ids = _unseen(cluster, model, ids, hints)
        for cloud_id, heard in list(ids.items())[:MOST_ROWS]:
            began = time.monotonic()
            hints.done(model, cloud_id, heard)
            try:
                sync.read_row(cluster, model, cloud_id)
            except CloudError as error:
                if error.code in CONNECTION:
                    raise
            count += 1
            took(time.monotonic() - began)
    return count


def _is_read(state: SyncState) -> bool:
    """Whether the type may be asked for, and is there as a whole: else the first complete pass tells more."""
    return state.full_at is not None and not (state.retry_at and state.retry_at > timezone.now())


def _unseen(
    cluster: Cluster, model: type[InventoryItem], ids: dict[str, datetime], hints: Hints
) -> dict[str, datetime]:
    """Those that nobody has read since they were told of."""
    rows = model.objects.filter(cluster=cluster, cloud_id__in=list(ids))
    for cloud_id, synced_at in rows.values_list("cloud_id", "synced_at"):
        if synced_at >= ids[cloud_id]:
            hints.done(model, cloud_id, ids.pop(cloud_id))
    return ids


def _read_changes(
    cluster: Cluster, model: type[InventoryItem], state: SyncState, took: Callable[[float], object]
) -> None:
    """One question instead of many. A pass that is under way asks it itself."""
    now = timezone.now()
    rest = timedelta(seconds=max(1, REST * (state.delta_took or 0)))
    if not paces.tells_changes(state, inventory.SOURCES[model], now) or state.position:
        return
    if (state.delta_at and now - state.delta_at < rest) or not (lease := leases.claim(state)):
        return
    began = time.monotonic()
    sync.run_pass(cluster, model, "delta", lease=lease, seconds=CHANGES_SECONDS)
    took(time.monotonic() - began)
