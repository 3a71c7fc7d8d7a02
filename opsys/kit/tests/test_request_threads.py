"""Threads of requests are used again, and so are their connections to the database."""

import asyncio
import threading

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.db import connection
from django.db.backends.signals import connection_created

from opsys.kit.streaming import request_threads
from opsys.kit.streaming.request_threads import RequestThreads
from tests.platform import PATIENCE_SECONDS

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/accounts/login/",
    "headers": [(b"host", b"testserver"), (b"cookie", b"sessionid=" + 32 * b"a")],
    "query_string": b"",
}


def calling(*views):
    """As Django: its own context is inside ours, and what it calls runs in the thread of the request."""
    remaining = list(views)

    async def application(*_request):
        async with ThreadSensitiveContext():
            await sync_to_async(remaining.pop(0))()

    return RequestThreads(application)


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


def test_one_after_the_other_have_the_same_thread_and_two_at_once_have_two():
    used, both = [], threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def alone():
        used.append(threading.get_ident())

    def beside():
        both.wait()
        alone()

    async def requests():
        threads = calling(alone, alone, beside, beside)
        for _request in range(2):
            await threads({}, None, None)
            await until(lambda: len(threads.idle) == 1)
        await asyncio.gather(threads({}, None, None), threads({}, None, None))
        await until(lambda: len(threads.idle) == 2)

    asyncio.run(requests())
    assert used[0] == used[1] and used[2] != used[3] and used[0] in used[2:]


def test_a_view_that_goes_on_after_its_reader_hung_up_keeps_its_thread():
    goes_on, begun, used = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        used.append(threading.get_ident())
        goes_on.wait(PATIENCE_SECONDS)

    async def requests():
        threads = calling(slow, lambda: used.append(threading.get_ident()))
        hung_up = asyncio.create_task(threads({}, None, None))
        await until(begun.is_set)
        hung_up.cancel()
        await asyncio.sleep(0)
        assert threads.idle == []
        await threads({}, None, None)
        goes_on.set()
        await until(lambda: len(threads.idle) == 2)

    asyncio.run(requests())
    assert used[0] != used[1]


def test_after_a_rush_only_some_are_kept(monkeypatch):
    monkeypatch.setattr(request_threads, "MOST_IDLE", 1)
    both, used = threading.Barrier(2, timeout=PATIENCE_SECONDS), []

    def beside():
        both.wait()
        used.append(threading.current_thread())

    async def requests():
        threads = calling(beside, beside)
        await asyncio.gather(threads({}, None, None), threads({}, None, None))
        await until(lambda: sum(thread.is_alive() for thread in used) == 1)
        assert len(threads.idle) == 1

    asyncio.run(requests())


@pytest.mark.database
@pytest.mark.skipif(connection.vendor != "mysql", reason="a connection of SQLite ends with its request")
def test_requests_share_connections(transactional_db):
    opened = []

    def note(**_connection) -> None:
        opened.append(threading.get_ident())

    async def requests(count: int):
        application = RequestThreads(get_asgi_application())
        for _request in range(count):
            request = ApplicationCommunicator(application, SCOPE)
            await request.send_input({"type": "http.request", "body": b""})
            assert (await request.receive_output(PATIENCE_SECONDS))["status"] == 200
            await request.wait(PATIENCE_SECONDS)
            await until(lambda: len(application.idle) == 1)
        await asyncio.get_running_loop().run_in_executor(application.idle[0], lambda: connection.close())

    connection_created.connect(note)
    try:
        asyncio.run(requests(12))
    finally:
        connection_created.disconnect(note)
    assert len(opened) == 1
