"""A way past the server's queue and the loop's tasks, for a socket on which somebody waits for each frame: a key in a
terminal, and its echo. Each task that has to be woken in between costs as much as the frame itself.

Where the server offers it, the scope has a `direct`; what is said and heard is the same without.
"""

import asyncio
from collections.abc import Callable
from typing import Any


class Direct:
    """Both ways for binary frames, in the event loop. `receive` is for the application to set: it is given each frame
    as it comes, as long as nothing waits in the queue, and says False to have it put there."""

    def __init__(self, protocol: Any, is_open: Callable[[], bool]) -> None:
        self._protocol, self._is_open = protocol, is_open
        self.receive: Callable[[bytes], bool] | None = None

    def send(self, data: bytes) -> bool:
        """False when the socket is not open, or not any more: then the usual way finds out why."""
        if not self._is_open():
            return False
        transport = self._protocol.transport
        if not hasattr(transport, "doWrite") or transport.disconnecting:
            self._protocol.serverSend(data, True)
            return True
        # Into the network now. Else the loop would have to be told that there is something to write, to come back and
        # say that it may be, and to be told that there is nothing any more.
        written: list[bool] = []
        transport.startWriting, transport.stopWriting = _not_yet, lambda: written.append(True)
        try:
            self._protocol.serverSend(data, True)
            transport.doWrite()
        finally:
            del transport.startWriting, transport.stopWriting
        if not written:
            transport.startWriting()
        return True


def _not_yet() -> None:
    return


class DirectQueue:
    """The application's queue as the server fills it."""

    def __init__(self, queue: "asyncio.Queue[dict[str, Any]]", direct: Direct) -> None:
        self._queue, self._direct = queue, direct

    def put_nowait(self, message: dict[str, Any]) -> None:
        receive, data = self._direct.receive, message.get("bytes")
        if receive is None or data is None or not self._queue.empty() or not receive(data):
            self._queue.put_nowait(message)
