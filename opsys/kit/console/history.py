"""What the audit knows of one resource, as plain values for the parts of its page."""

from typing import Any

from django.db.models import QuerySet

from audit.models import Event
from audit.wording import action_text
from clusters import access
from clusters.inventory import InventoryItem
from opsys.kit.declare import register


def history_of(item: InventoryItem, *, user, most: int = 100) -> list[dict[str, Any]]:
    """Each operation on an item that this user sees, with what became of it, latest first, as far as they may see
    them. `phase` stays "started" while the outcome is not known."""
    (resource,) = [found for found in register.resources() if found.model is type(item)]
    labels = {f"{resource.name}.{action.name}": str(action.label) for action in resource.actions}
    events = _events_for(item, user).filter(resource=resource.name, cluster=item.cluster, cloud_id=item.cloud_id)
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


def _events_for(item: InventoryItem, user) -> QuerySet[Event]:
    """Who is limited to projects of a cluster sees none of its events but their own, and all of what is done to what
    belongs to these projects. What another project only shares with them stays that one's business."""
    theirs = access.held_by(user).projects(item.cluster_id, access.VIEW)
    if user.is_active and getattr(item, "project_id", None) in theirs:
        return Event.objects.all()
    return Event.objects.visible_to(user)
