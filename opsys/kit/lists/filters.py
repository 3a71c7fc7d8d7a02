"""The filter bar of a resource type, and the one query behind list, count, API and command line."""

from functools import lru_cache
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from opsys.kit.declare import register
from opsys.kit.declare.resource import Filter, Resource
from opsys.kit.lists.scope import Scope

MOST_NAMED = 500


class ResourceFilterSet(django_filters.FilterSet):
    """Search and filters of one type. An unknown value is an error of the form, never silently all rows."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    resource: Resource
    scope: Scope

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(search_text__contains=text)


class _Reference(django_filters.CharFilter):
    """What refers to a resource, given by its id or its name. Each cluster may have one of that name."""

    def __init__(self, type_name: str, **options: Any):
        self.type_name = type_name
        super().__init__(**options)

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        if not value:
            return rows
        model, scope = register.get(self.type_name).model, self.parent.scope
        named = model.objects.filter(cluster_id__in=scope.ids, gone_at=None, name=value)
        condition = Q(**{self.field_name: value})
        # Looked up first and named one by one: a subquery would have the database read all rows to compare them.
        for cluster_id, cloud_id in named.values_list("cluster_id", "cloud_id")[:MOST_NAMED]:
            condition |= Q(**{"cluster_id": cluster_id, self.field_name: cloud_id})
        return rows.filter(condition)


@lru_cache(maxsize=128)
def filter_class(resource_name: str) -> type[ResourceFilterSet]:
    resource = register.get(resource_name)
    fields: dict[str, Any] = {spec.name: _field(spec) for spec in resource.filters}
    return type("ResourceFilter", (ResourceFilterSet,), {**fields, "resource": resource})


def _field(spec: Filter) -> django_filters.Filter:
    column = spec.field or spec.name
    if spec.choices:
        # `distinct` would compare whole rows with each other; a column of the row itself cannot double it.
        return django_filters.MultipleChoiceFilter(
            field_name=column, label=spec.label, choices=list(spec.choices), distinct=False
        )
    if spec.refers:
        return _Reference(spec.refers, field_name=column, label=spec.label)
    lookup = "icontains" if spec.contains else "exact"
    return django_filters.CharFilter(field_name=column, lookup_expr=lookup, label=spec.label)


def ordering(resource: Resource, sort: str) -> list[str]:
    """The database order for `?sort=name` or `?sort=-name`; anything unknown means the type's own order.

    The key is always last: equal rows must not change places between two pages.
    """
    descending, name = sort.startswith("-"), sort.removeprefix("-")
    for column in resource.columns:
        if column.name == name and column.sort:
            keys = [f"-{key}" if descending else key for key in column.sort]
            return [*keys, "-pk" if descending else "pk"]
    return list(resource.order)
