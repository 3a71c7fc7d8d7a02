"""What a socket says."""

import time
from datetime import timedelta

from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from clusters import access
from clusters.access import VIEW
from jobs.models import Job, JobItem
from opsys.live import watcher
from opsys.live.tests.conftest import change, do, run


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
            began = time.monotonic()
            for _ in range(100):
                await do(change)(cluster)
            took, hints = time.monotonic() - began, 0
            while not await page.hears_nothing(0.5):
                assert await page.hear() == {"changed": ["compute.server"]}
                hints += 1
            assert 1 <= hints <= 3 + took / 0.3

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
