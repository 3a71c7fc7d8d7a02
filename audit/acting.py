"""Who changes something, told along with the thing itself.

There is no "current user". Whoever saves or deletes a cluster, a user, a grant … signs the object first, and the
receivers in `audit.receivers.changes` read the signature. An unsigned change is noted too, as the system's.
"""

import getpass
import socket
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from audit.models import Event


@dataclass(frozen=True)
class Actor:
    """`user` is None for the system and for the command line, where `client` says who sat at which machine."""

    user: Any = None
    via: str = Event.Via.SYSTEM
    client: str = ""

    @property
    def name(self) -> str:
        return self.user.get_username() if self.user else ""

    @classmethod
    def of_request(cls, request: HttpRequest, user: Any = None) -> "Actor":
        user = user or getattr(request, "user", None)
        if user is not None and not user.is_authenticated:
            user = None
        return cls(user, via_of(request), request.META.get("REMOTE_ADDR") or "")

    @classmethod
    def of_command(cls) -> "Actor":
        return cls(None, Event.Via.CLI, f"{getpass.getuser()}@{socket.gethostname()}")


SYSTEM = Actor()


def via_of(request: HttpRequest) -> str:
    if request.path_info.startswith("/api/"):
        return Event.Via.API
    if request.path_info.startswith(reverse("admin:index")):
        return Event.Via.ADMIN
    return Event.Via.UI


def sign(changed: Any, actor: Actor) -> None:
    """Say who is about to save or delete this object, or to delete the rows of this queryset."""
    changed.audit_actor = actor


def signed(*candidates: Any) -> Actor:
    """The first signature among these."""
    return next((c.audit_actor for c in candidates if hasattr(c, "audit_actor")), SYSTEM)
