"""What all doors to files share: errors as sentences, events in the audit."""

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from audit.models import Event
from terminal import events
from terminal.errors import TerminalError
from terminal.models import Session
from terminal.pages.bodies import refusal

View = Callable[..., HttpResponse]


def speaking(view: View) -> View:
    """A view for somebody's own session; what it cannot do it says as `{"error": sentence}`, 409."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, session: uuid.UUID, **given: Any) -> HttpResponse:
        own_session(request, session)
        try:
            return view(request, session, **given)
        except TerminalError as error:
            return refusal(error, status=409)

    return guarded


def own_session(request: HttpRequest, session: uuid.UUID) -> Session:
    """Somebody else's files are nobody's business, also not of who may watch."""
    return get_object_or_404(Session.objects.visible_to(request.user).filter(user=request.user), pk=session)


def note(
    request: HttpRequest,
    session: uuid.UUID,
    what: str,
    *,
    phase: str = Event.Phase.DONE,
    reason: str = "",
    **params: Any,
) -> None:
    events.note(
        f"terminal.file.{what}",
        own_session(request, session),
        user=request.user,
        client=request.META.get("REMOTE_ADDR") or "",
        phase=phase,
        reason=reason,
        params=params,
    )
