"""The one way events leave the audit, and the audit says so."""

from datetime import datetime
from uuid import UUID, uuid4

from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from audit.acting import Actor
from audit.models import Event, Leaf
from audit.models.event import PURGE
from audit.noting import note
from audit.proof import purged, tree


def clear(before: datetime, *, older_than: str, actor: Actor) -> tuple[int, int]:
    """Delete what is older than `before` and note it as `older_than`: how many events and records of logins.

    Their places in the tree stay, so that the rest can still be verified.
    """
    operation = uuid4()
    tree.append_all()
    for positions in _positions(before):  # before they go: a missing event is explained even if we die half-way
        _note(operation, actor, Event.Phase.STARTED, older_than=older_than, positions=positions)
    deleted = 0
    try:
        while batch := Event.objects.purge(before):
            deleted += batch
    finally:  # also when it is interrupted: what is gone is gone
        _note(operation, actor, Event.Phase.DONE, older_than=older_than, deleted=deleted)
    logins = sum(
        model.objects.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )
    return deleted, logins


def _positions(before: datetime) -> list[list[str]]:
    """Where in the tree the events stand that are about to go, as ranges, as many as fit into one event."""
    numbers = Event.objects.purgeable(before).values("pk")
    leaves = Leaf.objects.filter(event_number__in=numbers).order_by("position").values_list("position", flat=True)
    ranges = list(purged.ranges_of(leaves.iterator()))
    most = purged.RANGES_PER_EVENT
    return [ranges[start : start + most] for start in range(0, len(ranges), most)]


def _note(operation: UUID, actor: Actor, phase: Event.Phase, **params) -> None:
    note(
        actor,
        PURGE,
        operation=operation,
        phase=phase,
        resource="audit.event",
        params=params,
    )
