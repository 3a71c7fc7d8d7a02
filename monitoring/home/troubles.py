"""What is wrong now: services and hosts that are down, resources in an error state, jobs that failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from monitoring.alerts.models import Alert
from monitoring.alerts.scoped import alerts_in
from monitoring.home.health import Health
from monitoring.home.links import list_url, scope_query, with_query
from monitoring.home.states import TypeCounts
from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource
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
    """One query for each type that can be down, one for jobs."""
    unread = health.count("error", "partial")
    found = [Tile("clusters", _("Clusters with errors"), unread, "#home-clusters", "cloud-off")]
    for resource in types_that_can_be_down():
        rows = scope.rows(resource.model).filter(gone_at=None, state="down")
        label = _("%(what)s down") % {"what": resource.label_plural}
        url = list_url(resource, scope, state="down")
        found.append(Tile(resource.name, label, rows.order_by().count(), url, resource.icon))
    for counted in counts:
        resource = counted.resource
        offered = [status for status in counted.wrong_statuses if _offers(resource, "status", status)]
        label = _("%(what)s in error") % {"what": resource.label_plural}
        url = list_url(resource, scope, status=offered) if offered else counted.url
        found.append(Tile(resource.name, label, counted.wrong, url, resource.icon))
    return [_alerts(scope, user), *found, _failed_jobs(user)]


def types_that_can_be_down() -> list[Resource]:
    """Those whose list can be filtered by a service's state."""
    return [resource for resource in register.resources() if _offers(resource, "state", "down")]


def newest_errors(scope: Scope) -> list[Failed]:
    """One query."""
    servers = register.get("compute.server")
    rows = scope.rows(servers.model).filter(gone_at=None, status="ERROR")
    rows = list(rows.order_by("-updated_at", "-pk")[:ERRORS_SHOWN])
    scope.give_to(rows)
    return [Failed(str(row), servers.item_url(row), row.cluster.name, row.fault_text, row.updated_at) for row in rows]


def _alerts(scope: Scope, user: Any) -> Tile:
    count = alerts_in(scope, user=user).filter(state=Alert.State.FIRING).order_by().count()
    return Tile("alerts", _("Alerts"), count, with_query(reverse("monitoring:alerts"), scope_query(scope)), "bell")


def _failed_jobs(user: Any) -> Tile:
    since = timezone.now() - FAILED_SINCE
    failed = Job.objects.visible_to(user).filter(state=Job.State.FAILED, finished_at__gte=since)
    count = failed.aggregate(count=Count("pk"))["count"]
    return Tile("jobs", _("Jobs failed since yesterday"), count, f"{reverse('jobs:list')}?state=failed", "activity")


def _offers(resource: Resource, name: str, value: str) -> bool:
    return any(value in dict(spec.choices) for spec in resource.filters if spec.name == name)
