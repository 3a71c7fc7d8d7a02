"""Copying a resource by schedule: which actions do it, asking for a copy, and whether it can be relied on by now.

A copy bears the id of the operation that made it, and stands in `MadeCopy` before the cloud is asked. The mark alone
proves nothing: an image inherits what its server's image had.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from clusters import gateway, inventory
from clusters.gateway import CloudError
from clusters.gateway.errors import TRANSIENT
from clusters.inventory import InventoryItem
from clusters.models import Cluster
from clusters.sentences import gettext as _
from jobs.bulk import CLOCK_SLACK, events_of, heard, operation_of
from jobs.kinds import Later
from jobs.models import Job, JobItem, MadeCopy
from opsys.kit.act.perform import conclude, perform_one
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.copies import Copies
from opsys.kit.declare.resource import Resource

LOOK_SECONDS, LONGEST_PAUSE = 3, 60


@dataclass(frozen=True)
class Way:
    """How a resource is copied: an action of its type, the type of the copies, and how one of those is deleted."""

    resource: Resource
    action: Action
    copies: Copies
    made: Resource
    delete: Action

    @property
    def permissions(self) -> list[str]:
        """What it takes on a cluster."""
        return [self.action.permission, self.delete.permission]


def ways(resource_name: str, *, trial: bool = False) -> dict[str, Way]:
    """Action → how it copies resources of this type; empty where copies cannot be both made and deleted."""
    known = {resource.name: resource for resource in register.resources()}
    found = {}
    for action in known[resource_name].on_items if resource_name in known else ():
        made = known.get(action.copies.to) if action.copies is not None else None
        delete = {one.name: one for one in made.on_items}.get("delete") if made is not None else None
        if action.copies is not None and made is not None and delete is not None and action.copies.trial == trial:
            found[action.name] = Way(known[resource_name], action, action.copies, made, delete)
    return found


def types() -> list[Resource]:
    """Those whose resources can be copied by the clock, the first one by default."""
    return [resource for resource in register.resources() if ways(resource.name)]


@dataclass(frozen=True)
class Copy:
    """One copy that an item of a job is about: of the row `target`, called `cloud_id` in its cloud."""

    job: Job
    item: JobItem
    way: Way
    made: MadeCopy
    target: int
    name: str
    incremental: bool = False

    @property
    def cluster(self) -> Cluster:
        return self.made.cluster

    @property
    def params(self) -> dict[str, Any]:
        params = self.way.copies.params(self.name, str(self.made.operation))
        return {**params, "incremental": True} if self.incremental else params

    def outcome(self, status: Status, reason: str, code: str = "") -> Outcome:
        said = {"name": self.item.name, "cloud_id": self.made.source_id, "cluster": self.item.cluster_name}
        return Outcome(status, code=code, reason=reason, **said)


def asked(copy: Copy) -> Outcome:
    """What became of asking for it. Asked once, whichever worker comes to it."""
    return heard(events_of(copy.item)) or perform_one(
        copy.way.resource,
        copy.way.action,
        copy.target,
        user=copy.job.actor,
        via=copy.job.via,
        client=copy.job.client,
        params=copy.params,
        operation_id=copy.item.operation,
    )


def remember(copy: Copy) -> None:
    """Put into the audit, where `asked` finds it, that something was asked for of which no answer was heard."""
    events = events_of(copy.item)
    if not events or heard(events) is not None or find(copy) is None:
        return
    outcome = copy.outcome(Status.DONE, _("The answer was lost; the cloud shows that it was asked."))
    source = {"cloud_id": copy.made.source_id, "params": copy.params}
    conclude(operation_of(copy.job, copy.item, copy.way.resource, copy.way.action, **source), outcome)


def failure(copy: Copy) -> Outcome | Later | None:
    """None when the copy can be relied on, else what became of it, or when to look again."""
    if Job.objects.filter(pk=copy.job.pk, cancel_requested=True).exists():
        reason = _("The job was cancelled while the copy was being made. Nothing older was deleted.")
        return copy.outcome(Status.REFUSED, reason, "cancelled")
    age, status, pause = (timezone.now() - copy.made.asked_at).total_seconds(), "", LOOK_SECONDS
    try:
        status = _look(copy)
    except CloudError as error:
        if error.code not in TRANSIENT:
            reason = _("The copy did not become usable, and nothing older was deleted. %(why)s")
            return copy.outcome(Status.FAILED, reason % {"why": error}, "copy")
        pause = max(pause, error.seconds_to_wait)
    if status == copy.way.copies.usable:
        return None
    if status not in copy.way.copies.broken and age < copy.way.copies.patience_seconds:
        # What takes hours need not be looked at every few seconds.
        return Later(max(pause, min(age / 20, LONGEST_PAUSE)), _("It was asked for, and the cloud is working on it."))
    reason = _("The copy did not become usable, and nothing older was deleted. Its state: %(state)s.")
    return copy.outcome(Status.FAILED, reason % {"state": status or "–"}, "copy")


def bears_mark(way: Way, row: InventoryItem, made: MadeCopy) -> bool:
    return way.copies.bears(vars(row), str(made.operation), made.source_id)


def find(copy: Copy) -> inventory.Row | None:
    """What came of it, among what the cloud has of late."""
    with gateway.call(copy.cluster) as call:
        since = call.cloud_time(copy.made.asked_at) - CLOCK_SLACK
        for row in _recent(call.conn, copy, since):
            created = row.get("created_at")
            bears = copy.way.copies.bears(row, str(copy.made.operation), copy.made.source_id)
            if bears and (created is None or created >= since):
                return row
    return None


def _recent(conn, copy: Copy, since) -> Iterator[inventory.Row]:
    source, recent = inventory.SOURCES[copy.way.made.model], copy.way.copies.recent
    if recent is not None:
        for cloud_id in recent(conn, copy.made.source_id, str(copy.made.operation), since):
            yield source.fetch_one(conn, cloud_id)
    else:
        for page in source.changes(conn, since) if source.changes else source.fetch(conn):
            yield from page


def _look(copy: Copy) -> str:
    """The copy's state now, and its row as fresh. Empty while the cloud does not tell of it. Raises `CloudError`."""
    model, made = copy.way.made.model, copy.made
    if not made.copy_id:
        row = find(copy)
        if row is None:
            return ""
        made.copy_id = row["cloud_id"]
        made.save(update_fields=["copy_id"])
    seen_at = timezone.now()
    with gateway.call(copy.cluster) as call:
        row = inventory.SOURCES[model].fetch_one(call.conn, made.copy_id)
    inventory.store(model, copy.cluster, [row], seen_at=seen_at)
    return str(row.get("status") or "")
