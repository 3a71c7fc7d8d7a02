"""What the audit knows of one operation, for whoever carries it on: not for showing to people."""

from uuid import UUID

from audit.models import Event


def last_event_of(operation: UUID) -> Event | None:
    """None where it was never begun."""
    return Event.objects.filter(operation=operation).order_by("pk").last()
