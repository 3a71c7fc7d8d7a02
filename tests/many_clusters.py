"""Fifty clusters of which some are in trouble, for what must be readable with so many. No cloud is asked."""

import math
import time
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from audit.models import Event
from benchmarks.support.population import fill as fill_servers
from benchmarks.support.samples import fill_around
from clusters import access
from clusters.models import Cluster, SyncState
from jobs.models import Job, JobItem
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.models import AlertRule, Ending
from monitoring.samples.models import RecentLatency

SERVERS, MINUTES = 3000, 60
SERVICES = ("compute.server", "storage.volume", "networking.network", "compute.image", "identity.project")


def fill() -> None:
    """And one person, `one` with the password `one12345678`, who may see the first cluster only."""
    fill_servers(SERVERS)
    clusters = list(Cluster.objects.order_by("pk"))
    fill_around(clusters, SERVERS)
    now = timezone.now()
    for place, cluster in enumerate(clusters):
        waves = [round(80 + place + 40 * math.sin((minute + 7 * place) / 6)) for minute in range(MINUTES)]
        RecentLatency.objects.create(cluster=cluster, at=int(time.time()) + 3600, requests=0, waited=0, minutes=waves)
        for name in SERVICES:
            state, _made = SyncState.objects.get_or_create(cluster=cluster, resource=name)
            state.synced_at, state.seconds = now, 0.3 + place / 40
            state.save()
    _trouble(clusters, now)
    person = get_user_model().objects.create_user("one", password="one12345678")
    access.set_permissions(person, {clusters[0].pk: (access.VIEW, access.OPERATE)})


def _trouble(clusters: list[Cluster], now) -> None:
    down, partly, old = clusters[7], clusters[12], clusters[31]
    broken = {"error_code": "unreachable", "error": "connect timeout", "failed_at": now - timedelta(minutes=4)}
    SyncState.objects.filter(cluster=down).update(**broken)
    SyncState.objects.filter(cluster=partly, resource__startswith="storage.").update(**broken)
    SyncState.objects.filter(cluster=old).update(synced_at=now - timedelta(minutes=20))
    for place, what in enumerate(Ending.What.values):
        ends = {"ends_at": now + timedelta(days=5 + place), "checked_at": now}
        Ending.objects.create(cluster=clusters[place], what=what, **ends)
    for place, phase in enumerate(("done", "done", "refused", "failed", "done")):
        reason = "The server is locked; unlock it first." if phase == "refused" else ""
        Event.objects.create(
            action="compute.server.stop", phase=phase, via="ui", username="operator", cluster=clusters[place],
            cluster_name=clusters[place].name, resource="compute.server", cloud_id=f"{place}", name=f"web-{place}",
            reason=reason,
        )  # fmt: skip
    operator = get_user_model().objects.get(username="operator")
    job = Job.objects.create(
        kind="action", title="Stop 20 servers", user=operator, username="operator", via="ui", state=Job.State.RUNNING,
        params={"resource": "compute.server", "action": "stop"},
    )  # fmt: skip
    JobItem.objects.bulk_create(
        JobItem(
            job=job, position=place, cluster=clusters[0], cluster_name=clusters[0].name, target=place,
            cloud_id=f"{place}", name=f"web-{place}", state=state,
        )
        for place, state in enumerate(["done"] * 7 + ["waiting"] * 13)
    )  # fmt: skip
    AlertRule.objects.update(hold_seconds=0)
    evaluate()
