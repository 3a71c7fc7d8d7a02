"""The terminal's own threads. Requests and other sockets share Django's; a host that is slow must not hold those."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import close_old_connections, connections

Result = TypeVar("Result")

probes = ThreadPoolExecutor(16, thread_name_prefix="terminal-probes")
_database = ThreadPoolExecutor(8, thread_name_prefix="terminal-database")


async def in_database(function: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
    """Run database work beside the event loop."""

    def run() -> Result:
        close_old_connections()
        try:
            return function(*arguments, **named)
        finally:
            close_old_connections()

    return await beside(run)


async def beside(run: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_database, run)


def leave_database() -> None:
    """Give this thread's database connection back; the next query opens another."""
    connections.close_all()
