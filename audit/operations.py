"""Events by operation: what was begun and what came of it is one thing to a reader."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import Event
from clusters import access
from clusters.inventory import InventoryItem


def collapsed(events: QuerySet[Event]) -> QuerySet[Event]:
    """Without the beginnings of what has an outcome."""
    # What comes later only: it always does, and MariaDB looks each beginning's operation up instead of first putting
    # the outcomes of all time into a table of its own.
    outcome = Event.objects.filter(operation=OuterRef("operation"), pk__gt=OuterRef("pk"))
    outcome = outcome.exclude(phase=Event.Phase.STARTED)
    return events.filter(~Q(phase=Event.Phase.STARTED) | ~Exists(outcome))


def whole(event: Event, *, user) -> list[Event]:
    """All events of its operation that this user may see, in their order."""
    return list(Event.objects.visible_to(user).filter(operation=event.operation).order_by("at", "pk"))


def of_item(item: InventoryItem, resource: str, *, user) -> QuerySet[Event]:
    """The events of an item that this user sees. Who is limited to projects of a cluster sees none of its events but
    their own, and all that is done to what belongs to these projects. What another project only shares with them
    stays that one's business."""
    theirs = access.held_by(user).projects(item.cluster_id, access.VIEW)
    own = user.is_active and getattr(item, "project_id", None) in theirs
    events = Event.objects.all() if own else Event.objects.visible_to(user)
    return events.filter(resource=resource, cluster=item.cluster, cloud_id=item.cloud_id)
