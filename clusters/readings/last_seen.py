"""When the cloud last showed a row as it is known. A pass that finds a row unchanged does not write it, so the row and
the passes since tell it together."""

from datetime import datetime

from clusters.inventory import Source
from clusters.models import SyncState


def all_rows_seen_at(state: SyncState, source: Source) -> datetime | None:
    """When a pass last saw every row of a type. Changes tell it as well, unless they do not tell what is gone."""
    moments = [state.full_at, state.index_at]
    if source.changes is not None and source.index is None:
        moments.append(state.synced_at)
    return max(filter(None, moments), default=None)


def last_seen(synced_at: datetime | None, all_seen_at: datetime | None) -> datetime | None:
    """Of a row that was last written at `synced_at`; None for one that was never seen."""
    return max(synced_at, all_seen_at) if synced_at and all_seen_at else synced_at
