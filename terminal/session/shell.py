"""A session that this process holds: one SSH channel, the page at its other end, and whoever watches.

Its own thread connects, then reads and writes until the end (terminal.session.driver). The event loop attaches a page
and takes it away; a session without a page waits for it to come back.
"""

import hmac
import secrets
import threading
import time
from typing import Any

import paramiko
import structlog
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.translation import override

from clusters.sentences import gettext as _
from terminal import events
from terminal.console import connecting as console
from terminal.console.rfb import Attention
from terminal.encodings import UTF_8
from terminal.errors import Ended, SshError, TerminalError
from terminal.models import Session
from terminal.models.sessions import LOOKING
from terminal.recording.writing import Recorder
from terminal.session import ending, facts
from terminal.session.channel import Connection
from terminal.session.command_log import CommandLog
from terminal.session.driver import Driver
from terminal.session.encoded import EncodedChannel
from terminal.session.input import Input
from terminal.session.life import SignOfLife
from terminal.session.output import Output, Recent, View
from terminal.session.page import Page, Person
from terminal.session.threads import leave_database
from terminal.session.wakeup import Wakeup
from terminal.setup.destination import Destination
from terminal.setup.questions import Questions
from terminal.setup.tickets import digest
from terminal.ssh import connecting
from terminal.ssh.sftp import SftpClient
from terminal.websocket import codes

log = structlog.get_logger()


