"""Who is told what, and when: at most twice in ten minutes of one thing, one message for what belongs together.

What people were told last stands in the alert. As long as that is not what is, they are to be told; so whatever keeps
a word back for a while (a silence, too many words before) delays it and loses nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from clusters import access
from monitoring.alerts.models import Alert, Channel, Delivery, Silence
from monitoring.alerts.models.severity import at_least

State = Alert.State
QUIET = timedelta(minutes=10)
"""Within so long people hear of one thing at most twice."""
GROUP_PAUSE = timedelta(seconds=30)
"""Messages of one rule about one cluster are so far apart."""
MOST_LISTED = 50


@dataclass(frozen=True)
class Word:
    """What is to be said of one alert: that it fires, is over, fires still, or that nobody took it up."""

    alert: Alert
    state: str
    escalation: bool = False


def tell(now: datetime | None = None) -> list[int]:
    """Write down the messages that are due, together with what they say. The channels they are for."""
    now = now or timezone.now()
    with transaction.atomic():
        silences = list(Silence.objects.in_force(now))
        words = [word for word in _words(now) if not any(silence.covers(word.alert) for silence in silences)]
        groups: dict[tuple[int, int | None], list[Word]] = defaultdict(list)
        for word in words:
            groups[word.alert.rule_id, word.alert.cluster_id].append(word)
        readers, resting = _Readers(), _resting(now)
        deliveries: list[Delivery] = []
        for key, group in groups.items():
            if key not in resting and (messages := _messages(group, readers, now)):
                deliveries += messages
                _note(group, now)
        Delivery.objects.bulk_create(deliveries, batch_size=200)
    return sorted({delivery.channel_id for delivery in deliveries})


def _words(now: datetime) -> list[Word]:
    untold = Q(state=State.FIRING) & ~Q(told=State.FIRING) | Q(state=State.RESOLVED, told=State.FIRING)
    unheeded = Q(state=State.FIRING, told=State.FIRING, acknowledged_at=None) & (
        Q(rule__repeat_minutes__gt=0) | Q(rule__escalate_minutes__gt=0, escalated_at=None)
    )
    rows = Alert.objects.filter(untold | unheeded).select_related("rule", "cluster").order_by("pk")
    words = []
    for alert in rows.select_for_update():
        if alert.state != alert.told:
            if alert.told_before_at is None or now - alert.told_before_at >= QUIET:
                words.append(Word(alert, alert.state))
            continue
        words += _unheeded(alert, now)
    return words


def _unheeded(alert: Alert, now: datetime) -> Iterator[Word]:
    rule = alert.rule
    if rule.repeat_minutes and alert.told_at and now - alert.told_at >= timedelta(minutes=rule.repeat_minutes):
        yield Word(alert, State.FIRING)
    since = alert.fired_at or alert.began_at
    late = rule.escalate_minutes and now - since >= timedelta(minutes=rule.escalate_minutes)
    if late and rule.escalate_to_id and not alert.escalated_at:
        yield Word(alert, State.FIRING, escalation=True)


def _resting(now: datetime) -> set[tuple[int | None, int | None]]:
    lately = Delivery.objects.filter(created_at__gt=now - GROUP_PAUSE)
    return set(lately.values_list("rule_id", "cluster_id"))


class _Readers:
    """Which channels take a word, and whether whoever reads them may hear of it."""

    def __init__(self) -> None:
        self.channels = {one.pk: one for one in Channel.objects.filter(enabled=True).select_related("owner")}
        self._held: dict[int, access.Held] = {}

    def of(self, word: Word) -> list[Channel]:
        rule = word.alert.rule
        if word.escalation:
            named = [rule.escalate_to_id]
        elif rule.channel_id:
            named = [rule.channel_id]
        else:
            named = [pk for pk, channel in self.channels.items() if channel.takes_all]
        if word.state == State.RESOLVED and word.alert.escalated_at:
            named = [*named, rule.escalate_to_id]
        found = [self.channels[pk] for pk in dict.fromkeys(named) if pk in self.channels]
        return [channel for channel in found if self._takes(channel, word)]

    def _takes(self, channel: Channel, word: Word) -> bool:
        called = channel.pk == word.alert.rule.escalate_to_id and (word.escalation or word.alert.escalated_at)
        if not called and not at_least(word.alert.severity, channel.least):
            return False
        owner = channel.owner
        if owner is None:
            return True
        if owner.pk not in self._held:
            self._held[owner.pk] = access.held_by(owner)
        return may_hear(owner, self._held[owner.pk], word.alert.cluster_id, word.alert.user_id)


def may_hear(person: Any, held: access.Held, cluster_id: int | None, user_id: int | None) -> bool:
    """The rule of `AlertQuerySet.visible_to`, for one alert."""
    if not person.is_active:
        return False
    if person.is_superuser:
        return True
    return cluster_id in held if cluster_id is not None else user_id == person.pk


def _messages(group: list[Word], readers: _Readers, now: datetime) -> list[Delivery]:
    by_channel: dict[Channel, list[Word]] = defaultdict(list)
    for word in group:
        for channel in readers.of(word):
            by_channel[channel].append(word)
    return [
        Delivery(
            channel=channel,
            rule_id=words[0].alert.rule_id,
            cluster_id=words[0].alert.cluster_id,
            alerts=[_as_data(word) for word in words[:MOST_LISTED]],
            more=max(0, len(words) - MOST_LISTED),
            created_at=now,
            next_at=now,
        )
        for channel, words in by_channel.items()
    ]


def _as_data(word: Word) -> dict[str, Any]:
    alert = word.alert
    return {
        "id": alert.pk,
        "rule": alert.rule.name or alert.rule.kind,
        "kind": alert.rule.kind,
        "severity": alert.severity,
        "state": word.state,
        "escalation": word.escalation,
        "cluster": alert.cluster.name if alert.cluster else "",
        "cluster_id": alert.cluster_id,
        "user_id": alert.user_id,
        "type": alert.resource,
        "cloud_id": alert.cloud_id,
        "name": alert.name,
        "text": alert.text,
        "said": alert.said,
        "value": alert.value,
        "began_at": alert.began_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at and word.state == State.RESOLVED else None,
        "path": alert.get_absolute_url(),
    }


def _note(words: list[Word], now: datetime) -> None:
    escalated = [word.alert.pk for word in words if word.escalation]
    Alert.objects.filter(pk__in=escalated).update(escalated_at=now)
    for state in State.values:
        told = [word.alert.pk for word in words if word.state == state and not word.escalation]
        if told:
            Alert.objects.filter(pk__in=told).update(told=state, told_before_at=F("told_at"), told_at=now)
