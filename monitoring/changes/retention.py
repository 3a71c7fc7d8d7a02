"""The feed is bounded in days and in rows."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone

from monitoring.changes.models import Change

BATCH = 2000


def clear() -> int:
    """Delete what is older than CHANGE_KEEP_DAYS, and the oldest beyond CHANGE_MOST rows; how many there were."""
    deleted = 0
    before = timezone.now() - timedelta(days=settings.CHANGE_KEEP_DAYS)
    while pks := list(Change.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:BATCH]):
        deleted += Change.objects.filter(pk__in=pks)._raw_delete(Change.objects.db)
    ends = Change.objects.aggregate(first=Min("pk"), last=Max("pk"))
    # Numbers are given in order, so as many rows as there are numbers, or fewer.
    least = (ends["last"] or 0) - settings.CHANGE_MOST
    while ends["first"] and ends["first"] <= least:
        step = min(ends["first"] + BATCH - 1, least)
        deleted += Change.objects.filter(pk__lte=step)._raw_delete(Change.objects.db)
        ends["first"] = step + 1
    return deleted
