"""A recording in pieces: neither the platform nor the page holds the whole of a long one."""

import base64
import codecs
import json
from dataclasses import dataclass

from django.core import signing

from terminal.models import Recording
from terminal.recording import format, reading

PIECE_BYTES = 1024 * 1024
"""Of output. A piece ends with the chunk that reaches it."""
SALT = "terminal.recording.piece"
KEPT_SECONDS = 24 * 3600
"""How long a page may stand open and still be given the next piece."""


@dataclass(frozen=True)
class Piece:
    """`lines`: one JSON array an event, as `reading.play` gives them. `following` is what the next piece is asked for
    with, "" after the last."""

    lines: list[bytes]
    following: str


def piece(recording: Recording, *, user, client: str = "", following: str = "") -> Piece:
    """The first piece, noted in the audit as a look, or the one after. Only who was given the first can name a later
    one, so nobody looks without being noted.

    Raises `Refused` when the user may not, `signing.BadSignature` for a `following` that is not theirs or too old,
    `format.Broken` where the file was changed.
    """
    if not following:
        file, chunk, rest = reading.opened(recording, user=user, client=client, why="play"), 0, b""
    else:
        who, pk, chunk, text = signing.loads(following, salt=SALT, max_age=KEPT_SECONDS)
        if (who, pk) != (user.pk, recording.pk):
            raise signing.BadSignature("It was given to somebody else.")
        file, rest = reading.opened_again(recording, user=user), base64.b64decode(text)
    lines, size, more = [], 0, False
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.setstate((rest, 0))
    with file:
        for one in format.chunks(file, chunk):
            if size >= PIECE_BYTES:
                more = True
                break
            chunk = one.number + 1
            for at, kind, data in format.unseal(one, recording.session_id, base64.b64decode(recording.key)):
                size += len(data)
                lines.append(_line(at, kind, _text(recording, kind, data, decoder)))
    if not more:
        return Piece(lines, "")
    # A character may be cut between two pieces.
    unfinished = base64.b64encode(decoder.getstate()[0]).decode()
    return Piece(lines, signing.dumps((user.pk, recording.pk, chunk, unfinished), salt=SALT))


def _text(recording: Recording, kind: str, data: bytes, decoder: codecs.IncrementalDecoder) -> str:
    if kind != "o":
        return data.decode()
    return base64.b64encode(data).decode() if recording.session.is_screen else decoder.decode(data)


def _line(at: float, kind: str, text: str) -> bytes:
    return json.dumps([round(at, 6), kind, text], ensure_ascii=False).encode() + b"\n"
