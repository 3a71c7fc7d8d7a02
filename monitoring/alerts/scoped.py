"""The alerts of the clusters a page is about."""

from django.db.models import Q, QuerySet

from monitoring.alerts.models import Alert
from opsys.kit.lists.scope import Scope


def alerts_in(scope: Scope, *, user) -> QuerySet[Alert]:
    """What this user may see of the chosen clusters; what is about no cluster only where none is chosen."""
    rows = Alert.objects.visible_to(user).shown()
    if scope.narrowed or len(scope.clusters) < len(scope.all_clusters):
        return rows.filter(cluster_id__in=scope.ids)
    return rows.filter(Q(cluster=None) | Q(cluster_id__in=scope.ids))
