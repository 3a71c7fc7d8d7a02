"""Old jobs and runs leave their lists, and nothing else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from jobs import retention
from jobs.models import Job, JobItem, Schedule, ScheduleRun
from jobs.tasks import clear

NOW = timezone.now()


def days_ago(days):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def schedule(db):
    return Schedule.objects.create(name="nightly", cron="0 2 * * *")


def make_job(state, finished=None):
    job = Job.objects.create(username="olga", via="ui", kind="action", state=state)
    Job.objects.filter(pk=job.pk).update(finished_at=finished, created_at=days_ago(200))
    JobItem.objects.create(job=job, position=0, target=1)
    return job


def test_jobs_that_ended_long_ago_go_with_their_items(db, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for state in ("done", "failed", "cancelled", "done", "done"):
        make_job(state, days_ago(91))
    left = {make_job("done", days_ago(89)).pk, make_job("running").pk, make_job("queued").pk}
    clear()
    assert set(Job.objects.values_list("pk", flat=True)) == left
    assert JobItem.objects.count() == 3
    event = Event.objects.get(action="jobs.job.purge")
    assert (event.via, event.params) == ("system", {"older_than": "90d", "deleted": 5})


def test_of_each_schedule_the_newest_run_stays(schedule):
    job = make_job("done", days_ago(100))
    for days in (100, 200, 300):
        ScheduleRun.objects.create(schedule=schedule, due_at=days_ago(days), started_at=days_ago(days), job=job)
    newest = ScheduleRun.objects.create(schedule=schedule, due_at=days_ago(95), started_at=days_ago(95), job=job)
    clear()
    newest.refresh_from_db()
    assert list(ScheduleRun.objects.all()) == [newest] and newest.job is None
    assert Event.objects.get(action="jobs.schedulerun.purge").params["deleted"] == 3


def test_nothing_to_clear_is_not_noted(schedule):
    ScheduleRun.objects.create(schedule=schedule, due_at=NOW)
    clear()
    assert not Event.objects.filter(action__endswith=".purge").exists()


def test_zero_keeps_them_for_ever(db, settings):
    settings.JOB_KEEP_DAYS = 0
    make_job("done", days_ago(5000))
    clear()
    assert Job.objects.exists()


def test_beat_knows_the_task(settings):
    assert settings.CELERY_BEAT_SCHEDULE["clear"]["task"] == clear.name
