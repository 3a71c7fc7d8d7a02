"""Of many clusters those at rest are thought of in turn, those where something is to be done at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from clusters import tasks
from clusters.models import Cluster, Credential, SyncState

MANY = 2 * tasks.CLUSTERS_A_TURN
TURNS = 1 + MANY // tasks.CLUSTERS_A_TURN


@pytest.fixture
def clusters(make_cluster):
    """All of them were read and nobody looks."""
    made = [make_cluster(f"cloud-{number}") for number in range(MANY)]
    Credential.objects.bulk_create(Credential(cluster=each, username="ops", secret="x") for each in made)
    SyncState.objects.bulk_create(
        SyncState(cluster=each, resource="compute.server", full_at=timezone.now()) for each in made
    )
    return made


def thought_of(moment: datetime) -> set[Cluster]:
    return set(tasks._in_turn(list(Cluster.objects.all()), moment))


def test_each_at_rest_has_its_turn_within_a_few_seconds(clusters):
    now = datetime.now(UTC)
    turns = [thought_of(now + timedelta(seconds=second)) for second in range(TURNS)]
    assert set.union(*turns) == set(clusters) and sum(map(len, turns)) == MANY


@pytest.mark.parametrize(
    "state",
    [
        {"looked_at": timezone.now() + timedelta(hours=1)},
        {"eager_until": timezone.now() + timedelta(hours=1)},
        {"position": {"began": "2026-01-01T00:00:00+00:00"}},
        {"full_at": None},
    ],
    ids=["looked at", "acted on", "half read", "never read"],
)
def test_where_something_is_to_be_done_it_is_every_second(clusters, state):
    SyncState.objects.filter(cluster=clusters[3]).update(**state)
    now = datetime.now(UTC)
    assert all(clusters[3] in thought_of(now + timedelta(seconds=second)) for second in range(TURNS))


def test_new_ones_are_thought_of_every_second(make_cluster):
    few = {make_cluster("east"), make_cluster("west")}
    assert thought_of(timezone.now()) == few


def test_one_alone_at_rest_has_its_turn_every_third_second(make_cluster):
    SyncState.objects.create(cluster=make_cluster("east"), resource="compute.server", full_at=timezone.now())
    now = datetime.now(UTC)
    turns = [len(thought_of(now + timedelta(seconds=second))) for second in range(2 * tasks.LEAST_TURNS)]
    assert sum(turns) == 2
