"""The list as a file, from its page."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from audit.acting import Actor
from opsys.kit.act.selection import unusable
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.columns import columns_of
from opsys.kit.lists.export import MOST_XLSX_ROWS, WRITERS, export_of, note, response_of
from opsys.kit.lists.query import query_of
from opsys.kit.lists.saved import saved_by


def export_list(request: ConsoleRequest, resource: Resource) -> HttpResponseBase:
    """All rows that the address's filters leave, with the columns it shows, as `?format=` csv, xlsx or json."""
    kind, query = request.GET.get("format", "csv"), query_of(resource, request)
    if kind not in WRITERS:
        raise Http404("no such format")
    if not query.filter.is_valid():
        return HttpResponse(unusable(query.filter.errors), status=400, content_type="text/plain; charset=utf-8")
    shown = columns_of(resource, request.GET.get("columns", ""), saved_by(request.user, resource).columns)
    export = export_of(resource, query, shown.columns)
    if kind == "xlsx" and len(export.keys) > MOST_XLSX_ROWS:
        return HttpResponse(_("A sheet of Excel holds fewer rows than this list. Export it as CSV."), status=400)
    note(export, kind, Actor.of_request(request), dict(request.GET.lists()))
    return response_of(request, export, kind, [str(column.label) for column in export.columns])
