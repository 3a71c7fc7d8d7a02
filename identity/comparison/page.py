"""The report that compares the quotas of two projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from identity.quota_words import label_of, place_of
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column
from opsys.kit.lists.cells import Link
from opsys.kit.lists.scope import Scope
from opsys.kit.relate.naming import Ambiguous, the_one
from opsys.kit.reports.doors import add_report
from opsys.kit.reports.report import Remedy, Report, ReportForm

QUOTA, PROJECT = "identity.quota", "identity.project"
HELP = _("CLUSTER/PROJECT, by name or ID.")


class ComparisonForm(ReportForm):
    left = forms.CharField(label=_("Project"), required=False, help_text=HELP)
    right = forms.CharField(label=_("Compared with"), required=False, help_text=HELP)


@dataclass(frozen=True)
class Compared:
    """One quota in both projects. A side that lacks it is None."""

    cluster: Cluster
    service: str
    name: str
    left: Any
    right: Any
    source: str

    def __str__(self) -> str:
        return label_of(self.name)

    @property
    def quota(self) -> Link | str:
        row = self.right
        return Link(str(self), register.get(QUOTA).url("item", self.cluster.name, row.cloud_id)) if row else str(self)

    @property
    def limits(self) -> tuple[int | None, int | None]:
        return (self.left.limit if self.left else None), (self.right.limit if self.right else None)

    @property
    def difference(self) -> int | None:
        """None where there is nothing to subtract: a side lacks it, or has no limit."""
        left, right = self.limits
        return None if left is None or right is None or left < 0 or right < 0 else right - left

    @property
    def remedy(self) -> Remedy | None:
        left, right = self.limits
        if right is None or left is None or left == right:
            return None
        return Remedy(QUOTA, "take-over", self.right.pk, {"source": self.source})

    @property
    def words(self) -> str:
        return f"{self} {self.name} {self.service}".lower()


def find(scope: Scope, *, user, wanted: Mapping[str, Any]) -> Sequence[Compared]:
    """What differs first, then in the order in which quotas are shown. Nothing unless both projects are there."""
    left, right = (_project(wanted.get(side) or "", scope, user) for side in ("left", "right"))
    if left is None or right is None:
        return []
    of_left, of_right = (_quotas(project, user) for project in (left, right))
    source = f"{left.cluster.name}/{left.cloud_id}"
    found = [Compared(right.cluster, *key, of_left.get(key), of_right.get(key), source) for key in of_left | of_right]
    return sorted(found, key=lambda one: (one.limits[0] == one.limits[1], place_of(one.name), one.service))


def _project(text: str, scope: Scope, user) -> Any:
    cluster, _slash, project = text.strip().partition("/")
    rows = register.get(PROJECT).model.objects.visible_to(user).present().filter(cluster_id__in=scope.ids)
    try:
        return the_one(rows.filter(cluster__name=cluster).select_related("cluster"), project)
    except Ambiguous:
        return None


def _quotas(project: Any, user) -> dict[tuple[str, str], Any]:
    rows = register.get(QUOTA).model.objects.visible_to(user).present()
    return {(row.service, row.name): row for row in rows.filter(cluster=project.cluster, project_id=project.cloud_id)}


def _side(side: str, value: str):
    return lambda one: getattr(getattr(one, side), value) if getattr(one, side) else None


COMPARISON = add_report(
    Report(
        app="identity",
        slug="comparison",
        label=_("Compare quotas"),
        icon="git-compare",
        intro=_(
            "The quotas of two projects side by side, of one cluster or of two. What differs comes first. Taking over "
            "gives the second project the limits of the first; nothing is done before you have seen the plan."
        ),
        nothing=_("Name two projects above"),
        columns=(
            Column("quota", _("Quota"), kind="link", priority=1),
            Column("service", _("Service"), priority=3),
            Column("left_limit", _("Limit of the first"), value=_side("left", "limit_text"), priority=1),
            Column("left_use", _("In use in the first"), value=_side("left", "share"), kind="bar", priority=2),
            Column("right_limit", _("Limit of the second"), value=_side("right", "limit_text"), priority=1),
            Column("right_use", _("In use in the second"), value=_side("right", "share"), kind="bar", priority=2),
            Column("difference", _("Difference"), kind="number", priority=2),
        ),
        types=(QUOTA, PROJECT),
        find=find,
        form=ComparisonForm,
    )
)
