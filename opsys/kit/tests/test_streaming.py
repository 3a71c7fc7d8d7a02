"""Large bodies: the view reads them while they arrive, through a real Daphne; nobody holds one whole."""

import asyncio
import http.client
import threading
import time

import pytest

from clusters.gateway import TransferError
from opsys.kit.streaming.deferred_body import Body, DeferredBody, is_deferred
from opsys.kit.streaming.pipe import Pipe
from opsys.kit.tests.daphne_server import serving
from tests.platform import PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("method", "kind", "late"),
    [
        (b"PUT", b"application/octet-stream", True),
        (b"PUT", b"application/octet-stream; x=1", True),
        (b"PUT", b"application/json", False),
        (b"POST", b"application/octet-stream", False),
        (b"PUT", b"", False),
    ],
)
def test_which_bodies_are_left_to_the_view(method, kind, late):
    assert is_deferred(method, kind) is late


@pytest.fixture
def loop():
    """An event loop in a thread of its own, as the server has."""
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever, daemon=True)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


def receiving(*messages):
    left = list(messages)

    async def receive():
        return left.pop(0)

    return receive


def part(body, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_is_read_to_its_end_and_told_how_much_was_taken(loop):
    taken = []
    body = Body(receiving(part(b"ab"), part(b""), part(b"c", more=False)), loop, taken.append)
    assert b"".join(body) == b"abc" and sum(taken) == 3
    assert list(body) == []


def test_a_sender_that_hangs_up_is_an_error_and_no_end(loop):
    body = Body(receiving(part(b"x" * 2**20), {"type": "http.disconnect"}), loop, lambda size: None)
    parts = iter(body)
    assert len(next(parts)) == 2**20
    with pytest.raises(TransferError):
        next(parts)


def test_a_sender_that_says_nothing_is_given_up(loop, monkeypatch):
    monkeypatch.setattr("opsys.kit.streaming.deferred_body.SILENT_SECONDS", 0.05)

    async def never():
        await asyncio.Event().wait()

    with pytest.raises(TransferError):
        next(iter(Body(never, loop, lambda size: None)))


def test_django_sees_an_empty_body_and_the_view_the_real_one():
    seen = {}

    async def application(scope, receive, send):
        seen["django"] = await receive()
        seen["body"] = scope["late_body"]

    scope = {"type": "http", "method": "PUT", "headers": [(b"content-type", b"application/octet-stream")]}
    asyncio.run(DeferredBody(application)(scope, receiving(part(b"abc", more=False)), None))
    assert seen["django"] == {"type": "http.request", "body": b"", "more_body": False}
    assert isinstance(seen["body"], Body)


def test_what_is_put_in_comes_out_and_a_slow_reader_is_waited_for(loop):
    pipe = Pipe(loop)
    began = threading.Event()

    def fill():
        for number in range(20):
            pipe.put(b"%d" % number)
            began.set()
        pipe.put(None)

    thread = threading.Thread(target=fill)
    thread.start()
    began.wait(PATIENCE_SECONDS)

    async def read():
        return [one async for one in pipe.parts()]

    found = asyncio.run_coroutine_threadsafe(read(), loop).result(PATIENCE_SECONDS)
    assert found == [b"%d" % number for number in range(20)]
    thread.join()


def test_who_fills_a_pipe_that_nobody_reads_any_more_is_told(loop):
    pipe = Pipe(loop)

    async def read_one():
        parts = pipe.parts()
        first = await anext(parts)
        await parts.aclose()
        return first

    pipe.put(b"a")
    assert asyncio.run_coroutine_threadsafe(read_one(), loop).result(PATIENCE_SECONDS) == b"a"
    with pytest.raises(TransferError):
        pipe.put(b"b")


def test_a_source_that_breaks_off_breaks_the_response_off(loop):
    pipe = Pipe(loop)
    pipe.put(b"a")
    pipe.put(b"")

    async def read():
        return [one async for one in pipe.parts()]

    with pytest.raises(TransferError):
        asyncio.run_coroutine_threadsafe(read(), loop).result(PATIENCE_SECONDS)


SERVER = """
import asyncio
import resource

import django

django.setup()
from opsys.kit.streaming import daphne
daphne.install()


async def application(scope, receive, send):
    size, slow = 0, scope["path"] == "/slow"
    if scope["path"] != "/refuse":
        more = True
        while more:
            message = await receive()
            size += len(message.get("body", b""))
            scope.get("taken", lambda taken: None)(len(message.get("body", b"")))
            more = message.get("more_body", False)
            if slow and size < 2**20:
                await asyncio.sleep(0.3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    body = f"{size} {peak}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A Daphne of its own that counts what it is sent."""
    with serving(tmp_path_factory.mktemp("daphne"), SERVER) as port:
        yield port


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request(method, path, body=body, headers=headers)
    return connection.getresponse()


OCTETS = {"Content-Type": "application/octet-stream"}


def counted(response):
    return [int(number) for number in response.read().split()]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/slow"])
def test_a_large_body_arrives_whole_and_needs_no_memory(port, path):
    _size, before = counted(ask(port, "GET", "/"))
    mebibytes = 200
    parts = (b"x" * 2**20 for _number in range(mebibytes))
    size, peak = counted(ask(port, "PUT", path, parts, **OCTETS, **{"Content-Length": str(mebibytes * 2**20)}))
    assert size == mebibytes * 2**20
    assert (peak - before) / 1024 < 60, "it is read only as fast as it is taken"


@pytest.mark.slow
def test_other_bodies_are_as_ever(port):
    assert counted(ask(port, "POST", "/", b"x" * 70_000, **OCTETS))[0] == 70_000
    assert counted(ask(port, "PUT", "/", b"x" * 70_000))[0] == 70_000
    assert counted(ask(port, "PUT", "/", b"", **OCTETS))[0] == 0


@pytest.mark.slow
def test_an_answer_before_the_end_reaches_a_sender_that_does_not_listen_yet(port):
    began = time.monotonic()
    response = ask(port, "PUT", "/refuse", b"x" * 20 * 2**20, **OCTETS)
    assert response.status == 200 and counted(response)[0] == 0
    assert time.monotonic() - began < 8
