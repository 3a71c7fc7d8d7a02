"""Whether the clusters somebody looks at can have any resources of a type at all."""

from collections.abc import Sequence

from clusters.models import Cluster
from clusters.sentences import gettext as _
from opsys.kit.declare.resource import Resource


def why_none(resource: Resource, clusters: Sequence[Cluster]) -> str:
    """Why none of these clusters has any; "" where one may have some, or was never asked."""
    reasons = [_why_not(resource, cluster) for cluster in clusters]
    if not reasons or not all(reasons):
        return ""
    if len(reasons) == 1:
        return reasons[0]
    return _("None of these clusters offers it. %(why)s") % {"why": reasons[0]}


def _why_not(resource: Resource, cluster: Cluster) -> str:
    service = resource.source.service
    if cluster.capabilities.get("services", {}).get(service, {}).get("code") == "no_service":
        return _("Cluster %(cluster)s has no %(service)s service.") % {"cluster": cluster.name, "service": service}
    return resource.absent(cluster)
