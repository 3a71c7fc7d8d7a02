"""What is nearly full."""

from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy

from clusters.sentences import gettext as _
from monitoring.alerts.kind import MOST, Condition, Facts, Found
from opsys.kit.declare import register
from opsys.kit.lists.shares import Share

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

KINDS: "tuple[tuple[str, StrPromise, str], ...]" = (
    ("vcpus", gettext_lazy("vCPUs"), ""),
    ("memory", gettext_lazy("Memory"), "MiB"),
    ("disk", gettext_lazy("Disk"), "GiB"),
)


def clusters_full(facts: Facts, threshold: float) -> Found:
    """Of all hosts of a cluster together, by Placement's figures: what is given away of what may be."""
    hosts = register.get("compute.hypervisor")
    sums = {f"{name}_{part}": Sum(f"{name}_{part}") for name, _label, _unit in KINDS for part in ("used", "total")}
    sums = {f"sum_{name}": value for name, value in sums.items()}
    rows = hosts.model.objects.filter(cluster__in=facts.clusters, gone_at=None).order_by().values("cluster_id")
    found = []
    for row in rows.annotate(**sums):
        for name, label, unit in KINDS:
            share = Share(row[f"sum_{name}_used"] or 0, row[f"sum_{name}_total"] or 0, unit)
            if share.total and 100 * share.used / share.total >= threshold:
                found.append(_full(facts, row["cluster_id"], label, share, detail=name, url=hosts.url()))
    return Found(found)


def addresses_full(facts: Facts, threshold: float) -> Found:
    """External networks: what floating IPs and gateways are taken from."""
    subnets, networks = register.get("networking.subnet"), register.get("networking.network")
    external = networks.model.objects.filter(cluster__in=facts.clusters, gone_at=None, external=True)
    names = dict(external.values_list("cloud_id", "name"))
    rows = subnets.model.objects.filter(
        cluster__in=facts.clusters, gone_at=None, ip_version=4, network_id__in=list(names)
    )
    found = []
    groups = rows.order_by().values("cluster_id", "network_id")
    for row in groups.annotate(used=Sum("used_addresses"), total=Sum("total_addresses")):
        share = Share(row["used"] or 0, row["total"] or 0)
        if share.total and 100 * share.used / share.total >= threshold:
            cluster = facts.clusters[row["cluster_id"]]
            url = networks.url("item", cluster.name, row["network_id"])
            label = _("Addresses of %(name)s") % {"name": names[row["network_id"]] or row["network_id"]}
            place = {"resource": networks.name, "cloud_id": row["network_id"]}
            found.append(_full(facts, cluster.pk, label, share, detail="addresses", url=url, **place))
    return Found(found)


def pools_full(facts: Facts, threshold: float) -> Found:
    pools = register.get("storage.pool")
    rows = pools.model.objects.filter(cluster__in=facts.clusters, gone_at=None, used_percent__gte=threshold)
    found = []
    for row in rows.order_by("-used_percent", "pk")[: MOST + 1]:
        row.cluster = facts.clusters[row.cluster_id]
        share = Share(row.used or 0, row.total or 0, "GiB")
        label = _("Storage pool %(name)s") % {"name": str(row)}
        place = {"resource": pools.name, "cloud_id": row.cloud_id, "name": str(row), "url": pools.item_url(row)}
        found.append(_full(facts, row.cluster_id, label, share, percent=row.used_percent, **place))
    return Found(found, complete=len(found) <= MOST)


def quotas_full(facts: Facts, threshold: float) -> Found:
    """Of any project and service, as far as there is a limit; the fullest first."""
    quotas, projects = register.get("identity.quota"), register.get("identity.project")
    full = quotas.model.objects.filter(
        cluster__in=facts.clusters, gone_at=None, limit__gt=0, fullness__gte=10 * threshold
    )
    rows = list(full.order_by("-fullness", "pk")[: MOST + 1])
    known = projects.model.objects.filter(cloud_id__in={row.project_id for row in rows})
    names = {(cluster, cloud_id): name for cluster, cloud_id, name in known.values_list("cluster", "cloud_id", "name")}
    found = []
    for row in rows:
        row.cluster = facts.clusters[row.cluster_id]
        project = names.get((row.cluster_id, row.project_id)) or row.project_id
        label = _("Quota %(quota)s of project %(project)s") % {"quota": row.label, "project": project}
        place = {"resource": projects.name, "cloud_id": row.project_id, "detail": f"{row.service}.{row.name}"}
        url = projects.url("item", row.cluster.name, row.project_id)
        found.append(_full(facts, row.cluster_id, label, row.share, percent=row.fullness / 10, url=url, **place))
    return Found(found, complete=len(found) <= MOST)


def _full(
    facts: Facts, cluster_id: int, label: Any, share: Share, *, percent: float | None = None, **place: Any
) -> Condition:
    percent = 100 * share.used / share.total if percent is None else percent
    said = _("%(what)s of %(cluster)s: %(percent)s %% used (%(share)s).") % {
        "what": label,
        "cluster": facts.clusters[cluster_id].name,
        "percent": round(percent),
        "share": str(share),
    }
    named = {"name": str(label), **place}
    return Condition(said, cluster_id, value=percent, **named)
