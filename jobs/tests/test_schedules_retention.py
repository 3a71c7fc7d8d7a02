"""The audit's retention by schedule: for platform admins, and it stands in the audit."""

from datetime import UTC, datetime

import pytest
import time_machine

from audit.models import Event
from jobs import kinds
from jobs.models import Schedule, ScheduleRun
from jobs.schedules.tasks import dispatch

LONG_AGO = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
NOW = datetime(2026, 7, 28, 2, 30, 5, tzinfo=UTC)


@pytest.fixture
def tidy(platform_admin):
    """Daily at 02:30, and due now; what is in the audit is four months old."""
    with time_machine.travel(LONG_AGO, tick=False) as clock:
        Event.objects.create(via="ui", action="old")
        schedule = Schedule.objects.create(
            name="tidy", owner=platform_admin, kind="audit-retention", days=90, cron="30 2 * * *"
        )
        Event.objects.create(via="ui", action="also old")
        clock.move_to(NOW)
        Schedule.objects.update(next_due_at=NOW.replace(second=0))
        yield schedule


def clear():
    """What the dispatcher, and then the worker would do."""
    dispatch()
    job = ScheduleRun.objects.get().job
    return kinds.get(job.kind).do(job, job.items.get())


def test_old_events_are_cleared_and_that_stands_in_the_audit(tidy, platform_admin):
    old = Event.objects.filter(at=LONG_AGO).count()
    outcome = clear()
    assert (outcome.status, outcome.reason) == ("done", f"{old} events were deleted.")
    event = Event.objects.get(action="audit.event.purge", phase=Event.Phase.DONE)
    assert (event.user, event.via) == (platform_admin, "schedule")
    assert event.params == {"older_than": "90d", "deleted": old}
    assert old == 3 and not Event.objects.filter(at=LONG_AGO).exists()


def test_who_is_no_platform_admin_any_more_clears_nothing(tidy, platform_admin):
    platform_admin.is_superuser = False
    platform_admin.save()
    assert clear().reason == "Only a platform admin may clear audit events."
    assert Event.objects.filter(action="old").exists()
