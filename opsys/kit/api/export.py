"""A whole list as one file, for programs."""

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.acting import Actor
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.columns import ALL, columns_of
from opsys.kit.lists.export import MOST_XLSX_ROWS, WRITERS, export_of, note, response_of
from opsys.kit.lists.query import query_of


class AnyFormat(DefaultContentNegotiation):
    """`?format=` says what the file is to be, not how an error is told."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ResourceExport(APIView):
    """All rows that the list's filters leave, in its order: `?format=` csv, json or xlsx; `?columns=` names with
    commas between, else all of them."""

    schema = None
    resource: Resource = None  # type: ignore[assignment]  # given by the address
    content_negotiation_class = AnyFormat

    def get(self, request: Request) -> HttpResponseBase:
        kind, query = request.GET.get("format", "csv"), query_of(self.resource, request)
        if kind not in WRITERS:
            raise serializers.ValidationError({"format": [f"One of {', '.join(WRITERS)}."]})
        if not query.filter.is_valid():
            raise serializers.ValidationError(query.filter.errors)
        asked = request.GET.get("columns", ALL)
        known = {ALL, *(column.name for column in self.resource.columns)}
        if unknown := [name for name in asked.split(",") if name not in known]:
            raise serializers.ValidationError(
                {"columns": [f"Unknown: {unknown[0]}. Known: {', '.join(sorted(known))}."]}
            )
        export = export_of(self.resource, query, columns_of(self.resource, asked).columns)
        if kind == "xlsx" and len(export.keys) > MOST_XLSX_ROWS:
            raise serializers.ValidationError({"format": ["A sheet of Excel holds fewer rows than this list."]})
        note(export, kind, Actor.of_request(request), dict(request.GET.lists()))
        return response_of(request._request, export, kind, [column.name for column in export.columns])
