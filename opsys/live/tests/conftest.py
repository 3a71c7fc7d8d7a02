import asyncio
import json
from contextlib import asynccontextmanager
from functools import wraps

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.sessions import ACTIVE_AT
from clusters import sync
from clusters.access import VIEW
from clusters.models import SyncState
from opsys.asgi import application
from opsys.live import watcher
from tests.factories import make_state
from tests.platform import PATIENCE_SECONDS

TURN = 0.02
SERVERS = {"watch": [{"type": "compute.server", "clusters": None}], "jobs": True}
ORIGIN = "http://localhost"


@pytest.fixture(autouse=True)
def quick(monkeypatch, one_connection):
    monkeypatch.setattr(watcher, "INTERVAL_SECONDS", TURN)
    monkeypatch.setattr(watcher, "PAUSE_SECONDS", TURN)
    monkeypatch.setattr(watcher, "RECHECK_SECONDS", 0.05)
    monkeypatch.setattr(sync, "_said", {})


class Page:
    """What a page does with its socket."""

    def __init__(self, session_key, origin):
        headers = [(b"host", b"localhost"), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.socket = WebsocketCommunicator(application, "/live/", headers)

    async def watch(self, said):
        await self.socket.send_to(text_data=said if isinstance(said, str) else json.dumps(said))

    async def hear(self, seconds=PATIENCE_SECONDS):
        return json.loads(await self.socket.receive_from(seconds))

    async def closed_with(self, seconds=PATIENCE_SECONDS):
        """The code it is closed with; what it is told before does not matter."""
        while (message := await self.socket.receive_output(seconds))["type"] == "websocket.send":
            pass
        assert message["type"] == "websocket.close"
        return message["code"]

    async def hears_nothing(self, seconds=10 * TURN):
        return await self.socket.receive_nothing(seconds, TURN)


@pytest.fixture
def opened():
    """`async with opened(client, wish) as page`: a page that was told that it is ready. Without a wish it has asked
    for nothing yet."""

    @asynccontextmanager
    async def open_one(client, wish=SERVERS, *, origin=ORIGIN):
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        page = Page(cookie.value if cookie else "", origin)
        connected, code = await page.socket.connect(PATIENCE_SECONDS)
        assert connected, code
        if wish is not None:
            await page.watch(wish)
            assert (await page.hear())["ready"] is True
        yield page
        await page.socket.disconnect(PATIENCE_SECONDS)
        await asyncio.sleep(2 * TURN)  # the watcher sees that nobody is left

    return open_one


@pytest.fixture
def states(cluster, other_cluster):
    return [make_state(c, name) for c in (cluster, other_cluster) for name in ("compute.server", "storage.volume")]


@pytest.fixture
def viewer(make_user, cluster):
    return make_user("vera", {cluster: [VIEW]})


@pytest.fixture
def as_viewer(client, viewer):
    client.force_login(viewer)
    return client


def change(cluster, resource="compute.server", **fields):
    """As a pass that changed a row."""
    values = fields or {"changed_at": timezone.now()}
    assert SyncState.objects.filter(cluster=cluster, resource=resource).update(**values)


def leave_alone(client):
    session = SessionStore(client.cookies["sessionid"].value)
    session[ACTIVE_AT] = 0
    session.save()


def run(test):
    """For a test that is a coroutine. Its database work happens in this thread, within the test's transaction."""

    @wraps(test)
    def runner(*self, **fixtures):
        async_to_sync(test)(*self, **fixtures)

    return runner


do = database_sync_to_async
