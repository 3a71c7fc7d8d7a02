"""The report of what is stuck and what is orphaned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from jobs.findings.checks import CHECKS, Check, Kind
from jobs.findings.prices import cost_of_a_month, with_sizes
from monitoring.usage.costs import price_sheet
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column, Resource
from opsys.kit.lists.cells import Badge, Link
from opsys.kit.lists.scope import Scope
from opsys.kit.reports.doors import add_report
from opsys.kit.reports.report import Remedy, Report, ReportForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST = 1000
"""So many of one rule are told; whoever cleans them up sees the next."""
READ = ("pk", "cluster_id", "cloud_id", "name", "status", "project_id", "created_at", "updated_at")
SIZES: Mapping[str, Callable[[int | None], str]] = {
    "storage.volume": lambda size: f"{size} GiB",
    "storage.snapshot": lambda size: f"{size} GiB",
    "compute.image": lambda size: filesizeformat(size) if size is not None else "",
}
"""How the size of a type is told, where it has one."""
KINDS: "dict[Kind, tuple[StrPromise, str]]" = {
    Kind.STUCK: (_("stuck"), "red"),
    Kind.ORPHANED: (_("orphaned"), "yellow"),
}


class FindingsForm(ReportForm):
    kind = forms.MultipleChoiceField(
        label=_("Kind"),
        choices=[(kind.value, text) for kind, (text, _colour) in KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    type = forms.ChoiceField(
        label=_("Type"),
        choices=lambda: [("", "–"), *((name, capfirst(register.get(name).label)) for name in _types())],
        required=False,
    )


def _types() -> list[str]:
    return list(dict.fromkeys(check.type for check in CHECKS))


@dataclass(frozen=True)
class Finding:
    cluster: Cluster
    check: Check
    resource: Resource
    pk: int
    cloud_id: str
    name: str
    status: str
    project: str
    since: datetime | None
    size: str
    cost: Decimal | None

    def __str__(self) -> str:
        return self.name or self.cloud_id

    @property
    def kind(self) -> Badge:
        text, colour = KINDS[self.check.kind]
        return Badge(self.check.kind.value, str(text), colour)

    @property
    def type(self) -> str:
        return self.resource.label

    @property
    def link(self) -> Link:
        return Link(str(self), self.resource.url("item", self.cluster.name, self.cloud_id))

    @property
    def how(self) -> str:
        return str(self.check.how)

    @property
    def remedy(self) -> Remedy | None:
        known = {action.name for action in self.resource.on_items}
        return Remedy(self.resource.name, self.check.remedy, self.pk) if self.check.remedy in known else None

    @property
    def words(self) -> str:
        return f"{self.name} {self.cloud_id} {self.status} {self.project} {self.cluster.name} {self.how}".lower()


def find(scope: Scope, *, user, wanted: Mapping[str, Any]) -> Sequence[Finding]:
    """What is stuck first, the oldest first."""
    clusters = {cluster.pk: cluster for cluster in scope.clusters}
    now = timezone.now()
    chosen = [check for check in CHECKS if _wanted(check, wanted)]
    prices = price_sheet()
    found = [finding for check in chosen for finding in _findings(check, scope, clusters, now, prices)]
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one.check.kind), one.since or now, one.cluster.name, str(one)))


def how_many(scope: Scope, kind: Kind) -> int:
    """Without reading them; a query for each rule."""
    now = timezone.now()
    return sum(_rows(check, scope, now).count() for check in CHECKS if check.kind == kind)


def _wanted(check: Check, wanted: Mapping[str, Any]) -> bool:
    if wanted.get("kind") and check.kind not in wanted["kind"]:
        return False
    return not wanted.get("type") or check.type == wanted["type"]


def _findings(
    check: Check, scope: Scope, clusters: Mapping[int, Cluster], now: datetime, prices: Mapping[str, Decimal]
) -> Iterator[Finding]:
    resource = register.get(check.type)
    sized = SIZES.get(check.type)
    rows = _rows(check, scope, now)
    rows, priced = with_sizes(check.type, rows) if prices else (rows, ())
    columns = (*READ, *(["size"] if sized and "size" not in priced else []), *priced)
    for values in rows.values_list(*columns)[:MOST]:
        pk, cluster_id, cloud_id, name, status, project, created, updated = values[: len(READ)]
        size = sized(values[len(READ)]) if sized else ""
        cost = cost_of_a_month(check.type, values[len(values) - len(priced) :], prices)
        since = updated or created
        yield Finding(clusters[cluster_id], check, resource, pk, cloud_id, name, status, project, since, size, cost)


def _rows(check: Check, scope: Scope, now: datetime) -> QuerySet:
    rows = scope.rows(register.get(check.type).model).present()
    return _old(check.narrow(rows.filter(check.which)), check, now)


def _old(rows: QuerySet, check: Check, now: datetime) -> QuerySet:
    """Unchanged for long enough; what tells no time at all is not guessed to be old."""
    if not check.after:
        return rows
    before = now - check.after
    return rows.filter(Q(updated_at__lt=before) | Q(updated_at=None, created_at__lt=before))


FINDINGS = add_report(
    Report(
        app="findings",
        slug="stuck",
        label=_("Stuck and orphaned"),
        icon="stethoscope",
        intro=_(
            "What the clouds have been working on for too long, and what nobody seems to use any more. Each line says "
            "how it is known; nothing is done before you have seen the plan."
        ),
        nothing=_("Nothing is stuck, and nothing is orphaned"),
        columns=(
            Column("kind", _("Kind"), kind="badge", priority=1),
            Column("type", _("Type"), priority=2),
            Column("name", _("Name"), value="link", kind="link", priority=1),
            Column("status", _("Status"), priority=2),
            Column("since", _("Unchanged since"), kind="time", priority=1),
            Column("size", _("Size"), priority=3),
            Column("cost", _("Costs in 30 days"), kind="number", priority=3),
            Column("how", _("Evidence"), kind="reason", priority=2),
            Column("project", _("Project"), kind="code", priority=3),
            Column("cluster", _("Cluster"), kind="cluster", priority=2),
            Column("rule", _("Rule"), value=lambda found: found.check.name, priority=4),
            Column("id", _("ID"), value="cloud_id", priority=4),
        ),
        types=tuple(_types()),
        find=find,
        form=FindingsForm,
    )
)
