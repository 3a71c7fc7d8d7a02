"""The path for people and for programs."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clusters import sync
from clusters.models import Cluster
from networking.path import steps
from networking.path.asking import PathForm, ToldWay, answer, verdict_of
from networking.path.words import VERDICTS
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.page import Page, add_page
from opsys.kit.lists.scope import scope_of

TYPES = (steps.SERVER, steps.PORT, steps.NETWORK, steps.SUBNET, steps.ROUTER, steps.FLOATING_IP, steps.GROUP)
"""What an answer is worked out from, beside the rules of groups."""
PROTOCOLS = ("tcp", "udp", "icmp", "sctp", "gre", "esp", "vrrp")


@require_GET
def page(request: ConsoleRequest) -> HttpResponse:
    """The question, and where it is complete the answer, worked out anew when something changes."""
    request.console_scope = scope = scope_of(request)
    cluster = scope.clusters[0] if scope.clusters else None
    form, ways = None, []
    if cluster is not None:
        asked = "source" in request.GET and "target" in request.GET
        form = PathForm(request.GET if asked else None, cluster=cluster, user=request.user)
        if not asked:
            form.initial = {"source": request.GET.get("source", ""), "target": request.GET.get("target", "")}
        ways = _answered(form, cluster) if asked and form.is_valid() else []
    context = {
        "cluster": cluster,
        "clusters": scope.all_clusters,
        "has_clusters": bool(scope.all_clusters),
        "form": form,
        "ways": ways,
        "protocols": PROTOCOLS,
        "types": TYPES,
        "region_url": request.get_full_path(),
    }
    template = "networking/path/_region.html" if request.htmx.target == "region" else "networking/path/page.html"
    return render(request, template, context)


def _answered(form: PathForm, cluster: Cluster) -> list[ToldWay]:
    for name in TYPES:
        sync.look(name, [cluster.pk])
    return answer(form)


def as_dict(cluster: Cluster, ways: list[ToldWay]) -> dict[str, Any]:
    """The answer for programs: the best way's verdict, and all ways with their steps."""
    verdict = verdict_of(ways)
    told = {"cluster": cluster.name, "verdict": verdict.value, "text": str(VERDICTS[verdict][0])}
    return {**told, "ways": [one.as_dict() for one in ways]}


class PathView(APIView):
    """Whether a server or port reaches an address, each step with its reason, as far as the inventory tells. Nothing
    is sent. `verdict` is yes, leaves (the cloud), no or unknown."""

    @extend_schema(
        operation_id="networking.path",
        summary="Path",
        parameters=[
            OpenApiParameter("source", str, required=True, description="A server or port: name, id or TYPE/ID."),
            OpenApiParameter("target", str, required=True, description="An address, or a server or port."),
            OpenApiParameter("cluster", str, description="Without it the first one."),
            OpenApiParameter("protocol", str, description="tcp unless told; a name or a number."),
            OpenApiParameter("port", int, description="Of ICMP the type; without it a ping."),
            OpenApiParameter("code", int, description="Of ICMP."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        scope = scope_of(request)
        if not scope.clusters:
            raise Http404("no cluster")
        form = PathForm(request.GET, cluster=scope.clusters[0], user=request.user)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return Response(as_dict(scope.clusters[0], _answered(form, scope.clusters[0])))


PATH = add_page(
    Page(
        app="networking",
        slug="path",
        label=_("Path"),
        icon="route",
        urls=[path("", page, name="path")],
        api_urls=[path("", PathView.as_view(), name="api-networking.path")],
    )
)
