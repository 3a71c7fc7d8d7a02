"""Long answers. Under ASGI Django would collect an ordinary generator whole before it sends the first byte."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async

PIECE = 256 * 1024


async def in_pieces(source: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes, read on a thread, a quarter of a megabyte at a time."""

    def piece() -> bytes:
        collected = bytearray()
        for part in source:
            collected += part
            if len(collected) >= PIECE:
                break
        return bytes(collected)

    while part := await sync_to_async(piece)():
        yield part
