"""The limit of a cluster holds over all jobs and workers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import concurrency_limit
from jobs.concurrency_limit import Slot


@pytest.fixture(autouse=True)
def two_at_once(settings):
    settings.JOB_ITEMS_PER_CLUSTER = 2


def test_there_are_as_many_as_allowed(cluster, other_cluster):
    first, second = concurrency_limit.take(cluster.pk, "1:1"), concurrency_limit.take(cluster.pk, "2:1")
    assert {first.number, second.number} == {0, 1}
    assert concurrency_limit.take(cluster.pk, "3:1") is None
    assert concurrency_limit.take(other_cluster.pk, "3:1") is not None


def test_a_freed_one_can_be_taken(cluster):
    first = concurrency_limit.take(cluster.pk, "1:1")
    concurrency_limit.take(cluster.pk, "2:1")
    concurrency_limit.free(first)
    assert concurrency_limit.take(cluster.pk, "3:1").number == first.number


def test_a_dead_workers_slot_lapses_and_is_not_freed_by_it_later(cluster):
    dead = concurrency_limit.take(cluster.pk, "1:1")
    concurrency_limit.take(cluster.pk, "2:1")
    Slot.objects.filter(pk=dead.pk).update(until=timezone.now() - timedelta(seconds=1))
    taken = concurrency_limit.take(cluster.pk, "3:1")
    assert taken.number == dead.number
    concurrency_limit.free(dead)
    assert Slot.objects.filter(holder="3:1").exists()


def test_who_lives_keeps_its_slots(cluster):
    slot = concurrency_limit.take(cluster.pk, "1:1")
    Slot.objects.update(until=timezone.now() + timedelta(seconds=1))
    concurrency_limit.keep("1:1")
    slot.refresh_from_db()
    assert slot.until > timezone.now() + timedelta(seconds=concurrency_limit.LEASE_SECONDS / 2)
