"""Two people act on one server: one wins, the other is told who was first."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.holds import HOLD_SECONDS, Held, Hold, holding


@pytest.fixture
def anna(make_user):
    return make_user("anna")


@pytest.fixture
def bert(make_user):
    return make_user("bert")


def hold(cluster, user, operation=None, cloud_id="a"):
    return holding(cluster, cloud_id, what="Stop", user=user, operation=operation or uuid.uuid4())


def test_the_second_is_told_who_was_first(cluster, anna, bert):
    with hold(cluster, anna), pytest.raises(Held) as refusal, hold(cluster, bert):
        pass
    assert "anna" in str(refusal.value) and "Stop" in str(refusal.value)


def test_it_is_free_again_afterwards_also_after_an_error(cluster, anna, bert):
    with pytest.raises(ZeroDivisionError), hold(cluster, anna):
        raise ZeroDivisionError
    with hold(cluster, bert):
        assert Hold.objects.count() == 1
    assert not Hold.objects.exists()


def test_other_resources_and_other_clusters_are_not_held(cluster, other_cluster, anna, bert):
    with hold(cluster, anna), hold(cluster, bert, cloud_id="b"), hold(other_cluster, bert):
        assert Hold.objects.count() == 3


def test_a_dead_holder_lapses(cluster, anna, bert):
    with hold(cluster, anna):
        Hold.objects.update(until=timezone.now() - timedelta(seconds=1))
        with hold(cluster, bert):
            assert Hold.objects.get().username == "bert"


def test_an_operation_tried_again_takes_its_own_hold_over(cluster, anna):
    operation = uuid.uuid4()
    Hold.objects.create(
        cluster=cluster,
        cloud_id="a",
        what="Stop",
        username="anna",
        operation=operation,
        until=timezone.now() + timedelta(seconds=HOLD_SECONDS),
    )
    with hold(cluster, anna, operation):
        assert Hold.objects.count() == 1
