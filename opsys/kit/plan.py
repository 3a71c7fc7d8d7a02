"""Before something is done to many: who qualifies, who does not and why."""

from dataclasses import dataclass

from clusters import access
from clusters.inventory import InventoryItem
from opsys.kit.action import Action
from opsys.kit.refusal import why_not
from opsys.kit.resource import Resource


@dataclass(frozen=True)
class Plan:
    """Of the rows somebody chose: those that qualify, and those that do not with the reason."""

    chosen: list[int]
    ready: list[InventoryItem]
    refused: list[tuple[InventoryItem, str]]


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
