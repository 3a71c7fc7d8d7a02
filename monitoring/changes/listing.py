"""The feed: for people, and the query behind every other door to it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import DateTimeInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from monitoring.changes.models import Change
from monitoring.changes.telling import told
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare import register
from opsys.kit.lists.filters import MOST_NAMED
from opsys.kit.lists.paging import Count as Number
from opsys.kit.lists.paging import page_of
from opsys.kit.lists.scope import Scope, scope_of
from opsys.kit.relate.naming import Ambiguous, meant_by

POLL_SECONDS = 30


class _Moment(DateTimeInput):
    input_type = "datetime-local"


def _types() -> list[tuple[str, str]]:
    return [(resource.name, capfirst(resource.label_plural)) for resource in register.resources()]


class ChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    type = django_filters.MultipleChoiceFilter(field_name="resource", choices=_types, distinct=False, label=_("Type"))
    kind = django_filters.MultipleChoiceFilter(choices=Change.Kind.choices, distinct=False, label=_("What"))
    source = django_filters.ChoiceFilter(
        method="from_where",
        choices=[("ours", _("through this platform")), ("outside", _("from outside"))],
        label=_("Where from"),
    )
    user = django_filters.CharFilter(field_name="username", lookup_expr="iexact", label=_("User"))
    project = django_filters.CharFilter(method="of_project", label=_("Project"))
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label=_("From"), widget=_Moment)
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte", label=_("To"), widget=_Moment)

    class Meta:
        model = Change
        fields: list[str] = []

    def search(self, changes: QuerySet, name: str, text: str) -> QuerySet:
        return changes.filter(Q(name__icontains=text) | Q(cloud_id=text))

    def from_where(self, changes: QuerySet, name: str, value: str) -> QuerySet:
        return changes.filter(operation__isnull=value == "outside")

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        try:
            self._projects()
        except Ambiguous as reason:
            self.form.add_error("project", str(reason))
        return not self.form.errors

    def of_project(self, changes: QuerySet, name: str, text: str) -> QuerySet:
        """By its id, or by the name that one project of each cluster bears."""
        condition = Q(project_id=text)
        for cluster_id, cloud_id in self._projects():
            condition |= Q(cluster_id=cluster_id, project_id=cloud_id)
        return changes.filter(condition)

    def _projects(self) -> Sequence[tuple[int, str]]:
        """Those meant by a name. Raises `Ambiguous`."""
        text = self.form.cleaned_data.get("project") or ""
        rows = register.get("identity.project").model.objects.visible_to(self.request.user)
        return meant_by(rows, [text], MOST_NAMED)[0].named if text else ()


def found(request: HttpRequest, scope: Scope) -> tuple[ChangeFilter, QuerySet[Change]]:
    """The filter and what it leaves of the chosen clusters. An unusable one leaves nothing."""
    rows = Change.objects.visible_to(request.user).filter(cluster_id__in=scope.ids).order_by("-at", "-pk")
    chosen = ChangeFilter(request.GET, queryset=rows, request=request)
    return chosen, chosen.qs if chosen.is_valid() else rows.none()


@require_GET
def list_page(request: ConsoleRequest) -> HttpResponse:
    """Newest first; htmx gets the region alone."""
    scope = request.console_scope = scope_of(request)
    chosen, rows = found(request, scope)
    page = page_of(rows, request)
    context: dict[str, Any] = {
        "changes": told(page.rows, scope.clusters, user=request.user),
        "filter": chosen,
        "query": request.GET.get("q", ""),
        "page": page,
        "count": page.count,
        "count_url": f"{reverse('monitoring:changes-count')}?{request.GET.urlencode()}",
        "values_names": (),
        "values_url": "",
        "region_url": request.get_full_path(),
        "poll_seconds": POLL_SECONDS,
    }
    template = "_region.html" if request.htmx.target == "region" else "list.html"
    return render(request, f"monitoring/changes/{template}", context)


@require_GET
def exact_count(request: ConsoleRequest) -> HttpResponse:
    _chosen, rows = found(request, scope_of(request))
    return render(request, "kit/_count.html", {"count": Number(rows.order_by().count(), exact=True)})
