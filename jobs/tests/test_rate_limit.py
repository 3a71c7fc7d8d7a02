"""The pace of a cluster holds over all jobs and workers."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from jobs import rate_limit, run
from jobs.rate_limit import RateLimit

NOON = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_a_second(settings):
    settings.JOB_ITEMS_PER_SECOND = 2
    settings.JOB_ITEMS_PER_CLUSTER = 4


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_each_gets_the_moment_after_the_one_before_whichever_job_it_is_of(cluster, other_cluster, clock):
    assert [rate_limit.wait_seconds(cluster.pk) for _item in range(4)] == [0, 0.5, 1, 1.5]
    assert rate_limit.wait_seconds(other_cluster.pk) == 0
    clock.shift(timedelta(seconds=1.2))
    assert rate_limit.wait_seconds(cluster.pk) == pytest.approx(0.8)


def test_time_that_passed_is_not_saved_up(cluster, clock):
    rate_limit.wait_seconds(cluster.pk)
    clock.shift(timedelta(minutes=5))
    assert [rate_limit.wait_seconds(cluster.pk) for _item in range(2)] == [0, 0.5]


@pytest.mark.parametrize("seen", [None, NOON + timedelta(seconds=0.5)], ids=["first", "later"])
def test_two_who_saw_the_same_moment_do_not_both_get_it(cluster, clock, monkeypatch, seen):
    """Another worker takes the moment between our look and our write."""
    if seen:
        rate_limit.wait_seconds(cluster.pk)
    take, quicker = rate_limit._take, []

    def late(cluster_id, row, next_at):
        if not quicker:
            quicker.append(take(cluster_id, row, next_at))
        return take(cluster_id, row, next_at)

    monkeypatch.setattr(rate_limit, "_take", late)
    assert rate_limit.wait_seconds(cluster.pk) == (1 if seen else 0.5)
    assert quicker == [True]


def test_a_moment_nobody_can_have_meant_is_forgotten(cluster, clock):
    RateLimit.objects.create(cluster=cluster, next_at=NOON + timedelta(hours=1))
    assert [rate_limit.wait_seconds(cluster.pk) for _item in range(2)] == [0, 0.5]


def test_without_a_limit_nothing_is_written(cluster, settings, django_assert_num_queries):
    settings.JOB_ITEMS_PER_SECOND = 0
    with django_assert_num_queries(0):
        assert rate_limit.wait_seconds(cluster.pk) == 0
    assert rate_limit.wait_seconds(None) == 0


class Going:
    halted = False


def test_a_lane_waits_for_its_turn_also_when_the_cluster_just_answered(cluster, settings):
    settings.JOB_ITEMS_PER_SECOND = 10
    lanes = [run.Lane(cluster.pk), run.Lane(cluster.pk)]  # of two jobs
    began = time.monotonic()
    for number in range(4):
        lane = lanes[number % 2]
        assert lane.wait(Going())
        lane.go_on()
    assert 0.25 < time.monotonic() - began < 5


def test_a_lane_takes_no_turn_while_its_cluster_fails(cluster):
    lane = run.Lane(cluster.pk)
    lane.pause(0.1)
    began = time.monotonic()
    assert lane.wait(Going())
    assert time.monotonic() - began >= 0.1 and RateLimit.objects.count() == 1


def test_who_is_halted_stops_waiting(cluster):
    lane, stopped = run.Lane(cluster.pk), Going()
    stopped.halted = True
    assert not lane.wait(stopped) and not RateLimit.objects.exists()
