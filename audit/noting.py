"""What is noted by hand: what no model signal and no `perform()` tells."""

from typing import Any

from audit.acting import Actor
from audit.models import Event


def note(actor: Actor, action: str, **facts: Any) -> None:
    """One event of this actor."""
    Event.objects.create(
        user=actor.user, username=actor.name, via=actor.via, client=actor.client, action=action, **facts
    )
