"""When a report is due."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitoring.mailing.models import MailedReport

HOUR = 6


def next_due(every: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first of its moments that is later, in the zone's own time."""
    day = after.astimezone(zone).date()
    while True:
        # Where the clock is put back or forward at this hour, zoneinfo still gives one moment.
        moment = datetime(day.year, day.month, day.day, HOUR, tzinfo=zone)
        if moment > after and _falls_on(every, day):
            return moment
        day += timedelta(days=1)


def _falls_on(every: str, day: date) -> bool:
    if every == MailedReport.Every.MONTH:
        return day.day == 1
    return every == MailedReport.Every.DAY or day.weekday() == 0


def month_before(due: datetime, zone: ZoneInfo) -> str:
    """ "2026-11" for a moment in December."""
    return f"{due.astimezone(zone).replace(day=1) - timedelta(days=1):%Y-%m}"
