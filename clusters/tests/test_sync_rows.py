"""Where a service tells no changes: the rows it is working on are read one by one, and no others."""

import uuid
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from clusters import gateway, inventory, sync, tasks
from clusters.gateway import CloudError
from clusters.inventory import Source
from clusters.readings import deltas, paces
from storage.volumes.models import Volume


@pytest.fixture
def cloud(monkeypatch):
    """cloud.rows: id → what the cloud says of it; or the error it answers with. cloud.asked: the ids it was asked."""
    fake = SimpleNamespace(rows={}, asked=[])

    def fetch_one(conn, cloud_id):
        fake.asked.append(cloud_id)
        answer = fake.rows.get(cloud_id, CloudError("not_found", cluster="east"))
        if isinstance(answer, CloudError):
            raise answer
        return {"cloud_id": cloud_id, "name": "v", "status": answer, "data": {}}

    @contextmanager
    def call(cluster, **options):
        yield SimpleNamespace(conn=None)

    monkeypatch.setitem(inventory.SOURCES, Volume, Source("block-storage", None, fetch_one))
    monkeypatch.setattr(gateway, "call", call)
    return fake


@pytest.fixture
def make(cluster, cloud):
    def one(status, becomes=None, where=cluster):
        volume = Volume.objects.create(
            cluster=where, cloud_id=str(uuid.uuid4()), name="v", status=status, synced_at=timezone.now(), digest=""
        )
        cloud.rows[volume.cloud_id] = becomes or status
        return volume

    return one


def test_only_what_the_cloud_is_working_on_is_read(cluster, other_cluster, cloud, make):
    busy = [make("creating", "available"), make("attaching", "in-use")]
    make("available"), make("in-use"), make("creating", where=other_cluster)
    changes = sync.run_rows(cluster, Volume)
    assert cloud.asked == [volume.cloud_id for volume in busy]
    assert sorted(changes.changed) == sorted(cloud.asked)
    assert sorted(Volume.objects.filter(pk__in=[v.pk for v in busy]).values_list("status", flat=True)) == [
        "available",
        "in-use",
    ]
    state = sync.state_of(cluster, Volume)
    assert state.changed_at and state.changes_since and not state.running_until
    assert state.synced_at is None and state.full_at is None, "the list as a whole is no younger"
    assert sync.run_rows(cluster, Volume).changed == [] and len(cloud.asked) == 2


def test_one_that_is_gone_is_marked(cluster, cloud, make):
    volume = make("deleting", CloudError("not_found", cluster="east"))
    assert sync.run_rows(cluster, Volume).gone == [volume.cloud_id]
    volume.refresh_from_db()
    assert volume.gone_at


def test_very_many_are_read_in_turn(cluster, cloud, make, monkeypatch):
    monkeypatch.setattr(deltas, "MOST_ASKED", 2)
    volumes = [make("creating") for _number in range(3)]
    sync.run_rows(cluster, Volume)
    sync.run_rows(cluster, Volume)
    assert set(cloud.asked) == {volume.cloud_id for volume in volumes}


def test_a_cloud_that_fails_keeps_its_rows_and_is_told(cluster, cloud, make):
    make("creating", CloudError("timeout", cluster="east"))
    with pytest.raises(CloudError):
        sync.run_rows(cluster, Volume)
    state = sync.state_of(cluster, Volume)
    assert (state.error_code, state.failures, state.running_until) == ("timeout", 1, None)
    assert Volume.objects.get().status == "creating"


def test_the_timetable_sends_for_it(cluster, cloud, make, monkeypatch):
    volume = make("creating", "available")
    state = sync.state_of(cluster, Volume)
    now = timezone.now()
    type(state).objects.filter(pk=state.pk).update(
        full_at=now, eager_until=now + timedelta(seconds=paces.EAGER_SECONDS), changes_since=now - deltas.OVERLAP
    )
    sent = []
    monkeypatch.setattr(tasks.read, "apply_async", lambda arguments, **options: sent.append(arguments))
    tasks.dispatch_due()
    (ours,) = [arguments for arguments in sent if arguments[1] == "storage.volume"]
    assert ours[:3] == (cluster.pk, "storage.volume", "rows")
    tasks.read(*ours)
    volume.refresh_from_db()
    assert volume.status == "available"
