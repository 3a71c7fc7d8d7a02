"""Recordings, for those who may see them. Each look is noted in the audit before anything is shown."""

import base64
import codecs
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from clusters.sentences import gettext as _
from terminal import events
from terminal.errors import Refused
from terminal.models import Recording
from terminal.recording import format
from terminal.rules import permissions

_NUMBER = struct.Struct(">I")


@dataclass(frozen=True)
class Verdict:
    """Whether the file is what was recorded. `problem` is a sentence, or "" when it is."""

    problem: str
    chunks: int

    @property
    def ok(self) -> bool:
        return not self.problem


def play(recording: Recording, *, user, client: str = "", why: str = "play") -> Iterator[tuple[float, str, str]]:
    """(seconds, kind, text): "h" once, JSON with width and height; "o" output; "r" a new size such as "80x24". Of a
    screen the output is what it sent (RFB), as base64.

    Raises `Refused` at once when the user may not, or the file is not there; `format.Broken` where it was changed.
    """
    file = opened(recording, user=user, client=client, why=why)
    return _picture(file, recording) if recording.session.is_screen else _text(file, recording)


def opened(recording: Recording, *, user, client: str, why: str) -> BinaryIO:
    """Its file, for somebody who may see it; noted. Raises `Refused`."""
    if reason := permissions.may_play(user, recording):
        events.note(
            f"terminal.recording.{why}", recording.session, user=user, client=client, phase="refused", reason=reason
        )
        raise Refused(reason)
    file = _open(recording)
    events.note(f"terminal.recording.{why}", recording.session, user=user, client=client)
    return file


def opened_again(recording: Recording, *, user) -> BinaryIO:
    """The same for who goes on with a look that was noted."""
    if reason := permissions.may_play(user, recording):
        raise Refused(reason)
    return _open(recording)


def asciicast(recording: Recording, *, user, client: str = "") -> Iterator[bytes]:
    """The lines of an asciicast v2 file, as asciinema plays it. Noted as a download."""
    return _lines(play(recording, user=user, client=client, why="download"), recording)


def framebuffer_stream(recording: Recording, *, user, client: str = "") -> Iterator[bytes]:
    """Of a screen: an FBS file (version 001.001), as players of RFB streams take it. Noted as a download."""
    return _blocks(play(recording, user=user, client=client, why="download"))


def verify(recording: Recording) -> Verdict:
    """Look at every chunk's hash and compare the chain with what the row holds."""
    count, at_row = 0, format.START.hex()
    head = at_row
    try:
        with _open(recording) as file:
            for chunk in format.chunks(file):
                count, head = chunk.number + 1, chunk.head.hex()
                if count == recording.chunks:
                    at_row = head
    except (format.Broken, Refused) as error:
        return Verdict(str(error), count)
    if count < recording.chunks:
        return Verdict(_("The end of the recording is missing."), count)
    if recording.chunks and at_row != recording.head:
        return Verdict(_("The recording is another one than was written."), count)
    if recording.state == Recording.State.COMPLETE and count != recording.chunks:
        return Verdict(_("Something was added to the recording."), count)
    return Verdict("", count)


def path_of(recording: Recording) -> Path:
    return Path(settings.TERMINAL_RECORDINGS) / recording.path


def _open(recording: Recording) -> BinaryIO:
    if recording.state == Recording.State.DELETED:
        raise Refused(_("This recording was deleted when its time was over."))
    try:
        return path_of(recording).open("rb")
    except OSError:
        raise Refused(_("The recording's file is not there.")) from None


def raw(file: BinaryIO, recording: Recording) -> Iterator[format.Event]:
    """The events as they were written."""
    key = base64.b64decode(recording.key)
    with file:
        for chunk in format.chunks(file):
            yield from format.unseal(chunk, recording.session_id, key)


def _text(file: BinaryIO, recording: Recording) -> Iterator[tuple[float, str, str]]:
    # A character may be cut between two events: its beginning waits for the rest.
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for at, kind, data in raw(file, recording):
        yield at, kind, decoder.decode(data) if kind == "o" else data.decode()


def _picture(file: BinaryIO, recording: Recording) -> Iterator[tuple[float, str, str]]:
    for at, kind, data in raw(file, recording):
        yield at, kind, base64.b64encode(data).decode() if kind == "o" else data.decode()


def _blocks(shown: Iterator[tuple[float, str, str]]) -> Iterator[bytes]:
    """Length, bytes filled up to four, milliseconds."""
    yield b"FBS 001.001\n"
    for at, kind, text in shown:
        if kind == "o":
            data = base64.b64decode(text)
            yield _NUMBER.pack(len(data)) + data + bytes(-len(data) % 4) + _NUMBER.pack(round(at * 1000))


def _lines(shown: Iterator[tuple[float, str, str]], recording: Recording) -> Iterator[bytes]:
    for at, kind, text in shown:
        if kind == "h":
            yield _line(
                {"version": 2, **json.loads(text), "title": str(recording.session), "env": {"TERM": "xterm-256color"}}
            )
        elif text:
            yield _line([round(at, 6), kind, text])


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
