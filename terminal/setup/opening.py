"""From a ticket to a session that begins."""

from django.conf import settings
from django.db import transaction

from accounts.models import User
from clusters.sentences import gettext as _
from terminal import events
from terminal.errors import Refused, TerminalError
from terminal.models import Policy, Session, Ticket
from terminal.rules import permissions
from terminal.rules.revocation import person_of
from terminal.session.output import View
from terminal.session.page import Page, Person
from terminal.session.registry import PROCESS, sessions
from terminal.session.shell import Shell
from terminal.setup import tickets
from terminal.setup.destination import Destination, destination
from terminal.websocket import codes


def begin(secret: object, person: Person, page: Page, columns: int, rows: int, client: str) -> Shell:
    """Consume the ticket and make the session's row; the shell is held and not yet started. Raises `TerminalError`,
    and the audit knows."""
    ticket = tickets.consume(secret, kind=Ticket.Kind.OPEN, user=person.user, session_key=person.session_key)
    try:
        target = destination(ticket.target, person.user)
        with transaction.atomic():
            _check_limits(person, target)
            row = _row(target, person, columns, rows, client)
    except TerminalError as error:
        events.note(
            "terminal.session.open",
            user=person.user,
            client=client,
            phase="refused",
            reason=str(error),
            error_code=error.cause,
            cluster_id=ticket.target["cluster"],
            cloud_id=ticket.target["cloud_id"],
            name=ticket.target["name"],
        )
        raise
    events.note("terminal.session.open", row, phase="started", params={"port": row.port})
    shell = Shell(row, target, person, page)
    sessions.add(shell)
    if target.watched is not None:
        _note_watching(target.watched, person, client)
    return shell


def _note_watching(watched: Session, person: Person, client: str) -> None:
    events.note("terminal.session.watch", watched, user=person.user, client=client, phase="started")
    owner = sessions.get(str(watched.pk))
    if owner is not None and person.user.pk != watched.user_id:
        owner.notice("watched", _("%(who)s watches this session.") % {"who": person.user.get_username()})


def watch(secret: object, person: Person, client: str, view_for) -> tuple[Shell, View]:
    """Consume the ticket and begin to watch. `view_for(shell)` makes the view. Raises `TerminalError`."""
    ticket = tickets.consume(secret, kind=Ticket.Kind.WATCH, user=person.user, session_key=person.session_key)
    row = Session.objects.filter(pk=ticket.target["session"]).first()
    if row is None:
        raise _gone()
    if reason := permissions.may_supervise(person.user, row):
        raise Refused(reason)
    shell = sessions.get(str(row.pk))
    if shell is None or not shell.opened or shell.ending is not None:
        raise _gone()
    events.note("terminal.session.watch", row, user=person.user, client=client, phase="started")
    view = view_for(shell)
    shell.watch(view)
    if person.user.pk != row.user_id:
        shell.notice("watched", _("%(who)s watches this session.") % {"who": person.user.get_username()})
    return shell, view


def unwatch(shell: Shell, view: View, person: Person, client: str) -> None:
    shell.unwatch(view)
    events.note("terminal.session.watch", shell.row, user=person.user, client=client, phase="done")
    if person.user.pk != shell.row.user_id:
        shell.notice("unwatched", _("%(who)s no longer watches.") % {"who": person.user.get_username()})


def why_not_watch(person: Person, pk) -> str:
    """Why this person may not watch this session any more, or ""."""
    user = person_of(person.session_key)
    if user is None or user.pk != person.user.pk:
        return _("You were logged out.")
    return permissions.may_supervise(user, Session.objects.get(pk=pk))


def resume(pk: object, secret: object, person: Person) -> Shell:
    """The session, for whom it belongs to in the login session it began in. Raises `Refused`."""
    shell = sessions.get(pk) if isinstance(pk, str) else None
    if shell is None or shell.ending is not None:
        raise _gone()
    if not isinstance(secret, str) or not shell.opens_for(secret, person.user.pk, person.session_key):
        events.note(
            "terminal.session.resume",
            shell.row,
            user=person.user,
            phase="refused",
            reason="secret",
            error_code="secret",
        )
        raise Refused(_("This session belongs to somebody else."), cause="secret")
    return shell


def _gone() -> Refused:
    return Refused(_("This session is not running here any more."), code=codes.GONE, cause="gone")


def _check_limits(person: Person, target: Destination) -> None:
    if len(sessions) >= settings.TERMINAL_SESSIONS_PER_PROCESS:
        raise _too_many(_("This server has reached its limit of terminals. Try again later."))
    # One after the other, or two that begin at the same moment would both be the last that is allowed.
    User.objects.select_for_update().get(pk=person.user.pk)
    if target.kind == Session.Kind.WALL:
        list(Policy.objects.select_for_update().filter(pk=target.policy.pk))
        on_walls = Session.objects.live().filter(kind=target.kind, cluster=target.cluster)
        if on_walls.count() >= target.policy.wall_screens:
            raise _too_many(_("As many small screens of this cluster are open as its policy allows."))
        return
    running = Session.objects.live().exclude(kind=Session.Kind.WALL)
    if running.filter(user=person.user).count() >= target.policy.per_user:
        raise _too_many(_("You have as many terminals open as the policy allows. Close one first."))
    on_host = running.filter(cluster=target.cluster, cloud_id=target.cloud_id, host=target.host)
    if on_host.count() >= target.policy.per_host:
        raise _too_many(_("There are as many terminals open on this host as the policy allows."))


def _too_many(sentence: str) -> Refused:
    return Refused(sentence, code=codes.LIMIT, cause="limit")


def _row(target: Destination, person: Person, columns: int, rows: int, client: str) -> Session:
    return Session.objects.create(
        kind=target.kind,
        watched=target.watched,
        user=person.user,
        username=person.user.get_username(),
        login=tickets.digest(person.session_key),
        client=client,
        cluster=target.cluster,
        cluster_name=target.cluster.name if target.cluster else "",
        cloud_id=target.cloud_id,
        host=target.host,
        target_name=target.name,
        port=target.port,
        process=PROCESS,
        columns=columns,
        rows=rows,
    )
