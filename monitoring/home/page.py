"""The page, and the part of it that asks whether anything changed."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from audit.models import Event
from jobs.models import Job
from monitoring.can_be_down import types_that_can_be_down
from monitoring.home import activity, capacity, endings, states, troubles
from monitoring.home.health import Health, add_latency, health_of
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.scope import Scope, scope_of

POLL_SECONDS = 10


@require_GET
def home(request: ConsoleRequest) -> HttpResponse:
    """With `?wall=1` without menu and bar, for a screen on the wall."""
    scope = request.console_scope = scope_of(request)
    health = health_of(scope.clusters)
    counts = states.counts_by_state(scope)
    _give_servers(health, counts)
    add_latency(health)
    context = {
        "has_clusters": bool(scope.all_clusters),
        "wall": request.GET.get("wall") == "1",
        "region_url": request.get_full_path(),
        "health": health,
        "tiles": troubles.tiles(scope, health, counts, user=request.user),
        "counts": counts,
        "other_counts": states.counts(scope),
        "capacity": capacity.capacities(scope),
        "errors": troubles.newest_errors(scope),
        "work": activity.under_way(request.user),
        "actions": activity.last_actions(scope, request.user),
        "endings": endings.end_soon(scope),
        **_pulse_context(request, scope, health),
    }
    template = "monitoring/home/_region.html" if request.htmx.target == "region" else "monitoring/home/page.html"
    return render(request, template, context)


@require_GET
def pulse(request: ConsoleRequest) -> HttpResponse:
    """Asked by the page: has anything changed since its `version`? Then it is told to fetch itself again."""
    scope = scope_of(request)
    context = _pulse_context(request, scope, health_of(scope.clusters))
    response = render(request, "monitoring/home/_pulse.html", context)
    if context["version"] != request.GET.get("version", ""):
        response["HX-Trigger"] = "rows-changed"
    return response


def _pulse_context(request: ConsoleRequest, scope: Scope, health: Health) -> dict[str, Any]:
    jobs, events = Job.objects.visible_to(request.user), Event.objects.visible_to(request.user)
    newest = events.order_by("-at", "-pk").values_list("pk", flat=True).first()
    version = f"{health.version}-{jobs.under_way().count()}-{newest or 0}"
    narrowed = len(scope.clusters) < len(scope.all_clusters)
    query = [(name, value) for name in ("cluster", "group") for value in request.GET.getlist(name)]
    return {
        "version": version,
        "pulse_url": f"{reverse('home-pulse')}?{urlencode([*query, ('version', version)])}",
        "poll_seconds": POLL_SECONDS,
        "read_at": min(
            (one.synced_at for one in health.clusters if one.synced_at and one.state == "ok"), default=None
        ),
        "watched": _watched(),
        "live_clusters": " ".join(c.name for c in scope.clusters) if narrowed else "",
    }


def _watched() -> list[str]:
    """The types whose changes the page shows, each once."""
    down = [resource.name for resource, _filters in types_that_can_be_down()]
    return list(dict.fromkeys((*states.WITH_STATES, *states.COUNTED, capacity.HOSTS, capacity.SUBNETS, *down)))


def _give_servers(health: Health, counts: list[states.TypeCounts]) -> None:
    (servers,) = [found for found in counts if found.resource.name == "compute.server"]
    for one in health.clusters:
        one.servers = servers.by_cluster[one.cluster.pk]
        one.servers_wrong = servers.wrong_by_cluster[one.cluster.pk]
