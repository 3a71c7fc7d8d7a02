"""Signed statements "the log had n events and this root", as C2SP's tlog-checkpoint and signed-note have them."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import structlog
from django.conf import settings
from django.utils import timezone

from audit.models import Checkpoint
from audit.proof import keys
from audit.proof.merkle import HASH_BYTES, Tree

log = structlog.get_logger()
KEY_HASH_BYTES = 4


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says."""

    size: int
    root: bytes
    at: str  # ISO 8601
    text: bytes  # what is signed
    signature: bytes


def make(tree: Tree, now: datetime | None = None) -> Checkpoint:
    """Sign this tree and keep the note; it also goes to the log, which usually leaves the machine."""
    note = write(tree, (now or timezone.now()).astimezone(UTC))
    checkpoint = Checkpoint.objects.create(size=tree.size, note=note)
    log.info("audit checkpoint", size=tree.size, root=tree.root.hex(), note=note)
    return checkpoint


def write(tree: Tree, at: datetime) -> str:
    name = settings.AUDIT_ORIGIN
    text = f"{name}\n{tree.size}\n{b64encode(tree.root).decode()}\n{at:%Y-%m-%dT%H:%M:%SZ}\n"
    signature, public = keys.sign(text.encode())
    key_hash = sha256(name.encode() + b"\n\x01" + public).digest()[:KEY_HASH_BYTES]
    return f"{text}\n— {name} {b64encode(key_hash + signature).decode()}\n"


def read(note: str) -> Statement:
    """Take a note apart. Raises ValueError for what is none; the signature is not looked at."""
    text, blank, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) < 4:
        raise ValueError("not a signed checkpoint")
    root = b64decode(lines[2], validate=True)
    signature = b64decode(signatures.strip().split("\n")[0].rsplit(" ", 1)[-1], validate=True)[KEY_HASH_BYTES:]
    if len(root) != HASH_BYTES:
        raise ValueError("not the root of a SHA-256 tree")
    return Statement(int(lines[1]), root, lines[3], f"{text}\n".encode(), signature)


def notes_in(text: str) -> list[str]:
    """The notes in a file of several, one after the other; also of JSON lines that have a "checkpoint"."""
    found: list[str] = []
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("{"):
            note = _note_of(line)
            found += [note] if note else []
        elif line.startswith("— ") and lines:
            found.append("\n".join([*lines, line, ""]).lstrip("\n"))
            lines = []
        else:
            lines.append(line)
    return found


def _note_of(line: str) -> str:
    try:
        said = json.loads(line)
    except ValueError:
        return ""
    note = said.get("checkpoint") if isinstance(said, dict) else ""
    return note if isinstance(note, str) else ""
