"""Which copies a schedule keeps. Pure: moments and rules in, what stays out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Rules:
    """Kept is what any of these keeps: the newest `keep`; what is younger than `days`; of each of the last `daily`
    days, `weekly` weeks and `monthly` months that have a copy, the newest one. Days begin at midnight in `zone`,
    weeks on Monday. 0: the rule keeps nothing."""

    keep: int = 0
    days: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    zone: str = "UTC"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Rules":
        """From a schedule's or a job's fields; what is missing or None keeps nothing."""
        return cls(**{field.name: given[field.name] for field in fields(cls) if given.get(field.name)})

    @property
    def any(self) -> bool:
        return any((self.keep, self.days, self.daily, self.weekly, self.monthly))


def kept(moments: Sequence[datetime], rules: Rules, now: datetime) -> set[int]:
    """The places in `moments`, in any order, of what stays."""
    newest_first = sorted(range(len(moments)), key=lambda place: moments[place], reverse=True)
    stays = set(newest_first[: rules.keep])
    if rules.days:
        stays |= {place for place in newest_first if moments[place] > now - timedelta(days=rules.days)}
    zone = ZoneInfo(rules.zone)
    local = [moment.astimezone(zone) for moment in moments]
    for number, period in ((rules.daily, _day), (rules.weekly, _week), (rules.monthly, _month)):
        stays |= _newest_of_each(newest_first, local, number, period)
    return stays


def _newest_of_each(
    newest_first: Sequence[int], local: Sequence[datetime], number: int, period: Callable[[datetime], tuple]
) -> set[int]:
    newest: dict[tuple, int] = {}
    for place in newest_first:
        newest.setdefault(period(local[place]), place)
    return set(list(newest.values())[:number])


def _day(moment: datetime) -> tuple:
    return moment.year, moment.month, moment.day


def _week(moment: datetime) -> tuple:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> tuple:
    return moment.year, moment.month
