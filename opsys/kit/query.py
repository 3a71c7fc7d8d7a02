"""The rows somebody asked for, the same way for the page, its count, the API and the command line."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from opsys.kit.filters import ResourceFilterSet, filter_class, ordering
from opsys.kit.resource import Resource
from opsys.kit.scope import Scope, scope_of


@dataclass(frozen=True)
class Query:
    """`rows` are filtered, scoped to what the user may see, and sorted by `sort`."""

    rows: QuerySet
    filter: ResourceFilterSet
    scope: Scope
    sort: str

    @property
    def filtered(self) -> bool:
        return bool(self.filter.is_bound and any(self.filter.form.cleaned_data.values())) or self.scope.narrowed


def query_of(resource: Resource, request: HttpRequest) -> Query:
    """From the address: `?q=`, the type's filters, `?cluster=`, `?group=`, `?sort=`. Wrong values give no rows."""
    scope = scope_of(request)
    rows = resource.model.objects.present().filter(cluster_id__in=scope.ids)
    found = filter_class(resource.name)(request.GET, queryset=rows)
    sort = request.GET.get("sort", "")
    if not found.is_valid():
        return Query(rows.none(), found, scope, sort)
    # Not joined: the rows of a page share few clusters, and MariaDB would begin such a join with the clusters.
    return Query(found.qs.order_by(*ordering(resource, sort)).prefetch_related("cluster"), found, scope, sort)
