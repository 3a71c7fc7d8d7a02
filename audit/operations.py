"""Events by operation: what was begun and what came of it is one thing to a reader."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import Event


def collapsed(events: QuerySet[Event]) -> QuerySet[Event]:
    """Without the beginnings of what has an outcome."""
    outcome = Event.objects.filter(operation=OuterRef("operation")).exclude(phase=Event.Phase.STARTED)
    return events.filter(~Q(phase=Event.Phase.STARTED) | ~Exists(outcome))


def whole(event: Event, *, user) -> list[Event]:
    """All events of its operation that this user may see, in their order."""
    return list(Event.objects.visible_to(user).filter(operation=event.operation).order_by("at", "pk"))
