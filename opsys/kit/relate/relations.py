"""The other end of relations: which resources refer to one, how many they are, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.fields import Field
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clusters import access
from clusters.inventory import InventoryItem, seen_with
from clusters.links import ResourceLink
from opsys.kit.declare import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Resource


@dataclass(frozen=True)
class Referrer:
    """A type whose rows refer to those of another."""

    resource: Resource
    relation: Relation

    @property
    def name(self) -> str:
        """What it is called among those of one type: `volumesnapshot.volume`."""
        return f"{self.resource.name.replace('.', '-')}-{self.relation.name}"

    @property
    def title(self) -> "str | Promise":
        return self.relation.reverse or self.resource.label_plural.capitalize()

    def rows(self, items: Sequence[InventoryItem], held: access.Held) -> QuerySet:
        """Those that refer to one of these, in clusters of which something is held."""
        rows = self.resource.model.objects.present().filter(seen_with(self.resource.model, held))
        wanted = Q(pk__in=[])
        for cluster_id, keys in _by_cluster(items, self.relation.key).items():
            if self.relation.ids:
                links = ResourceLink.objects.filter(
                    cluster_id=cluster_id,
                    target_id__in=keys,
                    source_type=self.resource.name,
                    relation=self.relation.name,
                )
                wanted |= Q(cluster_id=cluster_id, cloud_id__in=links.values("source_id"))
            else:
                wanted |= Q(cluster_id=cluster_id, **{f"{self.relation.column}__in": keys})
        return rows.filter(wanted)

    def dependents(self, items: Sequence[InventoryItem], held: access.Held) -> QuerySet:
        """Those of which it is said what becomes of them."""
        rows = self.rows(items, held)
        return rows.exclude(self.relation.except_for) if self.relation.except_for else rows

    def list_url(self, item: InventoryItem) -> str:
        """The list of what refers to this one; "" where the type has no filter for it."""
        if self.relation.name not in {found.name for found in self.resource.filters}:
            return ""
        query = {"cluster": item.cluster.name, self.relation.name: getattr(item, self.relation.key)}
        return f"{self.resource.url()}?{urlencode(query)}"


@dataclass(frozen=True)
class Dependents:
    """How many resources of a type refer to those somebody is about to delete."""

    referrer: Referrer
    count: int
    url: str
    on_delete: OnDelete | None

    @property
    def consequence(self) -> str:
        match self.on_delete:
            case OnDelete.BLOCKS:
                return _("The cloud refuses while they exist.")
            case OnDelete.CASCADES:
                return _("They are deleted too.")
            case OnDelete.DETACHES:
                return _("They stay, without it.")
            case OnDelete.VARIES:
                return _("Those made with it are deleted too; others stay, without it.")
        return ""

    def as_dict(self) -> dict[str, Any]:
        relation = self.referrer.relation
        return {
            "type": self.referrer.resource.name,
            "relation": relation.name,
            "title": str(self.referrer.title),
            "count": self.count,
            "on_delete": self.on_delete.value if self.on_delete else "",
        }


def relations_of(resource: Resource) -> list[Relation]:
    """Those it declares, and those its columns tell: one that shows a type by a database column's id."""
    declared = {relation.name for relation in resource.relations}
    columns = {field.name: field for field in resource.model._meta.concrete_fields}
    told = [
        Relation(column.name, column.label, to=column.refers, field=field, key=column.key)
        for column in resource.columns
        if column.refers and column.name not in declared and not callable(column.value)
        if _is_text(columns.get(field := column.value or column.name))
    ]
    return [*resource.relations, *told]


@lru_cache(maxsize=256)
def referrers_of(resource_name: str) -> list[Referrer]:
    """All types whose resources may refer to one of this type, in the register's order."""
    return [
        Referrer(resource, relation)
        for resource in register.resources()
        for relation in relations_of(resource)
        if relation.to == resource_name
    ]


def counts(referrers: Sequence[Referrer], items: Sequence[InventoryItem], held: access.Held) -> dict[str, int]:
    """Name of the referrer → how many of its rows refer to one of the items. One query, however many types."""
    return _counted(referrers, [referrer.rows(items, held) for referrer in referrers]) if items else {}


def _counted(referrers: Sequence[Referrer], rows: Sequence[QuerySet]) -> dict[str, int]:
    if not referrers:
        return {}
    parts = [
        found.order_by()
        .annotate(place=Value(place))
        .values("place")
        .annotate(number=Count("pk"))
        .values_list("place", "number")
        for place, found in enumerate(rows)
    ]
    first, *others = parts
    return {referrers[place].name: number for place, number in first.union(*others, all=True)}


def dependents_of(
    resource: Resource, items: Sequence[InventoryItem], *, user, cascades: Sequence[str] = ()
) -> list[Dependents]:
    """What hangs on resources that somebody is about to delete, of the types that say what becomes of them; those
    in `cascades` are deleted too."""
    said = [referrer for referrer in referrers_of(resource.name) if referrer.relation.on_delete]
    held = access.held_by(user)
    found = _counted(said, [referrer.dependents(items, held) for referrer in said]) if items else {}
    return [
        Dependents(
            referrer,
            found[referrer.name],
            referrer.list_url(items[0]) if len(items) == 1 else "",
            OnDelete.CASCADES if referrer.resource.name in cascades else referrer.relation.on_delete,
        )
        for referrer in said
        if found.get(referrer.name)
    ]


def _by_cluster(items: Sequence[InventoryItem], key: str) -> dict[int, list[str]]:
    """Cluster → what these items are known by there. Old clouds tell an id where newer ones tell another key."""
    found: dict[int, list[str]] = {}
    for item in items:
        found.setdefault(item.cluster_id, []).extend({value for value in (getattr(item, key), item.cloud_id) if value})
    return found


def _is_text(field: Field | None) -> bool:
    return field is not None and field.get_internal_type() == "CharField"
