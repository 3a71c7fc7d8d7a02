"""Clusters and APIs that cannot be read, or only slowly."""

from django.db.models import Q

from clusters.inventory import SOURCES, type_name
from clusters.models import SyncState
from clusters.sentences import gettext as _
from clusters.sentences import joined
from monitoring.alerts.kind import Condition, Facts, Found
from opsys.kit.declare.address import address


def clusters_down(facts: Facts, threshold: float) -> Found:
    """Nothing of it can be read, or nothing was for minutes."""
    found = []
    for health in facts.health.clusters:
        if health.state == "error":
            said = _("Cluster %(cluster)s cannot be reached.")
        elif health.state == "stale":
            said = _("Nothing has been read from cluster %(cluster)s for minutes.")
        else:
            continue
        text = joined(said % {"cluster": health.cluster.name}, health.reason)
        found.append(Condition(text, health.cluster.pk, name=health.cluster.name, url=address("clusters")))
    return Found(found)


def apis_down(facts: Facts, threshold: float) -> Found:
    """One of its services cannot be read while others can. Of a cluster that is down altogether nothing is known."""
    found, unknown = [], set()
    for health in facts.health.clusters:
        if health.state in ("error", "stale"):
            unknown.add(health.cluster.pk)
            continue
        for service in health.broken:
            said = _("The %(service)s API of %(cluster)s does not answer as it should. %(reason)s") % {
                "service": service.name,
                "cluster": health.cluster.name,
                "reason": service.reason,
            }
            facts_of = {"name": service.name, "detail": service.name, "url": address("clusters")}
            found.append(Condition(said, health.cluster.pk, **facts_of))
    return Found(found, frozenset(unknown))


def apis_slow(facts: Facts, threshold: float) -> Found:
    """By its quickest answer: how long the reading of its smallest type took, the last time."""
    services = {type_name(model): source.service for model, source in SOURCES.items()}
    rows = SyncState.objects.filter(cluster__in=facts.clusters, error_code="")
    quickest: dict[tuple[int, str], float] = {}
    fields = ("cluster_id", "resource", "full_took", "delta_took")
    for cluster_id, resource, full, delta in rows.exclude(Q(full_took=None) & Q(delta_took=None)).values_list(*fields):
        if resource in services:
            took = min(one for one in (full, delta) if one is not None)
            key = (cluster_id, services[resource])
            quickest[key] = min(took, quickest.get(key, took))
    return Found([_slow(facts, key, took) for key, took in sorted(quickest.items()) if took >= threshold])


def _slow(facts: Facts, key: tuple[int, str], took: float) -> Condition:
    cluster_id, service = key
    said = _("The %(service)s API of %(cluster)s takes %(seconds)s s for its shortest list.") % {
        "service": service,
        "cluster": facts.clusters[cluster_id].name,
        "seconds": round(took, 1),
    }
    return Condition(said, cluster_id, name=service, detail=service, value=took, url=address("clusters"))
