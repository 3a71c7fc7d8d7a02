"""A console's bytes, to and from the proxy's WebSocket."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from clusters.sentences import gettext as _
from terminal.errors import Ended, SshError, TerminalError

MOST_WAITING = 256 * 1024
"""Bytes that were received and not yet read. Beyond that nothing is received, and the proxy waits."""


class ConsoleChannel:
    """One thread receives; `recv` and `send` are for the session's own."""

    def __init__(self, socket: ClientConnection, name: str) -> None:
        self._socket, self._name = socket, name
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._full_at = -math.inf
        self._room = threading.Condition()
        self._over = False
        self._orderly = False
        self._wake: Callable[[], None] = lambda: None
        threading.Thread(target=self._receive, name="terminal-console", daemon=True).start()

    def wake_with(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        wake()

    def recv(self, size: int) -> bytes:
        with self._room:
            if not self._waiting:
                if self._over:
                    return b""
                raise TimeoutError
            data = self._waiting.popleft()
            if len(data) > size:
                self._waiting.appendleft(data[size:])
                data = data[:size]
            full, self._held = self._held >= MOST_WAITING, self._held - len(data)
            if full and self._held < MOST_WAITING:
                self._room.notify()
        return data

    def send(self, data: bytes) -> int:
        try:
            self._socket.send(data)
        except (ConnectionClosed, OSError):
            return 0  # it is ending, and reading says so
        return len(data)

    def resize(self, columns: int, rows: int) -> None:
        """Neither a screen nor a serial line has a size that its reader chooses."""

    def was_full_since(self, moment: float) -> bool:
        """Whether at some time since then nothing was received, because the page did not take what there was."""
        with self._room:
            return self._held >= MOST_WAITING or self._full_at >= moment

    def end_reason(self) -> TerminalError:
        if self._orderly:
            return Ended(_("The console of %(name)s was closed by the cloud.") % {"name": self._name}, cause="exit")
        return SshError(_("The connection to the console was lost."), cause="lost_host")

    def _receive(self) -> None:
        try:
            for message in self._socket:
                data = message.encode() if isinstance(message, str) else message
                with self._room:
                    if data:
                        self._waiting.append(data)
                        self._held += len(data)
                        self._wake()
                    while self._held >= MOST_WAITING and not self._over:
                        self._room.wait(1)
                        self._full_at = time.monotonic()
            self._orderly = True  # the iteration ends by itself only at a regular close
        except (ConnectionClosed, OSError):
            pass
        finally:
            with self._room:
                self._over = True
            self._wake()

    def close(self) -> None:
        """May be called by any thread, also twice."""
        with self._room:
            self._over = True
            self._room.notify()
        # Waits for the proxy's answer as long as the connection's `close_timeout` says, and then just leaves.
        self._socket.close()
