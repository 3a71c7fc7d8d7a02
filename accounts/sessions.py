"""How long a session lives: until it was idle for `SESSION_IDLE_SECONDS`, and never beyond `SESSION_COOKIE_AGE` from
the login. Two moments in the session say so, as seconds since the epoch; sockets can ask with the same functions.
"""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils.translation import gettext_lazy as _

SIGNED_IN_AT = "signed_in_at"
ACTIVE_AT = "active_at"

REASONS = {
    "idle": _("You were logged out because the session was idle. Log in again."),
    "age": _("You were logged out because the session reached its longest duration. Log in again."),
}


def begin(sender, request, **kwargs) -> None:
    """Receiver of `user_logged_in`: both clocks start. A token login has no session and leaves it alone."""
    session = getattr(request, "session", None)
    if session is not None and SESSION_KEY in session:
        session[SIGNED_IN_AT] = session[ACTIVE_AT] = now()


def expired(session) -> str:
    """Why the session is over, a key of `REASONS`, or "" while it lives. A session without clocks is too old."""
    moment = time.time()
    if moment - session.get(SIGNED_IN_AT, 0) >= settings.SESSION_COOKIE_AGE:
        return "age"
    if moment - session.get(ACTIVE_AT, 0) >= settings.SESSION_IDLE_SECONDS:
        return "idle"
    return ""


def remaining(session) -> tuple[int, str]:
    """(seconds, key of `REASONS`): when this session ends if nobody does anything, and at which of its limits."""
    moment = now()
    age = settings.SESSION_COOKIE_AGE - (moment - session.get(SIGNED_IN_AT, 0))
    idle = settings.SESSION_IDLE_SECONDS - (moment - session.get(ACTIVE_AT, 0))
    return (max(0, age), "age") if age <= idle else (max(0, idle), "idle")


def touch(session, *, at_once: bool = False) -> bool:
    """Note that the person is there, and say whether that was written. Written once a minute at most (more often
    only for a short idle limit), so that a session may end up to that much early."""
    moment = now()
    if at_once or moment - session.get(ACTIVE_AT, 0) >= min(60, settings.SESSION_IDLE_SECONDS // 4):
        session[ACTIVE_AT] = moment
        return True
    return False


def now() -> int:
    return int(time.time())
