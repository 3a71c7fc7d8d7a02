"""What the host sent, on its way to the page, counted from the first byte of the session.

The page acknowledges what it has drawn. At most `WINDOW` bytes are not acknowledged: then whoever reads from the host
waits, the host's window fills, and its program is slowed. So nothing piles up here, and after a lost connection every
byte that may be missing is still there.
"""

import threading
from collections.abc import Callable

WINDOW = 512 * 1024
FRAME = 64 * 1024


class Output:
    """Written by one thread, read and acknowledged by the event loop. `room` is called when there is some again."""

    def __init__(self, room: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._room = room
        self._kept = bytearray()
        self.acknowledged = 0

    @property
    def total(self) -> int:
        return self.acknowledged + len(self._kept)

    @property
    def has_room(self) -> bool:
        return len(self._kept) < WINDOW

    def add(self, data: bytes) -> None:
        with self._lock:
            self._kept += data

    def after(self, position: int) -> bytes:
        """The next bytes from this position on, a frame at most."""
        with self._lock:
            begin = position - self.acknowledged
            with memoryview(self._kept) as kept, kept[begin : begin + FRAME] as frame:
                return bytes(frame)

    def acknowledge(self, position: int) -> bool:
        """The page has everything before `position`. False for a position that cannot be."""
        with self._lock:
            if not self.acknowledged <= position <= self.total:
                # An acknowledgement may arrive late, after a resume said more. It says nothing new.
                return position < self.acknowledged
            full = not self.has_room
            del self._kept[: position - self.acknowledged]
            self.acknowledged = position
        if full and self.has_room:
            self._room()
        return True


class View:
    """What one person who watches still has to get. One who is too slow misses something; nobody waits for them."""

    def __init__(self, start: int, recent: bytes, wake: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._waiting = bytearray(recent)
        self.start = self.sent = self.acknowledged = start
        self.skipped = False
        self.wake = wake

    def offer(self, data: bytes) -> None:
        with self._lock:
            if len(self._waiting) + len(data) > WINDOW:
                lost = len(self._waiting)
                self._waiting.clear()
                self.sent += lost
                self.acknowledged += lost
                self.skipped = True
            self._waiting += data
        self.wake()

    def take(self) -> bytes:
        with self._lock:
            if self.sent - self.acknowledged >= WINDOW:
                return b""
            frame = bytes(self._waiting[:FRAME])
            del self._waiting[: len(frame)]
            self.sent += len(frame)
            return frame

    def acknowledge(self, position: int) -> None:
        with self._lock:
            self.acknowledged = max(self.acknowledged, min(position, self.sent))


class Recent:
    """The last screens' bytes, for somebody who begins to watch."""

    MOST = 64 * 1024

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        self._data += data[-self.MOST :]
        if len(self._data) > 2 * self.MOST:
            del self._data[: -self.MOST]

    def __bytes__(self) -> bytes:
        return bytes(self._data[-self.MOST :])
