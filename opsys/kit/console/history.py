"""What the audit knows of one resource, as plain values for the parts of its page."""

from typing import Any

from audit.models import Event
from audit.wording import action_text
from clusters.inventory import InventoryItem
from opsys.kit.declare import register


def history_of(item: InventoryItem, *, user, most: int = 100) -> list[dict[str, Any]]:
    """Each operation on it with what became of it, latest first, as far as this user may see them. `phase` stays
    "started" while the outcome is not known."""
    (resource,) = [found for found in register.resources() if found.model is type(item)]
    labels = {f"{resource.name}.{action.name}": str(action.label) for action in resource.actions}
    events = Event.objects.visible_to(user).filter(
        resource=resource.name, cluster=item.cluster, cloud_id=item.cloud_id
    )
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
