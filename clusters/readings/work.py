"""One (cluster, type) in the hands of the worker that holds its lease."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clusters import gateway, inventory
from clusters.gateway import CloudError
from clusters.inventory import Changes, InventoryItem, Row, Source
from clusters.models import Cluster, SyncState
from clusters.readings import leases
from clusters.readings.page_digests import PageDigests
from clusters.readings.positions import Position

UNFAILED: Mapping[str, Any] = {"failures": 0, "failed_at": None, "retry_at": None, "error": "", "error_code": ""}


def with_times(found: Iterable[Sequence[Row]]) -> Iterator[tuple[datetime, Sequence[Row]]]:
    """Each page after the moment at which it was asked for."""
    pages = iter(found)
    while True:
        asked_at = timezone.now()
        page = next(pages, None)
        if page is None:
            return
        yield asked_at, page


@dataclass
class Work:
    """One (cluster, type) in the hands of the holder of its lease. `began` is when they took it,
    `until` when to let go, by the monotonic clock. `mass_change` is the second of the cloud in which more changed than
    a delta can tell; `ids_asked` how many ids were last asked for at once. `unwritten` are the rows that the pass
    found unchanged and has not written; `noted` is written of the state with whatever is written next."""

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
    unwritten: set[str] = field(default_factory=set)
    noted: dict[str, Any] = field(default_factory=dict)
    digests: PageDigests | None = None

    def writing(self, **values: Any) -> AbstractContextManager[None]:
        """What is written in the block is written together with these values of the state. Raises `LeaseLost`."""
        return leases.writing(self.state, self.lease, **self._with_noted(values))

    def write(self, **values: Any) -> None:
        """These values of the state, now. Raises `LeaseLost`."""
        leases.write(self.state, self.lease, **self._with_noted(values))

    def sees_changes(self, position: Position) -> bool:
        """Whether such a pass finds out what changed. Ids without marks tell only what is new and what is gone."""
        index = self.source.index
        return position.kind == "full" or (index is not None and bool(index.mark_in))

    def unchanged(self, cloud_ids: Iterable[str]) -> None:
        """These are there as they are known."""
        ids = set(cloud_ids)
        self.unwritten |= ids
        self.changes.seen += len(ids)

    def note(self, **values: Any) -> None:
        """These values of the state, with whatever is written next, at the latest when the lease is given back."""
        self.noted |= values
        leases.set_values(self.state, values)

    def state_is(self, state: SyncState) -> None:
        """The state was read anew."""
        leases.set_values(state, self.noted)
        self.state = state

    def release(self, **values: Any) -> bool:
        """Give the lease back, with these values. False if another worker has it by now."""
        return leases.release(self.state, self.lease, **self._with_noted(values))

    def _with_noted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        together = {**self.noted, **values}
        self.noted.clear()
        return together

    def store(self, rows: Sequence[Row], seen_at: datetime, **values: Any) -> None:
        """One page of rows, together with these values of the state."""
        with self.writing(**values):
            changes = inventory.store(self.model, self.cluster, rows, seen_at=seen_at)
            if changes:
                SyncState.objects.filter(pk=self.state.pk).update(changed_at=timezone.now())
        self.changes.add(changes)

    def store_all(self, found: Iterable[Sequence[Row]]) -> None:
        for asked_at, page in with_times(found):
            self.store(page, asked_at)

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
        return self._present.count()

    def knows_any(self) -> bool:
        return bool(self.changes.seen) or self._present.exists()

    @property
    def _present(self) -> QuerySet:
        return self.model.objects.filter(cluster=self.cluster, gone_at=None)

    def fewer_ids(self) -> dict[str, Any]:
        """What to note after their answer did not come in time: the pass goes on with half as many."""
        position = Position.of(self.state) or Position(timezone.now(), self.known(), "index")
        position.most_ids = max(1, self.ids_asked // 2)
        return {"position": position.dump()}

    @property
    def over(self) -> bool:
        return self.until is not None and time.monotonic() >= self.until
