"""Whom a socket lets in, and what it will not hear."""

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model

from opsys.asgi import application
from opsys.live.tests.conftest import SERVERS, do, leave_alone, run
from tests.platform import PATIENCE_SECONDS


@pytest.mark.parametrize(
    "origin",
    [None, "http://evil.example", "http://localhost:3000", "http://localhost.evil.example", "null", "http://[", ""],
)
@run
async def test_a_page_from_elsewhere_is_refused(as_viewer, origin):
    headers = [(b"host", b"localhost"), (b"cookie", f"sessionid={as_viewer.cookies['sessionid'].value}".encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    connected, _code = await WebsocketCommunicator(application, "/live/", headers).connect(PATIENCE_SECONDS)
    assert not connected


@run
async def test_a_trusted_origin_is_let_in(as_viewer, opened, states, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:8443"]
    async with opened(as_viewer, origin="http://localhost:8443"):
        pass


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/live", "/live/more/"])
@run
async def test_an_address_that_no_socket_has_is_refused_without_an_exception(as_viewer, path):
    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    assert await WebsocketCommunicator(application, path, headers).connect(PATIENCE_SECONDS) == (False, 4404)


class TestWhoIsRefused:
    @run
    async def test_strangers(self, db, client, opened):
        async with opened(client, None) as page:
            assert await page.closed_with() == 4401

    @run
    async def test_who_must_change_the_password(self, as_viewer, viewer, opened):
        await do(get_user_model().objects.filter(pk=viewer.pk).update)(must_change_password=True)
        async with opened(as_viewer, None) as page:
            assert await page.closed_with() == 4401

    @run
    async def test_a_session_that_was_idle_too_long(self, as_viewer, opened):
        await do(leave_alone)(as_viewer)
        async with opened(as_viewer, None) as page:
            assert await page.closed_with() == 4401

    @run
    async def test_nobody_is_told_anything_before_they_are_known(self, db, client, opened, states):
        async with opened(client, None) as page:
            await page.watch(SERVERS)
            assert await page.closed_with() == 4401


GARBAGE = [
    "x",
    "[]",
    "null",
    "1",
    '{"watch": {}}',
    '{"watch": [1]}',
    '{"watch": [{"type": "compute.server"}]}',
    '{"watch": [{"type": ["compute.server"], "clusters": null}]}',
    '{"watch": [{"type": "compute.server", "clusters": "east"}]}',
    '{"watch": [{"type": "compute.server", "clusters": [1]}]}',
    '{"watch": [{"type": "compute.server", "clusters": null, "where": "1=1"}]}',
    '{"jobs": [true]}',
    '{"jobs": ["1"]}',
    '{"jobs": 7}',
    '{"secrets": true}',
    "[" * 20_000,
    '{"jobs": [' + ",".join(map(str, range(51))) + "]}",
    '{"watch": [' + ",".join(['{"type": "compute.server", "clusters": null}'] * 21) + "]}",
    '{"watch": [{"type": "compute.server", "clusters": [' + ",".join(['"east"'] * 501) + "]}]}",
    '{"watch": [{"type": "compute.server", "clusters": ["' + "e" * 64 + '"]}]}',
    '{"jobs": false}' + " " * 40_000,
]


class TestGarbage:
    @pytest.mark.parametrize("said", GARBAGE, ids=range(len(GARBAGE)))
    @run
    async def test_ends_the_socket(self, as_viewer, opened, said):
        async with opened(as_viewer, None) as page:
            await page.watch(said)
            assert await page.closed_with() == 4400

    @run
    async def test_bytes_end_the_socket(self, as_viewer, opened):
        async with opened(as_viewer, None) as page:
            await page.socket.send_to(bytes_data=b'{"jobs": true}')
            assert await page.closed_with() == 4400

    @run
    async def test_types_that_are_not_there_are_as_those_one_may_not_see(self, as_viewer, opened, states):
        wish = {"watch": [{"type": "nothing.such", "clusters": None}], "jobs": [2**80, -1]}
        async with opened(as_viewer, wish) as page:
            assert await page.hears_nothing()
