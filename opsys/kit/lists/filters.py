"""The filter bar of a resource type, and the one query behind list, count, API and command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.links import ResourceLink
from opsys.kit.declare import register
from opsys.kit.declare.relation import Relation
from opsys.kit.declare.resource import Filter, Resource
from opsys.kit.lists.scope import Scope
from opsys.kit.relate.naming import Ambiguous, one_per_cluster

MOST_NAMED = 500


class ResourceFilterSet(django_filters.FilterSet):
    """Search and filters of one type. An unknown value is an error of the form, never silently all rows."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    resource: Resource
    scope: Scope

    @property
    def form(self) -> forms.Form:
        form = super().form
        for field in form.fields.values():
            if isinstance(field, _ReferenceField):
                field.scope = self.scope
        return form

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(search_text__contains=text)


@dataclass(frozen=True)
class _Referred:
    """The id of a resource, or a name with the (cluster, id) of each that it stands for."""

    value: str
    named: Sequence[tuple[int, str]] = ()


class _ReferenceField(forms.CharField):
    """Takes a name only where it fits one resource of each cluster: rows of others would be found, and acted on."""

    type_name = ""
    scope: Scope

    def clean(self, value: Any) -> _Referred | None:
        text = super().clean(value)
        if not text:
            return None
        scope = self.scope
        rows = register.get(self.type_name).model.objects.filter(cluster_id__in=scope.ids)
        try:
            return _Referred(text, one_per_cluster(rows, text, MOST_NAMED))
        except Ambiguous as reason:
            raise forms.ValidationError(str(reason), code="ambiguous") from None


class _Reference(django_filters.Filter):
    """What refers to a resource, given by its id or its name. Each cluster may have one of that name."""

    field_class = _ReferenceField

    def __init__(self, type_name: str, relation: Relation | None = None, **options: Any):
        self.type_name, self.relation = type_name, relation
        super().__init__(**options)

    @property
    def field(self) -> forms.Field:
        field = super().field
        field.type_name = self.type_name
        return field

    def filter(self, rows: QuerySet, value: _Referred | None) -> QuerySet:
        if value is None:
            return rows
        if self.relation is not None and self.relation.ids:
            return rows.filter(self._linked(rows.model, self.relation.name, value))
        condition = Q(**{self.field_name: value.value})
        if self.relation is not None and self.relation.key != "cloud_id":
            return rows.filter(condition)
        # Named one by one: a subquery would have the database read all rows to compare them.
        for cluster_id, cloud_id in value.named:
            condition |= Q(**{"cluster_id": cluster_id, self.field_name: cloud_id})
        return rows.filter(condition)

    def _linked(self, model: type[Model], relation: str, value: _Referred) -> Q:
        targets = Q(cluster_id__in=self.parent.scope.ids, target_id=value.value)
        for cluster_id, cloud_id in value.named:
            targets |= Q(cluster_id=cluster_id, target_id=cloud_id)
        links = ResourceLink.objects.filter(
            targets,
            source_type=model._meta.label_lower,
            relation=relation,
            cluster_id=OuterRef("cluster_id"),
        )
        return Q(cloud_id__in=links.values("source_id"))


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
        return _Reference(spec.refers, spec.relation, field_name=column, label=spec.label)
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
