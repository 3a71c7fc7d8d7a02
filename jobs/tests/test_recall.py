"""What became of an item whose worker died, or whose answer was lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.models import Event
from clusters.gateway import CloudError
from clusters.locks import ResourceLock
from jobs import bulk, lifecycle, run
from jobs.models import Job, JobItem
from opsys.kit.act import perform
from opsys.kit.declare.action import Status
from opsys.kit.declare.register import get, resources

pytestmark = pytest.mark.django_db


def test_what_the_audit_knows_is_not_asked_again(job, cluster, operator):
    item = job.items.first()
    Event(operation=item.operation, user=operator, action="compute.server.stop", phase="started", via="ui").save()
    Event(
        operation=item.operation,
        user=operator,
        action="compute.server.stop",
        phase="done",
        via="ui",
        request_id="req-1",
    ).save()
    outcome = bulk.BulkAction().recall(job, item)
    assert (outcome.status, outcome.request_id) == (Status.DONE, "req-1")


def test_what_was_never_begun_may_be_done(job):
    assert bulk.BulkAction().recall(job, job.items.first()) is None


@pytest.fixture
def cloud(monkeypatch):
    """What the cloud's action log and the server itself say, by the test; and how often the log was asked."""
    answers = {"found": "", "asked": 0, "status": "ACTIVE"}

    class Exchange:
        conn, request_id, global_request_id = None, "req-new", "req-global"

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return False

        def cloud_time(self, moment):
            return moment

    server = get("compute.server")

    def look(conn, cloud_id, since):
        answers["asked"] += 1
        return answers["found"]

    for module in (bulk.gateway, perform.gateway):
        monkeypatch.setattr(module, "call", lambda cluster, **options: Exchange())

    def read(cluster, model, cloud_id):
        model.objects.filter(cluster=cluster, cloud_id=cloud_id).update(status=answers["status"], task_state="")

    monkeypatch.setattr(bulk.sync, "read_one", read)
    for name in ("stop", "delete"):
        monkeypatch.setitem(vars(server.action(name)), "find_request", look)
    return answers


def begun(job: Job, operator) -> JobItem:
    """An item whose worker died after it had told the audit that it begins."""
    item = job.items.first()
    Event(operation=item.operation, user=operator, action="compute.server.stop", phase="started", via="ui").save()
    return item


def test_a_lost_answer_is_found_in_the_clouds_own_log_and_audited(job, operator, cloud):
    cloud["found"] = "req-from-nova"
    item = begun(job, operator)
    outcome = bulk.BulkAction().recall(job, item)
    assert (outcome.status, outcome.request_id) == (Status.DONE, "req-from-nova")
    assert Event.objects.filter(operation=item.operation, phase="done").count() == 1


def test_what_the_cloud_was_not_asked_is_done_now(job, operator, cloud):
    assert bulk.BulkAction().recall(job, begun(job, operator)) is None
    assert cloud["asked"] == 1


def test_a_cloud_that_did_it_but_wrote_nothing_down_is_not_asked_again(job, operator, cloud):
    cloud["status"] = "SHUTOFF"
    item = begun(job, operator)
    outcome = bulk.BulkAction().recall(job, item)
    assert (outcome.status, outcome.request_id) == (Status.DONE, "")
    assert Event.objects.filter(operation=item.operation, phase="done").count() == 1


def test_what_became_of_it_is_found_and_its_lock_is_free(job, operator, cloud, cluster):
    """The worker died while it had the server: who asks next is not told that somebody is still at it."""
    item = begun(job, operator)
    lock = {"cluster": cluster, "what": "Stop", "until": timezone.now() + timedelta(seconds=60)}
    ResourceLock.objects.create(cloud_id=item.cloud_id, operation=item.operation, **lock)
    others = ResourceLock.objects.create(cloud_id="other", operation=uuid4(), **lock)
    job.items.filter(pk=item.pk).update(state=JobItem.State.RUNNING, attempts=1)
    cloud["found"] = "req-from-nova"
    runner = run.Run(lifecycle.take(job.pk))
    lane = runner._lanes()[0]
    runner._do(lane.next(), lane)
    item.refresh_from_db()
    assert item.state == JobItem.State.DONE
    assert list(ResourceLock.objects.all()) == [others]


def refusing(cloud, monkeypatch, *, comes_through: bool) -> None:
    """A cloud that is in conflict with what it was asked before, and whose log tells so only now."""

    def refuse(*args, **params):
        cloud["found"] = "req-first" if comes_through else ""
        raise CloudError("conflict", cluster="east")

    monkeypatch.setitem(vars(get("compute.server").action("stop")), "run", refuse)


@pytest.mark.parametrize(
    ("attempts", "comes_through", "status"),
    [(2, True, Status.DONE), (2, False, Status.FAILED), (1, True, Status.FAILED)],
)
def test_a_conflict_with_our_own_earlier_try(job, operator, cloud, monkeypatch, attempts, comes_through, status):
    item = begun(job, operator)
    assert bulk.BulkAction().recall(job, item) is None
    refusing(cloud, monkeypatch, comes_through=comes_through)
    item.attempts = attempts
    assert bulk.BulkAction().do(job, item).status is status


def test_what_is_gone_was_deleted_by_the_try_whose_answer_was_lost(job, operator, cloud):
    job.params["action"] = "delete"
    item = begun(job, operator)
    assert bulk.BulkAction().recall(job, item) is None
    get("compute.server").model.objects.filter(pk=item.target).update(gone_at=timezone.now())
    outcome = bulk.BulkAction().recall(job, item)
    assert (outcome.status, outcome.reason) == (Status.DONE, "The answer was lost; it has become what it should.")


def test_each_action_that_deletes_knows_what_it_wants():
    deleting = [action for resource in resources() for action in resource.on_items if action.name.endswith("delete")]
    assert len(deleting) >= 8
    assert all(action.goal_reached(None) for action in deleting)


@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [
        ("req-from-nova", "done", "The answer was lost; the cloud shows that it was asked."),
        (
            "",
            JobItem.State.CANCELLED,
            "The job was cancelled while this was being asked. Look whether it came through.",
        ),
    ],
)
def test_of_a_cancelled_job_is_told_what_came_of_what_its_dead_worker_had_begun(
    job, operator, cloud, cluster, monkeypatch, found, state, reason
):
    monkeypatch.setattr(run.connections, "close_all", lambda: None)  # this test's own
    cloud["found"] = found
    item = begun(job, operator)
    job.items.filter(pk=item.pk).update(state=JobItem.State.RUNNING, attempts=1, asked_at=timezone.now())
    ResourceLock.objects.create(
        cluster=cluster,
        cloud_id=item.cloud_id,
        what="Stop",
        operation=item.operation,
        until=timezone.now() + timedelta(seconds=60),
    )
    lifecycle.cancel(job)
    runner = run.Run(lifecycle.take(job.pk))
    lanes = runner._lanes()
    runner._hear_out(lanes)
    runner._end()
    item.refresh_from_db()
    assert (item.state, item.reason) == (state, reason)
    assert not ResourceLock.objects.exists()
    others = job.items.exclude(pk=item.pk)
    assert set(others.values_list("state", "reason")) == {("cancelled", "The job was cancelled.")}
