"""A job's life in the database: who has it, who lost it, what is never done twice."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clusters import access
from clusters.access import VIEW
from clusters.gateway import CloudError
from clusters.models import Cluster
from jobs import bulk, lifecycle, run
from jobs.models import Job, JobItem
from opsys.kit.declare.action import Outcome, Status
from opsys.kit.declare.register import get
from tests.factories import make_server, make_state

pytestmark = pytest.mark.django_db


def silence(job: Job, seconds: int = 60) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=seconds))


def test_only_one_worker_has_a_job(job):
    assert lifecycle.take(job.pk).token == 1
    assert lifecycle.take(job.pk) is None


def test_a_silent_worker_loses_its_job_and_may_write_no_more(job):
    first = lifecycle.take(job.pk)
    silence(job)
    second = lifecycle.take(job.pk)
    assert second.token == 2
    assert lifecycle.beat(second) and not lifecycle.beat(first)
    item = job.items.first()
    item.state = JobItem.State.DONE
    old = run.Run(first)
    old._write(item, "state")
    assert old.lost.is_set()
    item.refresh_from_db()
    assert item.state == JobItem.State.WAITING


def test_the_reaper_finds_what_nobody_living_has(job):
    assert lifecycle.abandoned() == []  # fresh: its message is still under way
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=10))
    assert lifecycle.abandoned() == [job.pk]
    lifecycle.take(job.pk)
    assert lifecycle.abandoned() == []
    silence(job)
    assert lifecycle.abandoned() == [job.pk]


def test_a_job_that_kills_its_workers_is_given_up(job):
    Job.objects.filter(pk=job.pk).update(token=lifecycle.MOST_TAKES)
    assert lifecycle.take(job.pk) is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and job.error
    assert not job.items.filter(state__in=JobItem.OPEN).exists()


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("done", "done", "done"), "done"),
        (("done", "refused", "failed"), "partly"),
        (("refused", "refused", "failed"), "failed"),
        (("done", "failed", "cancelled"), "cancelled"),
    ],
)
def test_a_job_ends_with_what_became_of_its_items(job, states, state):
    for item, became in zip(job.items.all(), states, strict=True):
        JobItem.objects.filter(pk=item.pk).update(state=became)
    lifecycle.finish(lifecycle.take(job.pk))
    job.refresh_from_db()
    assert (job.state, job.ended) == (state, True)


class Script:
    """A kind of job whose outcomes are written down beforehand."""

    name = "script"

    def __init__(self, *outcomes):
        self.outcomes, self.recalled, self.done = list(outcomes), [], []

    def do(self, job, item):
        self.done.append(item.name)
        return self.outcomes.pop(0)

    def recall(self, job, item):
        self.recalled.append(item.name)
        return None

    def rested(self, job):
        pass


def failed(code: str) -> Outcome:
    return Outcome(Status.FAILED, name="x", code=code, reason=str(CloudError(code, cluster="east")))


DONE = Outcome(Status.DONE, name="x", request_id="req-1")


def attempt(job: Job, script: Script) -> tuple[run.Run, JobItem, run.Lane]:
    runner = run.Run(lifecycle.take(job.pk))
    runner.kind = script
    lane = runner._lanes()[0]
    item = lane.next()
    runner._do(item, lane)
    return runner, item, lane


@pytest.mark.parametrize("code", ["timeout", "unreachable", "server_error", "rate_limited", "bad_answer"])
def test_what_can_pass_is_tried_again_after_a_look(job, code):
    script = Script(failed(code), DONE)
    runner, item, lane = attempt(job, script)
    assert item.state == JobItem.State.RUNNING and lane.items[-1] is item
    assert script.recalled == []
    lane.go_on()
    runner._do(item, lane)
    assert script.recalled == [item.name]
    item.refresh_from_db()
    assert (item.state, item.attempts, item.request_id) == (JobItem.State.DONE, 2, "req-1")


@pytest.mark.parametrize("code", ["conflict", "forbidden", "not_found", "quota", "authentication"])
def test_what_cannot_pass_is_not_tried_again(job, code):
    _runner, item, lane = attempt(job, Script(failed(code)))
    item.refresh_from_db()
    assert item.state == JobItem.State.FAILED and item not in lane.items


def test_a_lane_waits_while_its_cloud_fails(job):
    _runner, _item, lane = attempt(job, Script(failed("timeout")))
    assert lane._not_before > 0


def test_cancelled_items_are_told_and_the_rest_stays(job):
    runner, item, _lane = attempt(job, Script(DONE))
    lifecycle.cancel(job)
    runner.job.cancel_requested = True
    runner._end()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    states = list(job.items.values_list("state", flat=True))
    assert states.count("done") == 1 and states.count("cancelled") == 2


def test_what_a_deleted_account_had_started_is_refused(job, operator):
    operator.delete()
    runner = run.Run(lifecycle.take(job.pk))
    runner.kind = Script()
    lane = runner._lanes()[0]
    runner._do(lane.next(), lane)
    item = job.items.get(position=0)
    assert (item.state, item.code) == (JobItem.State.REFUSED, "permission") and "account" in item.reason
    assert runner.kind.done == []


def test_a_stopping_worker_gives_the_job_back(job):
    runner, _item, _lane = attempt(job, Script(DONE))
    runner._end()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING and job.heartbeat_at is None
    assert lifecycle.take(job.pk) is not None


def test_rights_are_looked_at_when_it_runs(job, operator, cluster):
    access.set_permissions(operator, {cluster.pk: [VIEW]})
    outcome = bulk.BulkAction().do(job, job.items.first())
    assert (outcome.status, outcome.code) == (Status.REFUSED, "permission")


def test_what_people_typed_is_kept_encrypted(cluster, operator):
    resource = get("compute.server")
    server = make_server(cluster)
    made = bulk.submit(resource, resource.action("stop"), [server.pk], user=operator, via="ui", params={"p": "canary"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT inputs, params FROM jobs_job WHERE id = %s", [made.pk])
        assert "canary" not in str(cursor.fetchone())


def test_trying_again_is_a_new_job_for_what_failed(job, operator):
    job.items.filter(position=1).update(state="failed")
    job.items.exclude(position=1).update(state="done")
    again = lifecycle.retry_failed(job, user=operator)
    assert list(again.items.values_list("name", flat=True)) == ["web-1"]
    assert Cluster.objects.count() == 1


def test_trying_again_twice_is_one_job(job, client, operator):
    client.force_login(operator)
    address = f"/jobs/{job.pk}/retry/"
    assert client.post(address).url == job.get_absolute_url(), "it goes on"
    job.items.update(state="failed")
    lifecycle.finish(lifecycle.take(job.pk))
    first, second = client.post(address), client.post(address)
    assert first.url == second.url != job.get_absolute_url()
    assert Job.objects.count() == 2


def test_a_job_that_was_lost_asks_the_cloud_nothing_more(job):
    runner = run.Run(lifecycle.take(job.pk))
    runner.kind = Script(DONE)
    silence(job)
    lifecycle.take(job.pk)  # somebody else has it now
    lane = runner._lanes()[0]
    runner._do(lane.next(), lane)
    assert runner.lost.is_set() and runner.kind.done == []


def test_cancelling_also_ends_what_waits_to_be_tried_again(job):
    runner, item, _lane = attempt(job, Script(failed("timeout")))
    runner.job.cancel_requested = True
    runner._end()
    job.refresh_from_db()
    item.refresh_from_db()
    assert job.state == Job.State.CANCELLED and item.state == JobItem.State.CANCELLED
    assert "did not answer" in item.reason


def test_the_worst_come_first_on_every_page(job, client, operator):
    job.items.filter(position=2).update(state="failed", reason="=HYPERLINK(1)")
    client.force_login(operator)
    names = [row.name for row in client.get(job.get_absolute_url()).context["table"].data]
    assert names == ["web-2", "web-0", "web-1"]
    text = client.get(f"{job.get_absolute_url()}result.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text and text.count("\n") == 4


def test_an_item_is_not_asked_again_before_the_cloud_said(job):
    """Told to wait for an hour, its whole cluster does, not for the two seconds of a first failure."""
    taken = run.Run(lifecycle.take(job.pk))
    lane = run.Lane(job.items.first().cluster_id)
    until = timezone.now() + timedelta(hours=1)
    taken._outcome = lambda item, uncertain: Outcome(
        Status.FAILED, item.name, code="rate_limited", reason="x", retry_at=until
    )
    taken._do(job.items.first(), lane)
    assert lane._not_before > time.monotonic() + 3500
    assert len(lane.items) == 1


def test_what_a_reading_was_told_counts_for_jobs_too(job):
    item = job.items.first()
    make_state(
        item.cluster,
        job.params["resource"],
        error_code="rate_limited",
        retry_at=timezone.now() + timedelta(hours=1),
    )
    taken = run.Run(lifecycle.take(job.pk))
    lane = run.Lane(item.cluster_id)
    taken._outcome = lambda item, uncertain: pytest.fail("it was asked")
    taken._do(item, lane)
    item.refresh_from_db()
    assert lane._not_before > time.monotonic() + 3500 and list(lane.items) == [item] and item.attempts == 0
