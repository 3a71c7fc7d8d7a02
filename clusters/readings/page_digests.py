"""A page that came exactly as in the pass before is not compared with the rows and not written, while no row of its
type changed since. The digests are in the cache for an hour at most; without them everything is compared."""

import hashlib
import json
from collections.abc import Sequence

from django.core.cache import cache

from clusters.inventory import Row
from clusters.models import SyncState
from clusters.readings.positions import Position

KEEP_SECONDS = 3600
KINDS = ("full", "index")


class PageDigests:
    """Of one pass, compared with those of the last one of its kind."""

    def __init__(self, state: SyncState, position: Position) -> None:
        self._key, self._changed_at = _key(state, position.kind), state.changed_at
        self._from_start = not position.pages
        kept = cache.get(self._key) if self._from_start else None
        self._before: list[str] = kept[1] if kept and kept[0] == self._changed_at else []
        self._now: list[str] = []

    def unchanged(self, rows: Sequence[Row]) -> bool:
        """Whether this page, the next one of the pass, came as it did last time."""
        place = len(self._now)
        self._now.append(_digest(rows))
        return self._now[place:] == self._before[place : place + 1]

    @property
    def all_unchanged(self) -> bool:
        """Whether all pages were, and there is none less."""
        return bool(self._now) and self._now == self._before

    def keep(self) -> None:
        """For the next pass, after one that saw all pages, left nothing to another one and changed no row."""
        if self._from_start and self._now and not self.all_unchanged:
            cache.set(self._key, (self._changed_at, self._now), KEEP_SECONDS)


def forget(state: SyncState) -> None:
    """The next pass compares every row."""
    cache.delete_many([_key(state, kind) for kind in KINDS])


def _key(state: SyncState, kind: str) -> str:
    return f"page-digests:{state.pk}:{kind}"


def _digest(rows: Sequence[Row]) -> str:
    text = json.dumps(rows, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
