"""The sessions this process holds, and the thread that looks after them every second: that they still may, that they
are not idle, that they are recorded, and that the table says how they are."""

import ctypes
import gc
import os
import secrets
import socket
import threading
import time
import uuid
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import override

from clusters import sync
from clusters.sentences import gettext as _
from terminal.errors import Ended, SshError
from terminal.models import Session
from terminal.rules.revocation import Look, keep_alive
from terminal.session.shell import Shell
from terminal.session.threads import leave_database
from terminal.websocket import codes

INTERVAL_SECONDS = 1.0
MOST_INTERVAL_SECONDS = 4.0
SHARE = 10
"""A look may take a tenth of the time at most; with very many people it is repeated less often, up to the limit."""
BLIND_SECONDS = 30
NOTE_SECONDS = 5.0
PROBE_SECONDS = 15.0
DEAD_SECONDS = 30.0
SOON_SECONDS = 60
ABANDONED_SECONDS = 60
CUT_SECONDS = 1.0

PROCESS = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"

log = structlog.get_logger()


class SessionRegistry:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shells: dict[uuid.UUID, Shell] = {}
        self._thread: threading.Thread | None = None
        self._stirred = threading.Event()
        self._probed = 0.0
        self._well = time.monotonic()

    def add(self, shell: Shell) -> None:
        with self._lock:
            self._shells[shell.row.pk] = shell
            if self._thread is None:
                self._well = time.monotonic()
                self._thread = threading.Thread(target=self._run, name="terminal-sessions", daemon=True)
                self._thread.start()

    def get(self, pk: str) -> Shell | None:
        try:
            return self._shells.get(uuid.UUID(pk))
        except (ValueError, AttributeError, TypeError):
            return None

    def __len__(self) -> int:
        return len(self._shells)

    def stir(self) -> None:
        """Somebody knows of a change: look now and not in a second."""
        self._stirred.set()

    @property
    def idle(self) -> bool:
        return self._thread is None

    def all(self) -> list[Shell]:
        with self._lock:
            return list(self._shells.values())

    def _run(self) -> None:
        try:
            while shells := self._remaining():
                began = time.monotonic()
                self._look_after(shells)
                took = time.monotonic() - began
                self._stirred.wait(min(max(INTERVAL_SECONDS, SHARE * took), MOST_INTERVAL_SECONDS))
                self._stirred.clear()
        finally:
            leave_database()
            _give_memory_back()

    def _remaining(self) -> list[Shell]:
        with self._lock:
            for pk in [pk for pk, shell in self._shells.items() if shell.over.is_set()]:
                del self._shells[pk]
            if not self._shells:
                self._thread = None
            return list(self._shells.values())

    def _look_after(self, shells: list[Shell]) -> None:
        moment = time.monotonic()
        for shell in shells:
            if shell.ending is not None and moment - shell.ending_at > CUT_SECONDS:
                shell.cut()
            if not shell.started and moment - shell.began > ABANDONED_SECONDS:
                # Its page went away between its row and its start: let it run, and end at once.
                shell.end(Ended("The page went away.", cause="lost", code=codes.IDLE))
                shell.start()
            with override(shell.person.language):
                if (reason := _over_time(shell, moment)) is not None:
                    shell.end(reason)
        try:
            self._ask_database(shells, moment)
            self._well = time.monotonic()
        except DatabaseError as error:
            log.warning("terminal_lost_database", error=type(error).__name__)
            leave_database()
            if moment - self._well > BLIND_SECONDS:
                # Nobody can say any more whether they may.
                for shell in shells:
                    shell.end(Ended("The database does not answer.", cause="failed", code=codes.FORBIDDEN))
        if moment - self._probed >= PROBE_SECONDS:
            self._probed = moment
            for shell in shells:
                if shell.opened:
                    shell.probe()

    def _ask_database(self, shells: list[Shell], moment: float) -> None:
        # One that is ending may take a while; its process lives.
        living = Session.objects.filter(pk__in=[shell.row.pk for shell in shells], ended_at=None)
        living.update(heartbeat_at=timezone.now())
        shells = [shell for shell in shells if shell.ending is None]
        for shell, reason in Look(shells).lost().items():
            shell.end(reason)
        for shell in shells:
            shell.commands.flush()
        _note([shell for shell in shells if moment - shell.noted_at >= NOTE_SECONDS], moment)


