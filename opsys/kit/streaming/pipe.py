"""From a thread that reads a cloud to a response that is sent while it does."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from typing import Any

from clusters.gateway import TransferError

AHEAD = 4
"""How many parts may wait to be sent."""
SILENT_SECONDS = 60


class Pipe:
    """One thread puts parts in and waits while the browser is behind; the response takes them out.

    `head` is whatever the thread tells before the first part, or without any.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.head: Future[Any] = Future()
        self._loop = loop
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
        self._closed = False

    def put(self, part: bytes | None) -> None:
        """None is the end, an empty part that there will be no end. Raises `TransferError` when nobody takes it."""
        if self._closed:
            raise TransferError("interrupted")
        waiting = asyncio.run_coroutine_threadsafe(self._queue.put(part), self._loop)
        try:
            waiting.result(SILENT_SECONDS)
        except TimeoutError:
            waiting.cancel()
            raise TransferError("interrupted") from None

    async def parts(self) -> AsyncIterator[bytes]:
        """Breaks off where the thread did: the browser then knows that it does not have everything."""
        try:
            while (part := await self._queue.get()) is not None:
                if part == b"":
                    raise TransferError("interrupted")
                yield part
        finally:
            self._closed = True
            while not self._queue.empty():
                self._queue.get_nowait()
