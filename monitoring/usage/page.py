"""The report of usage: a line for each project of each cluster, in one month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Cluster
from monitoring.usage.costs import cost, price_sheet
from monitoring.usage.hours import Hours, Month, used
from monitoring.usage.lives import lives
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column
from opsys.kit.lists.scope import Scope
from opsys.kit.reports.doors import add_report
from opsys.kit.reports.report import Report, ReportForm


class UsageForm(ReportForm):
    month = forms.CharField(
        label=gettext_lazy("Month"), required=False, help_text=gettext_lazy("For example 2026-11; empty: this month.")
    )

    def clean_month(self) -> Month:
        text = self.cleaned_data["month"].strip()
        if not text:
            now = timezone.now()
            return Month(now.year, now.month)
        try:
            return Month.of(text)
        except ValueError:
            raise forms.ValidationError(_("Write the month like 2026-11."), code="month") from None


@dataclass(frozen=True)
class Used:
    """What one project used in the month, and what it costs; None where there is no price sheet."""

    cluster: Cluster
    project_id: str
    project: str
    month: Month
    hours: Hours
    cost: Decimal | None

    remedy = None

    def __str__(self) -> str:
        return self.project or self.project_id

    @property
    def words(self) -> str:
        return f"{self.project} {self.project_id} {self.cluster.name}".lower()


def find(scope: Scope, *, user, wanted: Mapping[str, Any]) -> Sequence[Used]:
    """The most expensive first, else the one with the most vCPU hours. What is still there counts until now."""
    month = wanted["month"]
    end = min(month.end, timezone.now())
    found = used(lives(scope.ids, month.begin, end), month.begin, end)
    clusters = {cluster.pk: cluster for cluster in scope.clusters}
    projects = register.get("identity.project").model.objects.filter(cluster_id__in=scope.ids)
    names = {
        (cluster_id, cloud_id): name
        for cluster_id, cloud_id, name in projects.values_list("cluster_id", "cloud_id", "name")
    }
    prices = price_sheet()
    rows = [
        Used(clusters[pk], project, names.get((pk, project), ""), month, hours, cost(hours, prices))
        for (pk, project), hours in found.items()
    ]
    return sorted(rows, key=lambda row: (-(row.cost or 0), -row.hours.vcpus, row.cluster.name, str(row)))


def _hours(name: str, label: Any, priority: int) -> Column:
    return Column(name, label, value=lambda row: round(getattr(row.hours, name), 2), kind="number", priority=priority)


USAGE = add_report(
    Report(
        app="monitoring",
        slug="usage",
        label=gettext_lazy("Usage"),
        icon="report",
        intro=gettext_lazy(
            "What each project used in a month, in hours, counted as Nova counts: from launch to deletion, with the "
            "flavor a server has now, whether it runs or not. Prices are in the administration."
        ),
        nothing=gettext_lazy("Nothing was used in this month."),
        columns=(
            Column("project", gettext_lazy("Project"), value=str, priority=1),
            Column("project_id", gettext_lazy("Project ID"), kind="code", priority=3),
            Column("cluster", gettext_lazy("Cluster"), kind="cluster", priority=1),
            Column("month", gettext_lazy("Month"), value=lambda row: str(row.month), priority=3),
            _hours("servers", gettext_lazy("Server hours"), 2),
            _hours("vcpus", gettext_lazy("vCPU hours"), 1),
            _hours("memory", gettext_lazy("Memory (GiB hours)"), 2),
            _hours("disk", gettext_lazy("Disk (GiB hours)"), 3),
            _hours("volumes", gettext_lazy("Volumes (GiB hours)"), 2),
            _hours("addresses", gettext_lazy("Floating IP hours"), 3),
            Column("cost", gettext_lazy("Cost"), kind="number", priority=1),
        ),
        types=("identity.project",),
        find=find,
        form=UsageForm,
    )
)
