"""Two people act on one server: one wins, the other is told who was first."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.locks import LOCK_SECONDS, ResourceLock, ResourceLocked, resource_lock


@pytest.fixture
def anna(make_user):
    return make_user("anna")


@pytest.fixture
def bert(make_user):
    return make_user("bert")


def hold(cluster, user, operation=None, cloud_id="a"):
    return resource_lock(cluster, cloud_id, what="Stop", user=user, operation=operation or uuid.uuid4())


def test_the_second_is_told_who_was_first(cluster, anna, bert):
    with hold(cluster, anna), pytest.raises(ResourceLocked) as refusal, hold(cluster, bert):
        pass
    assert "anna" in str(refusal.value) and "Stop" in str(refusal.value)


def test_it_is_free_again_afterwards_also_after_an_error(cluster, anna, bert):
    with pytest.raises(ZeroDivisionError), hold(cluster, anna):
        raise ZeroDivisionError
    with hold(cluster, bert):
        assert ResourceLock.objects.count() == 1
    assert not ResourceLock.objects.exists()


def test_other_resources_and_other_clusters_are_not_held(cluster, other_cluster, anna, bert):
    with hold(cluster, anna), hold(cluster, bert, cloud_id="b"), hold(other_cluster, bert):
        assert ResourceLock.objects.count() == 3


def test_a_dead_holder_lapses(cluster, anna, bert):
    with hold(cluster, anna):
        ResourceLock.objects.update(until=timezone.now() - timedelta(seconds=1))
        with hold(cluster, bert):
            assert ResourceLock.objects.get().username == "bert"


def test_an_operation_tried_again_takes_its_own_hold_over(cluster, anna):
    operation = uuid.uuid4()
    ResourceLock.objects.create(
        cluster=cluster,
        cloud_id="a",
        what="Stop",
        username="anna",
        operation=operation,
        until=timezone.now() + timedelta(seconds=LOCK_SECONDS),
    )
    with hold(cluster, anna, operation):
        assert ResourceLock.objects.count() == 1
