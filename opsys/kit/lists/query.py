"""The rows somebody asked for, the same way for the page, its count, the API and the command line."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.lookups import In
from django.http import HttpRequest, QueryDict

from clusters.models import Cluster
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.filters import ResourceFilterSet, filter_class, ordering
from opsys.kit.lists.scope import Scope, scope_for


@dataclass(frozen=True)
class Query:
    """`rows` are filtered, scoped to what the user may see, and sorted by `sort`."""

    rows: QuerySet
    filter: ResourceFilterSet
    scope: Scope
    sort: str

    @property
    def head(self) -> QuerySet | None:
        """Of rows sorted by cluster those of the first one: the others come after, and all of them, sorted by a name
        that stands in another table, would have to be read. None when they are sorted otherwise."""
        leading = self.rows.query.order_by[0] if self.rows.query.order_by else ""
        if leading not in ("cluster_name", "-cluster_name") or not self.scope.clusters:
            return None
        by_name = self.scope.clusters  # sorted by the database, whose alphabet is the one that counts here
        first = by_name[-1] if leading.startswith("-") else by_name[0]
        return self.rows.filter(cluster_id=first.pk).order_by(*self.rows.query.order_by[1:])

    @property
    def filtered(self) -> bool:
        return bool(self.filter.is_bound and any(self.filter.form.cleaned_data.values())) or self.scope.narrowed


def query_of(resource: Resource, request: HttpRequest) -> Query:
    """From the address: `?q=`, the type's filters, `?cluster=`, `?group=`, `?sort=`. Wrong values give no rows."""
    return query_for(resource, request.GET, user=request.user)


def query_for(resource: Resource, params: QueryDict, *, user) -> Query:
    """The same without a request: what this user would be shown for these parameters."""
    scope = scope_for(params, user=user)
    rows = scope.rows(resource.model).present()
    found = filter_class(resource.name)(params, queryset=rows)
    found.scope = scope
    sort = params.get("sort", "")
    if not found.is_valid():
        return Query(rows.none(), found, scope, sort)
    rows, order = found.qs.prefetch_related("cluster"), ordering(resource, sort)
    # SQLite looks each row's cluster up among all of them, in the order in which conditions stand: only those found
    # should come to that.
    rows.query.where.children.sort(key=lambda condition: isinstance(condition, In))
    if order[0].removeprefix("-") == "cluster_name":
        # Clusters are not joined: MariaDB would begin such a join with the clusters, and read all their rows.
        name = Subquery(Cluster.objects.filter(pk=OuterRef("cluster_id")).values("name"))
        rows = rows.annotate(cluster_name=name)
    return Query(rows.order_by(*order), found, scope, sort)
