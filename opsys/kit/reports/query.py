"""The findings somebody asked for, the same way for the page, its file and the API."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from opsys.kit.declare.resource import Column
from opsys.kit.lists.export import CHUNK
from opsys.kit.lists.scope import Scope, scope_of
from opsys.kit.lists.values import plain
from opsys.kit.reports.report import Report, ReportForm


@dataclass(frozen=True)
class ReportQuery:
    """`rows` are those of the chosen clusters that fit the filters; none where a filter's value is wrong."""

    report: Report
    form: ReportForm
    scope: Scope
    rows: Sequence[Any]


def report_query(report: Report, request: HttpRequest) -> ReportQuery:
    """From the address: `?q=`, the report's filters, `?cluster=`, `?group=`."""
    scope = scope_of(request)
    form = report.form(request.GET)
    rows = report.rows(scope, form.cleaned_data, user=request.user) if form.is_valid() else []
    return ReportQuery(report, form, scope, rows)


@dataclass(frozen=True)
class ReportExport:
    """All findings of a query, for the writers of files."""

    query: ReportQuery

    @property
    def resource(self) -> Report:
        return self.query.report

    @property
    def columns(self) -> Sequence[Column]:
        return self.query.report.columns

    @property
    def keys(self) -> Sequence[Any]:
        return self.query.rows

    def rows(self) -> Iterator[list[list[Any]]]:
        for start in range(0, len(self.keys), CHUNK):
            yield [[plain(column, row) for column in self.columns] for row in self.keys[start : start + CHUNK]]
