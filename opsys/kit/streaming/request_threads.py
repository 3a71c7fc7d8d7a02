"""Threads of requests, and with each its connection to the database, are used again.

Django runs each request in a new thread, whose connection could be used by no other request, and which `CONN_MAX_AGE`
would leave open until the garbage collector comes by.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

MOST_IDLE = 20
"""As many threads wait for the next request; what a rush needed beyond that ends with it."""

Application = Callable[..., Awaitable[None]]


class RequestThreads:
    """`application` with a thread for each request that is under way."""

    def __init__(self, application: Application):
        self._application = application
        self.idle: list[ThreadPoolExecutor] = []

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        thread = self.idle.pop() if self.idle else ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)
        finally:
            # A view whose reader hung up may go on for a while: only after it the thread is free.
            asyncio.get_running_loop().run_in_executor(thread, _nothing).add_done_callback(
                lambda _done: self._give_back(thread)
            )

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self.idle) < MOST_IDLE:
            self.idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


def _nothing() -> None:
    """The last of what the thread has to do."""
