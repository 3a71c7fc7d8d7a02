"""Each cluster and each of its services, by what became of the last readings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

from django.utils import timezone

from clusters import not_allowed
from clusters.gateway.errors import retell
from clusters.inventory import SOURCES, type_name
from clusters.models import Cluster, SyncState
from monitoring.home.sparklines import Sparkline, latencies

STALE_AFTER = timedelta(minutes=5)
"""A cluster of which nothing at all was read for so long."""
WORST_FIRST = ("error", "partial", "stale", "never", "ok", "disabled")
FIELDS = ("cluster_id", "resource", "synced_at", "failed_at", "error_code", "error", "seconds", "changed_at")


@dataclass
class ServiceHealth:
    """`state` is ok, error (with the reason), never, or absent: the cloud has no such service."""

    name: str
    state: str = "never"
    reason: str = ""
    failed_at: datetime | None = None


@dataclass
class ClusterHealth:
    """`state` is error (nothing can be read), partial (something cannot), stale, never, ok or disabled. `seconds` is
    how long the longest of the last readings took; `servers` how many it has, `servers_wrong` how many in error;
    `latency` how long its APIs took to answer in the last hour."""

    cluster: Cluster
    state: str = "never"
    services: list[ServiceHealth] = field(default_factory=list)
    synced_at: datetime | None = None
    seconds: float | None = None
    servers: int = 0
    servers_wrong: int = 0
    latency: Sparkline | None = None

    @property
    def broken(self) -> list[ServiceHealth]:
        return [service for service in self.services if service.state == "error"]

    @property
    def reason(self) -> str:
        return next((service.reason for service in self.broken), "")


@dataclass(frozen=True)
class Health:
    """The worst cluster comes first. `version` differs once a reading changed something."""

    clusters: list[ClusterHealth]
    version: str

    def count(self, *states: str) -> int:
        return sum(health.state in states for health in self.clusters)


def health_of(clusters: list[Cluster]) -> Health:
    """One query; without `latency`, which `add_latency` puts in."""
    states: dict[int, list[Mapping]] = defaultdict(list)
    for row in SyncState.objects.filter(cluster_id__in=[c.pk for c in clusters]).values(*FIELDS):
        states[row["cluster_id"]].append(row)
    found = [_cluster(cluster, states[cluster.pk]) for cluster in clusters]
    found.sort(key=lambda health: (WORST_FIRST.index(health.state), health.cluster.name))
    everything = [row for rows in states.values() for row in rows]
    changed = [row["changed_at"] for row in everything if row["changed_at"]]
    wrong = sorted((row["cluster_id"], row["resource"]) for row in everything if row["error_code"])
    return Health(found, f"{max(changed).timestamp() if changed else 0:.6f}-{crc32(repr(wrong).encode()):x}")


def add_latency(health: Health) -> None:
    """One query."""
    lines = latencies([one.cluster for one in health.clusters])
    for one in health.clusters:
        one.latency = lines.get(one.cluster.pk)


def _cluster(cluster: Cluster, rows: list[Mapping]) -> ClusterHealth:
    read = [row for row in rows if row["synced_at"]]
    health = ClusterHealth(
        cluster,
        services=_services(cluster, rows),
        synced_at=max((row["synced_at"] for row in read), default=None),
        seconds=max((row["seconds"] for row in read if row["seconds"] is not None), default=None),
    )
    there = [service for service in health.services if service.state != "absent"]
    if not cluster.enabled:
        health.state = "disabled"
    elif health.broken:
        health.state = "error" if all(service.state == "error" for service in there) else "partial"
    elif health.synced_at is None:
        health.state = "never"
    else:
        health.state = "stale" if timezone.now() - health.synced_at > STALE_AFTER else "ok"
    return health


def _services(cluster: Cluster, rows: Iterable[Mapping]) -> list[ServiceHealth]:
    """A service whose types were read in part only is broken: somebody misses what was not."""
    names = {type_name(model): source.service for model, source in SOURCES.items()}
    services: dict[str, ServiceHealth] = {}
    for row in sorted(rows, key=lambda row: row["resource"]):
        name = names.get(row["resource"])
        if name is None:  # a type that this release no longer has
            continue
        service = services.setdefault(name, ServiceHealth(name))
        if row["error_code"] == "no_service":
            service.state = "absent"
        elif row["error_code"] == not_allowed.CODE:
            # It answered; what our credential may not list is nothing that is broken.
            service.state = "ok" if service.state == "never" else service.state
        elif row["error_code"]:
            service.state, service.failed_at = "error", row["failed_at"]
            service.reason = retell(row["error_code"], cluster.name, row["error"])
        elif row["synced_at"] and service.state == "never":
            service.state = "ok"
    return [services[name] for name in sorted(services)]
