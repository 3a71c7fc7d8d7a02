"""What was over long ago leaves the list."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from monitoring.alerts import delivery, evaluation
from monitoring.alerts.models import Silence

BATCH = 1000


def clear() -> None:
    """Alerts that are over, messages, and silences that ended, longer ago than the setting says; 0 keeps them."""
    days = settings.ALERT_KEEP_DAYS
    if not days:
        return
    before = timezone.now() - timedelta(days=days)
    while delivery.forget(before, BATCH) == BATCH:
        pass
    while evaluation.forget(before, BATCH) == BATCH:
        pass
    Silence.objects.filter(ends_at__lt=before).delete()
