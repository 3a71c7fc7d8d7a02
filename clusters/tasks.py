"""The sync's timetable. `dispatch_due` is called every second; each pass is a task of its own, so clusters are
read in parallel and a dead one holds up nothing but itself."""

import time
from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from clusters import inventory, sync
from clusters.gateway import CloudError
from clusters.models import Cluster, SyncState
from clusters.readings import leases, paces

# A complete pass lets go of its worker after this long, and is gone on with behind whoever waits.
WORK_SECONDS = 30
# Clusters at rest have their turn every so many seconds at least, and seldomer where there are many.
LEAST_TURNS, CLUSTERS_A_TURN = 3, 10


def dispatch_due() -> None:
    now = timezone.now()
    clusters = _in_turn(list(Cluster.objects.filter(enabled=True, credential__isnull=False)), now)
    states = {(s.cluster_id, s.resource): s for s in SyncState.objects.filter(cluster__in=clusters)}
    for cluster in clusters:
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


def _in_turn(clusters: list[Cluster], now: datetime) -> list[Cluster]:
    """Those to be thought of now. One at rest has its turn every few seconds: to weigh all types of all of them every
    second would cost more than reading them."""
    turns = max(LEAST_TURNS, 1 + len(clusters) // CLUSTERS_A_TURN)
    at_work = (
        Q(sync_states=None)
        | Q(sync_states__looked_at__gt=now - timedelta(seconds=paces.ACTIVE_SECONDS))
        | Q(sync_states__eager_until__gt=now)
        | Q(sync_states__full_at=None, sync_states__failures=0)
        | Q(sync_states__position__isnull=False)
    )
    at_once = set(Cluster.objects.filter(at_work, enabled=True).values_list("pk", flat=True).distinct())
    return [each for each in clusters if each.pk in at_once or each.pk % turns == int(now.timestamp()) % turns]


@shared_task
def read(cluster_id: int, resource: str, kind: str, lease: str | None = None) -> None:
    """One pass whose lease the dispatcher holds. Its failure is kept in the state, not in the queue."""
    cluster = Cluster.objects.select_related("credential").filter(pk=cluster_id, enabled=True).first()
    if cluster is None:
        return
    try:
        model = inventory.model_named(resource)
        if kind == "rows":
            sync.run_rows(cluster, model, lease)
        else:
            began = time.monotonic()
            sync.run_pass(cluster, model, kind, lease=lease, seconds=WORK_SECONDS)
            if time.monotonic() - began >= WORK_SECONDS:
                _go_on(cluster, resource)
    except CloudError:
        return


def _go_on(cluster: Cluster, resource: str) -> None:
    """A long pass that let go of its worker stands in line again, behind whoever waits, not a second later."""
    state = SyncState.objects.filter(cluster=cluster, resource=resource).first()
    if state and state.position and state.position["read"] and (lease := leases.claim(state)):
        read.apply_async((cluster.pk, resource, "full", lease), expires=leases.lease_seconds())
