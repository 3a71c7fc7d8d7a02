"""The file of a recording.

    magic, then chunks:  length of the sealed part (4 bytes) · hash (32 bytes) · sealed part

A sealed part is AES-256-GCM with the file's own key, the chunk's number as nonce, and the session's id, the number and
the hash before as what it is bound to. The hash is SHA-256 over the hash before, the number and the sealed part. So a
chunk can be neither changed, moved, left out nor taken from another recording, and the chain can be verified without
the key. Inside are events: seconds (8 bytes) · kind (1) · length (4) · data.
"""

import hashlib
import os
import struct
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"opsys recording 1\n"
START = hashlib.sha256(MAGIC).digest()
_CHUNK = struct.Struct(">I32s")
_EVENT = struct.Struct(">dcI")
_NUMBER = struct.Struct(">Q")
MOST_BYTES = 64 * 1024 * 1024
PLAIN, PACKED = b"\0", b"\1"
WORTH_PACKING = 512

Event = tuple[float, str, bytes]
"""Seconds since the beginning, kind ("o" output, "r" resize), data."""


class Broken(Exception):
    """The file is not what was written; the text says where."""


def hash_of(before: bytes, number: int, sealed: bytes) -> bytes:
    return hashlib.sha256(before + _NUMBER.pack(number) + sealed).digest()


@dataclass
class Sealer:
    """Makes chunks, one after the other."""

    session: uuid.UUID
    key: bytes
    number: int = 0
    head: bytes = START

    def seal(self, events: list[Event]) -> bytes:
        plain = b"".join(_EVENT.pack(at, kind.encode(), len(data)) + data for at, kind, data in events)
        packed = zlib.compress(plain, 1) if len(plain) > WORTH_PACKING else plain
        body = PACKED + packed if len(packed) < len(plain) else PLAIN + plain
        sealed = AESGCM(self.key).encrypt(_nonce(self.number), body, _bound_to(self.session, self.number, self.head))
        self.head = hash_of(self.head, self.number, sealed)
        self.number += 1
        return _CHUNK.pack(len(sealed), self.head) + sealed


@dataclass(frozen=True)
class Chunk:
    number: int
    before: bytes
    head: bytes
    sealed: bytes

    @property
    def well(self) -> bool:
        return hash_of(self.before, self.number, self.sealed) == self.head


def chunks(file: BinaryIO, first: int = 0) -> Iterator[Chunk]:
    """The complete chunks of a file, from that number on; those before are left unread. What a process that was killed
    left half-written at the end is not one. Raises `Broken` when a hash is not that of its chunk."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Broken("This is no recording.")
    number, before = 0, START
    while len(head := file.read(_CHUNK.size)) == _CHUNK.size:
        length, claimed = _CHUNK.unpack(head)
        if number < first:
            file.seek(length, os.SEEK_CUR)
            number, before = number + 1, claimed
            continue
        sealed = file.read(length) if length <= MOST_BYTES else b""
        if len(sealed) != length:
            return
        chunk = Chunk(number, before, claimed, sealed)
        if not chunk.well:
            raise Broken(f"Chunk {number} was changed.")
        yield chunk
        number, before = number + 1, claimed


def unseal(chunk: Chunk, session: uuid.UUID, key: bytes) -> list[Event]:
    try:
        body = AESGCM(key).decrypt(_nonce(chunk.number), chunk.sealed, _bound_to(session, chunk.number, chunk.before))
    except InvalidTag:
        raise Broken(f"Chunk {chunk.number} is not of this recording.") from None
    plain = zlib.decompress(body[1:]) if body[:1] == PACKED else body[1:]
    events, position = [], 0
    while position < len(plain):
        at, kind, length = _EVENT.unpack_from(plain, position)
        position += _EVENT.size
        events.append((at, kind.decode(), plain[position : position + length]))
        position += length
    return events


def _nonce(number: int) -> bytes:
    # Never used twice: the key is this file's only, and the number grows.
    return number.to_bytes(12)


def _bound_to(session: uuid.UUID, number: int, before: bytes) -> bytes:
    return session.bytes + _NUMBER.pack(number) + before
