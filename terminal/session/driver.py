"""What the thread of an open session does until its end: it alone reads and writes the SSH channel, so a key and its
echo pass one thread on our side. It never waits inside the channel, only for its wakeup, which rings for new output,
for keys, for room and for the end.
"""

from typing import Protocol

import paramiko

from terminal.errors import TerminalError
from terminal.session.input import Input
from terminal.session.output import Output
from terminal.session.wakeup import Wakeup

READ_BYTES = 64 * 1024
WINDOW_SECONDS = 0.02
"""How soon to look again at a host that takes no more input; paramiko does not tell when it does."""


class _OfThePipe:
    """Paramiko clears the event of its buffer when that is empty; other things ring this wakeup too."""

    def __init__(self, wakeup: Wakeup) -> None:
        self.set = wakeup.set

    def clear(self) -> None:
        return


class Listener(Protocol):
    """Told of everything in the order the host sees it."""

    ending: TerminalError | None

    def sent(self, data: bytes) -> None: ...

    def show(self, data: bytes) -> None: ...

    def resized(self, columns: int, rows: int) -> None: ...


class Driver:
    """`resize` may be called by any thread; `run` takes the thread that the session has."""

    def __init__(self, channel: paramiko.Channel, wakeup: Wakeup, output: Output, typed: Input) -> None:
        self.channel, self._wakeup, self._output, self._input = channel, wakeup, output, typed
        self._size: tuple[int, int] | None = None

    def resize(self, columns: int, rows: int) -> None:
        self._size = (columns, rows)
        self._wakeup.set()

    def run(self, listener: Listener) -> bool:
        """Until the host closed the channel (True) or the listener has an `ending`."""
        channel = self.channel
        channel.settimeout(0.0)
        channel.in_buffer.set_event(_OfThePipe(self._wakeup))
        while listener.ending is None:
            self._wakeup.clear()
            if (size := self._size) is not None:
                self._size = None
                self._resize(*size)
                listener.resized(*size)
            if sent := self._input.pass_on(channel):
                listener.sent(sent)
            # Not reading is the brake: the host's window fills, and its program waits.
            data = self._read() if self._output.has_room else None
            if data == b"":
                return True
            if data:
                listener.show(data)
            elif sent is None:
                self._wakeup.wait(WINDOW_SECONDS)
            elif not self._input.waiting:
                self._wakeup.wait()
        return False

    def _read(self) -> bytes | None:
        """None: there is nothing now. Empty: there will be nothing any more."""
        try:
            return self.channel.recv(READ_BYTES)
        except TimeoutError:
            return None

    def _resize(self, columns: int, rows: int) -> None:
        try:
            self.channel.resize_pty(columns, rows)
        except (paramiko.SSHException, OSError, EOFError):
            return  # it is ending, and reading says so
