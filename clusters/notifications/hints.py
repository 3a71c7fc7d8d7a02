"""Which rows are to be read because somebody told of them: each at most once a second, and never more than so many."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from clusters.inventory import InventoryItem

ONCE_IN_SECONDS = 1.0
# Of one type of one cluster. What is more is left to the passes, which see it anyway.
MOST_WAITING = 500


@dataclass
class Hints:
    """Of one cluster, between the thread that hears and the one that reads. Hearing never waits for reading."""

    clock: Callable[[], float] = time.monotonic
    _waiting: dict[type[InventoryItem], dict[str, datetime]] = field(default_factory=dict)
    _read: dict[tuple[type[InventoryItem], str], float] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, model: type[InventoryItem], cloud_id: str) -> None:
        with self._changed:
            ids = self._waiting.setdefault(model, {})
            if cloud_id in ids or len(ids) < MOST_WAITING:
                ids[cloud_id] = timezone.now()
                self._changed.notify()

    def wait(self, seconds: float) -> None:
        """Until something is due, at most so long."""
        until = self.clock() + seconds
        with self._changed:
            while not self._due() and (left := until - self.clock()) > 0:
                self._changed.wait(min(left, ONCE_IN_SECONDS / 4) if self._waiting else left)

    def due(self) -> dict[type[InventoryItem], dict[str, datetime]]:
        """What may be read now, with the moment when it was last told of. It waits on until it is `done`."""
        with self._changed:
            return self._due()

    def _due(self) -> dict[type[InventoryItem], dict[str, datetime]]:
        old = self.clock() - ONCE_IN_SECONDS
        self._read = {key: moment for key, moment in self._read.items() if moment > old}
        found = {
            model: {key: heard for key, heard in ids.items() if (model, key) not in self._read}
            for model, ids in self._waiting.items()
        }
        return {model: ids for model, ids in found.items() if ids}

    def done(self, model: type[InventoryItem], cloud_id: str, heard: datetime) -> None:
        """It was read, or need not be. If it was told of again meanwhile it is read once more, a second later."""
        with self._changed:
            self._read[model, cloud_id] = self.clock()
            ids = self._waiting.get(model, {})
            if ids.get(cloud_id) == heard:
                del ids[cloud_id]
            if not ids:
                self._waiting.pop(model, None)

    def forget(self) -> None:
        with self._changed:
            self._waiting.clear()
