"""When a line of crontab is due. Pure: text, a time zone and a moment in, moments in UTC out.

As in Debian's cron: a time that a change of the clocks leaves out is due at the first moment after the gap; one that
comes twice is due the first time only. What runs every so many minutes, or every hour, keeps its rhythm through both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from django.utils.translation import gettext as _

MOST_COUNTED = 10_000


class BadTimes(ValueError):
    """A line or a zone that says no time. The text is a sentence for people."""


@dataclass(frozen=True)
class Due:
    """`latest` is the newest moment that has come; `missed` others came before it, the first of them at `since`.
    `counted`: whether `missed` is exact."""

    latest: datetime
    missed: int
    since: datetime
    counted: bool = True


def now() -> datetime:
    return datetime.now(UTC)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadTimes(_("“%(name)s” is not a time zone. For example: Asia/Shanghai") % {"name": name}) from None


def following(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The moments after `after`, one by one; possibly none. Raises `BadTimes` at once."""
    if len(cron.split()) != 5:
        raise BadTimes(_("Write five fields: minute, hour, day of the month, month, day of the week."))
    try:
        moments = CronSim(cron, after.astimezone(zone_of(zone)))
    except CronSimError as error:
        field = str(error).removeprefix("Bad ")
        raise BadTimes(_("This field cannot be read: %(field)s.") % {"field": _fields().get(field, field)}) from None
    return _after(moments, after)


def _after(moments: CronSim, after: datetime) -> Iterator[datetime]:
    for moment in moments:
        # Begun while an hour is repeated, cronsim names the first of the two, which has passed.
        if moment > after:
            yield moment.astimezone(UTC)


def next_time(cron: str, zone: str, after: datetime) -> datetime | None:
    return next(following(cron, zone, after), None)


def due(cron: str, zone: str, first: datetime, now: datetime) -> Due:
    """What came due from `first`, a moment known to be due, until now. Long outages of frequent schedules are not
    counted to the end: it is enough to know that very many were missed."""
    latest, number = first, 0
    for moment in islice(following(cron, zone, first), MOST_COUNTED + 1):
        if moment > now:
            return Due(latest, number, first)
        latest, number = moment, number + 1
    if number <= MOST_COUNTED:  # the line names no further time at all
        return Due(latest, number, first)
    for moment in following(cron, zone, max(latest, now - timedelta(days=1))):
        if moment > now:
            break
        latest = moment
    return Due(latest, MOST_COUNTED, first, counted=False)


def _fields() -> dict[str, str]:
    return {
        "minute": _("minute"),
        "hour": _("hour"),
        "day-of-month": _("day of the month"),
        "month": _("month"),
        "day-of-week": _("day of the week"),
    }
