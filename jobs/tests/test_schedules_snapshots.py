"""Snapshots by schedule: old ones go only when the new one is usable, and only those the schedule made."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from clusters import access, inventory, sync
from clusters.access import OPERATE, PROVISION, VIEW
from clusters.gateway import CloudError
from compute.servers.models import Server
from jobs import lifecycle, run
from jobs.kinds import Later
from jobs.models import Job, JobItem, MadeCopy, Schedule
from jobs.schedules import copying, snapshots
from jobs.schedules.running import run_now
from jobs.tests.copied import IMAGES, begin, do, images, look, make_schedule, night, snapshot_of_servers
from tests.factories import make_server

pytestmark = pytest.mark.usefixtures("clock")


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


def test_nothing_is_deleted_before_the_image_is_usable(nightly, cloud, clock):
    Schedule.objects.update(keep=1)
    night(nightly, clock)
    cloud.becomes = "saving"
    item = begin(nightly)
    assert [type(look(item)) for _look in range(3)] == [Later] * 3
    assert len(cloud.images) == 2 and len(cloud.asked) == 2, "it is asked for once"
    next(row for row in cloud.images.values() if row["status"] == "saving")["status"] = "active"
    assert look(item).status == "done"
    assert len(cloud.images) == 1


def test_it_does_not_wait_for_ever(nightly, cloud, clock):
    cloud.becomes = "saving"
    item, patience = begin(nightly), snapshot_of_servers().copies.patience_seconds
    pauses = [look(item).seconds]
    clock.shift(patience - 1)
    pauses.append(look(item).seconds)
    clock.shift(1)
    outcome = look(item)
    assert (outcome.status, outcome.code) == ("failed", "copy")
    assert "Its state: saving." in outcome.reason
    assert pauses[0] < pauses[1] == copying.LONGEST_PAUSE, "what takes long is looked at seldom"


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


def test_the_next_worker_does_not_ask_again(nightly, cloud):
    cloud.becomes = "saving"
    item = begin(nightly)
    assert isinstance(look(item), Later)
    cloud.images["image-0"]["status"] = "active"
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
