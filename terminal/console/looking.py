"""A screen that is only looked at: of what the page says nothing passes that would change anything."""

import threading
import time
from collections.abc import Callable

from clusters.sentences import gettext as _
from terminal.console.rfb import ENCODINGS, LOOKING, UPDATE_REQUEST, ClientMessages, NotRfb, asked_for
from terminal.errors import SshError, TerminalError
from terminal.session.channel import Channel

_INCREMENTAL = 1


class LookingChannel:
    """In front of a console's channel. Each message that passes is one that was understood; keys, the pointer, texts
    and power buttons are dropped here, whatever the page is. `pause`: seconds between two pictures, however often the
    page asks."""

    def __init__(self, channel: Channel, pause: float = 0.0) -> None:
        self._channel, self._pause = channel, pause
        self._messages = ClientMessages()
        self._lock = threading.Lock()
        self._asked_at = -pause
        self._held: bytes | None = None
        self._timer: threading.Timer | None = None
        self._closed = False
        self.recv, self.resize, self.end_reason = channel.recv, channel.resize, channel.end_reason

    def wake_with(self, wake: Callable[[], None]) -> None:
        self._channel.wake_with(wake)

    def send(self, data: bytes) -> int:
        try:
            for message in self._messages.feed(data):
                if message.step == "shared":
                    self._channel.send(b"\x01")  # or the screen would be taken from whoever has it
                elif message.step:
                    self._channel.send(message.data)
                elif message.type == UPDATE_REQUEST:
                    self._ask(message.data)
                elif message.type == ENCODINGS and self._pause:
                    self._channel.send(asked_for(message.data))
                elif message.type in LOOKING:
                    self._channel.send(message.data)
        except NotRfb as error:
            raise _not_understood(error) from None
        return len(data)

    def _ask(self, request: bytes) -> None:
        """Pass it on, or hold it until the pause is over. Of two that are held one is enough: the whole picture, if
        either wants it."""
        with self._lock:
            if self._held is not None:
                whole = 0 in (self._held[_INCREMENTAL], request[_INCREMENTAL])
                self._held = request[:1] + bytes([not whole]) + request[2:]
                return
            left = self._asked_at + self._pause - time.monotonic()
            if left > 0:
                self._held = request
                self._timer = threading.Timer(left, self._release)
                self._timer.daemon = True
                self._timer.start()
                return
            self._asked_at = time.monotonic()
        self._channel.send(request)

    def _release(self) -> None:
        with self._lock:
            request, self._held, self._timer = self._held, None, None
            self._asked_at = time.monotonic()
            if request is None or self._closed:
                return
        self._channel.send(request)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()


def _not_understood(error: NotRfb) -> TerminalError:
    if str(error) == "security":
        return SshError(_("The screen wants a password, which the platform does not know."), cause="cloud")
    return SshError(_("This page sent something that is not part of viewing a screen."), cause="failed")
