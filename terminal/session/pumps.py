"""From a session to a socket: what was said first, then output as far as the page's acknowledgements allow."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from opsys.kit.streaming.direct import Direct
from terminal.session.input import TOLD_BYTES, Input
from terminal.session.output import WINDOW, Output, View
from terminal.session.shell import Shell
from terminal.websocket import codes

DRAIN_SECONDS = 3
"""How long a page may take to draw the last output of a shell that ended by itself."""
TAKEN_SECONDS = 2.0
"""How much later than the echo a page hears that its keys were passed on; it only wants that for a resume."""
PATIENT = frozenset({codes.ENDED, codes.SSH, codes.GOING_AWAY})

Send = Callable[..., Awaitable[None]]


class Pump:
    """One per socket. `say` and `wake` may be called by any thread; `run` sends, and returns the close code."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._pending = threading.Lock()
        self._waking = False
        self._resting = False
        self._messages: deque[dict[str, Any]] = deque()
        self._closing: dict[str, Any] | None = None

    def say(self, message: dict[str, Any]) -> None:
        if message["type"] == "closed":
            self._closing = self._closing or message
        else:
            self._messages.append(message)
        self.wake()

    def wake(self) -> None:
        # One call into the loop, however often it is woken before it comes to look.
        with self._pending:
            if self._waking:
                return
            self._waking = True
        try:
            self._loop.call_soon_threadsafe(self._look)
        except RuntimeError:
            return  # the loop is closed: the process ends

    def _look(self) -> None:
        with self._pending:
            self._waking = False
        if not (self._resting and self._at_once()):
            self._woken.set()

    def _at_once(self) -> bool:
        """Do what there is to do without waking `run`. False: it has to be woken."""
        return False

    async def run(self) -> int:
        while True:
            self._resting = True
            await self._woken.wait()
            self._resting = False
            self._woken.clear()
            closing = self._closing
            await self._say_all()
            if closing is not None:
                if closing["code"] in PATIENT:
                    await self._drain()
                await self._text(closing)
                return int(closing["code"])
            await self._flow()

    async def _say_all(self) -> None:
        while self._messages:
            await self._text(self._messages.popleft())

    async def _text(self, message: dict[str, Any]) -> None:
        await self._send(text_data=json.dumps(message))

    async def _flow(self) -> bool:
        """Send what may be sent. True when nothing is left."""
        raise NotImplementedError

    async def _drain(self) -> None:
        deadline = self._loop.time() + DRAIN_SECONDS
        while not await self._flow() and (left := deadline - self._loop.time()) > 0:
            try:
                await asyncio.wait_for(self._woken.wait(), left)
            except TimeoutError:
                return
            self._woken.clear()


class OwnerPump(Pump):
    """The page that types. `sent` counts from the beginning of the session."""

    shell: Shell | None = None
    direct: Direct | None = None
    sent = 0
    acknowledged = 0
    _telling: asyncio.TimerHandle | None = None
    _overdue = False

    def typed(self) -> None:
        self._telling = self._telling or self._loop.call_later(TAKEN_SECONDS, self._tell)

    def _tell(self) -> None:
        self._telling, self._overdue = None, True
        self._woken.set()

    def _at_once(self) -> bool:
        direct, shell = self.direct, self.shell
        if direct is None or shell is None or self._messages or self._closing is not None:
            return False
        while data := self._next(shell.output):
            if not direct.send(data):
                return False
            self.sent += len(data)
        return shell.input is None or shell.input.passed - self.acknowledged < TOLD_BYTES

    def _next(self, output: Output) -> bytes:
        return output.after(self.sent) if self.sent - output.acknowledged < WINDOW else b""

    async def _flow(self) -> bool:
        shell = self.shell
        if shell is None:
            return True
        output = shell.output
        while data := self._next(output):
            self.sent += len(data)
            await self._send(bytes_data=data)
            await self._say_all()
        if shell.input is not None:
            await self._tell_taken(shell.input)
        return self.sent == output.total

    async def _tell_taken(self, typed: Input) -> None:
        passed = typed.passed
        if passed - self.acknowledged >= TOLD_BYTES or (self._overdue and passed != self.acknowledged):
            self.acknowledged = passed
            await self._text({"type": "input_ack", "input": passed})
        if self._overdue and typed.accepted != passed:
            self.typed()
        self._overdue = False


class ViewPump(Pump):
    """Somebody who watches."""

    shell: Shell
    view: View
    size = (0, 0)

    async def _flow(self) -> bool:
        shell, view = self.shell, self.view
        if self.size != (shell.columns, shell.rows):
            self.size = (shell.columns, shell.rows)
            await self._text({"type": "resized", "columns": shell.columns, "rows": shell.rows})
        while True:
            if view.skipped:
                view.skipped = False
                await self._text({"type": "skipped", "from": view.sent})
            data = view.take()
            if not data:
                break
            await self._send(bytes_data=data)
        if shell.over.is_set():
            self.say({"type": "closed", "code": codes.ENDED, "cause": "exit", "reason": str(shell.ending or "")})
        return True
