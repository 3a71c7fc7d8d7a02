"""A socket ends with the right to it."""

import asyncio

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore

from accounts.sessions import ACTIVE_AT
from clusters import access
from clusters.access import OPERATE, VIEW
from opsys.live.tests.conftest import SERVERS, change, do, leave_alone, run


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
