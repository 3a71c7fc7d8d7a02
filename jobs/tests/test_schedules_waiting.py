"""While copies are being made nobody waits for them: their job is put aside, and looked at again."""

import pytest
from django.utils import timezone

from jobs import lifecycle
from jobs.models import Job, JobItem, MadeCopy, Schedule
from jobs.schedules.running import run_now
from jobs.tests.copied import begin
from tests.factories import make_server

pytestmark = pytest.mark.usefixtures("clock")


def test_a_copy_that_is_being_made_holds_no_worker(nightly, cloud, clock, work):
    """The job is put aside, and taken again by any worker when it is time to look; that is no further try."""
    cloud.becomes = "saving"
    item = begin(nightly)
    for _look in range(60):
        job = work(item.job)
        assert (job.state, job.heartbeat_at) == ("running", None)
        assert lifecycle.take(job.pk) is None and lifecycle.abandoned() == [], "there is nothing to do yet"
        clock.shift(61)
        assert lifecycle.abandoned() == [job.pk]
        Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
        MadeCopy.objects.update(asked_at=timezone.now())  # it is not impatient
    next(iter(cloud.images.values()))["status"] = "active"
    job = work(job)
    item.refresh_from_db()
    assert (job.state, item.state, item.attempts, item.look_at) == ("done", "done", 1, None)
    assert len(cloud.asked) == 1


def test_no_more_copies_are_begun_than_may_be_under_way_at_once(nightly, cloud, cluster, settings, work):
    settings.JOB_ITEMS_PER_CLUSTER = 2
    for number in range(3):
        make_server(cluster, name=f"web-{number}", cloud_id=f"web-{number}", image_id="ubuntu")
    cloud.becomes = "saving"
    job = run_now(Schedule.objects.get(pk=nightly.pk)).job
    work(job)
    assert len(cloud.asked) == 2
    for row in cloud.images.values():
        row["status"] = "active"
    JobItem.objects.update(look_at=timezone.now())
    Job.objects.update(not_before=timezone.now())
    cloud.becomes = "active"
    JobItem.objects.filter(state="waiting").update(look_at=None)
    work(job)
    assert len(cloud.asked) == 4 and set(job.items.values_list("state", flat=True)) == {"done"}


def test_cancelling_a_job_that_is_put_aside_is_heard_at_once(nightly, cloud, work):
    cloud.becomes = "saving"
    item = begin(nightly)
    work(item.job)
    lifecycle.cancel(item.job)
    assert lifecycle.abandoned() == [item.job_id]
    work(item.job)
    item.refresh_from_db()
    assert (item.state, item.code, item.job.items.get().reason) == ("refused", "cancelled", item.reason)
    assert "Nothing older was deleted." in item.reason and Job.objects.get().ended
