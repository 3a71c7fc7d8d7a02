"""One-time tickets: what a page gets from a POST and gives to the socket in its first frame."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from clusters.inventory import InventoryItem
from clusters.sentences import gettext as _
from terminal import events
from terminal.errors import Refused
from terminal.models import Host, Session, SshCredential, Ticket
from terminal.rules import permissions
from terminal.websocket import codes

GOOD_SECONDS = 30


def digest(secret: str) -> str:
    """How tickets, resume secrets and the keys of login sessions are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    request: HttpRequest,
    *,
    server: InventoryItem | None = None,
    host: Host | None = None,
    port: int | None = None,
    address: str | None = None,
    credential: SshCredential | None = None,
    username: str = "",
    kind: str = Session.Kind.SSH,
) -> str:
    """A ticket for a shell on a server or a saved host, both found by the caller with `visible_to`. Raises `Refused`.

    `kind` other than SSH is a console of the server. `address` chooses among the server's addresses; whether it has it
    is asked of the cloud at connect. `credential` must be one that this user may use there.
    """
    target = server or host
    if target is None:
        raise TypeError("A ticket is for a server or for a host.")
    if reason := permissions.may_open(request.user, target.cluster, kind, server=server):
        _note_refused(request, target, reason)
        raise Refused(reason)
    if host is not None and not host.enabled:
        raise Refused(_("Host %(name)s is disabled.") % {"name": host.name})
    if credential is not None:
        usable = SshCredential.objects.visible_to(request.user).usable_on(target.cluster)
        if not usable.filter(pk=credential.pk).exists():
            raise Refused(_("This credential is not for this host."))
    return _issue(
        request,
        Ticket.Kind.OPEN,
        {
            "kind": kind,
            "cluster": target.cluster_id,
            "cloud_id": server.cloud_id if server is not None else "",
            "name": target.name or (server.cloud_id if server is not None else ""),
            "host": host.pk if host is not None else None,
            "port": port,
            "address": address or "",
            "credential": credential.pk if credential is not None else None,
            "username": username,
        },
    )


def issue_watch(request: HttpRequest, session: Session) -> str:
    """A ticket to look at a running session. Of a screen it is one to open: whoever looks at a screen has a connection
    of their own to it, on which nothing can be done. Raises `Refused`."""
    if reason := permissions.may_supervise(request.user, session):
        raise Refused(reason)
    if session.ended_at is not None:
        raise Refused(_("This session has ended."), code=codes.GONE, cause="gone")
    if not session.is_screen:
        return _issue(request, Ticket.Kind.WATCH, {"session": str(session.pk)})
    facts = {"cluster": session.cluster_id, "cloud_id": session.cloud_id, "name": session.target_name}
    watch = {"kind": Session.Kind.WATCH, "watched": str(session.pk)}
    return _issue(request, Ticket.Kind.OPEN, {**facts, **watch, "host": None, "credential": None})


def consume(secret: Any, *, kind: str, user, session_key: str) -> Ticket:
    """The ticket, which nobody can use from now on. Raises `Refused`, for every reason with the same words: who tries
    tickets learns nothing."""
    now = timezone.now()
    rows = Ticket.objects.filter(
        digest=digest(secret) if isinstance(secret, str) else "",
        kind=kind,
        user=user,
        login=digest(session_key),
        used_at=None,
        expires_at__gt=now,
    )
    # One statement decides: of two sockets with the same ticket one changes the row.
    if not rows.update(used_at=now):
        raise Refused(_("This ticket is not valid, or not any more. Open the terminal again."), cause="ticket")
    return Ticket.objects.get(digest=digest(secret))


def _issue(request: HttpRequest, kind: str, target: dict[str, Any]) -> str:
    secret = secrets.token_urlsafe(32)
    Ticket.objects.create(
        digest=digest(secret),
        kind=kind,
        user_id=request.user.pk or 0,
        login=digest(request.session.session_key or ""),
        target=target,
        client=request.META.get("REMOTE_ADDR") or "",
        expires_at=timezone.now() + timedelta(seconds=GOOD_SECONDS),
    )
    return secret


def _note_refused(request: HttpRequest, target: InventoryItem | Host, reason: str) -> None:
    events.note(
        "terminal.session.open",
        user=request.user,
        client=request.META.get("REMOTE_ADDR") or "",
        phase="refused",
        reason=reason,
        cluster=target.cluster,
        cluster_name=target.cluster.name if target.cluster else "",
        cloud_id=getattr(target, "cloud_id", ""),
        name=target.name,
    )
