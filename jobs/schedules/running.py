"""That what is due happens, once.

The row of the run, the job it starts, its note in the audit and the schedule's next time are written in one
transaction: a dispatcher that dies in the middle has done nothing, and of two only one can write the row.
"""

from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from audit.models import Event
from clusters.sentences import as_data, joined, ngettext
from clusters.sentences import gettext as _
from jobs import lifecycle as jobs
from jobs.schedules import times
from jobs.schedules.models import Schedule, ScheduleRun
from jobs.schedules.times import Due
from jobs.schedules.work import Refused, begin
from opsys.kit.act.idempotency import Request, once

PUNCTUAL = timedelta(minutes=2)
"""A run no later than this is on time, whatever the schedule says about missed ones."""

log = structlog.get_logger()


def run_due(schedule: Schedule, now: datetime) -> ScheduleRun | None:
    """Run what came due of this schedule until now: the latest time, once. None when another dispatcher did, or the
    schedule was changed meanwhile."""
    planned = schedule.next_due_at
    try:
        due = times.due(schedule.cron, schedule.time_zone, planned, now)
    except times.BadTimes as reason:  # the zone was known when it was saved
        log.warning("schedule_without_times", schedule=schedule.pk, reason=str(reason))
        due = Due(planned, 0, planned)
    with override(schedule.language), transaction.atomic():
        # Whoever moves the schedule on has it; a second dispatcher read a time that is no longer the next one.
        mine = Schedule.objects.filter(pk=schedule.pk, enabled=True, next_due_at=planned)
        if not mine.update(next_due_at=schedule.time_after(max(due.latest, now))):
            return None
        late = now - due.latest > max(timedelta(minutes=schedule.grace_minutes), PUNCTUAL)
        said = joined(_missed(due, late=late), _belated(due, now) if not late else "")
        run = _run(schedule, due.latest, said, missed=due.missed, skip=late)
    _dispatch(run)
    return run


def run_now(schedule: Schedule, request: Request | None = None) -> ScheduleRun | None:
    """Run it once more, by hand; see `once` for a request with a key. None when it was just asked for."""
    run = once(
        request or Request(schedule.owner),
        ["run", schedule.pk],
        lambda _operation: _run_now(schedule),
        store=lambda run: {"run": run.pk if run else None},
        load=lambda result: ScheduleRun.objects.filter(pk=result["run"]).first(),
        recall=lambda _operation: None,
        together=True,
    )
    _dispatch(run)
    return run


def _run_now(schedule: Schedule) -> ScheduleRun | None:
    with override(schedule.language), transaction.atomic():
        return _run(schedule, timezone.now().replace(microsecond=0), _("Started by hand."))


def _run(
    schedule: Schedule, due_at: datetime, said: str, *, missed: int = 0, skip: bool = False
) -> ScheduleRun | None:
    try:
        with transaction.atomic():
            run = ScheduleRun.objects.create(schedule=schedule, due_at=due_at, missed=missed)
    except IntegrityError:
        return None
    if skip:
        run.state, run.note = ScheduleRun.State.MISSED, said
    else:
        try:
            begun = begin(schedule)
        except Refused as reason:
            run.state, run.note = ScheduleRun.State.REFUSED, joined(said, str(reason))
        else:
            run.job, run.note = begun.job, joined(said, begun.note)
            run.state = ScheduleRun.State.STARTED if begun.job else ScheduleRun.State.DONE
    run.said = as_data(run.note)
    run.save()
    _note(schedule, run)
    return run


def _dispatch(run: ScheduleRun | None) -> None:
    """A worker that looked before the transaction ended saw no job; tell one again."""
    if run is not None and run.job_id:
        jobs.dispatch(run.job_id)


def _missed(due: Due, *, late: bool) -> str:
    """What people are told about the times that passed. The moments are in UTC: a note has no reader yet."""
    number = due.missed + (1 if late else 0)
    if not number:
        return ""
    values = {"count": number, "since": f"{due.since:%Y-%m-%d %H:%M} UTC"}
    if not due.counted:
        said = _("More than %(count)d runs were missed since %(since)s.") % values
    else:
        said = (
            ngettext(
                "%(count)d run was missed since %(since)s.", "%(count)d runs were missed since %(since)s.", number
            )
            % values
        )
    return joined(said, _("It is too late to make up for the latest.") if late else "")


def _belated(due: Due, now: datetime) -> str:
    if now - due.latest <= PUNCTUAL:
        return ""
    return _("The run of %(due)s was made up for.") % {"due": f"{due.latest:%Y-%m-%d %H:%M} UTC"}


def _note(schedule: Schedule, run: ScheduleRun) -> None:
    refused = run.state in (ScheduleRun.State.REFUSED, ScheduleRun.State.MISSED)
    Event.objects.create(
        user=schedule.owner,
        username=schedule.owner_name,
        via=Event.Via.SCHEDULE,
        action="jobs.schedule.run",
        phase=Event.Phase.REFUSED if refused else Event.Phase.NOTED,
        resource="jobs.schedule",
        name=schedule.name,
        reason=run.note,
        params={"due_at": run.due_at.isoformat(), "job": run.job_id, "missed": run.missed},
    )
