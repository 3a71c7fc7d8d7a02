"""Each destination gets what it does not have yet, in order, at least once. While it is down nothing is lost: the log
itself is the queue."""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.export.formats import as_json
from audit.forward import messages
from audit.forward.receivers import RECEIVERS, DeliveryError
from audit.models import Checkpoint, Destination, Event, Leaf
from audit.proof.facts import FACTS, facts_of

BATCH = 500
BATCHES_PER_RUN = 40
CLAIM = timedelta(seconds=120)
RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=5)

log = structlog.get_logger()
SYSLOG = {Destination.Kind.SYSLOG_TCP, Destination.Kind.SYSLOG_TLS}


def due() -> bool:
    """Whether a destination that may be sent to now lacks something."""
    return any(_takes_events(one) and _leaves(one).exists() or _checkpoints(one) for one in _free(timezone.now()))


def send_all() -> None:
    """One round over all enabled destinations that are due."""
    for destination in _free(timezone.now()):
        send(destination)


def send(destination: Destination) -> None:
    """Hand over what is new. A failure is noted at the destination and tried again later; nobody else sends
    to it meanwhile."""
    now = timezone.now()
    if not _free(now).filter(pk=destination.pk).update(claimed_until=now + CLAIM):
        return
    destination.refresh_from_db()
    try:
        for _round in range(BATCHES_PER_RUN):
            if not _send_next(destination):
                break
    except DeliveryError as error:
        _failed(destination, str(error), now)
    finally:
        Destination.objects.filter(pk=destination.pk).update(claimed_until=None)


def _free(now: datetime) -> QuerySet[Destination]:
    """The enabled ones to which nobody sends, and which did not fail a moment ago."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return Destination.objects.filter(unclaimed, Q(retry_at=None) | Q(retry_at__lte=now), enabled=True)


def _takes_events(destination: Destination) -> bool:
    return destination.content == Destination.Content.EVENTS and destination.kind != Destination.Kind.MAIL


def _leaves(destination: Destination) -> QuerySet[Leaf]:
    return Leaf.objects.filter(position__gte=destination.next_position)


def _send_next(destination: Destination) -> bool:
    """Send one batch; whether there was anything."""
    frames, moved = _events(destination)
    checkpoints = _checkpoints(destination)
    frames += [_checkpoint_frame(destination, one) for one in checkpoints]
    if checkpoints:
        moved["last_checkpoint"] = checkpoints[-1].pk
    if not moved:
        return False
    if frames:
        RECEIVERS[destination.kind](destination, frames)
        moved["sent_at"] = timezone.now()
    Destination.objects.filter(pk=destination.pk).update(
        **moved, failing_since=None, retry_at=None, error="", claimed_until=timezone.now() + CLAIM
    )
    for name, value in moved.items():
        setattr(destination, name, value)
    return True


def _events(destination: Destination) -> tuple[list[bytes], dict]:
    if not _takes_events(destination):
        return [], {}
    positions = dict(_leaves(destination).order_by("position")[:BATCH].values_list("event_number", "position"))
    if not positions:
        return [], {}
    rows = Event.objects.filter(pk__in=positions).values_list("pk", *FACTS)
    found = sorted((positions[pk], facts_of(tuple(values))) for pk, *values in rows)
    frames = [_event_frame(destination, position, facts) for position, facts in found]
    return frames, {"next_position": max(positions.values()) + 1}


def _checkpoints(destination: Destination) -> list[Checkpoint]:
    return list(Checkpoint.objects.filter(pk__gt=destination.last_checkpoint).order_by("pk")[:BATCH])


def _event_frame(destination: Destination, position: int, facts: dict) -> bytes:
    if destination.kind in SYSLOG:
        return messages.syslog_event(position, facts)
    return f"{as_json(facts, position=position)}\n".encode("utf-8", "replace")


def _checkpoint_frame(destination: Destination, checkpoint: Checkpoint) -> bytes:
    if destination.kind in SYSLOG:
        return messages.syslog_checkpoint(checkpoint.at, checkpoint.size, checkpoint.note)
    if destination.kind == Destination.Kind.MAIL or destination.content == Destination.Content.CHECKPOINTS:
        return f"{checkpoint.note}\n".encode()
    return messages.checkpoint_line(checkpoint.note)


def _failed(destination: Destination, error: str, now: datetime) -> None:
    since = destination.failing_since or now
    wait = min(max(RETRY, (now - since) / 2), LONGEST_RETRY)
    Destination.objects.filter(pk=destination.pk).update(
        failing_since=since, retry_at=timezone.now() + wait, error=error[:1000]
    )
    log.warning("audit destination failed", destination=destination.name, error=error)
