"""Scheduled backups that hold only what changed: after a full one so many, and what they are built on stays."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clusters.access import OPERATE, PROVISION, VIEW
from jobs.models import Job, JobItem, MadeCopy, Schedule
from jobs.schedules import aging, copying, work
from jobs.schedules.copying import Copy
from jobs.schedules.forms import OwnScheduleForm
from jobs.schedules.rules import Rules
from opsys.kit.declare.action import Outcome, Status
from storage.backups.models import Backup


def backup(*, incremental: bool, needed: bool = False) -> tuple[SimpleNamespace, SimpleNamespace]:
    row = SimpleNamespace(incremental=incremental, has_increments=needed)
    return SimpleNamespace(pk=id(row)), row


@given(nights=st.integers(1, 30), most=st.integers(0, 7))
def test_after_each_full_one_come_just_so_many(nights, most):
    way, kept = copying.ways("storage.volume")["backup"], []
    copy = SimpleNamespace(way=way, made=SimpleNamespace(pk=0))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(aging, "_present", lambda copy: kept)
        for _night in range(nights):
            kept.insert(0, backup(incremental=aging.may_be_incremental(copy, most)))
    kinds = [row.incremental for _made, row in reversed(kept)]
    assert kinds == [night % (most + 1) != 0 for night in range(nights)]


def test_where_no_full_one_is_left_the_next_is_full():
    copy = SimpleNamespace(way=copying.ways("storage.volume")["backup"], made=SimpleNamespace(pk=0))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(aging, "_present", lambda copy: [backup(incremental=True)])
        assert not aging.may_be_incremental(copy, 6)
        patched.setattr(aging, "_present", lambda copy: [backup(incremental=True), backup(incremental=False)])
        assert aging.may_be_incremental(copy, 6)
        snapshot = SimpleNamespace(way=copying.ways("storage.volume")["snapshot"], made=copy.made)
        assert not aging.may_be_incremental(snapshot, 6)


@pytest.fixture
def owner(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE, PROVISION]})


@pytest.fixture
def schedule(owner):
    return Schedule.objects.create(
        name="nightly",
        cron="0 2 * * *",
        owner=owner,
        kind="snapshot",
        resource="storage.volume",
        action="backup",
        keep=1,
    )


def test_what_increments_need_stays_without_a_complaint(schedule, cluster, owner, monkeypatch):
    """By what the cloud says now: the row is older than the increment."""
    way = copying.ways("storage.volume")["backup"]
    job = Job.objects.create(kind="snapshot", title="n", user=owner, via="schedule")
    item = JobItem.objects.create(job=job, position=0, cluster=cluster, target=1, cloud_id="v1")
    pairs = []
    for name in ("new", "full"):
        mark = MadeCopy(schedule=schedule, cluster=cluster, source_id="v1", copy_type=way.made.name, copy_id=name)
        mark.operation = JobItem._meta.get_field("operation").default()
        mark.save()
        values = {"status": "available", "volume_id": "v1", "digest": "", "synced_at": timezone.now()}
        data = {"description": way.copies.params("", str(mark.operation))["description"]}
        Backup.objects.create(cluster=cluster, cloud_id=name, name=name, data=data, **values)
        pairs.append(mark)
    MadeCopy.objects.filter(copy_id="full").update(asked_at=timezone.now().replace(year=2020))
    read = []

    def read_one(cluster, model, cloud_id):
        read.append(cloud_id)
        model.objects.filter(cloud_id=cloud_id).update(has_increments=True)

    monkeypatch.setattr(aging.sync, "read_one", read_one)
    monkeypatch.setattr(aging, "perform", lambda resource, action, pks, **options: [] if not pks else pytest.fail(pks))
    copy = Copy(job, item, way, pairs[0], 1, "v1")
    outcome = aging.clear(copy, Rules(keep=1), Outcome(Status.DONE, name="v1"))
    assert (outcome.status, outcome.reason, read) == (Status.DONE, "", ["full"])
    assert MadeCopy.objects.count() == 2


def test_the_action_is_asked_for_an_increment():
    way = copying.ways("storage.volume")["backup"]
    copy = Copy(None, None, way, MadeCopy(), 1, "n")
    assert "incremental" not in copy.params
    assert replace(copy, incremental=True).params["incremental"] is True


@pytest.mark.parametrize(
    ("resource", "action", "said"),
    [("storage.volume", "backup", None), ("storage.volume", "snapshot", "Such copies are always full ones.")],
)
def test_snapshots_have_no_increments(schedule, cluster, resource, action, said):
    schedule.action, schedule.increments, schedule.query = action, 6, "cluster=east"
    assert work.check(schedule, owner=schedule.owner).get("increments") == said


def test_the_form_asks_only_where_there_are_some(schedule, owner):
    assert "increments" in OwnScheduleForm(instance=schedule).fields
    schedule.resource = "compute.server"
    assert "increments" not in OwnScheduleForm(instance=schedule).fields
