"""Snapshots by schedule: old ones go only when the new one is usable, and only those the schedule made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from clusters import access, gateway, inventory, sync
from clusters.access import OPERATE, PROVISION, VIEW
from clusters.gateway import CloudError
from clusters.inventory import Source
from compute.servers.models import Server
from jobs import lifecycle, run
from jobs.models import Job, JobItem, MadeCopy, Schedule
from jobs.schedules import copying, snapshots
from jobs.schedules.running import run_now
from opsys.kit.declare import register
from opsys.kit.declare.action import Action
from tests.factories import make_server

NIGHT = datetime(2026, 3, 28, 2, 30, tzinfo=UTC)
IMAGES = "storage.volume"
"""Stands for the images' room: the job knows no room, only what its type is called and that it has properties."""


class FakeCloud:
    """Makes images at once, with the properties that Nova gives them. `becomes` is what state they get to."""

    conn = request_id = global_request_id = ""

    def __init__(self):
        self.images, self.becomes, self.error, self.kept = {}, "active", None, {}
        self.asked, self.numbers = [], count()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def cloud_time(self, moment):
        return moment

    def snapshot(self, conn, cloud_id, *, name, metadata):
        self.asked.append((cloud_id, name))
        if self.error:
            raise self.error
        self.add(name, {"instance_uuid": cloud_id, **metadata}, self.becomes)

    def add(self, name, properties, status="active"):
        image_id = f"image-{next(self.numbers)}"
        row = {"cloud_id": image_id, "name": name, "status": status, "created_at": timezone.now()}
        self.images[image_id] = {**row, "data": {"properties": properties}}
        return image_id

    def delete(self, conn, cloud_id):
        del self.images[cloud_id]

    def fetch_one(self, conn, cloud_id):
        if cloud_id not in self.images:
            raise CloudError("not_found", cluster="east")
        return self.images[cloud_id]

    def changes(self, conn, since):
        yield [row for row in self.images.values() if row["created_at"] >= since]

    def names(self):
        return sorted(row["name"] for row in self.images.values())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


def images():
    return register.get(IMAGES).model


def snapshot_of_servers():
    return {action.name: action for action in register.get("compute.server").actions}["snapshot"]


@pytest.fixture
def cloud(monkeypatch):
    fake = FakeCloud()
    servers, images = register.get("compute.server"), register.get(IMAGES)
    copies = replace(snapshot_of_servers().copies, to=IMAGES)
    take = Action("snapshot", "Create a snapshot", fake.snapshot, copies=copies)
    drop = Action("delete", "Delete", fake.delete, permission=PROVISION, when=lambda row: fake.kept.get(row.name, ""))
    monkeypatch.setitem(register._resources, servers.name, replace(servers, actions=(*servers.actions, take)))
    monkeypatch.setitem(register._resources, IMAGES, replace(images, actions=(drop,)))
    monkeypatch.setitem(inventory.SOURCES, images.model, Source("image", None, fake.fetch_one, fake.changes))
    monkeypatch.setattr(gateway, "call", lambda *args, **kwargs: fake)
    monkeypatch.setattr(copying, "LOOK_SECONDS", 0)
    return fake


@pytest.fixture
def operator(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE, PROVISION]})


@pytest.fixture
def server(cluster):
    return make_server(cluster, name="web", cloud_id="s1", image_id="ubuntu")


@pytest.fixture
def nightly(cloud, server, operator):
    return make_schedule(operator)


def make_schedule(owner, **fields):
    values = {"name": "nightly", "cron": "30 2 * * *", "kind": "snapshot", "query": "cluster=east&q=web", "keep": 2}
    values |= {"action": "snapshot"}
    return Schedule.objects.create(owner=owner, **{**values, **fields})


def begin(schedule):
    """The item that a run of it begins."""
    return run_now(Schedule.objects.get(pk=schedule.pk)).job.items.get()


def do(item):
    return snapshots.Snapshots().do(item.job, item)


def night(schedule, clock, days=1):
    """One run, a day after the one before."""
    outcome = do(begin(schedule))
    clock.shift(timedelta(days=days))
    return outcome


def test_the_newest_are_kept_and_the_deletions_stand_in_the_audit(nightly, cloud, clock, operator):
    outcomes = [night(nightly, clock) for _night in range(4)]
    assert cloud.names() == ["web-20260330-023000", "web-20260331-023000"]
    assert [outcome.status for outcome in outcomes] == ["done"] * 4
    assert [outcome.reason for outcome in outcomes] == ["", "", *["1 older copy was deleted."] * 2]
    events = Event.objects.filter(action=f"{IMAGES}.delete", phase="done")
    assert [(event.user, event.via, event.name) for event in events.order_by("pk")] == [
        (operator, "schedule", "web-20260328-023000"),
        (operator, "schedule", "web-20260329-023000"),
    ]
    assert MadeCopy.objects.count() == 2
    made = Event.objects.filter(action="compute.server.snapshot", phase="done")
    assert made.count() == 4 and made.first().via == "schedule"


