"""A report for programs: its findings page by page, and all of them as a file."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.acting import Actor
from clusters import sync
from opsys.kit.api.export import AnyFormat
from opsys.kit.lists.export import MOST_XLSX_ROWS, WRITERS, note, response_of
from opsys.kit.lists.paging import page_of_list
from opsys.kit.lists.values import plain
from opsys.kit.reports.query import ReportExport, ReportQuery, report_query
from opsys.kit.reports.report import Report


def _query(report: Report, request: Request) -> ReportQuery:
    query = report_query(report, request)
    if not query.form.is_valid():
        raise serializers.ValidationError(query.form.errors)
    return query


class ReportFindings(APIView):
    """`count` of all findings, and those of one page: the worst first. `remedy` names the action that does something
    about one, and the row it is done to."""

    report: Report = None  # type: ignore[assignment]  # given by the address

    def get(self, request: Request) -> Response:
        query = _query(self.report, request)
        for resource in self.report.resources:
            sync.look(resource.name, query.scope.ids)
        page = page_of_list(query.rows, request)
        results = [self._finding(row) for row in page.rows]
        following = request.build_absolute_uri(page.next_url) if page.next_url else None
        return Response({"count": page.count.value, "next": following, "results": results})

    def _finding(self, row: Any) -> dict[str, Any]:
        remedy = row.remedy
        told = {"type": remedy.resource_name, "action": remedy.action_name, "id": remedy.pk} if remedy else None
        return {**{column.name: plain(column, row) for column in self.report.columns}, "remedy": told}


class ReportFile(APIView):
    """All findings as `?format=` csv, json or xlsx."""

    schema = None
    report: Report = None  # type: ignore[assignment]  # given by the address
    content_negotiation_class = AnyFormat

    def get(self, request: Request) -> HttpResponseBase:
        kind, query = request.GET.get("format", "csv"), _query(self.report, request)
        if kind not in WRITERS:
            raise serializers.ValidationError({"format": [f"One of {', '.join(WRITERS)}."]})
        export = ReportExport(query)
        if kind == "xlsx" and len(export.keys) > MOST_XLSX_ROWS:
            raise serializers.ValidationError({"format": ["A sheet of Excel holds fewer rows than this list."]})
        note(export, kind, Actor.of_request(request), dict(request.GET.lists()))
        return response_of(request._request, export, kind, [column.name for column in export.columns])


def findings_view(report: Report) -> type[APIView]:
    """A view of its own for each report, so that the API's description has each by its name."""
    filters = [
        OpenApiParameter(name, str, description=str(field.help_text or field.label or name))
        for name, field in report.form.base_fields.items()
    ]
    described = extend_schema(
        operation_id=report.name,
        summary=str(report.label),
        description=str(report.intro),
        parameters=[
            *filters,
            OpenApiParameter("cluster", str, many=True, description="Only these clusters."),
            OpenApiParameter("group", str, description="Only the clusters of this group."),
            OpenApiParameter("page", int),
            OpenApiParameter("per_page", int, enum=[20, 50, 100, 200]),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    name = f"{report.app}_{report.slug}".title().replace("_", "")

    def get(self: ReportFindings, request: Request) -> Response:
        return ReportFindings.get(self, request)

    return type(f"{name}Findings", (ReportFindings,), {"report": report, "get": described(get)})
