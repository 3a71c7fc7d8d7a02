"""The page of charts: the figures of all clusters in the scope added up, each chart fetched by itself."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.charts import ranges
from monitoring.charts.catalogue import CHARTS, Chart, chart_of
from monitoring.charts.data import Subjects
from monitoring.charts.over import charts_over
from monitoring.home.links import scope_query, with_query
from monitoring.samples.metrics import CLUSTER
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.page import Page, add_page
from opsys.kit.lists.scope import Scope, scope_of


@require_GET
def page(request: ConsoleRequest) -> HttpResponse:
    scope = request.console_scope = scope_of(request)
    chosen = ranges.chosen(request.GET.get("range"))
    context = {
        "has_clusters": bool(scope.all_clusters),
        "range": chosen,
        "page_url": with_query(reverse("monitoring:charts"), {**scope_query(scope), "range": ""}),
        "charts": [(chart, _url(chart, chosen, scope)) for chart in CHARTS[CLUSTER]],
    }
    return render(request, "monitoring/charts/page.html", context)


@require_GET
def chart(request: ConsoleRequest, name: str) -> HttpResponse:
    """One of its charts, which fetches itself again every minute."""
    scope = scope_of(request)
    found = _chart(name)
    chosen = ranges.chosen(request.GET.get("range"))
    (data,) = charts_over([found], Subjects(scope.ids), chosen)
    context = {"chart": data, "chart_url": _url(found, chosen, scope)}
    return render(request, "monitoring/charts/one.html", context)


def _chart(name: str) -> Chart:
    try:
        return chart_of(CLUSTER, name)
    except KeyError:
        raise Http404("no such chart") from None


def _url(chart: Chart, chosen: str, scope: Scope) -> str:
    query = urlencode({**scope_query(scope), "range": chosen}, doseq=True)
    return f"{reverse('monitoring:chart', args=[chart.name])}?{query}"


class ChartsView(APIView):
    """The charts of the clusters in the scope, added up: `times` in seconds since 1970, and for each line a value a
    time, null where nothing is known. Those of a resource are its panel `charts`."""

    @extend_schema(
        operation_id="monitoring.charts",
        parameters=[
            OpenApiParameter("range", str, enum=list(ranges.RANGES)),
            OpenApiParameter("chart", str, many=True, enum=[chart.name for chart in CHARTS[CLUSTER]]),
            OpenApiParameter("cluster", str, many=True, description="Only these clusters."),
            OpenApiParameter("group", str, description="Only the clusters of this group."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        scope = scope_of(request._request)
        wanted = request.GET.getlist("chart")
        charts = [chart for chart in CHARTS[CLUSTER] if chart.name in wanted or not wanted]
        chosen = ranges.chosen(request.GET.get("range"))
        return Response({"charts": charts_over(charts, Subjects(scope.ids), chosen)})


add_page(
    Page(
        app="monitoring",
        slug="charts",
        label=_("Charts"),
        icon="chart-line",
        urls=[path("", page, name="charts"), path("<slug:name>/", chart, name="chart")],
        api_urls=[path("", ChartsView.as_view(), name="api-monitoring-charts")],
    )
)