class Shell:
    def __init__(self, row: Session, target: Destination, person: Person, page: Page) -> None:
        self.row, self.target, self.person = row, target, person
        self.policy = target.policy
        self.page: Page | None = page
        self._wakeup = Wakeup()
        self.output, self.recent = Output(self._wakeup.set), Recent()
        self.input: Input | None = None
        self.views: list[View] = []
        self.recorder: Recorder | None = None
        self.ending: TerminalError | None = None
        self.ending_at = 0.0
        self.over = threading.Event()
        self.columns, self.rows = row.columns, row.rows
        self.encoding = UTF_8 if row.is_screen else target.encoding
        self.weak: tuple[str, ...] = ()
        self._encoded: EncodedChannel | None = None
        self.began = self.typed_at = time.monotonic()
        self.attached_at, self.detached_at = self.began, 0.0
        self.started = self.opened = False
        self.warned: set[str] = set()
        self.commands = CommandLog(row)
        self._attention = Attention() if row.is_screen else None
        self.life = SignOfLife()
        self.noted_at = self.began
        self.noted: tuple[Any, ...] = ()
        self._connection: Connection | None = None
        self._driver: Driver | None = None
        self._state = threading.Lock()
        self._questions = Questions()
        self._secret_digest = ""
        self._thread = threading.Thread(target=self._run, name=f"terminal-{row.pk}", daemon=True)

    # --- for the event loop: none of these waits ----------------------------------------------------------

    def start(self) -> None:
        self.started = True
        self._thread.start()

    def type(self, data: bytes) -> None:
        """Raises `Ended` (flood)."""
        if self.input is not None:
            if self._attention is None or self._attention.feed(data):
                self.typed_at = time.monotonic()
                self.warned.discard("idle_soon")
            self.input.add(data)
            self._wakeup.set()

    def resize(self, columns: int, rows: int) -> None:
        if (columns, rows) == (self.columns, self.rows):
            return
        self.columns, self.rows = columns, rows
        if self._driver is not None:
            self._driver.resize(columns, rows)

    def write_in(self, encoding: str) -> None:
        """What the host writes, and is written to, from here on."""
        self.encoding = encoding
        if self._encoded is not None:
            self._encoded.write_in(encoding)

    def answer(self, number: int, fields: dict[str, Any]) -> None:
        self._questions.answer(number, fields)

    def opens_for(self, secret: str, user_id: int, session_key: str) -> bool:
        """Whether this is who may come back to it."""
        mine = user_id == self.row.user_id and digest(session_key) == self.row.login
        return mine and self.opened and hmac.compare_digest(digest(secret), self._secret_digest)

    def attach(self, page: Page) -> Page | None:
        """Returns the page it had until now, if it still had one."""
        before, self.page = self.page, page
        self.attached_at, self.detached_at = time.monotonic(), 0.0
        return before

    def detach(self, page: Page) -> None:
        if self.page is not page:
            return
        self.page, self.detached_at = None, time.monotonic()
        if not self.opened:
            self.end(Ended("The page went away before the shell was there.", cause="lost", code=codes.IDLE))

    def watch(self, view: View) -> None:
        self.views = [*self.views, view]

    def unwatch(self, view: View) -> None:
        self.views = [one for one in self.views if one is not view]

    # --- for any thread -----------------------------------------------------------------------------------

    def end(self, reason: TerminalError) -> None:
        """End it, for this reason unless there is one already. Returns at once."""
        with self._state:
            if self.ending is not None:
                return
            self.ending, self.ending_at = reason, time.monotonic()
        self._questions.cancel_all()
        self._wakeup.set()

    def cut(self) -> None:
        """For one that was ended and is not over: its own thread waits for a host that takes nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            threading.Thread(target=connection.close, name=f"terminal-cut-{self.row.pk}", daemon=True).start()

    def say(self, message: dict[str, Any]) -> None:
        page = self.page
        if page is not None:
            page.say(message)

    def probe(self) -> None:
        """Ask the host for a sign of life."""
        if (connection := self._connection) is not None:
            self.life.ask(connection)

    @property
    def has_text(self) -> bool:
        """Whether what passes is a terminal's, from which command lines are derived; a screen's is none."""
        return not self.row.is_screen

    @property
    def looks_only(self) -> bool:
        """Nobody types here, so nobody is idle."""
        return self.row.kind in LOOKING

    @property
    def _to_record(self) -> bool:
        if self.row.kind == Session.Kind.VNC:
            return self.policy.record_screens
        return self.policy.record and self.has_text  # who only looks does nothing

    def sftp(self) -> SftpClient:
        """Another channel of the same connection. Raises `TerminalError`."""
        if self._connection is None:
            raise SshError(_("The session is not connected."))
        client = self._connection.open_sftp()
        client.encoding = self.encoding
        return client

    # --- what connecting asks (terminal.setup.prompts) -----------------------------------------------------------

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        leave_database()  # a person may take two minutes

        def put(number: int) -> None:
            self.say({"type": "ask", "id": number, "kind": kind, **fields})
            if self.ending is not None:
                raise self.ending

        answer = self._questions.ask(put)
        if answer is None:
            raise self.ending or Ended(_("Cancelled."), cause="closed")
        return answer

    def progress(self, step: str) -> None:
        if self.ending is not None:
            raise self.ending
        self.say({"type": "progress", "step": step})

    def notice(self, code: str, text: str) -> None:
        self.say({"type": "notice", "code": code, "text": text})

    # --- the session's own thread -------------------------------------------------------------------------

    def _run(self) -> None:
        with override(self.person.language):
            try:
                self._open()
                leave_database()
                self._drive()
            except TerminalError as error:
                self.end(error)
            except (paramiko.SSHException, OSError, EOFError):
                self.end(SshError(_("The connection to the host was lost."), cause="lost_host"))
            except DatabaseError as error:
                log.error("terminal_database", session=str(self.row.pk), error=type(error).__name__)
                self.end(Ended(_("The database does not answer."), cause="failed", code=codes.SSH))
            finally:
                # Whatever else happened: what is open is closed, and the row says so.
                self.end(SshError(_("The session failed."), cause="failed"))
                self._finish()

    def _open(self) -> None:
        way = connecting if self.target.kind == Session.Kind.SSH else console
        connection = way.connect(self.target, self.row, self)
        self._connection = connection
        if self.ending is not None:  # meanwhile
            connection.close()
            raise self.ending
        row, self.weak = self.row, connection.weak
        row.target_name, row.address, row.port = self.target.name, connection.address, connection.port
        row.route, row.login_name = connection.route, connection.login_name
        row.credential_name = connection.credential_name
        row.columns, row.rows = self.columns, self.rows
        if self._to_record:
            self.recorder = Recorder.begin(row, keep_days=self.policy.retention_days)
        self.progress("opening")
        size = self.columns, self.rows
        channel = connection.open_channel(*size)
        if self.has_text:
            channel = self._encoded = EncodedChannel(channel, self.encoding)
        self.input = Input(self._passed)
        self._driver = Driver(channel, self._wakeup, self.output, self.input)
        if size != (self.columns, self.rows):  # the page changed its size meanwhile
            self._driver.resize(self.columns, self.rows)
        self.commands.read_rules()
        secret = secrets.token_urlsafe(32)
        self._secret_digest = row.resume_digest = digest(secret)
        row.state, row.opened_at, row.input_at = Session.State.OPEN, timezone.now(), timezone.now()
        row.save()
        events.note("terminal.session.open", row, phase="done", params=facts.for_audit(self))
        self.typed_at = time.monotonic()
        self.opened = True
        self.say({"type": "opened", "secret": secret, **facts.for_page(self)})
        if connection.notice:
            self.show(connection.notice.replace("\n", "\r\n").encode())

    def _drive(self) -> None:
        if (driver := self._driver) is None:
            return
        if driver.run(self):
            self.end(driver.channel.end_reason())

    # what the driver tells

    def sent(self, data: bytes) -> None:
        if self.has_text:
            self.commands.typed(data)

    def show(self, data: bytes) -> None:
        if self.recorder is not None:
            self.recorder.output(data)
        self.output.add(data)
        if (page := self.page) is not None:
            page.wake()
        if not self.has_text:
            return
        self.recent.add(data)
        for view in self.views:
            view.offer(data)
        self.commands.output(data, self.recorder.seconds if self.recorder else time.monotonic() - self.began)

    def _passed(self) -> None:
        if (page := self.page) is not None:
            page.wake()

    def resized(self, columns: int, rows: int) -> None:
        if self.recorder is not None:
            self.recorder.resize(columns, rows)
        for view in self.views:
            view.wake()

    def _finish(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        why = self.ending or Ended("")
        try:
            ending.note(self, why)
        except DatabaseError as error:
            # The reaper finds the row without a heartbeat, and says that it ended.
            log.error("terminal_not_noted", session=str(self.row.pk), error=type(error).__name__)
        finally:
            leave_database()
            self.over.set()
            self.say({"type": "closed", "code": why.code, "cause": why.cause, "reason": str(why)})
            for view in self.views:
                view.wake()
