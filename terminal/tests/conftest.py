"""A real host, a database that many threads can use, and a page that plays the browser's part."""

import asyncio
import hashlib
import json
import threading
from contextlib import asynccontextmanager
from functools import wraps
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from clusters import access
from opsys.asgi import application
from opsys.kit.streaming.direct import Direct, DirectQueue
from terminal.models import Host, Policy, SshCredential
from terminal.session import registry
from terminal.setup import tickets
from tests.factories import make_cluster
from tests.platform import PATIENCE_SECONDS, wait_until
from tests.sshd import Sshd

EVERYTHING = (access.VIEW, access.OPERATE, access.PROVISION, access.CONSOLE)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory):
    host = Sshd(tmp_path_factory.mktemp("sshd"))
    host.start()
    yield host
    host.stop()


def pytest_collection_modifyitems(items):
    """MariaDB's tables are seen by all threads, once they are written: no test of threads may run in a transaction.
    Shells take a second each: of those only who gets in is looked at on every change."""
    sqlite = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "shared" in fixtures and not sqlite:
            item.add_marker(pytest.mark.django_db(transaction=True))
        if "shared" in fixtures and "page" in fixtures and item.path.name != "test_doors.py":
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def shared(db, tmp_path, settings):
    """A database that threads see alike, empty but for what migrations made: SQLite's is copied, as the test holds
    its own in a transaction. Sessions are ended before it goes."""
    settings.TERMINAL_RECORDINGS = str(tmp_path / "recordings")
    original = connections["default"]
    if original.vendor != "sqlite":
        yield
        _end_all()
        return
    options = connections.settings["default"]
    name, path = options["NAME"], tmp_path / "database.sqlite3"
    path.write_bytes(original.connection.serialize())
    options["NAME"] = str(path)
    del connections["default"]
    try:
        yield
        _end_all()
    finally:
        connections["default"].close()
        options["NAME"] = name
        connections["default"] = original


def _end_all():
    shells = registry.sessions.all()
    for shell in shells:
        shell.end(tickets.Refused("the test is over"))
    for shell in shells:
        assert shell.over.wait(PATIENCE_SECONDS), "a session did not end"
    registry.sessions.stir()
    # The next test's database is another.
    wait_until(lambda: registry.sessions.idle, "nothing is held any more", pause=0.01)


@pytest.fixture
def cluster(shared):
    cluster = make_cluster("east")
    Policy.objects.create(cluster=cluster, allowed_networks="127.0.0.0/8", allowed_ports="1-65535")
    return cluster


@pytest.fixture
def make_person(shared):
    """make_person("name", {cluster: permissions}) → somebody who is logged in: .user, .client, .session_key"""

    def make(name, held, **fields):
        user = get_user_model().objects.create_user(name, password="a long enough one", **fields)
        access.set_permissions(user, {cluster.pk: permissions for cluster, permissions in held.items()})
        client = Client()
        client.force_login(user)
        return SimpleNamespace(user=user, client=client, session_key=client.session.session_key)

    return make


@pytest.fixture
def olga(make_person, cluster):
    return make_person("olga", {cluster: EVERYTHING})


@pytest.fixture
def host(cluster, sshd):
    """The real sshd as a saved host, with its key."""
    credential = SshCredential.objects.create(
        name="lab", kind="key", username=sshd.user, secret=sshd.key, cluster=cluster
    )
    return Host.objects.create(
        name="box", cluster=cluster, address=sshd.address, port=sshd.port, credential=credential
    )


def request_of(person):
    return SimpleNamespace(user=person.user, session=person.client.session, META={"REMOTE_ADDR": "192.0.2.7"})


def ticket_for(person, host, **options):
    return tickets.issue(request_of(person), host=host, **options)


class _Protocol:
    """What the server's side of a socket is to `Direct`."""

    transport = None

    def __init__(self, socket):
        self.socket = socket

    def serverSend(self, data, binary):
        assert binary
        self.socket.output_queue.put_nowait({"type": "websocket.send", "bytes": data})


