"""What the audit knows of one resource, as plain values for the parts of its page."""

from typing import Any

from audit.operations import of_item
from audit.wording import action_text
from clusters.inventory import InventoryItem
from opsys.kit.declare import register


def history_of(item: InventoryItem, *, user, most: int = 100) -> list[dict[str, Any]]:
    """Each operation on an item that this user sees, with what became of it, latest first, as far as they may see
    them. `phase` stays "started" while the outcome is not known."""
    (resource,) = [found for found in register.resources() if found.model is type(item)]
    labels = {f"{resource.name}.{action.name}": str(action.label) for action in resource.actions}
    events = of_item(item, resource.name, user=user)
    operations: dict[Any, dict[str, Any]] = {}
    for event in reversed(events.order_by("-at", "-pk")[:most]):
        operation = operations.setdefault(event.operation, {"at": event.at})
        operation |= {
            "label": labels.get(event.action) or action_text(event.action),
            "action": event.action,
            "who": event.username,
            "via": event.via,
            "phase": event.phase,
            "reason": event.told,
            "request_id": event.request_id,
            "seconds": event.seconds,
        }
    return list(reversed(operations.values()))
