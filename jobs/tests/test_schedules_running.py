"""What is due happens, once, with its owner's present rights, and is noted."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit.models import Event
from clusters import access
from clusters.access import OPERATE, VIEW
from jobs import kinds
from jobs.models import Job, Schedule, ScheduleRun
from jobs.schedules.running import run_due, run_now
from jobs.schedules.tasks import dispatch
from tests.factories import make_server
from tests.platform import PATIENCE_SECONDS

NIGHT = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
def operator(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE]})


@pytest.fixture
def clock():
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def nightly(clock, cluster, operator):
    """Stops the servers dev-… of east at 02:30 in Berlin, a time the coming night does not have."""
    make_server(cluster, name="dev-1")
    make_server(cluster, name="dev-2")
    make_server(cluster, name="prod-1")
    return make_schedule(operator)


def make_schedule(owner, **fields):
    values = {"name": "nightly", "cron": "30 2 * * *", "time_zone": "Europe/Berlin", "action": "stop"}
    return Schedule.objects.create(owner=owner, **{**values, "query": "cluster=east&q=dev-", **fields})


def done(job):
    """What the worker would do, here and now."""
    return [kinds.get(job.kind).do(job, item) for item in job.items.all()]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_night_the_clocks_change_it_runs_once_and_the_audit_says_so(nightly, clock, operator):
    runs = {}
    while timezone.now() < at("2026-03-30T12:00"):
        clock.shift(timedelta(minutes=5))
        before = Job.objects.count()
        dispatch()
        if Job.objects.count() > before:
            runs[f"{timezone.now():%m-%d %H:%M}"] = Job.objects.count() - before
    assert runs == {"03-29 01:00": 1, "03-30 00:30": 1}
    job = Job.objects.earliest("pk")
    assert (job.user, job.via, job.kind, job.params["action"]) == (operator, "schedule", "action", "stop")
    assert [item.name for item in job.items.all()] == ["dev-1", "dev-2"]
    run = ScheduleRun.objects.earliest("due_at")
    assert (run.job, run.state, run.note, run.due_at) == (job, "started", "", at("2026-03-29T01:00"))
    event = Event.objects.filter(action="jobs.schedule.run").earliest("pk")
    assert (event.user, event.via, event.phase, event.name) == (operator, "schedule", "noted", "nightly")
    assert event.params == {"due_at": "2026-03-29T01:00:00+00:00", "job": job.pk, "missed": 0}


def test_the_night_with_two_half_past_twos_it_runs_once(nightly, clock):
    clock.move_to(at("2026-10-24T12:00"))
    nightly.save()
    while timezone.now() < at("2026-10-25T12:00"):
        clock.shift(timedelta(minutes=5))
        dispatch()
    assert [run.due_at for run in nightly.runs.all()] == [at("2026-10-25T00:30")]


def test_a_leap_day(nightly, clock):
    nightly.cron, nightly.time_zone = "0 0 29 2 *", "Asia/Shanghai"
    nightly.save()
    assert nightly.next_due_at == at("2028-02-28T16:00")
    clock.move_to(at("2028-02-28T16:00:07"))
    dispatch()
    nightly.refresh_from_db()
    assert (nightly.runs.get().due_at, nightly.next_due_at) == (at("2028-02-28T16:00"), at("2032-02-28T16:00"))


# --- twice


def test_two_beats_run_it_once(nightly, clock):
    clock.move_to(at("2026-03-29T01:00:05"))
    one, two = (Schedule.objects.get() for _twice in range(2))  # both saw it due
    assert run_due(one, timezone.now()) is not None
    assert run_due(two, timezone.now()) is None
    dispatch()
    assert (Job.objects.count(), ScheduleRun.objects.count()) == (1, 1)


def test_the_row_of_the_run_decides_even_if_the_plan_was_turned_back(nightly, clock):
    clock.move_to(at("2026-03-29T01:00:05"))
    dispatch()
    Schedule.objects.update(next_due_at=at("2026-03-29T01:00"))
    dispatch()
    assert (Job.objects.count(), ScheduleRun.objects.count()) == (1, 1)
    assert Schedule.objects.get().next_due_at == at("2026-03-30T00:30")


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_at_the_same_moment_run_it_once(nightly, clock):
    clock.move_to(at("2026-03-29T01:00:05"))
    together = threading.Barrier(2)

    def beat(schedule):
        together.wait(PATIENCE_SECONDS)
        run_due(schedule, timezone.now())
        connection.close()

    copies = [Schedule.objects.select_related("owner").get() for _twice in range(2)]
    threads = [threading.Thread(target=beat, args=[copy]) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert (Job.objects.count(), ScheduleRun.objects.count()) == (1, 1)


def test_a_dispatcher_that_dies_in_the_middle_has_done_nothing(nightly, clock, monkeypatch):
    clock.move_to(at("2026-03-29T01:00:05"))

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Event.objects, "create", killed)
        with pytest.raises(KeyboardInterrupt):
            dispatch()
    assert (Job.objects.count(), ScheduleRun.objects.count()) == (0, 0)
    dispatch()
    assert (Job.objects.count(), ScheduleRun.objects.count()) == (1, 1)


def test_two_clicks_in_a_second_run_it_once(nightly):
    assert run_now(nightly).note == "Started by hand."
    assert run_now(nightly) is None
    assert Job.objects.count() == 1


# --- missed


def test_after_an_outage_it_runs_once_and_says_what_was_missed(nightly, clock):
    clock.move_to(at("2026-04-02T08:00"))
    dispatch()
    dispatch()
    run = nightly.runs.get()
    assert (run.due_at, run.missed, Job.objects.count()) == (at("2026-04-02T00:30"), 4, 1)
    assert (
        run.note == "4 runs were missed since 2026-03-29 01:00 UTC. The run of 2026-04-02 00:30 UTC was made up for."
    )
    assert Event.objects.get(action="jobs.schedule.run").reason == run.note


def test_what_is_too_old_is_only_noted(nightly, clock):
    Schedule.objects.update(grace_minutes=60)
    clock.move_to(at("2026-03-29T08:00"))
    dispatch()
    run = nightly.runs.get()
    assert (run.state, run.job, Job.objects.count()) == ("missed", None, 0)
    assert run.note == "1 run was missed since 2026-03-29 01:00 UTC. It is too late to make up for the latest."
    clock.move_to(at("2026-03-30T00:30:10"))
    dispatch()
    assert Job.objects.count() == 1


def test_without_any_grace_a_punctual_run_still_runs(nightly, clock):
    Schedule.objects.update(grace_minutes=0)
    clock.move_to(at("2026-03-29T01:00:30"))
    dispatch()
    assert Job.objects.count() == 1


def test_a_disabled_schedule_does_not_run_and_makes_up_for_nothing(nightly, clock):
    nightly.enabled = False
    nightly.save()
    assert nightly.next_due_at is None
    clock.move_to(at("2026-04-02T08:00"))
    dispatch()
    nightly.enabled = True
    nightly.save()
    dispatch()
    assert not ScheduleRun.objects.exists()
    assert nightly.next_due_at == at("2026-04-03T00:30")


# --- rights


def run_it(nightly, clock):
    clock.move_to(at("2026-03-29T01:00:05"))
    dispatch()
    return nightly.runs.get()


def test_who_lost_the_right_gets_refused_items_with_the_reason(nightly, clock, operator, cluster):
    access.set_permissions(operator, {cluster.pk: [VIEW]})
    run = run_it(nightly, clock)
    outcomes = done(run.job)
    assert [outcome.status for outcome in outcomes] == ["refused", "refused"]
    assert {outcome.reason for outcome in outcomes} == {"You do not have the “operate” permission on cluster east."}


def test_who_may_no_longer_see_the_cluster_starts_nothing(nightly, clock, operator):
    access.set_permissions(operator, {})
    run = run_it(nightly, clock)
    assert (run.state, run.job) == ("refused", None)
    assert run.note == "A cluster or group named there does not exist, or may not be seen."


def test_a_disabled_owner(nightly, clock, operator):
    operator.is_active = False
    operator.save()
    run = run_it(nightly, clock)
    assert (run.state, run.note) == ("refused", "The account of its owner, olga, is disabled.")
    event = Event.objects.get(action="jobs.schedule.run")
    assert (event.phase, event.reason) == ("refused", run.note)


def test_a_deleted_owner(nightly, clock, operator):
    operator.delete()
    run = run_it(nightly, clock)
    assert (run.state, run.note) == ("refused", "The account of its owner, olga, no longer exists.")
    assert Event.objects.get(action="jobs.schedule.run").username == "olga"


# --- what it finds


def test_servers_are_chosen_at_the_run_and_those_at_rest_are_left_out(nightly, clock, cluster, other_cluster):
    make_server(cluster, name="dev-3", status="SHUTOFF")
    make_server(cluster, name="dev-4")
    make_server(other_cluster, name="dev-5")
    run = run_it(nightly, clock)
    assert [item.name for item in run.job.items.all()] == ["dev-1", "dev-2", "dev-4"]
    assert run.note.startswith("1 server was left out: dev-3. ")


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("cluster=east&q=none-such", "No server was found."),
        ("", "Say which servers, for example: cluster=east&q=dev-"),
        ("q=", "Say which servers, for example: cluster=east&q=dev-"),
        ("statsu=ACTIVE", "The list of servers has no filter “statsu”."),
        ("cluster=atlantis", "A cluster or group named there does not exist, or may not be seen."),
    ],
)
def test_a_query_that_finds_nothing_or_is_unclear_starts_nothing(nightly, clock, query, note):
    Schedule.objects.update(query=query)
    run = run_it(nightly, clock)
    assert (run.note, run.job, Job.objects.count()) == (note, None, 0)


def test_an_action_that_is_gone_or_dangerous_is_refused(nightly, clock):
    Schedule.objects.update(action="delete")
    run = run_it(nightly, clock)
    assert (run.state, run.note) == ("refused", "There is no action “delete” any more.")


def test_a_time_zone_that_is_gone_does_not_stop_the_others(nightly, clock, operator):
    other = make_schedule(operator, name="other")
    Schedule.objects.filter(pk=nightly.pk).update(time_zone="Mars/Olympus")
    clock.move_to(at("2026-03-29T01:00:05"))
    dispatch()
    assert other.runs.count() == 1
    nightly.refresh_from_db()
    assert (nightly.runs.count(), nightly.next_due_at) == (1, None)


def test_beat_knows_the_task(settings):
    assert settings.CELERY_BEAT_SCHEDULE["schedules"]["task"] == dispatch.name
    call_command("check")
