"""Long answers, sent while they are still being read."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

PIECE = 256 * 1024


def streamed(request: HttpRequest, source: Iterator[bytes], content_type: str) -> StreamingHttpResponse:
    """Under ASGI Django would collect an ordinary generator whole before it sends the first byte."""
    content = _in_pieces(source) if isinstance(request, ASGIRequest) else source
    return StreamingHttpResponse(content, content_type=content_type)


async def _in_pieces(source: Iterator[bytes]) -> AsyncIterator[bytes]:
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
