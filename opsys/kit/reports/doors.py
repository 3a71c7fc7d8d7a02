"""Giving a report its page, its file and its place in the API and the menu."""

from functools import partial

from django.urls import path
from django.views.decorators.http import require_GET

from opsys.kit.declare.page import Page, add_page
from opsys.kit.reports import console
from opsys.kit.reports.api import ReportFile, findings_view
from opsys.kit.reports.report import Report

_reports: dict[str, Report] = {}


def report_named(name: str) -> Report | None:
    """ "networking.exposure"; None if there is none."""
    return _reports.get(name)


def reports() -> list[Report]:
    return list(_reports.values())


def add_report(report: Report) -> Report:
    _reports[report.name] = report

    def read(view):
        return partial(require_GET(view), report=report)

    add_page(
        Page(
            app=report.app,
            slug=report.slug,
            label=report.label,
            icon=report.icon,
            urls=[
                path("", read(console.report_page), name=report.slug),
                path("freshness/", read(console.report_freshness), name=f"{report.slug}-freshness"),
                path("export/", read(console.report_export), name=f"{report.slug}-export"),
            ],
            api_urls=[
                path("", findings_view(report).as_view(), name=f"api-{report.name}"),
                path("export/", ReportFile.as_view(report=report), name=f"api-{report.name}-export"),
            ],
        )
    )
    return report
