"""How much of the clouds is given away: of the hosts by Placement's figures, of storage pools their space, of external
networks their addresses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, IntegerField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from monitoring.home.links import list_url
from opsys.kit.declare import register
from opsys.kit.lists.scope import Scope
from opsys.kit.lists.shares import Share

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

HOSTS, SUBNETS, NETWORKS, VOLUMES = "compute.hypervisor", "networking.subnet", "networking.network", "storage.volume"
POOLS = "storage.pool"
KINDS = (
    ("vcpus", _("vCPUs"), "VCPU", ""),
    ("memory", _("Memory"), "MEMORY_MB", "MiB"),
    ("disk", _("Disk"), "DISK_GB", "GiB"),
)
FULLEST_SHOWN = 5


@dataclass(frozen=True)
class Capacity:
    """`share` of what may be given away, ratio included; `physical` is what there is without it (0: not known). Where
    what is used counts instead, `provisioned` is what was promised of what may be."""

    name: str
    label: "str | StrPromise"
    share: Share
    url: str
    physical: int = 0
    provisioned: Share | None = None

    @property
    def physical_text(self) -> str:
        return str(Share(0, self.physical, self.share.unit)).partition("/")[2].strip() if self.physical else ""

    @property
    def bar_value(self) -> int:
        return min(self.share.used, self.share.total)

    @property
    def ratio(self) -> float | None:
        return round(self.share.total / self.physical, 1) if self.physical else None


@dataclass(frozen=True)
class ClusterFill:
    """What a cluster has least of, in percent of what may be given away."""

    cluster: Cluster
    label: "str | StrPromise"
    share: Share


@dataclass(frozen=True)
class Capacities:
    kinds: list[Capacity]
    fullest: list[ClusterFill]
    volumes_gib: int


def capacities(scope: Scope) -> Capacities:
    """Four queries."""
    hosts = register.get(HOSTS)
    rows = list(_host_sums(scope))
    kinds = []
    for name, label, _class, unit in KINDS:
        used, total, physical = (sum(row[f"{name}_{part}"] or 0 for row in rows) for part in ("u", "t", "p"))
        if total:
            url = list_url(hosts, scope, sort=f"-{name}")
            kinds.append(Capacity(name, label, Share(used, total, unit), url, physical))
    return Capacities([*kinds, *_pools(scope), *_addresses(scope)], _fullest(rows, scope), _volumes(scope))


def _host_sums(scope: Scope) -> Any:
    """By cluster: of each kind how much is used (u), may be given away (t), is there (p)."""
    sums: dict[str, Any] = {}
    for name, _label, resource_class, _unit in KINDS:
        sums[f"{name}_u"] = Sum(f"{name}_used")
        sums[f"{name}_t"] = Sum(f"{name}_total")
        sums[f"{name}_p"] = Sum(Cast(KT(f"data__placement__{resource_class}__total"), IntegerField()))
    rows = scope.rows(register.get(HOSTS).model).filter(gone_at=None).order_by()
    return rows.values("cluster_id").annotate(**sums)


def _fullest(rows: list[dict[str, Any]], scope: Scope) -> list[ClusterFill]:
    clusters = {cluster.pk: cluster for cluster in scope.clusters}
    fills = []
    for row in rows:
        shares = [(label, Share(row[f"{name}_u"], row[f"{name}_t"], unit)) for name, label, _class, unit in KINDS]
        label, share = max(shares, key=lambda pair: pair[1].percent)
        if share.total:
            fills.append(ClusterFill(clusters[row["cluster_id"]], label, share))
    fills.sort(key=lambda fill: (-fill.share.percent, fill.cluster.name))
    return fills[:FULLEST_SHOWN]


def _pools(scope: Scope) -> list[Capacity]:
    """Their space, of those that tell it."""
    pools = register.get(POOLS)
    rows = scope.rows(pools.model).filter(gone_at=None).order_by()
    told, promised = Q(usable__isnull=False, free__isnull=False), Q(provisionable__gt=0, provisioned__isnull=False)
    found = rows.aggregate(
        used_gib=Sum(F("total") - F("free"), filter=told),
        usable_gib=Sum("usable", filter=told),
        promised=Sum("provisioned", filter=promised),
        promisable=Sum("provisionable", filter=promised),
    )
    if not found["usable_gib"]:
        return []
    share = Share(max(0, found["used_gib"]), found["usable_gib"], "GiB")
    provisioned = Share(found["promised"], found["promisable"], "GiB") if found["promisable"] else None
    url = list_url(pools, scope, sort="-used_percent")
    return [Capacity("pools", _("Storage pools"), share, url, provisioned=provisioned)]


def _addresses(scope: Scope) -> list[Capacity]:
    """The allocation pools of the external networks: what floating IPs and gateways are taken from."""
    subnets = register.get(SUBNETS)
    external = scope.rows(register.get(NETWORKS).model).filter(gone_at=None, external=True)
    rows = scope.rows(subnets.model).filter(gone_at=None, ip_version=4)
    found = rows.filter(network_id__in=external.values("cloud_id")).aggregate(
        used=Sum("used_addresses"), total=Sum("total_addresses")
    )
    if not found["total"]:
        return []
    share = Share(found["used"] or 0, found["total"])
    return [Capacity("addresses", _("External addresses"), share, list_url(subnets, scope))]


def _volumes(scope: Scope) -> int:
    rows = scope.rows(register.get(VOLUMES).model).filter(gone_at=None)
    return rows.aggregate(size=Sum("size"))["size"] or 0
