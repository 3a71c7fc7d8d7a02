"""The clock's part: several times a minute somebody looks what is due."""

import structlog
from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from jobs.schedules.models import Schedule
from jobs.schedules.running import run_due

log = structlog.get_logger()


@shared_task
def dispatch() -> None:
    """One schedule that cannot be written down keeps no other from running; it is due again the next time."""
    now = timezone.now()
    for schedule in Schedule.objects.due(now).select_related("owner"):
        try:
            run_due(schedule, now)
        except DatabaseError as error:
            log.error("schedule_not_run", schedule=schedule.pk, error=type(error).__name__)
