"""From conditions to alerts: what is new, what goes on, what is over."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from django.db import transaction
from django.db.models import Q

from clusters.sentences import as_data
from monitoring.alerts.kind import Condition, Facts, Found, Kind
from monitoring.alerts.kinds import KINDS
from monitoring.alerts.models import Alert, AlertRule
from monitoring.alerts.telling import QUIET

State = Alert.State
SLACK = timedelta(seconds=2)
"""Beat is not punctual: what is due this soon counts as due."""
WRITTEN = ("state", "text", "said", "value", "seen_at", "absent_since", "ended_at", "open_key", "fired_at", "told")


def evaluate(facts: Facts | None = None) -> None:
    """Look at every rule that is due. As many queries for fifty clusters as for one, however many rules there are."""
    facts = facts or Facts()
    rules = [rule for rule in AlertRule.objects.filter(enabled=True) if rule.kind in KINDS]
    due: dict[str, list[AlertRule]] = defaultdict(list)
    for rule in rules:
        every = timedelta(seconds=KINDS[rule.kind].every)
        if rule.evaluated_at is None or rule.evaluated_at + every - SLACK <= facts.now:
            due[rule.kind].append(rule)
    found = {
        name: KINDS[name].find(facts, KINDS[name].loosest(rule.threshold for rule in of_kind))
        for name, of_kind in due.items()
    }
    looked_at = [rule for of_kind in due.values() for rule in of_kind]
    with transaction.atomic():
        known = _open_alerts(rules)
        fresh: list[Alert] = []
        changed: list[Alert] = []
        unchanged: list[int] = []
        for rule in looked_at:
            step = _Step(rule, KINDS[rule.kind], found[rule.kind], known.get(rule.pk, {}), facts)
            step.take()
            fresh += step.fresh
            changed += step.changed
            unchanged += [alert.pk for alert in step.unchanged]
        _write(fresh, changed)
        Alert.objects.filter(pk__in=unchanged).update(seen_at=facts.now)
        AlertRule.objects.filter(pk__in=[rule.pk for rule in looked_at]).update(evaluated_at=facts.now)


def _open_alerts(rules: Iterable[AlertRule]) -> dict[int, dict[str, Alert]]:
    """Those that are not over, by rule and key. What a rule that is gone or disabled had found is over."""
    known: dict[int, dict[str, Alert]] = defaultdict(dict)
    enabled = {rule.pk for rule in rules}
    for alert in Alert.objects.select_for_update().exclude(open_key=None):
        if alert.rule_id in enabled:
            known[alert.rule_id][alert.key] = alert
        else:
            Alert.objects.filter(pk=alert.pk).update(
                state=State.RESOLVED, open_key=None, ended_at=alert.seen_at, told=State.RESOLVED
            )
    return known


@dataclass
class _Step:
    """One rule, from what was known to what is."""

    rule: AlertRule
    kind: Kind
    found: Found
    known: dict[str, Alert]
    facts: Facts

    def take(self) -> None:
        self.fresh: list[Alert] = []
        self.changed: list[Alert] = []
        self.unchanged: list[Alert] = []
        wrong = {_key(self.rule, one): one for one in self.found.conditions if self._concerns(one)}
        lately = self._lately_over([key for key in wrong if key not in self.known])
        for key, condition in wrong.items():
            alert = self.known.get(key) or lately.get(key)
            if alert is None:
                self._begin(key, condition)
            else:
                self._goes_on(alert, condition)
        for key, alert in self.known.items():
            if key not in wrong and self.found.complete and alert.cluster_id not in self.found.unknown:
                self._is_absent(alert)

    def _concerns(self, condition: Condition) -> bool:
        if not self.kind.reaches(condition.value, self.rule.threshold):
            return False
        rule = self.rule
        if rule.cluster_id is None and rule.group_id is None and not rule.environment:
            return True
        cluster = self.facts.clusters.get(condition.cluster_id or 0)
        return (
            cluster is not None
            and rule.cluster_id in (None, cluster.pk)
            and rule.group_id in (None, cluster.group_id)
            and rule.environment in ("", cluster.environment)
        )

    def _lately_over(self, keys: list[str]) -> dict[str, Alert]:
        """What was over only a short time ago goes on: it flaps."""
        since = self.facts.now - QUIET
        lately = Q(ended_at__gte=since) | Q(told_at__gte=since)
        rows = Alert.objects.filter(lately, key__in=keys, open_key=None) if keys else ()
        return {alert.key: alert for alert in sorted(rows, key=lambda alert: alert.pk)}

    def _begin(self, key: str, condition: Condition) -> None:
        alert = Alert(
            rule=self.rule,
            key=key,
            open_key=key,
            severity=self.rule.severity,
            cluster_id=condition.cluster_id,
            user_id=condition.user_id,
            resource=condition.resource,
            cloud_id=condition.cloud_id[:255],
            name=condition.name[:255],
            url=condition.url[:500],
            began_at=self.facts.now,
        )
        self._describe(alert, condition)
        self._fire_if_it_held(alert)
        self.fresh.append(alert)

    def _goes_on(self, alert: Alert, condition: Condition) -> None:
        before = (alert.state, alert.absent_since, alert.text, alert.value)
        if alert.state == State.RESOLVED:
            alert.state, alert.open_key, alert.ended_at = State.FIRING, alert.key, None
        alert.absent_since = None
        self._describe(alert, condition)
        self._fire_if_it_held(alert)
        same = before == (alert.state, alert.absent_since, alert.text, alert.value)
        (self.unchanged if same else self.changed).append(alert)

    def _is_absent(self, alert: Alert) -> None:
        now = self.facts.now
        alert.absent_since = alert.absent_since or now
        gone = now - alert.absent_since >= timedelta(seconds=self.rule.clear_seconds)
        if gone or self.kind.happens or alert.state == State.PENDING:
            alert.state, alert.open_key, alert.ended_at = State.RESOLVED, None, now
            if self.kind.happens:  # nobody needs to hear that an hour has passed
                alert.told = State.RESOLVED
        self.changed.append(alert)

    def _describe(self, alert: Alert, condition: Condition) -> None:
        alert.text, alert.said = "".join(condition.said), as_data(condition.said)
        alert.value, alert.seen_at = condition.value, self.facts.now

    def _fire_if_it_held(self, alert: Alert) -> None:
        held = self.facts.now - alert.began_at
        if alert.state == State.PENDING and held >= timedelta(seconds=self.rule.hold_seconds):
            alert.state, alert.fired_at = State.FIRING, self.facts.now


def _key(rule: AlertRule, condition: Condition) -> str:
    parts = (rule.pk, condition.cluster_id, condition.resource, condition.cloud_id, condition.detail)
    return blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def _write(fresh: list[Alert], changed: list[Alert]) -> None:
    # A second worker that came first has it already: one of a key at a time.
    Alert.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    Alert.objects.bulk_update(changed, WRITTEN, batch_size=200)
    never = [alert.pk for alert in changed if alert.state == State.RESOLVED and alert.fired_at is None]
    Alert.objects.filter(pk__in=never).delete()


def forget(before: datetime, most: int = 1000) -> int:
    """Delete what was over before this moment, at most so many; how many there were."""
    pks = list(Alert.objects.filter(open_key=None, ended_at__lt=before).values_list("pk", flat=True)[:most])
    Alert.objects.filter(pk__in=pks).delete()
    return len(pks)
