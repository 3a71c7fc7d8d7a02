"""Whom a socket lets in, what it says, and when it ends."""

import asyncio
import json
import time
from datetime import timedelta

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.sessions import ACTIVE_AT
from clusters import access
from clusters.access import OPERATE, VIEW
from clusters.models import SyncState
from jobs.models import Job, JobItem
from opsys.asgi import application
from opsys.live import watcher
from opsys.live.people import Person, people_behind
from opsys.live.tests.conftest import SERVERS, TURN, do, run
from opsys.live.wishes import wish_of
from tests.factories import make_state


def change(cluster, resource="compute.server", **fields):
    """As a pass that changed a row."""
    values = fields or {"changed_at": timezone.now()}
    assert SyncState.objects.filter(cluster=cluster, resource=resource).update(**values)


@pytest.fixture
def states(cluster, other_cluster):
    return [make_state(c, name) for c in (cluster, other_cluster) for name in ("compute.server", "storage.volume")]


@pytest.mark.parametrize(
    "origin",
    [None, "http://evil.example", "http://localhost:3000", "http://localhost.evil.example", "null", "http://[", ""],
)
@run
async def test_a_page_from_elsewhere_is_refused(as_viewer, origin):
    headers = [(b"host", b"localhost"), (b"cookie", f"sessionid={as_viewer.cookies['sessionid'].value}".encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    connected, _code = await WebsocketCommunicator(application, "/live/", headers).connect(2)
    assert not connected


@run
async def test_a_trusted_origin_is_let_in(as_viewer, opened, states, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:8443"]
    async with opened(as_viewer, origin="http://localhost:8443"):
        pass


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


def leave_alone(client):
    session = SessionStore(client.cookies["sessionid"].value)
    session[ACTIVE_AT] = 0
    session.save()


class TestHints:
    @run
    async def test_a_change_is_told_without_what_it_was(self, as_viewer, opened, states, cluster):
        async with opened(as_viewer) as page:
            await do(change)(cluster)
            assert await page.hear() == {"changed": ["compute.server"]}

    @run
    async def test_a_cluster_that_breaks_is_a_change(self, as_viewer, opened, states, cluster):
        async with opened(as_viewer) as page:
            await do(change)(cluster, error_code="timeout")
            assert await page.hear() == {"changed": ["compute.server"]}

    @run
    async def test_a_pass_that_changed_nothing_is_none(self, as_viewer, opened, states, cluster):
        await do(change)(cluster, synced_at=timezone.now() - timedelta(seconds=9))
        async with opened(as_viewer) as page:
            await do(change)(cluster, synced_at=timezone.now())
            assert await page.hears_nothing()

    @run
    async def test_other_clusters_and_types_are_not_told(self, as_viewer, opened, states, cluster, other_cluster):
        async with opened(as_viewer) as page:
            await do(change)(other_cluster)
            await do(change)(cluster, "storage.volume")
            assert await page.hears_nothing()

    @run
    async def test_asking_for_a_cluster_by_name_gives_no_right_to_it(
        self, as_viewer, opened, states, cluster, other_cluster
    ):
        wish = {"watch": [{"type": "compute.server", "clusters": [cluster.name, other_cluster.name, "nowhere"]}]}
        async with opened(as_viewer, wish) as page:
            await do(change)(other_cluster)
            assert await page.hears_nothing()
            await do(change)(cluster)
            assert await page.hear() == {"changed": ["compute.server"]}

    @run
    async def test_only_the_clusters_of_the_page(self, as_viewer, viewer, opened, states, cluster, other_cluster):
        await do(access.set_permissions)(viewer, {cluster.pk: [VIEW], other_cluster.pk: [VIEW]})
        wish = {"watch": [{"type": "compute.server", "clusters": [cluster.name]}]}
        async with opened(as_viewer, wish) as page:
            await do(change)(other_cluster)
            assert await page.hears_nothing()

    @run
    async def test_a_hundred_changes_are_few_hints(self, as_viewer, opened, states, cluster, monkeypatch):
        monkeypatch.setattr(watcher, "INTERVAL_SECONDS", 0.3)
        async with opened(as_viewer) as page:
            for _ in range(100):
                await do(change)(cluster)
            hints = 0
            while not await page.hears_nothing(0.5):
                assert await page.hear() == {"changed": ["compute.server"]}
                hints += 1
            assert 1 <= hints <= 6

    @run
    async def test_what_changes_while_the_database_is_away_is_told_after_it(
        self, as_viewer, opened, states, cluster, monkeypatch
    ):
        async with opened(as_viewer) as page:
            look = watcher.look

            def away(before):
                raise OperationalError("gone away")

            monkeypatch.setattr(watcher, "look", away)
            await do(change)(cluster)
            assert await page.hears_nothing()
            monkeypatch.setattr(watcher, "look", look)
            assert await page.hear() == {"changed": ["compute.server"]}

    @run
    async def test_a_watch_that_breaks_lets_the_pages_go(self, as_viewer, opened, states, monkeypatch):
        async with opened(as_viewer) as page:

            def broken(before):
                raise KeyError("a mistake of ours")

            monkeypatch.setattr(watcher, "look", broken)
            assert await page.closed_with() == 1011

    @run
    async def test_a_page_may_ask_anew(self, as_viewer, opened, states, cluster):
        async with opened(as_viewer) as page:
            await page.watch({"watch": [{"type": "storage.volume", "clusters": None}]})
            assert (await page.hear())["ready"]
            await do(change)(cluster)
            assert await page.hears_nothing()
            await do(change)(cluster, "storage.volume")
            assert await page.hear() == {"changed": ["storage.volume"]}


class TestJobs:
    @run
    async def test_of_ones_own_and_every_step(self, as_viewer, viewer, opened):
        async with opened(as_viewer) as page:
            job = await do(Job.objects.create)(user=viewer, username="vera", via="ui", kind="x")
            assert await page.hear() == {"jobs": [job.pk]}
            item = await do(JobItem.objects.create)(job=job, position=0, target=1)
            assert await page.hear() == {"jobs": [job.pk]}
            await do(JobItem.objects.filter(pk=item.pk).update)(state="done")
            assert await page.hear() == {"jobs": [job.pk]}
            await do(Job.objects.filter(pk=job.pk).update)(state="done")
            assert await page.hear() == {"jobs": [job.pk]}
            assert await page.hears_nothing()

    @run
    async def test_that_are_over_between_two_looks(self, as_viewer, viewer, opened):
        async with opened(as_viewer) as page:
            job = await do(Job.objects.create)(user=viewer, username="vera", via="ui", kind="x", state="done")
            assert await page.hear() == {"jobs": [job.pk]}

    @run
    async def test_of_others_are_a_platform_admins_business_only(self, as_viewer, opened, platform_admin, db):
        other = Client()
        await do(other.force_login)(platform_admin)
        async with opened(as_viewer) as page, opened(other) as admins:
            job = await do(Job.objects.create)(user=platform_admin, username="root", via="ui", kind="x")
            assert await admins.hear() == {"jobs": [job.pk]}
            nobodys = await do(Job.objects.create)(user=None, username="gone", via="ui", kind="x")
            assert nobodys.pk in (await admins.hear())["jobs"]
            assert await page.hears_nothing()

    @run
    async def test_only_the_one_on_the_page(self, as_viewer, viewer, opened):
        first = await do(Job.objects.create)(user=viewer, username="vera", via="ui", kind="x")
        async with opened(as_viewer, {"jobs": [first.pk]}) as page:
            await do(Job.objects.create)(user=viewer, username="vera", via="ui", kind="x")
            assert await page.hears_nothing()
            await do(Job.objects.filter(pk=first.pk).update)(state="running")
            assert await page.hear() == {"jobs": [first.pk]}


class TestRightsThatEnd:
    @run
    async def test_a_lost_grant_narrows(self, as_viewer, viewer, opened, states, cluster, other_cluster):
        await do(access.set_permissions)(viewer, {cluster.pk: [VIEW, OPERATE], other_cluster.pk: [VIEW]})
        async with opened(as_viewer) as page:
            await do(access.set_permissions)(viewer, {other_cluster.pk: [VIEW]})
            await asyncio.sleep(0.2)
            await do(change)(cluster)
            assert await page.hears_nothing()
            await do(change)(other_cluster)
            assert await page.hear() == {"changed": ["compute.server"]}

    @run
    async def test_a_new_grant_widens(self, as_viewer, viewer, opened, states, cluster, other_cluster):
        async with opened(as_viewer) as page:
            await do(access.set_permissions)(viewer, {cluster.pk: [VIEW], other_cluster.pk: [VIEW]})
            await asyncio.sleep(0.2)
            await do(change)(other_cluster)
            assert await page.hear() == {"changed": ["compute.server"]}

    @pytest.mark.parametrize(
        "fields", [{"is_active": False}, {"must_change_password": True}, {"password": "another's"}], ids=str
    )
    @run
    async def test_a_changed_account_ends_it(self, as_viewer, viewer, opened, fields):
        async with opened(as_viewer) as page:
            await do(get_user_model().objects.filter(pk=viewer.pk).update)(**fields)
            assert await page.closed_with() == 4401

    @run
    async def test_logout_ends_it(self, as_viewer, opened):
        async with opened(as_viewer) as page:
            await do(as_viewer.logout)()
            assert await page.closed_with() == 4401

    @run
    async def test_an_idle_session_ends_although_the_socket_is_open(self, as_viewer, opened):
        async with opened(as_viewer) as page:
            await do(leave_alone)(as_viewer)
            assert await page.closed_with() == 4401

    @run
    async def test_a_socket_keeps_no_session_alive(self, as_viewer, opened):
        key = as_viewer.cookies["sessionid"].value

        def active_at(earlier=0):
            session = SessionStore(key)
            session[ACTIVE_AT] -= earlier
            session.save()
            return session[ACTIVE_AT]

        await do(active_at)(600)
        before = await do(active_at)()
        async with opened(as_viewer) as page:
            await page.watch(SERVERS)
            await asyncio.sleep(0.2)
        assert await do(active_at)() == before


class TestCost:
    @pytest.mark.parametrize("number", [1, 50])
    @run
    async def test_the_watch_asks_the_same_for_one_page_and_for_fifty(self, viewer, states, cluster, number):
        """What a change costs is two queries; who is behind the sockets is asked per session and seldom."""
        heard = []

        class Fake:
            session_key, told, wish = "x" * 32, True, wish_of(json.dumps(SERVERS))
            person = Person(viewer.pk, False, {cluster.name: cluster.pk})

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
        assert await do(len)(queries) == 2

    @run
    async def test_a_session_is_looked_at_once_for_all_its_pages(self, as_viewer, opened, states, monkeypatch):
        asked = []
        monkeypatch.setattr(watcher, "people_behind", lambda keys: asked.append(keys) or people_behind(keys))
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
        await asyncio.sleep(5 * TURN)
        assert not watch.sockets and watch._task.done()

    @run
    async def test_an_open_page_is_somebody_looking(self, as_viewer, opened, states, cluster, other_cluster):
        async with opened(as_viewer):
            await asyncio.sleep(5 * TURN)

        def looked():
            return set(SyncState.objects.exclude(looked_at=None).values_list("cluster__name", "resource"))

        assert await do(looked)() == {(cluster.name, "compute.server")}


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
