"""The page of a report: its findings with what can be done about them, its file, its freshness."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.acting import Actor
from clusters import sync
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.cells import drawn
from opsys.kit.lists.export import MOST_XLSX_ROWS, WRITERS, note, response_of
from opsys.kit.lists.freshness import IDLE_SECONDS, Freshness, chips, freshness
from opsys.kit.lists.paging import Count, page_of_list
from opsys.kit.lists.scope import Scope, scope_of
from opsys.kit.reports.query import ReportExport, report_query
from opsys.kit.reports.report import Remedy, Report

WORST = ("error", "never", "stale", "disabled", "ok")


def report_page(request: ConsoleRequest, report: Report) -> HttpResponse:
    query = report_query(report, request)
    request.console_scope = query.scope
    for resource in report.resources:
        sync.look(resource.name, query.scope.ids)
    page = page_of_list(query.rows, request)
    remedies = [row.remedy for row in page.rows]
    context = {
        "report": report,
        "columns": report.shown,
        "filter": query,
        "query": request.GET.get("q", ""),
        "filtered": bool(query.form.changed_data),
        "lines": [_line(report, row, remedy) for row, remedy in zip(page.rows, remedies, strict=True)],
        "page": page,
        "count": Count(len(query.rows), exact=True),
        "remedies": _kinds(remedies),
        "region_url": request.get_full_path(),
        "export_url": report.url("export"),
        "has_clusters": bool(query.scope.all_clusters),
        "add_cluster_url": reverse("admin:clusters_cluster_add") if request.user.is_superuser else "",
        **_freshness(request, report, query.scope),
    }
    template = "kit/_report_region.html" if request.htmx.target == "region" else "kit/report.html"
    return render(request, template, context)


def report_freshness(request: ConsoleRequest, report: Report) -> HttpResponse:
    """The chips, polled by the page. When rows changed since its `version`, it is told to fetch the findings."""
    context = _freshness(request, report, scope_of(request))
    response = render(request, "kit/_report_freshness.html", {**context, "report": report})
    if context["version"] != request.GET.get("version", ""):
        response["HX-Trigger"] = "rows-changed"
    return response


def report_export(request: ConsoleRequest, report: Report) -> HttpResponseBase:
    """All findings that the address's filters leave, as `?format=` csv, xlsx or json."""
    kind, query = request.GET.get("format", "csv"), report_query(report, request)
    if kind not in WRITERS:
        raise Http404("no such format")
    if not query.form.is_valid():
        return HttpResponse(query.form.errors.as_text(), status=400, content_type="text/plain; charset=utf-8")
    export = ReportExport(query)
    if kind == "xlsx" and len(export.keys) > MOST_XLSX_ROWS:
        return HttpResponse(_("A sheet of Excel holds fewer rows than this list. Export it as CSV."), status=400)
    note(export, kind, Actor.of_request(request), dict(request.GET.lists()))
    return response_of(request, export, kind, [str(column.label) for column in export.columns])


def _line(report: Report, row: Any, remedy: Remedy | None) -> dict[str, Any]:
    return {
        "name": str(row),
        "remedy": remedy,
        "cells": [(column, drawn(column.kind, column.of(row))) for column in report.shown],
    }


def _kinds(remedies: list[Remedy | None]) -> list[Remedy]:
    """One of each kind."""
    return list({remedy.kind: remedy for remedy in remedies if remedy}.values())


def _freshness(request: ConsoleRequest, report: Report, scope: Scope) -> dict[str, Any]:
    """For each cluster the worst of the types that the report is worked out from."""
    worst: dict[int, Freshness] = {}
    versions = []
    for resource in report.resources:
        states, version = freshness(resource.model, scope.clusters)
        versions.append(version)
        for state in states:
            known = worst.get(state.cluster.pk)
            if known is None or WORST.index(state.state) < WORST.index(known.state):
                worst[state.cluster.pk] = state
    version = ".".join(versions)
    query = request.GET.copy()
    query["version"] = version
    narrowed = len(scope.clusters) < len(scope.all_clusters)
    return {
        "chips": chips(list(worst.values())),
        "version": version,
        "freshness_url": f"{report.url('freshness')}?{query.urlencode()}",
        "live_clusters": " ".join(cluster.name for cluster in scope.clusters) if narrowed else "",
        "poll_seconds": IDLE_SECONDS,
    }