def test_what_either_number_keeps_stays(nightly, cloud, clock):
    Schedule.objects.update(keep=1, days=3)
    for _night in range(5):
        night(nightly, clock)
    assert len(cloud.images) == 3  # of the last three days; older than the newest one are all of them
    Schedule.objects.update(keep=4, days=1)
    night(nightly, clock)
    assert len(cloud.images) == 4


def test_days_alone_never_take_the_new_one(nightly, cloud, clock):
    Schedule.objects.update(keep=None, days=1)
    night(nightly, clock, days=30)
    night(nightly, clock)
    assert cloud.names() == ["web-20260427-023000"]


@pytest.mark.parametrize(
    ("becomes", "error"),
    [
        ("killed", None),
        ("active", CloudError("quota", cluster="east")),
        ("active", CloudError("timeout", cluster="east")),
        ("vanishes", None),
    ],
)
def test_if_the_new_one_fails_nothing_old_is_deleted(nightly, cloud, clock, becomes, error):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    cloud.becomes, cloud.error = becomes, error
    item = begin(nightly)
    if becomes == "vanishes":  # as Nova does when the host cannot make it
        known = cloud.fetch_one
        cloud.becomes = "saving"
        source = inventory.SOURCES[images()]
        gone = replace(source, fetch_one=lambda conn, cloud_id: known(conn, "none"))
        inventory.SOURCES[images()] = gone
    outcome = do(item)
    assert outcome.status == "failed"
    assert "web-20260328-023000" in cloud.names()
    assert not Event.objects.filter(action=f"{IMAGES}.delete").exists()


def test_it_waits_until_the_image_is_usable(nightly, cloud, clock, monkeypatch):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    cloud.becomes = "saving"
    looks = []

    def slept(seconds):
        looks.append(len(cloud.images))
        if len(looks) == 3:
            next(row for row in cloud.images.values() if row["status"] == "saving")["status"] = "active"

    monkeypatch.setattr(copying.time, "sleep", slept)
    assert do(begin(nightly)).status == "done"
    assert looks == [2, 2, 2] and len(cloud.images) == 1


def test_it_does_not_wait_for_ever(nightly, cloud, monkeypatch):
    cloud.becomes = "saving"
    impatient = replace(snapshot_of_servers(), copies=replace(snapshot_of_servers().copies, patience_seconds=0.01))
    servers = register.get("compute.server")
    monkeypatch.setitem(register._resources, servers.name, replace(servers, actions=(*servers.actions, impatient)))
    monkeypatch.setattr(copying, "LOOK_SECONDS", 0.01)
    with time_machine.travel(NIGHT, tick=True):
        outcome = do(begin(nightly))
    assert (outcome.status, outcome.code) == ("failed", "copy")
    assert "Its state: saving." in outcome.reason


# --- what is not ours


def test_what_others_made_is_not_touched(nightly, cloud, clock, operator, cluster):
    Schedule.objects.update(keep=1)
    other = make_schedule(operator, name="weekly", keep=1)
    make_server(cluster, name="api", cloud_id="s2", image_id="ubuntu")
    cloud.add("by hand", {"instance_uuid": "s1"})
    night(other, clock)
    for _night in range(3):
        night(nightly, clock)
    inherited = dict(next(iter(cloud.images.values()))["data"]["properties"])
    cloud.add("of a server made of ours", {**inherited, "instance_uuid": "s2"})
    night(nightly, clock)
    assert cloud.names() == ["by hand", "of a server made of ours", "web-20260328-023000", "web-20260401-023000"]


def test_an_image_that_lost_its_mark_or_became_another_servers_is_not_ours(nightly, cloud, clock):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    (image,) = cloud.images.values()
    image["data"] = {"properties": {"instance_uuid": "s1"}}
    inventory.store(images(), nightly.copies.get().cluster, [image], seen_at=timezone.now())
    night(nightly, clock)
    assert len(cloud.images) == 2


def test_a_protected_one_is_kept_and_told(nightly, cloud, clock):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    cloud.kept["web-20260328-023000"] = "It is protected."
    outcome = night(nightly, clock)
    assert (outcome.status, outcome.reason) == ("done", "web-20260328-023000 was not deleted. It is protected.")
    assert len(cloud.images) == 2 and MadeCopy.objects.count() == 2


