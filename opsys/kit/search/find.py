"""Search over every type: names, ids and addresses; exact hits first, then beginnings, then what contains it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clusters.addresses import canonical, spellings
from clusters.inventory import InventoryItem
from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.scope import Scope
from opsys.kit.search.sql import that_begin, that_contain

SHORTEST, LONGEST = 2, 200
ITSELF, BEARS, BEGINS, CONTAINS = range(4)
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
    groups, texts = [], [spelling.lower() for spelling in spellings(text)]
    keys: dict[str, list[int]] = {}
    for spelling in texts:
        for resource, found in _keys(spelling, scope, limit + 1):
            keys.setdefault(resource.name, []).extend(found)
    for resource in register.resources():
        chosen = keys.get(resource.name, [])
        items = list(scope.rows(resource.model).filter(pk__in=chosen).defer("data")) if chosen else []
        if items:
            scope.give_to(items)
            hits = sorted((_hit(resource, item, texts) for item in items), key=_best_first)
            groups.append(Group(resource, hits[:limit], more=len(hits) > limit))
    return Found(text, sorted(groups, key=lambda group: group.hits[0].rank))


def _keys(text: str, scope: Scope, limit: int) -> Iterator[tuple[Resource, list[int]]]:
    """The best rows of each type. Only where too few names begin with the text, all its rows are read."""
    resources, low = register.resources(), text.lower()
    enough = {} if LIKE_AN_ADDRESS.fullmatch(low) else that_begin(resources, scope.ids, low, limit)
    enough = {name: keys for name, keys in enough.items() if len(keys) == limit}
    rest = [resource for resource in resources if resource.name not in enough]
    found = {**that_contain(rest, scope.ids, low, limit), **enough}
    for resource in resources:
        if resource.name in found:
            yield resource, found[resource.name]


def _hit(resource: Resource, item: InventoryItem, texts: list[str]) -> Hit:
    words = item.search_words()
    ranked = sorted(
        (_rank(place, canonical(word).lower(), text), place) for place, word in enumerate(words) for text in texts
    )
    rank, place = ranked[0]
    return Hit(resource, item, rank, "" if place == 0 and item.name else words[place])


def _rank(place: int, word: str, text: str) -> int:
    if word == text:
        return ITSELF if place < 2 else BEARS
    return BEGINS if word.startswith(text) else CONTAINS if text in word else CONTAINS + 1


def _best_first(hit: Hit) -> tuple:
    return hit.rank, hit.item.name.lower(), hit.item.pk
