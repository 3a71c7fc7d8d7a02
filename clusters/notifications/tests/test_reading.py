"""Rows that notifications tell of, read from a list of a cloud that counts what it is asked."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from clusters import gateway, inventory, sync
from clusters.gateway import CloudError
from clusters.models import SyncState
from clusters.notifications.hints import Hints
from clusters.notifications.reading import MOST_ROWS, REST, SAVED_SECONDS, Share, read_due
from compute.servers.models import Server
from storage.volumes.models import Volume


@pytest.fixture
def told(listed_cloud, cluster, monkeypatch):
    """told("s001", …) → how many rows were read after these were told of."""
    monkeypatch.setitem(inventory.SOURCES, Server, listed_cloud.source(changes=True))
    sync.sync(cluster, Server)
    # The pass is over for longer than the pause after it.
    Server.objects.update(synced_at=timezone.now() - timedelta(seconds=5))
    SyncState.objects.update(delta_at=None, changed_at=None)
    listed_cloud.asked.clear()

    def tell(*ids, took=lambda seconds: None):
        hints = Hints()
        for cloud_id in ids:
            hints.add(Server, cloud_id)
        return read_due(cluster, hints, took)

    return tell


def state():
    return SyncState.objects.get(resource="compute.server")


def name_of(cloud_id):
    return Server.objects.get(cloud_id=cloud_id).name


def test_a_changed_row_is_read_alone_and_no_pace_changes(told, listed_cloud):
    listed_cloud.rename("s007", "renamed")
    before = state()
    assert told("s007") == 1
    after = state()
    assert name_of("s007") == "renamed"
    assert after.changed_at is not None
    assert listed_cloud.asked == []  # no list
    assert (after.eager_until, after.looked_at, after.full_at) == (before.eager_until, None, before.full_at)


def test_new_rows_appear_and_deleted_ones_go(told, listed_cloud):
    listed_cloud.add("brand-new")
    del listed_cloud.rows["s003"]
    assert told("brand-new", "s003", "never-was") == 3
    assert name_of("brand-new") == "brand-new"
    assert Server.objects.get(cloud_id="s003").gone_at is not None
    assert not Server.objects.filter(cloud_id="never-was").exists()


def test_what_was_read_since_is_not_asked_for(told, cluster):
    Server.objects.filter(cloud_id="s001").update(synced_at=timezone.now() + timedelta(seconds=60))
    assert told("s001") == 0


def test_many_at_once_are_one_question_for_changes(told, listed_cloud):
    listed_cloud.wait(60)
    names = [f"s{number:03}" for number in range(20)]
    for name in names:
        listed_cloud.rename(name, "mass")
    assert told(*names) == 0
    assert {name_of(name) for name in names} == {"mass"}
    assert len(listed_cloud.changes) <= 4
    assert state().eager_until is None


def test_many_are_read_a_few_at_a_time_where_no_changes_are_told(told, listed_cloud, monkeypatch, cluster):
    monkeypatch.setitem(inventory.SOURCES, Server, listed_cloud.source())
    assert told(*[f"s{number:03}" for number in range(20)]) == MOST_ROWS
    assert listed_cloud.asked == []


def test_how_long_each_question_took_is_told(told, monkeypatch):
    clock = iter(range(0, 1000, 2))  # each question takes two seconds
    monkeypatch.setattr("clusters.notifications.reading.time", SimpleNamespace(monotonic=lambda: next(clock)))
    took = []
    told("s001", "s002", took=took.append)
    assert took == [2, 2]


def test_of_a_clouds_time_an_eighth_is_taken_and_a_little_at_once():
    now = [1000.0]
    share = Share(lambda: now[0])

    def ask(seconds):
        now[0] += seconds
        waits = share.take(seconds)
        now[0] += waits
        return waits

    assert [ask(SAVED_SECONDS / 4) for _ in range(4)] == [0] * 4
    began, asked = now[0], 100
    assert sum(ask(0.5) for _ in range(asked)) > 0
    assert (now[0] - began) / (asked * 0.5) == pytest.approx(REST, rel=0.05)
    now[0] += 3600
    assert [ask(SAVED_SECONDS / 4) for _ in range(4)] == [0] * 4
    assert ask(10) > 60


def test_what_is_not_read_yet_or_told_us_to_wait_is_left_to_the_passes(told, cluster):
    SyncState.objects.update(retry_at=timezone.now() + timedelta(seconds=60))
    assert told("s001") == 0
    SyncState.objects.update(retry_at=None, full_at=None)
    assert told("s001") == 0


def test_a_type_that_nobody_read_costs_nothing(cluster, told):
    hints = Hints()
    hints.add(Volume, "v1")
    assert read_due(cluster, hints, lambda seconds: None) == 0
    assert hints.due() == {}


def test_a_cloud_that_is_down_is_not_asked_for_the_rest(told, monkeypatch):
    asked = []

    def down(*args, **kwargs):
        asked.append(1)
        raise CloudError("unreachable", cluster="east")

    monkeypatch.setattr(gateway, "call", down)
    with pytest.raises(CloudError):
        told("s001", "s002", "s003")
    assert len(asked) == 1
    assert name_of("s001") == "s001"


def test_one_that_we_may_not_see_keeps_nobody_from_the_next(told, listed_cloud, monkeypatch):
    source = listed_cloud.source()

    def fetch_one(conn, cloud_id):
        if cloud_id == "s001":
            raise CloudError("forbidden", cluster="east")
        return source.fetch_one(conn, cloud_id)

    monkeypatch.setitem(
        inventory.SOURCES, Server, inventory.Source("compute", source.fetch, fetch_one, full_seconds=30)
    )
    listed_cloud.rename("s002", "renamed")
    told("s001", "s002")
    assert name_of("s002") == "renamed"
