"""What ends a session although nobody closed it: asked of the database, again and again, while sessions run."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest
from django.utils.translation import override

from accounts import sessions
from accounts.permissions import why_not_ready
from clusters import access, inventory
from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import Ended, TerminalError
from terminal.models import Host, Policy, Session
from terminal.rules.policies import default_policy
from terminal.session.shell import Shell
from terminal.websocket import codes


def person_of(session_key: str) -> Any:
    """Whom this login session lets in now; None when it ended or its account may not use the platform any more."""
    if not session_key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(cast(HttpRequest, SimpleNamespace(session=session)))
    if why_not_ready(user)[0] or sessions.expired(session):
        return None
    return user


def keep_alive(session_key: str) -> None:
    """Who types is there: the login session does not count as idle."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if sessions.SIGNED_IN_AT not in session:
        return
    sessions.touch(session)
    if session.modified:
        try:
            session.save()
        except UpdateError:
            return  # logged out meanwhile


class Look:
    """One look at everything that sessions hang on; a few queries, whatever their number, and some for each person."""

    def __init__(self, shells: Iterable[Shell]) -> None:
        self.shells = list(shells)
        keys = {shell.person.session_key for shell in self.shells}
        self.people = {key: person_of(key) for key in keys}
        self.held = {key: access.held_by(user) for key, user in self.people.items() if user is not None}
        self.rows = {row.pk: row for row in Session.objects.filter(pk__in=[shell.row.pk for shell in self.shells])}
        clusters = {pk for shell in self.shells if (pk := shell.row.cluster_id) is not None}
        self.enabled = set(Cluster.objects.filter(pk__in=clusters, enabled=True).values_list("pk", flat=True))
        self.policies = {policy.cluster_id: policy for policy in Policy.objects.filter(cluster__in=clusters)}
        self.default = default_policy()
        hosts = {pk for shell in self.shells if (pk := shell.row.host_id) is not None}
        self.hosts = dict(Host.objects.filter(pk__in=hosts, enabled=True).values_list("pk", "address"))
        self.servers = self._servers()
        watched = {shell.row.watched_id for shell in self.shells} - {None}
        self.watched = {row.pk: row for row in Session.objects.live().filter(pk__in=watched)} if watched else {}

    def _servers(self) -> dict[tuple[int | None, str], Any]:
        """Those that the shells are on, as far as they exist: what decides about their project, and no more."""
        ids = {shell.row.cloud_id for shell in self.shells} - {""}
        if not ids:
            return {}
        servers = inventory.model_named("compute.server").objects.filter(cloud_id__in=ids).present()
        columns = ("cluster", "cloud_id", "project_id", "cluster__name")
        found = servers.select_related("cluster").only(*columns)
        return {(server.cluster_id, server.cloud_id): server for server in found}

    def lost(self) -> Mapping[Shell, TerminalError]:
        """The sessions that must end, and why."""
        found = {}
        for shell in self.shells:
            with override(shell.person.language):
                if (reason := self._of(shell)) is not None:
                    found[shell] = reason
        return found

    def _of(self, shell: Shell) -> TerminalError | None:
        row = self.rows.get(shell.row.pk)
        user = self.people[shell.person.session_key]
        if user is None or user.pk != shell.row.user_id:
            return Ended(_("You were logged out."), cause="signed_out", code=codes.SIGNED_OUT)
        if row is None or row.ended_at is not None:
            return Ended(_("The session was considered lost."), cause="failed", code=codes.SSH)
        if row.terminate_at is not None:
            sentence = (
                _("%(who)s ended this session: %(reason)s")
                if row.terminate_reason
                else _("%(who)s ended this session.")
            )
            facts = {"who": row.terminate_by, "reason": row.terminate_reason}
            return Ended(sentence % facts, cause="terminated", code=codes.TERMINATED)
        return self._of_target(shell, row, user)

    def _of_target(self, shell: Shell, row: Session, user: Any) -> TerminalError | None:
        cluster = shell.target.cluster
        if cluster is None:
            if not user.is_superuser:
                return Ended(_("You may not open shells here any more."), cause="forbidden", code=codes.FORBIDDEN)
        elif reason := self._why_not(shell, row, user, cluster):
            return Ended(reason, cause="forbidden", code=codes.FORBIDDEN)
        elif row.kind == Session.Kind.WATCH and row.watched_id not in self.watched:
            return Ended(_("The session that was watched has ended."), cause="closed")
        elif cluster.pk not in self.enabled:
            return _disabled(_("Cluster %(name)s is disabled.") % {"name": cluster.name})
        policy = self.policies.get(cluster.pk if cluster else None, self.default)
        if row.kind != Session.Kind.SSH:
            if not policy.consoles or (row.kind == Session.Kind.WALL and not policy.wall_screens):
                return _disabled(_("The policy allows no consoles any more."))
        elif not policy.enabled:
            return _disabled(_("The policy allows no shells any more."))
        if shell.target.host is not None and self.hosts.get(shell.target.host.pk) != shell.target.host.address:
            return _disabled(_("Host %(name)s is disabled.") % {"name": shell.target.host.name})
        if row.cloud_id and (row.cluster_id, row.cloud_id) not in self.servers:
            return Ended(_("The server was deleted."), cause="deleted", code=codes.TERMINATED)
        return None

    def _why_not(self, shell: Shell, row: Session, user: Any, cluster: Cluster) -> str:
        """As `terminal.rules.permissions` says when it begins."""
        held = self.held[shell.person.session_key]
        if row.kind == Session.Kind.WATCH:
            watched = self.watched.get(row.watched_id)
            own = watched is not None and watched.user_id == user.pk
            return "" if own else access.why_not(held, access.ADMINISTER, cluster)
        if (server := self.servers.get((row.cluster_id, row.cloud_id))) is not None:
            return access.why_not_on(held, access.CONSOLE, server)
        # A server that is gone is told as such below.
        return "" if row.cloud_id else access.why_not(held, access.CONSOLE, cluster)


def _disabled(sentence: str) -> Ended:
    return Ended(sentence, cause="disabled", code=codes.TERMINATED)
