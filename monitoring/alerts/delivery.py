"""Sending what is written down, in order, until it arrives."""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from clusters import access
from monitoring.alerts.channels import NotDelivered, send
from monitoring.alerts.models import Channel, Delivery
from monitoring.alerts.telling import may_hear

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
FIRST_PAUSE, LONGEST_PAUSE = 5, 300
GIVE_UP = timedelta(days=1)
MOST_REFUSALS = 5
"""What a receiver refuses as such, it is asked so many times."""
AT_ONCE = 50

State = Delivery.State


def due(now: datetime | None = None) -> list[int]:
    """The channels that have something to send now."""
    waiting = Delivery.objects.filter(state=State.WAITING, next_at__lte=now or timezone.now(), channel__enabled=True)
    return sorted(set(waiting.order_by().values_list("channel_id", flat=True)))


def deliver(channel_id: int) -> int:
    """Send what waits for this channel, the oldest first; a message that does not arrive holds up those behind it, as
    they may say that it is over. How many arrived; 0 also where another worker is at it."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    if not Channel.objects.filter(free, pk=channel_id, enabled=True).update(lease_until=now + LEASE):
        return 0
    sent = 0
    try:
        channel = Channel.objects.select_related("owner").get(pk=channel_id)
        for delivery in Delivery.objects.filter(channel=channel, state=State.WAITING).order_by("pk")[:AT_ONCE]:
            if delivery.next_at > timezone.now() or not _attempt(channel, delivery):
                break
            sent += delivery.state == State.SENT
            Channel.objects.filter(pk=channel_id).update(lease_until=timezone.now() + LEASE)
    finally:
        Channel.objects.filter(pk=channel_id).update(lease_until=None)
    return sent


def _attempt(channel: Channel, delivery: Delivery) -> bool:
    """Whether the next one may follow."""
    now = timezone.now()
    alerts = _still_for(channel, delivery.alerts)
    delivery.attempts += 1
    if not alerts:
        delivery.state = State.DROPPED
    else:
        try:
            send(channel, alerts, number=str(delivery.number), more=delivery.more)
            delivery.state, delivery.sent_at, delivery.error = State.SENT, timezone.now(), ""
        except NotDelivered as error:
            delivery.error = str(error)[:300]
            over = now - delivery.created_at > GIVE_UP or (error.final and delivery.attempts >= MOST_REFUSALS)
            if over:
                delivery.state = State.FAILED
            else:
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(delivery.attempts - 1, 10))
                delivery.next_at = timezone.now() + max(timedelta(seconds=pause), error.wait)
            log.warning("alert_not_delivered", channel=channel.name, attempt=delivery.attempts, given_up=over)
    delivery.save(update_fields=["state", "attempts", "error", "next_at", "sent_at"])
    return delivery.state != State.WAITING


def _still_for(channel: Channel, alerts: list[dict]) -> list[dict]:
    """Rights may have ended since the message was written."""
    if channel.owner is None:
        return alerts
    held = access.held_by(channel.owner)
    return [one for one in alerts if may_hear(channel.owner, held, one["cluster_id"], one["user_id"])]


def forget(before: datetime, most: int = 1000) -> int:
    """Delete messages of before this moment that need not be sent any more."""
    old = Delivery.objects.filter(created_at__lt=before).exclude(state=State.WAITING)
    pks = list(old.values_list("pk", flat=True)[:most])
    Delivery.objects.filter(pk__in=pks).delete()
    return len(pks)
