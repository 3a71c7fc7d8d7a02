"""What ends soon: certificates and credentials of clusters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from clusters.models import Cluster
from monitoring.alerts.conditions.ending import NAMES
from monitoring.alerts.models import Ending
from opsys.kit.lists.scope import Scope

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SOON, SHOWN = timedelta(days=30), 6


@dataclass(frozen=True)
class EndsSoon:
    cluster: Cluster
    what: "StrPromise"
    at: datetime
    over: bool


def end_soon(scope: Scope) -> list[EndsSoon]:
    """The first of them, those that ended before all others. One query."""
    now = timezone.now()
    rows = Ending.objects.filter(cluster_id__in=scope.ids, ends_at__lte=now + SOON).order_by("ends_at", "pk")[:SHOWN]
    clusters = {cluster.pk: cluster for cluster in scope.clusters}
    return [
        EndsSoon(clusters[row.cluster_id], NAMES[Ending.What(row.what)], row.ends_at, row.ends_at <= now)
        for row in rows
    ]
