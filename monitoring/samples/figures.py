"""The figures of all clusters now, from our own tables: as many queries however many clusters there are.

What a type's last reading is too old for is left out: a gap in the chart, and no line that pretends to know.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum

from clusters.inventory import SOURCES, type_name
from clusters.models import SyncState
from clusters.readings.paces import stale_after
from monitoring.can_be_down import types_that_can_be_down
from monitoring.samples.metrics import CLUSTER, HOST, NETWORK, POOL, PROJECT
from opsys.kit.declare import register

Key = tuple[str, str, str]
"""Kind, subject and metric's name."""
Figures = dict[int, dict[Key, float]]
"""By cluster."""

COUNTED = {"compute.server": "servers", "storage.volume": "volumes", "networking.network": "networks"}
MOST_STATES = 25
"""Of one type in one cluster. States are words of the clouds: one that invents them must not fill our tables."""
SHARES = ("vcpus", "memory", "disk")
QUOTAS = {
    "instances": "servers", "cores": "vcpus", "ram": "memory",
    "volumes": "volumes", "gigabytes": "gib", "floatingip": "addresses",
}  # fmt: skip
"""What of a project's figures has a limit in which quota."""


class Readings:
    """What was read lately of which clusters."""

    def __init__(self, cluster_ids: Collection[int], now: datetime):
        self.states = list(SyncState.objects.filter(cluster_id__in=cluster_ids))
        sources = {type_name(model): source for model, source in SOURCES.items()}
        self.fresh: dict[str, list[int]] = defaultdict(list)
        """By type the clusters of which it is known."""
        for state in self.states:
            source = sources.get(state.resource)
            if source and state.synced_at and now - state.synced_at <= stale_after(state, source, now):
                self.fresh[state.resource].append(state.cluster_id)

    def rows(self, resource: str) -> Any:
        """The rows there are, in the clusters of which this type is known."""
        rows = register.get(resource).model.objects.filter(cluster_id__in=self.fresh[resource], gone_at=None)
        return rows.order_by()


def of_clusters(readings: Readings) -> Figures:
    """The clusters' own figures."""
    found: Figures = defaultdict(dict)
    for resource, plural in COUNTED.items():
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        rows = readings.rows(resource).values_list("cluster_id", "status").annotate(count=Count("pk"))
        for cluster_id, status, count in rows:
            counts[cluster_id][status] = count
        for cluster_id, by_status in counts.items():
            for status, count in _bounded(by_status):
                found[cluster_id][CLUSTER, "", f"{plural}/{status}"] = count
    for one, filters in types_that_can_be_down():
        rows = readings.rows(one.name).filter(**filters).values_list("cluster_id").annotate(count=Count("pk"))
        down = dict(rows)
        for cluster_id in readings.fresh[one.name]:
            found[cluster_id][CLUSTER, "", f"down/{one.name}"] = down.get(cluster_id, 0)
    _shares_of_clusters(readings, found)
    _answers(readings, found)
    return found


def _bounded(by_status: dict[str, int]) -> Iterable[tuple[str, int]]:
    ordered = sorted(by_status.items(), key=lambda pair: -pair[1])
    yield from ordered[:MOST_STATES]
    if ordered[MOST_STATES:]:
        yield "…", sum(count for _status, count in ordered[MOST_STATES:])


def _shares_of_clusters(readings: Readings, found: Figures) -> None:
    names = [f"{what}_{part}" for what in SHARES for part in ("used", "total")]
    for row in readings.rows(HOST).values("cluster_id").annotate(**{f"sum_{name}": Sum(name) for name in names}):
        for name in names:
            found[row["cluster_id"]][CLUSTER, "", name.replace("_", ".")] = row[f"sum_{name}"] or 0
    external = set(readings.rows(NETWORK).filter(external=True).values_list("cluster_id", "cloud_id"))
    for cluster_id, network, used, total in _addresses(readings):
        if (cluster_id, network) in external:
            own = found[cluster_id]
            for name, value in (("used", used), ("total", total)):
                key = (CLUSTER, "", f"addresses.{name}")
                own[key] = own.get(key, 0) + value
    sizes = readings.rows("storage.volume").values_list("cluster_id").annotate(size=Sum("size"))
    for cluster_id, size in sizes:
        found[cluster_id][CLUSTER, "", "volumes.gib"] = size or 0


