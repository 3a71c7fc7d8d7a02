"""The clock's part: look at the rules, write messages down, send them. Losing one of these loses nothing."""

from celery import shared_task

from clusters.models import Cluster
from monitoring.alerts import delivery, retention
from monitoring.alerts.endings import look_up
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.telling import tell
from monitoring.changes.retention import clear as clear_changes


@shared_task
def alerts() -> None:
    evaluate()
    for channel in tell():
        deliver.apply_async((channel,), expires=60)


def deliver_due() -> None:
    for channel in delivery.due():
        deliver.apply_async((channel,), expires=60)


@shared_task
def deliver(channel: int) -> None:
    delivery.deliver(channel)


@shared_task
def endings() -> None:
    """A task for each cluster: one that hangs holds up no other."""
    retention.clear()
    clear_changes()
    for pk in Cluster.objects.filter(enabled=True).values_list("pk", flat=True):
        look_up_endings.apply_async((pk,), expires=3000)


@shared_task
def look_up_endings(cluster: int) -> None:
    look_up(Cluster.objects.get(pk=cluster))
