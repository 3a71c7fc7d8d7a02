"""A channel of a host that does not write UTF-8: on our side of it everything is."""

import codecs

from terminal.encodings import CODECS, UTF_8
from terminal.session.channel import Channel


class EncodedChannel:
    """In front of a channel. `write_in` may be called by any thread; while it is UTF-8 nothing is looked at."""

    def __init__(self, channel: Channel, encoding: str) -> None:
        self._channel = channel
        self.wake_with, self.resize, self.end_reason = channel.wake_with, channel.resize, channel.end_reason
        self._codec = ""
        self._sent = 0  # bytes of the next character that the host has already
        self.write_in(encoding)

    def write_in(self, encoding: str) -> None:
        self._codec, self._sent = CODECS[encoding], 0
        self._decoder = codecs.getincrementaldecoder(self._codec)("replace")
        if encoding == UTF_8:
            self.recv, self.send = self._channel.recv, self._channel.send
        else:
            self.recv, self.send = self._recv, self._send

    def _recv(self, size: int) -> bytes:
        data = self._channel.recv(size)
        if not data:
            return data
        # A character may be cut: its beginning waits for the rest.
        text = self._decoder.decode(data)
        if not text:
            raise TimeoutError
        return text.encode(UTF_8, "replace")

    def _send(self, data: bytes) -> int:
        """How much of the UTF-8 was taken: whole characters. Of one that went half, the rest goes with the next call,
        for which it is still there."""
        characters = _characters(data)
        if not characters:
            raise TimeoutError  # the rest of the character comes with the next keys
        encoded = [self._encoded(character) for character in characters]
        sent = self._channel.send(b"".join(encoded)[self._sent :])
        if not sent:
            return 0
        left, taken = self._sent + sent, 0
        for character, bytes_of_it in zip(characters, encoded, strict=True):
            if left < len(bytes_of_it):
                break
            left -= len(bytes_of_it)
            taken += len(character)
        self._sent = left
        if not taken:
            raise TimeoutError
        return taken

    def _encoded(self, character: bytes) -> bytes:
        try:
            return character.decode(UTF_8).encode(self._codec, "replace")
        except UnicodeDecodeError:
            return character  # no text: a report of the mouse, for example


def _characters(data: bytes) -> list[bytes]:
    """The UTF-8 in its characters, each byte that is none by itself; without one that is cut at the end."""
    found, at = [], 0
    while at < len(data):
        length = _length(data[at])
        piece = data[at : at + length]
        whole = len(piece) == length and all(byte & 0xC0 == 0x80 for byte in piece[1:])
        if not whole and len(piece) < length and all(byte & 0xC0 == 0x80 for byte in piece[1:]):
            break
        found.append(piece if whole else data[at : at + 1])
        at += len(found[-1])
    return found


def _length(first: int) -> int:
    return 1 if first < 0xC2 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4 if first < 0xF5 else 1
