"""One (cluster, type) in the hands of the worker that holds its lease."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from clusters import gateway, inventory, leases
from clusters.gateway import CloudError
from clusters.inventory import Changes, InventoryItem, Row, Source
from clusters.models import Cluster, SyncState
from clusters.positions import Position

UNFAILED: Mapping[str, Any] = {"failures": 0, "failed_at": None, "retry_at": None, "error": "", "error_code": ""}


@dataclass
class Work:
    """One (cluster, type) in the hands of the holder of its lease. `began` is when they took it,
    `until` when to let go, by the monotonic clock. `mass_change` is the second of the cloud in which more changed than
    a delta can tell; `ids_asked` how many ids were last asked for at once."""

    cluster: Cluster
    model: type[InventoryItem]
    source: Source
    state: SyncState
    lease: str
    until: float | None = None
    began: float = field(default_factory=time.monotonic)
    mass_change: datetime | None = None
    ids_asked: int = 0
    changes: Changes = field(default_factory=Changes)

    def writing(self, **values: Any) -> AbstractContextManager[None]:
        return leases.writing(self.state, self.lease, **values)

    def store(self, rows: Sequence[Row], seen_at: datetime, **values: Any) -> None:
        """One page of rows, together with these values of the state."""
        with self.writing(**values):
            changes = inventory.store(self.model, self.cluster, rows, seen_at=seen_at)
            if changes:
                SyncState.objects.filter(pk=self.state.pk).update(changed_at=timezone.now())
        self.changes.add(changes)

    def store_all(self, found: Iterable[Sequence[Row]]) -> None:
        pages = iter(found)
        while True:
            seen_at = timezone.now()
            page = next(pages, None)
            if page is None:
                return
            self.store(page, seen_at)

    def read_one(self, cloud_id: str) -> bool:
        """Whether it is there."""
        seen_at = timezone.now()
        try:
            with gateway.call(self.cluster) as call:
                row = self.source.fetch_one(call.conn, cloud_id)
        except CloudError as error:
            if error.code != "not_found":
                raise
            with self.writing(changed_at=timezone.now()):
                for item in self.model.objects.filter(cluster=self.cluster, cloud_id=cloud_id):
                    inventory.mark_gone(item)
            self.changes.add(Changes(gone=[cloud_id]))
            return False
        self.store([row], seen_at)
        return True

    def known(self) -> int:
        return self.model.objects.filter(cluster=self.cluster, gone_at=None).count()

    def fewer_ids(self) -> dict[str, Any]:
        """What to note after their answer did not come in time: the pass goes on with half as many."""
        position = Position.of(self.state) or Position(timezone.now(), self.known(), "index")
        position.most_ids = max(1, self.ids_asked // 2)
        return {"position": position.dump()}

    @property
    def over(self) -> bool:
        return self.until is not None and time.monotonic() >= self.until