def _addresses(readings: Readings) -> Iterable[tuple[int, str, int, int]]:
    """Of each network: cluster, id, used and all addresses of the allocation pools of its IPv4 subnets."""
    rows = readings.rows("networking.subnet").filter(ip_version=4, total_addresses__gt=0)
    return rows.values_list("cluster_id", "network_id").annotate(
        used=Sum("used_addresses", default=0), total=Sum("total_addresses")
    )


def _answers(readings: Readings, found: Figures) -> None:
    services = {type_name(model): source.service for model, source in SOURCES.items()}
    for state in readings.states:
        service = services.get(state.resource)
        if service is None or not (state.requests or state.request_errors):
            continue
        own = found[state.cluster_id]
        counters = (("requests", state.requests), ("ms", state.request_ms), ("errors", state.request_errors))
        for name, value in counters:
            key = (CLUSTER, "", f"api.{name}/{service}")
            own[key] = own.get(key, 0) + value


def of_what_is_in_them(readings: Readings) -> Figures:
    """The figures of hosts, projects, pools and networks."""
    found: Figures = defaultdict(dict)
    names = [f"{what}_{part}" for what in SHARES for part in ("used", "total")]
    for row in readings.rows(HOST).values("cluster_id", "cloud_id", "servers", *names):
        own = found[row["cluster_id"]]
        own[HOST, row["cloud_id"], "servers"] = row["servers"] or 0
        for name in names:
            own[HOST, row["cloud_id"], name.replace("_", ".")] = row[name]
    sizes = ("used", "usable", "provisioned", "provisionable")
    for pool in readings.rows(POOL).only("cluster_id", "cloud_id", "total", "free", *sizes[1:]):
        for name in sizes:
            if (value := getattr(pool, name)) is not None:
                found[pool.cluster_id][POOL, pool.cloud_id, name] = value
    for cluster_id, network, used, total in _addresses(readings):
        found[cluster_id][NETWORK, network, "addresses.used"] = used
        found[cluster_id][NETWORK, network, "addresses.total"] = total
    _projects(readings, found)
    return found


def _projects(readings: Readings, found: Figures) -> None:
    # A flavor may be deleted while servers have it; of two of one name the younger is meant.
    flavors = register.get("compute.flavor").model.objects.filter(cluster_id__in=readings.fresh["compute.server"])
    sizes = {
        (cluster_id, name): (vcpus, ram)
        for cluster_id, name, vcpus, ram in flavors.order_by("-gone_at", "pk").values_list(
            "cluster_id", "name", "vcpus", "ram"
        )
    }

    def add(cluster_id: int, project: str, name: str, value: float) -> None:
        if project:
            key = (PROJECT, project, name)
            found[cluster_id][key] = found[cluster_id].get(key, 0) + value

    rows = readings.rows("compute.server").values_list("cluster_id", "project_id", "flavor").annotate(n=Count("pk"))
    for cluster_id, project, flavor, count in rows:
        vcpus, ram = sizes.get((cluster_id, flavor), (0, 0))
        add(cluster_id, project, "servers", count)
        add(cluster_id, project, "vcpus", count * vcpus)
        add(cluster_id, project, "memory", count * ram)
    volumes = readings.rows("storage.volume").values_list("cluster_id", "project_id")
    for cluster_id, project, count, size in volumes.annotate(n=Count("pk"), size=Sum("size", default=0)):
        add(cluster_id, project, "volumes", count)
        add(cluster_id, project, "gib", size)
    addresses = readings.rows("networking.floatingip").values_list("cluster_id", "project_id").annotate(n=Count("pk"))
    for cluster_id, project, count in addresses:
        add(cluster_id, project, "addresses", count)
    limits = readings.rows("identity.quota").filter(name__in=QUOTAS, limit__gt=0)
    for cluster_id, project, quota, limit in limits.values_list("cluster_id", "project_id", "name", "limit"):
        add(cluster_id, project, f"{QUOTAS[quota]}.limit", limit)
