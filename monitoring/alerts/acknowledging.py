"""Somebody takes an alert up: no escalation, no repetition, until it is over."""

from django.utils import timezone

from audit import noting
from audit.acting import Actor
from monitoring.alerts.models import Alert


def acknowledge(alert: Alert, *, actor: Actor, note: str = "") -> bool:
    """False where somebody did so already, or it is over."""
    values = {"acknowledged_at": timezone.now(), "acknowledged_by": actor.name, "note": note[:500]}
    taken = Alert.objects.filter(pk=alert.pk, acknowledged_at=None).exclude(open_key=None).update(**values)
    if not taken:
        return False
    noting.note(
        actor,
        "monitoring.alert.acknowledge",
        resource="monitoring.alert",
        cluster=alert.cluster,
        cluster_name=alert.cluster.name if alert.cluster else "",
        name=alert.name or alert.text[:200],
        params={"alert": alert.pk, "note": note[:500]},
    )
    return True
