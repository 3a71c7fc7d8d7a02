"""The sync's timetable. Beat calls `dispatch_due` every second; each pass is a task of its own, so clusters are
read in parallel and a dead one holds up nothing but itself."""

from celery import shared_task
from django.utils import timezone

from clusters import inventory, leases, paces, sync
from clusters.gateway import CloudError
from clusters.models import Cluster, SyncState

# A complete pass lets go of its worker after this long, and is gone on with behind whoever waits.
WORK_SECONDS = 30


@shared_task
def dispatch_due() -> None:
    now = timezone.now()
    states = {(s.cluster_id, s.resource): s for s in SyncState.objects.all()}
    for cluster in Cluster.objects.filter(enabled=True, credential__isnull=False):
        of_cluster = []
        for model, source in inventory.SOURCES.items():
            name = inventory.type_name(model)
            of_cluster.append((states.get((cluster.pk, name)) or sync.state_of(cluster, model), source))
        stretch = paces.stretch(of_cluster, now)
        held = paces.held_back(of_cluster, now)
        for state, source in of_cluster:
            if state.pk in held:
                continue
            kind = paces.due(state, source, now, stretch=stretch(state, source))
            if kind and (lease := leases.claim(state)):
                read.apply_async((cluster.pk, state.resource, kind, lease), expires=leases.lease_seconds())


@shared_task
def read(cluster_id: int, resource: str, kind: str, lease: str | None = None) -> None:
    """One pass whose lease the dispatcher holds. Its failure is kept in the state, not in the queue."""
    cluster = Cluster.objects.filter(pk=cluster_id, enabled=True).first()
    if cluster is None:
        return
    try:
        model = inventory.model_named(resource)
        if kind == "rows":
            sync.run_rows(cluster, model, lease)
        else:
            sync.run_pass(cluster, model, kind, lease=lease, seconds=WORK_SECONDS)
            _go_on(cluster, resource)
    except CloudError:
        return


def _go_on(cluster: Cluster, resource: str) -> None:
    """A long pass that let go of its worker stands in line again, behind whoever waits, not a second later."""
    state = SyncState.objects.filter(cluster=cluster, resource=resource).first()
    if state and state.position and state.position["read"] and (lease := leases.claim(state)):
        read.apply_async((cluster.pk, resource, "full", lease), expires=leases.lease_seconds())
