"""Bodies that a view reads by itself, while they arrive.

Django reads a request's body before it looks at anything else. A PUT of `application/octet-stream` it is told to have
none, so that all of its middleware and views work as ever, and the view takes the body from `body_of(request)`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from clusters.gateway import TransferError

SILENT_SECONDS = 60
PART = 2**20

Receive = Callable[[], Awaitable[dict[str, Any]]]


def is_deferred(method: bytes, content_type: bytes) -> bool:
    return method == b"PUT" and content_type.partition(b";")[0].strip() == b"application/octet-stream"


class Body:
    """Read from the view's thread, in parts of about `PART` bytes. Raises `TransferError` when the sender hangs up, or
    says nothing for a minute."""

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop, taken: Callable[[int], None]):
        self._receive, self._loop, self._taken = receive, loop, taken
        self._more = True

    def __iter__(self) -> Iterator[bytes]:
        while self._more:
            waiting = asyncio.run_coroutine_threadsafe(self._part(), self._loop)
            try:
                part = waiting.result(SILENT_SECONDS)
            except TimeoutError:
                waiting.cancel()
                raise TransferError("interrupted") from None
            if part:
                yield part

    async def _part(self) -> bytes:
        parts, size = [], 0
        while self._more and size < PART:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise TransferError("interrupted")
            chunk = message.get("body", b"")
            parts.append(chunk)
            size += len(chunk)
            self._taken(len(chunk))
            self._more = message.get("more_body", False)
        return b"".join(parts)


class DeferredBody:
    """Stands before Django's own application."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        loop = asyncio.get_running_loop()
        headers = dict(scope.get("headers", []))
        if not is_deferred(scope.get("method", "").encode(), headers.get(b"content-type", b"")):
            return await self.application({**scope, "loop": loop}, receive, send)
        body = Body(receive, loop, scope.get("taken", lambda size: None))
        return await self.application({**scope, "loop": loop, "late_body": body}, _nothing(), send)


def _nothing() -> Receive:
    """An empty body, and nothing ever after: whether the sender is still there is what `Body` finds out."""
    told = False

    async def receive() -> dict[str, Any]:
        nonlocal told
        if told:
            await asyncio.Event().wait()
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


def body_of(request) -> Iterator[bytes]:
    """The parts of the request's body. Without a server that streams (in tests) Django has read it already."""
    scope = getattr(request, "scope", {})
    if "late_body" in scope:
        return iter(scope["late_body"])
    return iter(lambda: request.read(PART), b"")
