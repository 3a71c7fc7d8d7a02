"""What the person typed, on its way to the host. Counted, so that a page that comes back sends what is missing."""

import threading
from collections.abc import Callable

from terminal.errors import Ended
from terminal.session.channel import Channel
from terminal.websocket import codes

MOST_WAITING = 1024 * 1024
PIECE = 32 * 1024
TOLD_BYTES = 16 * 1024


class Input:
    """`accepted` bytes came in, `passed` of them went on to the host. Added to by the event loop, passed on by the
    session's own thread, which calls `told` every `TOLD_BYTES`."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self.accepted = self.passed = self._last_told = 0

    @property
    def waiting(self) -> int:
        """Bytes."""
        return len(self._waiting)

    def add(self, data: bytes) -> None:
        """Raises `Ended` (flood) when the host takes less than the page sends."""
        with self._lock:
            if len(self._waiting) + len(data) > MOST_WAITING:
                raise Ended("More was typed than the host takes.", cause="flood", code=codes.FLOOD)
            self._waiting += data
            self.accepted += len(data)

    def pass_on(self, channel: Channel) -> bytes | None:
        """Send a piece, or as much of it as the host's window has room for, and return it. None when it has none.
        The channel does not block."""
        with self._lock:
            piece = bytes(self._waiting[:PIECE])
        if not piece:
            return b""
        try:
            sent = channel.send(piece)
        except TimeoutError:
            return None
        with self._lock:
            # A channel that is gone takes nothing any more; whoever reads from it says so.
            del self._waiting[: sent or None]
        self.passed += sent
        if self.passed - self._last_told >= TOLD_BYTES:
            self._last_told = self.passed
            self._told()
        return piece[:sent]
