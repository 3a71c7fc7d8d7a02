"""Sessions that run, in whatever process."""

from django.db.models import QuerySet
from django.utils import timezone

from terminal import events
from terminal.errors import Refused
from terminal.models import Session
from terminal.rules import permissions


def sessions(user) -> QuerySet[Session]:
    """Those this user may see, newest first."""
    return Session.objects.visible_to(user).live().select_related("cluster", "user", "host")


def terminate(session: Session, *, user, reason: str, client: str = "") -> None:
    """End it. The process that holds it looks every second, so it is closed within 2 s. Raises `Refused`."""
    if why := permissions.may_supervise(user, session):
        raise Refused(why)
    Session.objects.filter(pk=session.pk, ended_at=None, terminate_at=None).update(
        terminate_at=timezone.now(), terminate_by=user.get_username(), terminate_reason=reason[:200]
    )
    events.note("terminal.session.terminate", session, user=user, client=client, reason=reason)
