"""What sockets cost the database, together."""

import asyncio
import json
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters import rights_version
from clusters.models import SyncState
from opsys.live import watcher
from opsys.live.session_user import Person, people_of_sessions
from opsys.live.subscriptions import parse_subscription
from opsys.live.tests.conftest import SERVERS, TURN, change, do, run
from tests.platform import PATIENCE_SECONDS


class TestCost:
    @pytest.mark.parametrize("number", [1, 50])
    @run
    async def test_the_watch_asks_the_same_for_one_page_and_for_fifty(self, viewer, states, cluster, number):
        """What a change costs is three small queries; who is behind the sockets is asked per session and seldom."""
        heard = []
        now = await do(rights_version.current)()

        class Fake:
            session_key, told, wish = "x" * 32, True, parse_subscription(json.dumps(SERVERS))
            person = Person(viewer.pk, False, {cluster.name: cluster.pk}, now)

            async def tell(self, hint):
                heard.append(hint)

        watch = watcher.Watcher()
        watch.sockets = {Fake() for _ in range(number)}
        watch._checked = {Fake.session_key: time.monotonic() + 60}
        before = await watch._turn(None)
        await do(change)(cluster)
        queries = CaptureQueriesContext(connection)
        await do(queries.__enter__)()
        await watch._turn(before)
        await do(queries.__exit__)(None, None, None)
        assert heard == [{"changed": ["compute.server"]}] * number
        assert await do(len)(queries) == 3

    @run
    async def test_a_session_is_looked_at_once_for_all_its_pages(self, as_viewer, opened, states, monkeypatch):
        asked = []
        monkeypatch.setattr(watcher, "people_of_sessions", lambda keys: asked.append(keys) or people_of_sessions(keys))
        async with opened(as_viewer), opened(as_viewer), opened(as_viewer):
            await asyncio.sleep(0.2)
        assert asked and all(keys == [as_viewer.cookies["sessionid"].value] for keys in asked)

    def test_a_look_is_two_queries(self, states, django_assert_num_queries):
        first = watcher.look(None)
        with django_assert_num_queries(2):
            watcher.look(first)

    @run
    async def test_the_watch_ends_with_the_last_page(self, as_viewer, opened, states):
        async with opened(as_viewer):
            watch = watcher.watcher()
            assert len(watch.sockets) == 1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not watch._task.done():
                await asyncio.sleep(TURN)
        assert not watch.sockets

    @run
    async def test_an_open_page_is_somebody_looking(self, as_viewer, opened, states, cluster, other_cluster):
        async with opened(as_viewer):
            await asyncio.sleep(5 * TURN)

        def looked():
            return set(SyncState.objects.exclude(looked_at=None).values_list("cluster__name", "resource"))

        assert await do(looked)() == {(cluster.name, "compute.server")}
