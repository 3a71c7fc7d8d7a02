"""From the rows to what stands at each cluster, whenever one of them changes."""

from collections import defaultdict
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from clusters.guards.models import Closure, Protection
from clusters.models import Cluster


def write(*clusters: Cluster) -> None:
    """Work out what guards these clusters, or all; and store it."""
    closures = list(Closure.objects.exclude(ends_at__lte=timezone.now()).select_related("created_by"))
    rows = list(clusters) or list(Cluster.objects.all())
    protected: dict[int, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for found in Protection.objects.filter(cluster__in=rows).select_related("created_by"):
        by = found.created_by.get_username() if found.created_by else ""
        protected[found.cluster_id][found.resource][found.cloud_id] = ": ".join(filter(None, (by, found.reason)))
    for cluster in rows:
        guards: dict[str, Any] = {"closures": [_plain(closure) for closure in closures if closure.covers(cluster)]}
        guards["protected"] = protected.get(cluster.pk, {})
        if cluster.guards != guards:
            Cluster.objects.filter(pk=cluster.pk).update(guards=guards)
            cluster.guards = guards


def _plain(closure: Closure) -> dict[str, Any]:
    return {
        "kind": closure.kind,
        "reason": closure.reason,
        "by": closure.created_by.get_username() if closure.created_by else "",
        "from": closure.begins_at.timestamp(),
        "until": closure.ends_at.timestamp() if closure.ends_at else None,
    }


def _closure_changed(sender, **kwargs) -> None:
    write()


def _protection_changed(sender, instance: Protection, origin=None, **kwargs) -> None:
    if not isinstance(origin, Cluster) and getattr(origin, "model", None) is not Cluster:
        write(instance.cluster)


def _cluster_saved(sender, instance: Cluster, created: bool, raw: bool = False, update_fields=None, **kwargs) -> None:
    if not raw and (created or update_fields is None or {"group", "environment"} & set(update_fields)):
        write(instance)


def connect() -> None:
    for signal in (post_save, post_delete):
        signal.connect(_closure_changed, sender=Closure)
        signal.connect(_protection_changed, sender=Protection)
    post_save.connect(_cluster_saved, sender=Cluster)
