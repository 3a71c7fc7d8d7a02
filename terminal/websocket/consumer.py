"""The socket of one terminal: its first frame says what it is for, its others are keystrokes and what belongs to
them. docs/terminal.md has the protocol.
"""

import asyncio
import time
from contextlib import suppress
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import translation

from clusters.sentences import gettext as _
from opsys.kit.streaming.direct import Direct
from terminal import events
from terminal.encodings import CODECS
from terminal.errors import Ended, TerminalError
from terminal.rules.revocation import person_of
from terminal.session import facts
from terminal.session.output import View
from terminal.session.page import Person
from terminal.session.pumps import OwnerPump, Pump, ViewPump
from terminal.session.registry import BLIND_SECONDS
from terminal.session.shell import Shell
from terminal.session.threads import in_database
from terminal.setup import opening
from terminal.websocket import codes
from terminal.websocket.frames import MOST_CHARACTERS, Frame, Garbage, frame_of

FIRST_FRAME_SECONDS = 10
RECHECK_SECONDS = 2


class TerminalConsumer(AsyncWebsocketConsumer):
    """A refusal comes after the handshake, because a browser tells the page no code of one before it; only a foreign
    origin is refused before (opsys.live.origins)."""

    person: Person
    pump: Pump | None = None
    shell: Shell | None = None
    view: View | None = None
    _direct: Direct | None = None
    _pumping: asyncio.Task | None = None
    _checking: asyncio.Task | None = None
    _patience: asyncio.TimerHandle | None = None

    async def __call__(self, scope, receive, send) -> None:
        # As AsyncConsumer does, without a task for each message, which only a channel layer needs, and without looking
        # after database connections before each, in one thread for all sockets: whatever here needs the database goes
        # through `in_database`, which does that itself.
        self.scope, self.base_send = scope, send
        with suppress(StopConsumer):
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        await self.accept()
        key = self.scope["session"].session_key or ""
        user = await in_database(person_of, key)
        if user is None:
            await self.close(code=codes.SIGNED_OUT)
            return
        self.person = Person(user, key, _language(self.scope, user))
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(FIRST_FRAME_SECONDS, lambda: asyncio.ensure_future(self._impatient()))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not hasattr(self, "person"):
            return
        try:
            if bytes_data is not None:
                self._type(bytes_data)
            else:
                frame = frame_of(text_data or "")
                await (self._first(frame) if self.pump is None else self._later(frame))
        except Garbage:
            await self._refuse(Ended("", cause="garbage", code=codes.GARBAGE))
        except TerminalError as error:
            await self._refuse(error)

    async def disconnect(self, code: int) -> None:
        if self._patience is not None:
            self._patience.cancel()
        if self._direct is not None:
            self._direct.receive = None
        for task in (self._pumping, self._checking):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        if self.shell is None:
            return
        if self.view is not None:
            await in_database(opening.unwatch, self.shell, self.view, self.person, self._client)
        elif isinstance(self.pump, OwnerPump):
            self.shell.detach(self.pump)

    # --- the first frame ----------------------------------------------------------------------------------

    async def _first(self, frame: Frame) -> None:
        if self._patience is not None:
            self._patience.cancel()
        first = {"open": self._open, "resume": self._resume, "watch": self._watch}.get(frame.type)
        if first is None:
            raise Garbage(frame.type)
        await first(frame)

    async def _open(self, frame: Frame) -> None:
        columns, rows = frame.size()
        self.pump = pump = OwnerPump(self.send)
        secret = frame.fields.get("ticket")
        self.shell = pump.shell = await self._in_database(
            opening.begin, secret, self.person, pump, columns, rows, self._client
        )
        self._pumping = asyncio.create_task(self._pump(pump))
        self._go_direct(pump)
        self.shell.start()

    async def _resume(self, frame: Frame) -> None:
        size = frame.size()
        pk, secret, received = (frame.fields.get(name) for name in ("session", "secret", "received"))
        shell = await self._in_database(opening.resume, pk, secret, self.person)
        if received is not None and not shell.output.acknowledge(frame.position("received")):
            raise Garbage("received")
        self.pump = pump = OwnerPump(self.send)
        pump.shell = self.shell = shell
        pump.sent = shell.output.acknowledged
        pump.acknowledged = shell.input.passed if shell.input else 0
        accepted = shell.input.accepted if shell.input else 0
        pump.say({"type": "resumed", "from": pump.sent, "input_received": accepted, **facts.for_page(shell)})
        before = shell.attach(pump)
        if before is not None:
            # A socket that nobody noticed was lost, or a copy of the page.
            moved = _("The terminal was opened again elsewhere.")
            before.say({"type": "closed", "code": codes.GOING_AWAY, "cause": "moved", "reason": moved})
        if shell.over.is_set():
            why = shell.ending or Ended("")
            pump.say({"type": "closed", "code": why.code, "cause": why.cause, "reason": str(why)})
        pump.typed()
        shell.resize(*size)
        self._pumping = asyncio.create_task(self._pump(pump))
        self._go_direct(pump)

    async def _watch(self, frame: Frame) -> None:
        self.pump = pump = ViewPump(self.send)

        def view_for(shell: Shell) -> View:
            recent = bytes(shell.recent)
            return View(shell.output.total - len(recent), recent, pump.wake)

        shell, view = await self._in_database(
            opening.watch, frame.fields.get("ticket"), self.person, self._client, view_for
        )
        self.shell, self.view, pump.shell, pump.view = shell, view, shell, view
        pump.size = (shell.columns, shell.rows)
        told = {"session": str(shell.row.pk), "title": facts.for_page(shell)["title"]}
        pump.say({"type": "watching", **told, "columns": shell.columns, "rows": shell.rows, "from": view.start})
        self._pumping = asyncio.create_task(self._pump(pump))
        self._checking = asyncio.create_task(self._check_viewer(shell, pump))

    def _go_direct(self, pump: OwnerPump) -> None:
        self._direct = pump.direct = self.scope.get("direct")
        if self._direct is not None:
            self._direct.receive = self._type_at_once

    # --- every other frame --------------------------------------------------------------------------------

    def _type_at_once(self, data: bytes) -> bool:
        """False: it is to be refused, which takes longer."""
        try:
            self._type(data)
        except (Garbage, TerminalError):
            return False
        return True

    def _type(self, data: bytes) -> None:
        if len(data) > MOST_CHARACTERS or self.pump is None:
            raise Garbage("bytes")
        # What somebody who watches types goes nowhere.
        if self.shell is not None and isinstance(self.pump, OwnerPump):
            self.shell.type(data)
            self.pump.typed()

    async def _later(self, frame: Frame) -> None:
        if self.shell is None or self.pump is None:
            raise Garbage(frame.type)
        if frame.type == "ack":
            self._acknowledge(frame.position("received"))
        elif self.view is not None:
            if frame.type == "close":
                await self.close()
            elif frame.type not in ("resize", "answer", "broadcast", "encoding"):
                raise Garbage(frame.type)
        elif frame.type == "resize":
            self.shell.resize(*frame.size())
        elif frame.type == "answer":
            self.shell.answer(frame.number("id", 0, 2**31), frame.fields)
        elif frame.type == "broadcast":
            params = {"on": frame.fields.get("on") is True, "count": frame.number("count", 0, 1000)}
            await in_database(events.note, "terminal.session.broadcast", self.shell.row, params=params)
        elif frame.type == "encoding":
            await self._write_in(self.shell, frame.fields.get("encoding"))
        elif frame.type == "close":
            self.shell.end(Ended(_("The terminal was closed."), cause="closed"))
        else:
            raise Garbage(frame.type)

    async def _write_in(self, shell: Shell, encoding: Any) -> None:
        if encoding not in CODECS or not shell.has_text:
            raise Garbage("encoding")
        shell.write_in(encoding)
        await in_database(events.note, "terminal.session.encoding", shell.row, params={"encoding": encoding})

    def _acknowledge(self, position: int) -> None:
        shell, pump = self.shell, self.pump
        if self.view is not None:
            self.view.acknowledge(position)
        elif shell is not None and isinstance(pump, OwnerPump):
            if position > pump.sent or not shell.output.acknowledge(position):
                raise Garbage("received")
        if pump is not None:
            pump.wake()

    # --- ending -------------------------------------------------------------------------------------------

    async def _pump(self, pump: Pump) -> None:
        await self.close(code=await pump.run())

    async def _refuse(self, error: TerminalError) -> None:
        if self.shell is not None and self.view is None and error.code != codes.GARBAGE:
            self.shell.end(error)  # it says "closed" itself
            return
        if error.code == codes.GARBAGE:
            await self.close(code=error.code)  # it is no page of ours that would show a sentence
            return
        pump = self.pump or OwnerPump(self.send)
        pump.say({"type": "closed", "code": error.code, "cause": error.cause, "reason": str(error)})
        if self._pumping is None:
            self.pump, self._pumping = pump, asyncio.create_task(self._pump(pump))

    async def _impatient(self) -> None:
        if self.pump is None:
            await self._refuse(Ended("", cause="garbage", code=codes.GARBAGE))

    async def _check_viewer(self, shell: Shell, pump: Pump) -> None:
        """Who watches is looked at again, as the session's own user is; also after the database was away."""
        well = time.monotonic()
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                reason = await self._in_database(opening.why_not_watch, self.person, shell.row.pk)
                well = time.monotonic()
            except DatabaseError:
                if time.monotonic() - well <= BLIND_SECONDS:
                    continue
                # Nobody can say any more whether they may.
                reason = _("The database does not answer.")
            if reason:
                pump.say({"type": "closed", "code": codes.FORBIDDEN, "cause": "forbidden", "reason": reason})
                return

    async def _in_database(self, function, *arguments: Any) -> Any:
        def in_their_language() -> Any:
            with translation.override(self.person.language):
                return function(*arguments)

        return await in_database(in_their_language)

    @property
    def _client(self) -> str:
        return (self.scope.get("client") or [""])[0]


def _language(scope: dict[str, Any], user: Any) -> str:
    """As pages choose it: the person's own setting, the cookie, the browser's wish."""
    headers = dict(scope.get("headers", []))
    wished = headers.get(b"accept-language", b"").decode("latin1").split(",")
    cookie = scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME, "")
    for code in (getattr(user, "language", ""), cookie, *(part.split(";")[0].strip() for part in wished[:5])):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
