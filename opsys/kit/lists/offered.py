"""The values a filter can take, as the rows of the list have them now, each with how many rows that are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from clusters.links import ResourceLink
from opsys.kit.declare import register
from opsys.kit.declare.resource import Filter, Resource
from opsys.kit.lists.scope import Scope
from opsys.kit.lists.statuses import status_text

MOST_OFFERED = 50
MOST_NAMES = 500


@dataclass(frozen=True)
class Value:
    """One value as the address has it, what people read, and the number of rows that have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Offer:
    """The values with the most rows first; `more` when there are further ones."""

    values: Sequence[Value]
    more: bool = False


def offer_of(resource: Resource, spec: Filter, scope: Scope, text: str = "") -> Offer:
    """What there is to choose in these clusters, of that what the `text` stands in. Other filters do not narrow it: an
    index holds the numbers of a whole list, and of no part of it. At most two queries."""
    rows = scope.rows(resource.model).present().order_by()
    if spec.choices:
        return _declared(rows, spec, text)
    if spec.linked:
        return _linked(rows, spec, scope, text)
    if spec.refers and not _by_another_key(spec):
        return _referred(rows, spec, scope, text)
    if text:
        rows = rows.filter(**{f"{spec.column}__icontains": text})
    numbers, more = _most(rows, spec.column)
    return Offer([Value(value, value, count) for value, count in numbers], more)


def _most(rows: QuerySet, column: str) -> tuple[list[tuple[str, int]], bool]:
    """Values of the column with their numbers, the most frequent first, and whether there are more."""
    grouped = rows.values(column).annotate(number=Count("*")).order_by("-number", column)
    # Those without a value are one group too; left out by the database, each row would be looked at for it.
    found = [one for one in grouped.values_list(column, "number")[: MOST_OFFERED + 2] if one[0] not in (None, "")]
    return [(str(value), number) for value, number in found[:MOST_OFFERED]], len(found) > MOST_OFFERED


def _declared(rows: QuerySet, spec: Filter, text: str) -> Offer:
    """All choices that there are, also those of no row: a saved view may wait for one."""
    grouped = rows.values(spec.column).annotate(number=Count("*"))
    numbers = {str(value): number for value, number in grouped.values_list(spec.column, "number")}
    values = [Value(str(value), status_text(str(label)), numbers.get(str(value), 0)) for value, label in spec.choices]
    found = [one for one in values if text.lower() in f"{one.label} {one.value}".lower()]
    return Offer(sorted(found, key=lambda one: not one.count))


def _referred(rows: QuerySet, spec: Filter, scope: Scope, text: str) -> Offer:
    """The ids in a column, by the names of what they are of."""
    if text:
        named = _targets(spec, scope).filter(name__icontains=text).values_list("cloud_id", flat=True)[:MOST_NAMES]
        rows = rows.filter(Q(**{f"{spec.column}__in": list(named)}) | Q(**{f"{spec.column}__startswith": text}))
    numbers, more = _most(rows, spec.column)
    labels = _labels(spec, scope, [value for value, _count in numbers])
    return Offer([Value(value, labels.get(value, value), count) for value, count in numbers], more)


def _linked(rows: QuerySet, spec: Filter, scope: Scope, text: str) -> Offer:
    """What rows refer to by links, in the order of its names: which are linked most often stands in no index."""
    targets = _targets(spec, scope)
    if text:
        targets = targets.filter(Q(name__icontains=text) | Q(cloud_id__startswith=text))
    found = list(targets.order_by("name", "pk").values_list("cloud_id", flat=True)[: MOST_OFFERED + 1])
    present = rows.filter(cluster_id=OuterRef("cluster_id"), cloud_id=OuterRef("source_id"))
    links = ResourceLink.objects.filter(
        Exists(present),
        cluster_id__in=scope.ids,
        target_id__in=found[:MOST_OFFERED],
        source_type=rows.model._meta.label_lower,
        relation=spec.relation.name if spec.relation else "",
    )
    numbers = dict(links.order_by().values("target_id").annotate(number=Count("*")).values_list("target_id", "number"))
    labels = _labels(spec, scope, list(numbers))
    values = [Value(one, labels.get(one, one), numbers[one]) for one in found if one in numbers]
    return Offer(values, len(found) > MOST_OFFERED)


def _targets(spec: Filter, scope: Scope) -> QuerySet:
    return scope.rows(register.get(spec.refers).model).present()


def _labels(spec: Filter, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
    """Id → name, and with it the cluster where several have one of that name."""
    if not ids:
        return {}
    clusters = {cluster.pk: cluster.name for cluster in scope.clusters}
    model = register.get(spec.refers).model
    known = list(scope.rows(model).filter(cloud_id__in=ids).values_list("cluster_id", "cloud_id", "name"))
    names = [name for _cluster, _id, name in known]
    return {
        cloud_id: _("%(name)s in %(cluster)s") % {"name": name, "cluster": clusters[cluster]}
        if names.count(name) > 1
        else name or cloud_id
        for cluster, cloud_id, name in known
    }


def _by_another_key(spec: Filter) -> bool:
    return spec.relation is not None and spec.relation.key != "cloud_id"


def chosen_first(offer: Offer, chosen: Sequence[tuple[Any, Any]]) -> list[Value]:
    """What is chosen already, also what is not offered (`count` -1: not counted), and then the rest."""
    offered = {one.value: one for one in offer.values}
    first = [offered.pop(str(value), Value(str(value), str(label), -1)) for value, label in chosen]
    return [*first, *offered.values()]
