"""How many items of all jobs a second are asked of one cluster, whatever number of workers and jobs there is."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from clusters.models import Cluster

SLACK_SECONDS = 5
"""How far the clocks of two workers may be apart."""


class RateLimit(models.Model):
    """When the next item may be asked of a cluster."""

    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="+", primary_key=True)
    next_at = models.DateTimeField()

    class Meta:
        app_label = "jobs"

    def __str__(self) -> str:
        return f"{self.cluster_id} at {self.next_at:%H:%M:%S}"


def wait_seconds(cluster_id: int | None) -> float:
    """Take the cluster's next free moment, and say how far away it is. Without a limit, and for what is asked of no
    cluster, it is now. A moment that is taken and not used is lost, and no more."""
    if cluster_id is None or not settings.JOB_ITEMS_PER_SECOND:
        return 0
    step = timedelta(seconds=1 / settings.JOB_ITEMS_PER_SECOND)
    while True:
        now = timezone.now()
        row = RateLimit.objects.filter(cluster_id=cluster_id).first()
        mine = now if row is None or row.next_at > now + _farthest(step) else max(row.next_at, now)
        if _take(cluster_id, row, mine + step):
            return (mine - now).total_seconds()


def _farthest(step: timedelta) -> timedelta:
    """Everybody who waits holds a slot of the cluster, so no honest moment is farther away: that one is of another
    setting, or of a clock that went wrong."""
    return max(1, settings.JOB_ITEMS_PER_CLUSTER) * step + timedelta(seconds=SLACK_SECONDS)


def _take(cluster_id: int, row: RateLimit | None, next_at) -> bool:
    """False when somebody was quicker."""
    if row is not None:
        return bool(RateLimit.objects.filter(cluster_id=cluster_id, next_at=row.next_at).update(next_at=next_at))
    try:
        with transaction.atomic():
            RateLimit.objects.create(cluster_id=cluster_id, next_at=next_at)
    except IntegrityError:
        return False
    return True
