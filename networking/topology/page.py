"""The topology for people and for programs."""

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clusters import sync
from clusters.inventory import InventoryItem
from clusters.models import Cluster
from networking.topology.graph import Graph
from networking.topology.walking import MOST, TYPES, TooMany, around, whole
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare import register
from opsys.kit.declare.page import Page, add_page
from opsys.kit.lists.scope import Scope, scope_of
from opsys.kit.relate.naming import Ambiguous, the_one

STARTS = ("networking.network", "networking.router", "compute.server")
"""The types whose neighbourhoods are offered where the whole is too much."""
OFFERED = 50


@dataclass(frozen=True)
class Picture:
    """What the address asks for. Without a graph there are `too_many` nodes, and `offers` are what to begin with; or
    a `problem` says why nothing is drawn, for example that the `start` no longer exists."""

    cluster: Cluster
    project: str = ""
    start: InventoryItem | None = None
    graph: Graph | None = None
    too_many: int = 0
    offers: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""


def picture_of(request: Any, scope: Scope) -> Picture | None:
    """From `?cluster=` (or the first one), `?project=` (name or id), and `?around=TYPE/ID`. None where no cluster may
    be seen."""
    if not scope.clusters:
        return None
    cluster, user = scope.clusters[0], request.user
    start = _start(request.GET.get("around", ""), cluster, user)
    project = request.GET.get("project", "").strip()
    if start and start.gone_at:
        problem = _("It no longer exists on cluster %(cluster)s.") % {"cluster": cluster}
        return Picture(cluster, project, start, problem=problem)
    for name in TYPES:
        sync.look(name, [cluster.pk])
    try:
        project_id = _project_id(project, cluster, user)
    except Ambiguous as reason:
        return Picture(cluster, project, start, problem=str(reason))
    try:
        graph = around(start, user=user) if start else whole(cluster, project_id, user=user)
    except TooMany as many:
        return Picture(cluster, project, start, None, many.count, _offers(request.GET.get("q", ""), cluster, user))
    return Picture(cluster, project, start, graph)


def _start(text: str, cluster: Cluster, user) -> InventoryItem | None:
    name, _slash, cloud_id = text.partition("/")
    if not text:
        return None
    if name not in TYPES:
        raise Http404("no such type")
    rows = register.get(name).model.objects.visible_to(user)
    if (found := rows.select_related("cluster").filter(cluster=cluster, cloud_id=cloud_id).first()) is None:
        raise Http404("no such resource")
    return found


def _project_id(text: str, cluster: Cluster, user) -> str:
    """The id of the project called so, or the text itself: it may be the id of one that the inventory lacks. Raises
    `Ambiguous` for the name of several."""
    if not text:
        return ""
    rows = register.get("identity.project").model.objects.visible_to(user).present().filter(cluster=cluster)
    found = the_one(rows, text)
    return found.cloud_id if found else text


def _offers(text: str, cluster: Cluster, user) -> list[dict[str, Any]]:
    found = []
    for name in STARTS:
        resource = register.get(name)
        rows = resource.model.objects.visible_to(user).present().filter(cluster=cluster)
        if text:
            rows = rows.filter(search_text__contains=text)
        found += [
            {"kind": resource.label, "name": str(row), "around": f"{name}/{row.cloud_id}"}
            for row in rows.order_by("name", "pk")[:OFFERED]
        ]
    return found


@require_GET
def page(request: ConsoleRequest) -> HttpResponse:
    scope = scope_of(request)
    request.console_scope = scope
    picture = picture_of(request, scope)
    graph = picture.graph if picture else None
    context = {
        "picture": picture,
        "clusters": scope.all_clusters,
        "has_clusters": bool(scope.all_clusters),
        "lines": [(node, graph.neighbours[node.place]) for node in graph.nodes] if graph else [],
        "data": graph.as_dict() if graph else {"nodes": [], "edges": []},
        "types": TYPES,
        "legend": [(name.rpartition(".")[2], register.get(name).label_plural) for name in TYPES],
        "most": MOST,
        "region_url": request.get_full_path(),
        "query": request.GET.get("q", ""),
    }
    template = (
        "networking/topology/_region.html" if request.htmx.target == "region" else "networking/topology/page.html"
    )
    return render(request, template, context)


class TopologyView(APIView):
    """Nodes and edges; where there are too many, their number and what to begin with."""

    @extend_schema(
        operation_id="networking.topology",
        summary="Topology",
        parameters=[
            OpenApiParameter("cluster", str, description="Without it the first one."),
            OpenApiParameter("project", str, description="Only what this project has: name or id."),
            OpenApiParameter("around", str, description="Only what is connected with TYPE/ID."),
            OpenApiParameter("q", str, description="What is offered to begin with, where there are too many."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        picture = picture_of(request, scope_of(request))
        if picture is None:
            raise Http404("no cluster")
        if picture.start and picture.start.gone_at:
            raise Http404(picture.problem)
        if picture.problem:
            raise ValidationError({"project": [picture.problem]})
        told: dict[str, Any] = {
            "cluster": picture.cluster.name,
            "too_many": picture.too_many,
            "nodes": [],
            "edges": [],
        }
        if picture.graph is not None:
            return Response({**told, **picture.graph.as_dict()})
        return Response({**told, "offers": picture.offers})


TOPOLOGY = add_page(
    Page(
        app="networking",
        slug="topology",
        label=_("Topology"),
        icon="topology-star-3",
        urls=[path("", page, name="topology")],
        api_urls=[path("", TopologyView.as_view(), name="api-networking.topology")],
    )
)
