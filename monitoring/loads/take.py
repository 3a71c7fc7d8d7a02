"""Asking the hypervisors of watched servers: one question a server and minute, so few are watched at a time; or the
Prometheus of their cluster, which is asked for all at once."""

import time
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from clusters import gateway
from clusters.gateway import CloudError
from clusters.models import Cluster
from compute.servers.models import Server
from monitoring.loads.diagnostics import load_of
from monitoring.loads.models import PrometheusSource, WatchedServer
from monitoring.loads.prometheus import loads_from
from monitoring.outgoing import OutgoingError
from monitoring.samples import take
from monitoring.samples.metrics import SERVER

WATCHED_FOR = timedelta(hours=6)
"""After somebody last looked."""
MOST = 20
"""Servers of one cluster: those that were looked at last."""
MOST_OF_PROMETHEUS = 500
"""It is asked for all of them at once."""
Loads = dict[str, dict[str, float]]
"""By server and metric."""
OFFSET = 30
"""Seconds after the full minute, at which no other frame stands."""
LOOK_SECONDS = 60


def look(cluster_id: int, cloud_id: str) -> None:
    """Somebody wants to see it."""
    now = timezone.now()
    seen, made = WatchedServer.objects.get_or_create(
        cluster_id=cluster_id, cloud_id=cloud_id, defaults={"looked_at": now}
    )
    if not made and now - seen.looked_at > timedelta(seconds=LOOK_SECONDS):
        WatchedServer.objects.filter(pk=seen.pk).update(looked_at=now)


def watched_clusters() -> list[int]:
    """Those with something to ask; what nobody looked at for long is forgotten."""
    WatchedServer.objects.filter(looked_at__lt=timezone.now() - WATCHED_FOR).delete()
    rows = WatchedServer.objects.filter(cluster__enabled=True).order_by().values_list("cluster_id", flat=True)
    return list(rows.distinct())


def take_loads(cluster: Cluster, moment: int | None = None) -> int:
    """A frame of the loads of its watched servers; how many told. A server that is off, or gone, tells nothing. Where
    the cluster has a Prometheus that is asked, and Nova is not."""
    at = int(moment or time.time()) // take.EVERY * take.EVERY + OFFSET
    rows = WatchedServer.objects.filter(cluster=cluster).order_by("-looked_at").values_list("cloud_id", flat=True)
    source = PrometheusSource.objects.filter(cluster=cluster).select_related("cluster").first()
    found = _from_prometheus(source, rows[:MOST_OF_PROMETHEUS]) if source else _from_nova(cluster, rows[:MOST])
    figures = {(SERVER, cloud_id, name): value for cloud_id, load in found.items() for name, value in load.items()}
    take.write(at, {cluster.pk: figures}, wide=True)
    return len(found)


def _from_nova(cluster: Cluster, cloud_ids: Iterable[str]) -> Loads:
    found = {}
    for cloud_id in cloud_ids:
        try:
            with gateway.call(cluster) as call:
                told = call.conn.compute.get_server_diagnostics(cloud_id).to_dict(computed=False, headers=False)
        except CloudError as error:
            if error.code in gateway.CONNECTION:
                break
            continue
        found[cloud_id] = load_of(told)
    return found


def _from_prometheus(source: PrometheusSource, cloud_ids: Iterable[str]) -> Loads:
    """What keeps it from telling stands with the source until it tells again."""
    servers = list(Server.objects.filter(cluster=source.cluster, gone_at=None, cloud_id__in=list(cloud_ids)))
    try:
        found, error = loads_from(source, servers), ""
    except OutgoingError as failed:
        found, error = {}, str(failed)[:500]
    if error != source.error:
        PrometheusSource.objects.filter(pk=source.pk).update(error=error)
    return found
