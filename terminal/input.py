"""What the person typed, on its way to the host. Counted, so that a page that comes back sends what is missing."""

import threading
from collections import deque
from collections.abc import Callable

import paramiko

from terminal import codes
from terminal.errors import Ended
from terminal.threads import pool

MOST_WAITING = 1024 * 1024
PIECE = 32 * 1024


class Input:
    """`accepted` bytes came in, `passed` of them went on to the host. Added to by the event loop, which never waits:
    a thread of the pool sends, and only while there is something to send."""

    def __init__(self, channel: paramiko.Channel, told: Callable[[], None]) -> None:
        self._channel, self._told = channel, told
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._sending = False
        self.accepted = self.passed = 0

    def add(self, data: bytes) -> None:
        """Raises `Ended` (flood) when the host takes less than the page sends."""
        with self._lock:
            if self.accepted - self.passed + len(data) > MOST_WAITING:
                raise Ended("More was typed than the host takes.", cause="flood", code=codes.FLOOD)
            self._waiting.append(data)
            self.accepted += len(data)
            if self._sending:
                return
            self._sending = True
        pool.submit(self._send)

    def _send(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._sending = False
                    return
                data = b"".join(self._waiting)
                self._waiting.clear()
            if not self._all(data):
                return  # and it stays "sending": a channel that is gone takes nothing any more
            self._told()

    def _all(self, data: bytes) -> bool:
        rest = memoryview(data)
        while rest:
            try:
                # Takes a part, as much as the host's window has room for, and waits for some.
                sent = self._channel.send(bytes(rest[:PIECE]))
            except (OSError, EOFError, paramiko.SSHException):
                return False
            if not sent:
                return False
            rest = rest[sent:]
            self.passed += sent
            self._told()
        return True
