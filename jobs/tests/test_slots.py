"""The limit of a cluster holds over all jobs and workers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import slots
from jobs.slots import Slot


@pytest.fixture(autouse=True)
def two_at_once(settings):
    settings.JOB_ITEMS_PER_CLUSTER = 2


def test_there_are_as_many_as_allowed(cluster, other_cluster):
    first, second = slots.take(cluster.pk, "1:1"), slots.take(cluster.pk, "2:1")
    assert {first.number, second.number} == {0, 1}
    assert slots.take(cluster.pk, "3:1") is None
    assert slots.take(other_cluster.pk, "3:1") is not None


def test_a_freed_one_can_be_taken(cluster):
    first = slots.take(cluster.pk, "1:1")
    slots.take(cluster.pk, "2:1")
    slots.free(first)
    assert slots.take(cluster.pk, "3:1").number == first.number


def test_a_dead_workers_slot_lapses_and_is_not_freed_by_it_later(cluster):
    dead = slots.take(cluster.pk, "1:1")
    slots.take(cluster.pk, "2:1")
    Slot.objects.filter(pk=dead.pk).update(until=timezone.now() - timedelta(seconds=1))
    taken = slots.take(cluster.pk, "3:1")
    assert taken.number == dead.number
    slots.free(dead)
    assert Slot.objects.filter(holder="3:1").exists()


def test_who_lives_keeps_its_slots(cluster):
    slot = slots.take(cluster.pk, "1:1")
    Slot.objects.update(until=timezone.now() + timedelta(seconds=1))
    slots.keep("1:1")
    slot.refresh_from_db()
    assert slot.until > timezone.now() + timedelta(seconds=slots.LEASE_SECONDS / 2)