class Page:
    """What xterm.js and the page's own code do: questions answered, output drawn and acknowledged.

    `direct`: the server offers the way past its queue, as ours does.
    """

    direct = True

    def __init__(self, person, *, origin="http://localhost", host="localhost", answers=None):
        cookie = f"{django_settings.SESSION_COOKIE_NAME}={person.session_key}" if person else ""
        headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.socket = WebsocketCommunicator(application, "/terminal/socket/", headers)
        self._frames = self.socket.input_queue
        if self.direct:
            self.socket.scope["direct"] = direct = Direct(_Protocol(self.socket), lambda: not self.lost)
            self._frames = DirectQueue(self.socket.input_queue, direct)
        self.lost = False
        self.answers = {"host-key": {"accept": True}, **(answers or {})}
        self.messages, self.output, self.received = [], bytearray(), 0
        self.hash = hashlib.sha256()
        self.keep = True
        self.acknowledging = True
        self.code = None
        self.opened = {}
        self._changed = asyncio.Event()
        self._reading = None

    async def connect(self):
        connected, code = await self.socket.connect(PATIENCE_SECONDS)
        if connected:
            self._reading = asyncio.create_task(self._read())
        return connected, code

    async def say(self, **message):
        await self.socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def type(self, data):
        self._frames.put_nowait({"type": "websocket.receive", "bytes": data})

    async def _read(self):
        while True:
            message = await self.socket.output_queue.get()
            if message["type"] == "websocket.close":
                self.code = message.get("code", 1000)
            elif message.get("bytes") is not None:
                data = message["bytes"]
                self.received += len(data)
                self.hash.update(data)
                if self.keep:
                    self.output += data
                if self.acknowledging:
                    await self.say(type="ack", received=self.received)
            else:
                await self._hear(json.loads(message["text"]))
            self._changed.set()

    async def _hear(self, message):
        self.messages.append(message)
        if message["type"] == "ask" and (answer := self.answers.get(message["kind"])) is not None:
            answer = answer(message) if callable(answer) else answer
            await self.say(type="answer", id=message["id"], **answer)
        elif message["type"] in ("opened", "resumed", "watching"):
            self.opened |= message

    async def until(self, condition, what="", seconds=PATIENCE_SECONDS):
        async def wait():
            while not (found := condition()):
                self._changed.clear()
                await self._changed.wait()
            return found

        try:
            return await asyncio.wait_for(wait(), seconds)
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s: {what}; {self.messages[-5:]} {bytes(self.output[-500:])}")

    async def hear(self, kind, seconds=PATIENCE_SECONDS):
        return await self.until(
            lambda: next((m for m in self.messages if m["type"] == kind), None), f"a message {kind}", seconds
        )

    async def shows(self, text, seconds=PATIENCE_SECONDS):
        await self.until(lambda: text in self.output, f"output {text!r}", seconds)

    async def closed(self, seconds=PATIENCE_SECONDS):
        """(code, cause) it was closed with."""
        await self.until(lambda: self.code is not None, "the socket is closed", seconds)
        last = next((m for m in self.messages if m["type"] == "closed"), {"cause": ""})
        assert last.get("code", self.code) == self.code
        return self.code, last["cause"]

    async def lose(self):
        """As a network that goes away."""
        self.lost = True
        if self._reading is not None:
            self._reading.cancel()
        await self.socket.disconnect(PATIENCE_SECONDS)


@pytest.fixture
def page():
    """`async with page(person, host) as p`: a shell is open. With ticket=… that one is used; host None: only a
    socket."""

    @asynccontextmanager
    async def open_one(person, host=None, *, ticket=None, columns=80, rows=24, wait=True, **options):
        one = Page(person, **options)
        assert (await one.connect())[0]
        try:
            if host is not None or ticket is not None:
                await one.say(
                    type="open", ticket=ticket or await do(ticket_for, person, host), columns=columns, rows=rows
                )
                if wait:
                    await one.until(lambda: one.opened or one.code, "a shell")
                    assert one.opened, one.messages
            yield one
        finally:
            await one.lose()

    return open_one


@pytest.fixture(params=[True, False], ids=["direct", "queued"])
def both_ways(request, monkeypatch):
    """Frames past the server's queue, and through it, as behind another server."""
    monkeypatch.setattr(Page, "direct", request.param)


def run(test):
    """For a test that is a coroutine."""

    @wraps(test)
    def runner(*self, **fixtures):
        async_to_sync(test)(*self, **fixtures)

    return runner


async def do(function, *arguments, **named):
    """Database work of a test that is a coroutine: in the test's own thread."""
    return await sync_to_async(function)(*arguments, **named)


def threads_named(prefix):
    return [thread for thread in threading.enumerate() if thread.name.startswith(prefix)]
