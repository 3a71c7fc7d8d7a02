"""What a page says to a screen (RFB, RFC 6143): taken apart only as far as to know which message is which. What the
screen says is not read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

VERSION_BYTES = 12
NONE = 1
"""The one way of logging in that asks nothing."""
UPDATE_REQUEST, KEY, POINTER, CUT_TEXT, QEMU = 3, 4, 5, 6, 255
PERSON = frozenset({KEY, POINTER, CUT_TEXT, QEMU})
"""Messages that a person causes. All others the page sends by itself."""
ENCODINGS, CONTINUOUS = 2, 150
LOOKING = frozenset({0, ENCODINGS, UPDATE_REQUEST, CONTINUOUS, 248})
"""Pixel format, encodings, update request, continuous updates, fence: what is needed to look, and changes nothing for
anybody else."""
MOST_WAITING = 1024 * 1024
"""Bytes of one message. More is none that a page sends."""
_POINTER_EXTENDED = 0x80


class NotRfb(Exception):
    """A message that is not known, so that nobody can say where the next one begins."""


@dataclass(frozen=True)
class Message:
    """`type` is None for what is said before the screen is open: `step` then says which answer it is."""

    type: int | None
    data: bytes
    step: str = ""


class ClientMessages:
    """Give it the bytes as they come; it gives the messages that are whole. Raises `NotRfb`."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._steps = ["version", "security", "shared"]

    def feed(self, data: bytes) -> Iterator[Message]:
        self._waiting += data
        while self._waiting:
            step = self._steps[0] if self._steps else ""
            length = VERSION_BYTES if step == "version" else 1 if step else _length(self._waiting)
            if length is None or len(self._waiting) < length:
                if (length or 0) > MOST_WAITING or len(self._waiting) > MOST_WAITING:
                    raise NotRfb("length")
                return
            message = bytes(self._waiting[:length])
            del self._waiting[:length]
            if step:
                self._answered(step, message)
                yield Message(None, message, step)
            else:
                yield Message(message[0], message)

    def _answered(self, step: str, answer: bytes) -> None:
        self._steps.pop(0)
        if step == "version":
            if answer == b"RFB 003.003\n":
                self._steps.remove("security")  # the screen chooses by itself
            elif answer not in (b"RFB 003.007\n", b"RFB 003.008\n"):
                raise NotRfb("version")
        elif step == "security" and answer[0] != NONE:
            raise NotRfb("security")


def _length(begun: bytearray) -> int | None:
    """Of the message that begins here; None while too little of it is there to say."""

    def number(form: str, at: int) -> int | None:
        return struct.unpack_from(form, begun, at)[0] if len(begun) >= at + struct.calcsize(form) else None

    kind = begun[0]
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == ENCODINGS:
        count = number(">H", 2)
        return None if count is None else 4 + 4 * count
    if kind == POINTER:
        mask = number(">B", 1)
        return None if mask is None else 7 if mask & _POINTER_EXTENDED else 6
    if kind == CUT_TEXT:
        size = number(">i", 4)
        return None if size is None else 8 + abs(size)
    if kind == 248:
        size = number(">B", 8)
        return None if size is None else 9 + size
    if kind == 251:
        screens = number(">B", 6)
        return None if screens is None else 8 + 16 * screens
    raise NotRfb(str(kind))


# Pixel format, update request, key, continuous updates, power (xvp), extended key.
_FIXED = {0: 20, UPDATE_REQUEST: 10, KEY: 8, CONTINUOUS: 10, 250: 4, QEMU: 12}
_CONTINUOUS_UPDATES = -313


def asked_for(encodings: bytes) -> bytes:
    """The message without the wish for continuous updates: a screen that does not offer them is asked for each."""
    wished = struct.unpack(f">{(len(encodings) - 4) // 4}i", encodings[4:])
    kept = [one for one in wished if one != _CONTINUOUS_UPDATES]
    return struct.pack(f">BxH{len(kept)}i", ENCODINGS, len(kept), *kept)


class Attention:
    """Whether a person did something on a screen. The page asks for updates all the time, which says nothing."""

    def __init__(self) -> None:
        self._messages: ClientMessages | None = ClientMessages()

    def feed(self, data: bytes) -> bool:
        if self._messages is None:
            return True
        try:
            return any([message.type in PERSON for message in self._messages.feed(data)])  # all of them are to be read
        except NotRfb:
            self._messages = None  # not to be understood: all counts
            return True
