"""The filter bar of a resource type, and the one query behind list, count, API and command line."""

from functools import lru_cache
from itertools import chain
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.addresses import canonical, spellings
from clusters.inventory import InventoryItem, text_found
from clusters.links import ResourceLink
from opsys.kit.declare import register
from opsys.kit.declare.relation import Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from opsys.kit.lists.scope import Scope
from opsys.kit.relate.naming import Ambiguous, Meant, meant_by

MOST_NAMED = 500
MOST_VALUES = 100


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
        return rows.filter(text_found(text))


class _ValuesField(forms.MultipleChoiceField):
    """Any values: one that no row has finds nothing. Those chosen are the choices that the form draws."""

    def valid_value(self, value: str) -> bool:
        return True

    def clean(self, value: Any) -> list[str]:
        values = [text for text in dict.fromkeys(super().clean(value)) if text]
        if len(values) > MOST_VALUES:
            raise forms.ValidationError(_("At most %(most)d values.") % {"most": MOST_VALUES}, code="many")
        self.choices = [(text, text) for text in values]
        return values


class _ReferenceField(_ValuesField):
    """Takes a name only where it fits one resource of each cluster: rows of others would be found, and acted on."""

    type_name = ""
    scope: Scope

    def clean(self, value: Any) -> list[Meant]:  # type: ignore[override]  # the filter beside it takes these
        values = super().clean(value)
        if not values:
            return []
        scope = self.scope
        rows = scope.rows(register.get(self.type_name).model)
        try:
            found = meant_by(rows, values, MOST_NAMED)
        except Ambiguous as reason:
            raise forms.ValidationError(str(reason), code="ambiguous") from None
        self.choices = [(one.value, one.label or one.value) for one in found]
        return found


class _Values(django_filters.Filter):
    """Rows whose column holds one of several values."""

    field_class = _ValuesField

    def filter(self, rows: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return rows
        # MariaDB compares without trailing spaces: a blank would find the rows that have nothing there.
        # Addresses are found in whichever spelling they are given.
        wanted = dict.fromkeys(spelled for text in value if text.strip() for spelled in (text, canonical(text)))
        return rows.filter(**{f"{self.field_name}__in": list(wanted)})


class _Contains(django_filters.CharFilter):
    """Rows whose column holds the text, or the address it means."""

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        condition = Q()
        for spelling in spellings(value) if value else ():
            condition |= Q(**{f"{self.field_name}__icontains": spelling})
        return rows.filter(condition)


class _Reference(django_filters.Filter):
    """What refers to resources, given by their ids or names. Each cluster may have one of that name."""

    field_class = _ReferenceField

    def __init__(self, type_name: str, relation: Relation | None = None, **options: Any):
        self.type_name, self.relation = type_name, relation
        super().__init__(**options)

    @property
    def field(self) -> forms.Field:
        field = super().field
        field.type_name = self.type_name
        return field

    def filter(self, rows: QuerySet, value: list[Meant]) -> QuerySet:
        if not value:
            return rows
        if self.relation is not None and self.relation.ids:
            return rows.filter(self._linked(rows.model, self.relation.name, value))
        condition = Q(**{f"{self.field_name}__in": [one.value for one in value]})
        if self.relation is not None and self.relation.key != "cloud_id":
            return rows.filter(condition | self._by_key(self.relation, [one.value for one in value]))
        # Named one by one: a subquery would have the database read all rows to compare them.
        for cluster_id, cloud_id in chain.from_iterable(one.named for one in value):
            condition |= Q(**{"cluster_id": cluster_id, self.field_name: cloud_id})
        return rows.filter(condition)

    def _by_key(self, relation: Relation, values: list[str]) -> Q:
        """Rows that refer to one of these ids or names by what stands in another column of it."""
        scope = self.parent.scope
        rows = scope.rows(register.get(self.type_name).model)
        named = rows.filter(Q(cloud_id__in=values) | Q(name__in=values, gone_at=None))
        condition = Q(pk__in=[])
        for cluster_id, key in named.values_list("cluster_id", relation.key)[:MOST_NAMED]:
            if key and key not in values:  # those are looked for already, in all clusters
                condition |= Q(**{"cluster_id": cluster_id, self.field_name: key})
        return condition

    def _linked(self, model: type[Model], relation: str, value: list[Meant]) -> Q:
        targets = Q(cluster_id__in=self.parent.scope.ids, target_id__in=[one.value for one in value])
        for cluster_id, cloud_id in chain.from_iterable(one.named for one in value):
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
    if spec.choices:
        # `distinct` would compare whole rows with each other; a column of the row itself cannot double it.
        return django_filters.MultipleChoiceFilter(
            field_name=spec.column, label=spec.label, choices=list(spec.choices), distinct=False
        )
    if spec.refers:
        return _Reference(spec.refers, spec.relation, field_name=spec.column, label=spec.label)
    if spec.contains:
        return _Contains(field_name=spec.column, label=spec.label)
    return _Values(field_name=spec.column, label=spec.label)


def filter_of(resource: Resource, column: Column) -> Filter | None:
    """The filter that takes what stands in this column."""
    return next((spec for spec in resource.filters if spec.name == column.name and not spec.contains), None)


def value_of(spec: Filter, item: InventoryItem) -> str:
    """What the filter would be given to find this item and its like; "" where it has nothing, or several values."""
    found = spec.relation.of(item) if spec.relation is not None else [getattr(item, spec.column)]
    return str(found[0]) if len(found) == 1 and found[0] not in ("", None) else ""


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
