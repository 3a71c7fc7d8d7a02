"""The one way events leave the audit, and the audit says so."""

from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from audit.acting import Actor
from audit.models import Event


def clear(before: datetime, *, older_than: str, actor: Actor) -> tuple[int, int]:
    """Delete what is older than `before` and note it as `older_than`: how many events and records of logins."""
    deleted = 0
    try:
        while batch := Event.objects.purge(before):
            deleted += batch
    finally:  # also when it is interrupted: what is gone is gone
        Event.objects.create(
            user=actor.user,
            username=actor.name,
            via=actor.via,
            client=actor.client,
            action="audit.event.purge",
            phase=Event.Phase.DONE,
            resource="audit.event",
            params={"older_than": older_than, "deleted": deleted},
        )
    logins = sum(
        model.objects.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )
    return deleted, logins
