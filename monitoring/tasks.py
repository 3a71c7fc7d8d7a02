"""What beat has the samples do. A moment that is missed is a gap in the charts and nothing worse."""

import time

from celery import shared_task

from clusters.models import Cluster
from monitoring.loads import take as loads
from monitoring.samples import take, thin


@shared_task
def take_samples() -> None:
    take.take()


@shared_task
def thin_samples() -> None:
    now = int(time.time())
    thin.thin(now)
    thin.forget(now)


@shared_task
def take_server_loads() -> None:
    """A task for each cluster: one that is slow holds up no other."""
    for cluster_id in loads.watched_clusters():
        take_loads_of.apply_async((cluster_id,), expires=50)


@shared_task
def take_loads_of(cluster_id: int) -> None:
    cluster = Cluster.objects.filter(pk=cluster_id, enabled=True).first()
    if cluster is not None:
        loads.take_loads(cluster)