def test_one_that_somebody_deleted_is_forgotten(nightly, cloud, clock):
    night(nightly, clock)
    cloud.images.clear()
    inventory.mark_gone(images().objects.get())
    night(nightly, clock)
    assert MadeCopy.objects.count() == 1


# --- rights


def test_who_lost_the_right_to_delete_keeps_what_there_is_and_hears_of_it(nightly, cloud, clock, operator, cluster):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    access.set_permissions(operator, {cluster.pk: [VIEW, OPERATE]})
    outcome = night(nightly, clock)
    assert (outcome.status, outcome.code, len(cloud.images)) == ("failed", "retention", 2)
    assert "You do not have the “provision” permission on cluster east." in outcome.reason


def test_both_permissions_are_asked_for_when_it_is_saved(client, cloud, make_user, cluster, server):
    form = {"name": "n", "query": "cluster=east", "cron": "0 2 * * *", "time_zone": "UTC", "grace_minutes": "60"}
    form |= {"pattern": "{name}-{date}", "enabled": "on", "action": "snapshot"}
    new = "/jobs/schedules/new/?kind=snapshot"
    client.force_login(make_user("otto", {cluster: [VIEW, OPERATE]}))
    page = client.post(new, {**form, "keep": "3"})
    assert page.context["form"].errors["query"] == ["You do not have the “provision” permission on cluster east."]
    client.force_login(make_user("olga", {cluster: [VIEW, OPERATE, PROVISION]}))
    assert client.post(new, form).context["form"].errors["keep"] == [
        "Choose which copies to keep: how many, or for how long."
    ]
    assert "min_value" not in client.post(new, {**form, "keep": "0"}).context["form"].errors
    assert client.post(new, {**form, "keep": "3"}).url == reverse("jobs:schedules")
    assert Schedule.objects.get().kind == "snapshot"
    assert "Create a snapshot: servers" in client.get(reverse("jobs:schedules")).content.decode()


def test_without_the_rooms_there_are_no_such_schedules(client, operator, monkeypatch):
    monkeypatch.setattr("jobs.schedules.copying.ways", lambda *args, **kwargs: {})
    client.force_login(operator)
    assert client.get("/jobs/schedules/new/?kind=snapshot").status_code == 404
    assert run_now(make_schedule(operator)).note == "Started by hand. Such copies cannot be made and deleted here."


def test_a_server_on_a_volume_is_left_out(nightly, cloud, cluster):
    make_server(cluster, name="web-2", image_id="")
    assert run_now(nightly).note == (
        "Started by hand. 1 server was left out: web-2. It boots from a volume, so its snapshots are the volume's."
    )


# --- workers that die


def test_a_worker_that_stops_hands_over_and_the_next_does_not_ask_again(nightly, cloud, monkeypatch):
    item = begin(nightly)
    run.stopping.set()
    try:
        first = do(item)
    finally:
        run.stopping.clear()
    assert (first.status, first.code) == ("failed", "timeout")
    assert snapshots.Snapshots().recall(item.job, item) is None
    assert do(item).status == "done"
    assert len(cloud.asked) == 1


def test_a_worker_that_died_before_it_heard_the_answer_is_made_up_for(nightly, cloud, monkeypatch):
    """The audit has "started", the cloud has the image; nobody asks a second time."""
    item = begin(nightly)

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("opsys.kit.act.perform.conclude", killed)
        with pytest.raises(KeyboardInterrupt):
            do(item)
    assert [event.phase for event in Event.objects.filter(operation=item.operation)] == ["started"]
    assert snapshots.Snapshots().recall(item.job, item) is None
    assert do(item).status == "done"
    assert len(cloud.asked) == 1 and Event.objects.filter(operation=item.operation, phase="done").exists()


def test_a_cancelled_job_waits_no_longer_and_deletes_nothing(nightly, cloud, clock):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    cloud.becomes = "saving"
    item = begin(nightly)
    Job.objects.update(cancel_requested=True)
    outcome = do(item)
    assert (outcome.status, outcome.code, len(cloud.images)) == ("refused", "cancelled", 2)


def test_the_whole_job_runs_through_a_worker(nightly, cloud):
    """From the run to the ended job, as a worker does it, without its threads."""
    begin(nightly)
    job = lifecycle.take(Job.objects.get().pk)
    worker = run.Run(job)
    (lane,) = worker._lanes()
    worker._do(lane.next(), lane)
    state = sync.state_of(JobItem.objects.get().cluster, Server)
    worker.kind.rested(job)
    worker._end()
    state.refresh_from_db()
    assert state.eager_until, "the server is shown as busy until somebody looks again"
    job.refresh_from_db()
    assert job.state == "done" and JobItem.objects.get().state == "done"
    assert job.title == "nightly: Create a snapshot, 1 server"
