"""Before something is done to many: who qualifies, who does not and why."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from clusters import access
from clusters.inventory import InventoryItem
from clusters.models import Cluster, Environment
from clusters.sentences import gettext as _
from opsys.kit.act.refusal import why_not
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource

NAMED = 3
COUNTED_FROM = 6
"""Of so many, what is dangerous wants their number told."""


@dataclass(frozen=True)
class Plan:
    """Of the rows somebody chose: those that qualify, and those that do not with the reason."""

    chosen: list[int]
    ready: list[InventoryItem]
    refused: list[tuple[InventoryItem, str]]

    @property
    def reasons(self) -> "list[Reason]":
        """Why rows are left out, the most frequent reason first."""
        by_reason: dict[str, list[InventoryItem]] = {}
        for item, reason in self.refused:
            by_reason.setdefault(reason, []).append(item)
        found = [Reason(reason, len(items), items[:NAMED]) for reason, items in by_reason.items()]
        return sorted(found, key=lambda reason: -reason.count)

    @property
    def places(self) -> "list[Place]":
        """Where those that qualify are, production first."""
        by_cluster: dict[Cluster, list[InventoryItem]] = {}
        for item in self.ready:
            by_cluster.setdefault(item.cluster, []).append(item)
        found = [Place(cluster, items) for cluster, items in by_cluster.items()]
        return sorted(found, key=lambda place: (not place.production, place.cluster.name))

    def as_dict(self) -> dict[str, Any]:
        """In numbers, as programs are told it."""
        refused = [reason.as_dict() for reason in self.reasons]
        return {"matched": len(self.chosen), "ready": len(self.ready), "refused": refused}


@dataclass(frozen=True)
class Place:
    """The rows of one cluster."""

    cluster: Cluster
    items: list[InventoryItem]

    @property
    def production(self) -> bool:
        return self.cluster.environment == Environment.PRODUCTION


@dataclass(frozen=True)
class Reason:
    """Why `count` rows are left out; `first` are a few of them."""

    text: str
    count: int
    first: list[InventoryItem]

    def as_dict(self) -> dict[str, Any]:
        return {"reason": self.text, "count": self.count, "first": [item.name for item in self.first]}


def plan_of(resource: Resource, action: Action, pks: list[int], user) -> Plan:
    items = resource.model.objects.visible_to(user).present().select_related("cluster").in_bulk(pks)
    held = access.held_by(user)
    ready, refused = [], []
    for pk in pks:
        if item := items.get(pk):
            _code, reason = why_not(action, item, held)
            if reason:
                refused.append((item, reason))
            else:
                ready.append(item)
    return Plan(pks, ready, refused)


def only_for(action: Action, ready: Collection[int]) -> Action:
    """The same action, refused to all but these rows: its form was not filled in for those that qualify only since."""

    def when(target: Any) -> str:
        return action.when(target) or ("" if target.pk in ready else _("It has changed meanwhile. Try again."))

    return replace(action, when=when)
