"""Who is behind a socket, asked when it opens and again while it is open: a socket outlives what was true then."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth import get_user

from accounts.permissions import why_not_ready
from accounts.sessions import expired
from clusters import access, rights_version

RECHECK_SECONDS = 20


@dataclass(frozen=True)
class Person:
    user_id: int
    is_superuser: bool
    clusters: Mapping[str, int]
    """The clusters this one may see: name → id."""
    rights: int = 0
    """`rights_version` when this was true."""

    def may_see_job_of(self, user_id: int | None) -> bool:
        """The rule of `JobQuerySet.visible_to`, for one job that is known already."""
        return self.is_superuser or (user_id is not None and user_id == self.user_id)


def person_of_session(session_key: str | None) -> Person | None:
    """Who this session lets in now; None when it ended, or its account may not use the platform any more. Asking
    does not keep the session alive."""
    if not session_key:
        return None
    rights = rights_version.current()  # before all else: what changes meanwhile is noticed at the next look
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(SimpleNamespace(session=session))
    if why_not_ready(user)[0] or expired(session):
        return None
    return Person(user.pk, user.is_superuser, dict(access.visible_clusters(user).values_list("name", "pk")), rights)


def people_of_sessions(session_keys: list[str]) -> dict[str, Person | None]:
    return {key: person_of_session(key) for key in session_keys}
