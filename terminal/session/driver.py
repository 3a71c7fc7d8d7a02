"""What the thread of an open session does until its end: it alone reads and writes the channel, so a key and its
echo pass one thread on our side. It never waits inside the channel, only for its wakeup, which rings for new output,
for keys, for room and for the end.
"""

from typing import Protocol

from terminal.errors import TerminalError
from terminal.session.channel import Channel
from terminal.session.input import Input
from terminal.session.output import Output
from terminal.session.wakeup import Wakeup

READ_BYTES = 64 * 1024
WINDOW_SECONDS = 0.02
"""How soon to look again at a host that takes no more input; paramiko does not tell when it does."""


class Listener(Protocol):
    """Told of everything in the order the host sees it."""

    ending: TerminalError | None

    def sent(self, data: bytes) -> None: ...

    def show(self, data: bytes) -> None: ...

    def resized(self, columns: int, rows: int) -> None: ...


class Driver:
    """`resize` may be called by any thread; `run` takes the thread that the session has."""

    def __init__(self, channel: Channel, wakeup: Wakeup, output: Output, typed: Input) -> None:
        self.channel, self._wakeup, self._output, self._input = channel, wakeup, output, typed
        self._size: tuple[int, int] | None = None

    def resize(self, columns: int, rows: int) -> None:
        self._size = (columns, rows)
        self._wakeup.set()

    def run(self, listener: Listener) -> bool:
        """Until the host closed the channel (True) or the listener has an `ending`."""
        channel = self.channel
        channel.wake_with(self._wakeup.set)
        while listener.ending is None:
            self._wakeup.clear()
            if (size := self._size) is not None:
                self._size = None
                channel.resize(*size)
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
