"""What ended long ago leaves the lists of jobs and runs. What was done stays in the audit, by its own rules."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from audit.models import Event
from jobs.models import Job, ScheduleRun

BATCH = 200


def clear() -> None:
    """Delete jobs that ended, and runs that began, longer ago than the settings say; 0 keeps them for ever. Of each
    schedule the newest run stays."""
    newest = ScheduleRun.objects.order_by().values("schedule").annotate(pk_of=Max("pk")).values("pk_of")
    runs = ScheduleRun.objects.exclude(pk__in=list(newest.values_list("pk_of", flat=True)))
    _clear("jobs.schedulerun", runs, "started_at", settings.SCHEDULE_RUN_KEEP_DAYS)
    ended = Job.objects.filter(state__in=Job.ENDED)
    _clear("jobs.job", ended, "finished_at", settings.JOB_KEEP_DAYS)


def _clear(resource: str, rows: QuerySet, moment: str, days: int) -> None:
    if not days:
        return
    old = rows.filter(**{f"{moment}__lt": timezone.now() - timedelta(days=days)})
    deleted = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model.objects.filter(pk__in=pks).delete()
        deleted += len(pks)
    if deleted:
        Event.objects.create(
            via=Event.Via.SYSTEM,
            action=f"{resource}.purge",
            phase=Event.Phase.DONE,
            resource=resource,
            params={"older_than": f"{days}d", "deleted": deleted},
        )
