"""The sync's timetable. Beat calls `dispatch_due` every second; each pass is a task of its own, so clusters are
read in parallel and a dead one holds up nothing but itself."""

from celery import shared_task
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.models import Cluster


@shared_task
def dispatch_due() -> None:
    now = timezone.now()
    states = {(s.cluster_id, s.resource): s for s in sync.SyncState.objects.all()}
    for cluster in Cluster.objects.filter(enabled=True, credential__isnull=False):
        for model, source in inventory.SOURCES.items():
            name = inventory.type_name(model)
            state = states.get((cluster.pk, name)) or sync.state_of(cluster, model)
            kind = sync.due(state, source, now)
            if kind and sync.claim(state):
                read.apply_async((cluster.pk, name, kind), expires=sync.LEASE_SECONDS)


@shared_task
def read(cluster_id: int, resource: str, kind: str) -> None:
    """One pass whose lease the dispatcher holds. Its failure is kept in the state, not in the queue."""
    cluster = Cluster.objects.filter(pk=cluster_id, enabled=True).first()
    if cluster is None:
        return
    try:
        model = inventory.model_named(resource)
        if kind == "rows":
            sync.run_rows(cluster, model)
        else:
            sync.run_pass(cluster, model, full=kind == "full")
    except CloudError:
        return
