"""Search over every type: names, ids and addresses; exact hits first, then beginnings, then what contains it."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from clusters.inventory import InventoryItem, SearchField
from opsys.kit import register
from opsys.kit.filters import condition_for
from opsys.kit.resource import Resource
from opsys.kit.scope import Scope

SHORTEST, LONGEST = 2, 200
ITSELF, BEARS, BEGINS, CONTAINS = range(4)
LAST = "\U0010ffff"  # sorts behind every text
# Somebody who types an address wants who has it, not what is called so.
LIKE_AN_ADDRESS = re.compile(r"[0-9a-f]*[.:][0-9a-f.:]*")


@dataclass(frozen=True)
class Hit:
    """`rank`: ITSELF (its name or id), BEARS (one of its addresses …), BEGINS, CONTAINS. `match` is the word that was
    found, "" when that is the name."""

    resource: Resource
    item: InventoryItem
    rank: int
    match: str

    @property
    def url(self) -> str:
        return self.resource.item_url(self.item)

    def as_dict(self) -> dict[str, Any]:
        item = self.item
        return {
            "type": self.resource.name,
            "id": item.pk,
            "cloud_id": item.cloud_id,
            "name": item.name,
            "cluster": item.cluster.name,
            "status": item.status,
            "match": self.match or item.name,
            "exact": self.rank <= BEARS,
        }


@dataclass(frozen=True)
class Group:
    """The hits of one type, best first. `more`: there are others."""

    resource: Resource
    hits: list[Hit]
    more: bool


@dataclass(frozen=True)
class Found:
    text: str
    groups: list[Group]

    @property
    def hits(self) -> list[Hit]:
        return [hit for group in self.groups for hit in group.hits]

    @property
    def only(self) -> Hit | None:
        """The one thing that is meant: a single exact hit, if there is just one of the best kind."""
        exact = sorted((hit for hit in self.hits if hit.rank <= BEARS), key=lambda hit: hit.rank)
        best = [hit for hit in exact if hit.rank == exact[0].rank]
        return best[0] if len(best) == 1 else None


def find(text: str, scope: Scope, *, limit: int) -> Found:
    """At most `limit` hits of each type in the scope's clusters. A text that is too short finds nothing."""
    text = text.strip()[:LONGEST]
    if len(text) < SHORTEST:
        return Found(text, [])
    groups = []
    for resource in register.resources():
        rows = resource.model.objects.present().filter(cluster_id__in=scope.ids)
        keys = _keys(resource, rows, text, limit + 1)
        items = list(resource.model.objects.filter(cluster_id__in=scope.ids, pk__in=keys).defer("data"))
        if items:
            scope.give_to(items)
            hits = sorted((_hit(resource, item, text.lower()) for item in items), key=_best_first)
            groups.append(Group(resource, hits[:limit], more=len(hits) > limit))
    return Found(text, sorted(groups, key=lambda group: group.hits[0].rank))


def _keys(resource: Resource, rows: QuerySet, text: str, limit: int) -> list[int]:
    """The best rows. Names that begin with the text stand side by side in an index; only when these are too few is
    everything read, and then in the index alone."""
    if not any(isinstance(field, SearchField) for field in resource.model._meta.fields):
        return list(
            rows.filter(condition_for(resource, text)).order_by("name", "pk").values_list("pk", flat=True)[:limit]
        )
    text = text.lower()
    begins = rows.filter(search_text__gte=text, search_text__lt=text + LAST).order_by("search_text", "pk")
    keys = list(begins.values_list("pk", flat=True)[:limit])
    if len(keys) == limit and not LIKE_AN_ADDRESS.fullmatch(text):
        return keys
    words = Concat(Value(" "), F("search_text"), Value(" "), output_field=CharField())
    rank = Case(
        When(Q(words__contains=f" {text} "), then=0),
        When(Q(words__contains=f" {text}"), then=1),
        default=2,
        output_field=IntegerField(),
    )
    contain = rows.filter(search_text__contains=text).alias(words=words).annotate(rank=rank)
    return list(contain.order_by("rank", "search_text", "pk").values_list("pk", flat=True)[:limit])


def _hit(resource: Resource, item: InventoryItem, text: str) -> Hit:
    words = item.search_words() if hasattr(item, "search_words") else [item.name, item.cloud_id]
    ranked = sorted((_rank(place, word.lower(), text), place) for place, word in enumerate(words))
    rank, place = ranked[0]
    return Hit(resource, item, rank, "" if place == 0 and item.name else words[place])


def _rank(place: int, word: str, text: str) -> int:
    if word == text:
        return ITSELF if place < 2 else BEARS
    return BEGINS if word.startswith(text) else CONTAINS if text in word else CONTAINS + 1


def _best_first(hit: Hit) -> tuple:
    return hit.rank, hit.item.name.lower(), hit.item.pk