def _give_memory_back() -> None:
    """Nobody has a terminal open: there is time. Paramiko leaves rings of objects behind, and glibc keeps what was
    free between what a hundred threads had allocated."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _over_time(shell: Shell, moment: float) -> Ended | SshError | None:
    """What ends a session by the clock, and the warning a minute before."""
    policy = shell.policy
    if shell.recorder is not None and (shell.recorder.problem is not None or shell.recorder.stalled):
        return Ended(
            _("The session cannot be recorded any more, so it was ended. Tell a platform admin."),
            cause="recording",
            code=codes.RECORDING,
        )
    if not shell.opened:
        return None
    if shell.page is None and moment - shell.detached_at > settings.TERMINAL_RESUME_SECONDS:
        return Ended(_("The connection to the page was lost."), cause="lost", code=codes.IDLE)
    if shell.life.since and moment - shell.life.since > DEAD_SECONDS:
        return SshError(_("The host does not answer any more."), cause="lost_host")
    # Only what the person types counts: neither output nor pings nor a new window size.
    idle = policy.idle_minutes * 60 - (moment - shell.typed_at)
    left = policy.longest_minutes * 60 - (moment - shell.began)
    if idle <= 0 and not shell.looks_only:
        return Ended(_("Nothing was typed for too long."), cause="idle", code=codes.IDLE)
    if left <= 0:
        return Ended(_("The session reached its longest duration."), cause="too_long", code=codes.TOO_LONG)
    for code, seconds, text in (
        ("idle_soon", idle, _("Nothing was typed for a while: this session ends in a minute.")),
        ("long_soon", left, _("This session reaches its longest duration in a minute.")),
    ):
        if seconds <= SOON_SECONDS and code not in shell.warned and not (code == "idle_soon" and shell.looks_only):
            shell.warned.add(code)
            shell.notice(code, text)
    return None


def _note(shells: Iterable[Shell], moment: float) -> None:
    """How they are, for lists; that they are there, for logins that would else count as idle and for the sync."""
    clusters: set[int] = set()
    active: set[str] = set()
    for shell in shells:
        if not shell.opened:
            continue
        shell.noted_at = moment
        _note_row(shell, moment)
        if moment - shell.typed_at < 2 * NOTE_SECONDS:
            active.add(shell.person.session_key)
        if shell.row.cloud_id and shell.row.cluster_id:
            clusters.add(shell.row.cluster_id)
    for key in active:
        keep_alive(key)
    if clusters:
        sync.look("compute.server", list(clusters))


def _note_row(shell: Shell, moment: float) -> None:
    row = shell.row
    row.state = Session.State.OPEN if shell.page is not None else Session.State.DETACHED
    row.bytes_out, row.bytes_in = shell.output.total, shell.input.passed if shell.input else 0
    row.columns, row.rows, row.watchers = shell.columns, shell.rows, len(shell.views)
    row.input_at = timezone.now() - timedelta(seconds=moment - shell.typed_at)
    names = ("state", "bytes_out", "bytes_in", "columns", "rows", "watchers")
    noted = (shell.typed_at, *(getattr(row, name) for name in names))
    if noted == shell.noted:
        return
    values = {name: getattr(row, name) for name in (*names, "input_at")}
    Session.objects.filter(pk=row.pk, ended_at=None).update(**values)
    if shell.recorder is not None:
        shell.recorder.note()
    shell.noted = noted


sessions = SessionRegistry()


def _leave() -> None:
    """The process ends in order: so do its sessions."""
    shells = sessions.all()
    for shell in shells:
        shell.end(Ended("The platform was stopped.", cause="stopped", code=codes.GOING_AWAY))
    deadline = time.monotonic() + 5
    for shell in shells:
        shell.over.wait(max(0, deadline - time.monotonic()))


# Before the thread pools are waited for, which is before what `atexit` calls: one of their threads may wait for a
# host, and would for ever while its session is open.
threading._register_atexit(_leave)  # type: ignore[attr-defined]
