"""What is wrong now: services and hosts that are down, resources in an error state, jobs that failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.findings.checks import Kind
from jobs.findings.page import FINDINGS, how_many
from jobs.models import Job
from monitoring.alerts.models import Alert
from monitoring.alerts.scoped import alerts_in
from monitoring.can_be_down import offers, types_that_can_be_down
from monitoring.home.health import Health
from monitoring.home.links import list_url, scope_query, with_query
from monitoring.home.states import TypeCounts
from opsys.kit.declare import register
from opsys.kit.lists.scope import Scope

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ERRORS_SHOWN = 6
FAILED_SINCE = timedelta(days=1)


@dataclass(frozen=True)
class Tile:
    """A figure that should be 0, and the list behind it."""

    name: str
    label: "str | StrPromise"
    count: int
    url: str
    icon: str


@dataclass(frozen=True)
class Failed:
    """A resource in ERROR, with the reason the cloud gives."""

    name: str
    url: str
    cluster: str
    reason: str
    at: datetime | None


def tiles(scope: Scope, health: Health, counts: list[TypeCounts], *, user) -> list[Tile]:
    """A query for each type that can be down and each rule of what is stuck, one for pools, one for jobs."""
    unread = health.count("error", "partial")
    found = [Tile("clusters", _("Clusters with errors"), unread, "#home-clusters", "cloud-off")]
    for resource, down in types_that_can_be_down():
        rows = scope.rows(resource.model).filter(gone_at=None, **down)
        label = _("%(what)s down") % {"what": resource.label_plural}
        url = list_url(resource, scope, **down)
        found.append(Tile(resource.name, label, rows.order_by().count(), url, resource.icon))
    for counted in counts:
        resource = counted.resource
        offered = [status for status in counted.wrong_statuses if offers(resource, "status", status)]
        label = _("%(what)s in error") % {"what": resource.label_plural}
        url = list_url(resource, scope, status=offered) if offered else counted.url
        found.append(Tile(resource.name, label, counted.wrong, url, resource.icon))
    return [_alerts(scope, user), *found, _full_pools(scope), _stuck(scope), _failed_jobs(user)]


def newest_errors(scope: Scope) -> list[Failed]:
    """One query."""
    servers = register.get("compute.server")
    rows = scope.rows(servers.model).filter(gone_at=None, status="ERROR")
    rows = list(rows.order_by("-updated_at", "-pk")[:ERRORS_SHOWN])
    scope.give_to(rows)
    return [Failed(str(row), servers.item_url(row), row.cluster.name, row.fault_text, row.updated_at) for row in rows]


def _full_pools(scope: Scope) -> Tile:
    pools = register.get("storage.pool")
    rows = pools.model.objects.filter(cluster_id__in=scope.ids, gone_at=None, level="full")
    url = list_url(pools, scope, level="full")
    return Tile(pools.name, _("Storage pools nearly full"), rows.order_by().count(), url, pools.icon)


def _stuck(scope: Scope) -> Tile:
    url = with_query(FINDINGS.url(), {**scope_query(scope), "kind": Kind.STUCK.value})
    return Tile("stuck", _("Stuck resources"), how_many(scope, Kind.STUCK), url, FINDINGS.icon)


def _alerts(scope: Scope, user: Any) -> Tile:
    count = alerts_in(scope, user=user).filter(state=Alert.State.FIRING).order_by().count()
    return Tile("alerts", _("Alerts"), count, with_query(reverse("monitoring:alerts"), scope_query(scope)), "bell")


def _failed_jobs(user: Any) -> Tile:
    since = timezone.now() - FAILED_SINCE
    failed = Job.objects.visible_to(user).filter(state=Job.State.FAILED, finished_at__gte=since)
    count = failed.aggregate(count=Count("pk"))["count"]
    return Tile("jobs", _("Jobs failed since yesterday"), count, f"{reverse('jobs:list')}?state=failed", "activity")
