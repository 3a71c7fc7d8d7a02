"""When a schedule runs as people say it: every hour, day, week or month. Pure: to a line of crontab and back."""

from collections.abc import Iterable
from dataclasses import dataclass

HOUR, DAY, WEEK, MONTH = "hour", "day", "week", "month"
LAST = "L"
SUNDAY = 7


@dataclass(frozen=True)
class Rhythm:
    """`weekdays` are 1 (Monday) to 7, of a week; `day` is 1 to 31 or `LAST`, of a month."""

    every: str
    hour: int = 0
    minute: int = 0
    weekdays: tuple[int, ...] = ()
    day: str = "1"


def line_of(rhythm: Rhythm) -> str:
    """Cron expression."""
    hour = "*" if rhythm.every == HOUR else str(rhythm.hour)
    day = rhythm.day if rhythm.every == MONTH else "*"
    weekdays = _as_text(rhythm.weekdays) if rhythm.every == WEEK else "*"
    return f"{rhythm.minute} {hour} {day} * {weekdays}"


def rhythm_of(line: str) -> Rhythm | None:
    """What a line of crontab says, where it says nothing more than that."""
    fields = line.split()
    if len(fields) != 5:
        return None
    minute, hour, day, month, weekdays = fields
    if month != "*" or not _is_number(minute, 0, 59):
        return None
    if hour == day == weekdays == "*":
        return Rhythm(HOUR, minute=int(minute))
    if not _is_number(hour, 0, 23):
        return None
    at = {"hour": int(hour), "minute": int(minute)}
    if day == weekdays == "*":
        return Rhythm(DAY, **at)
    if weekdays == "*" and (day == LAST or _is_number(day, 1, 31)):
        return Rhythm(MONTH, day=day if day == LAST else str(int(day)), **at)
    chosen = _weekdays(weekdays) if day == "*" else ()
    return Rhythm(WEEK, weekdays=chosen, **at) if chosen else None


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= int(text) <= most


def _weekdays(text: str) -> tuple[int, ...]:
    """Numbers and ranges of numbers; empty for anything else, such as names and steps."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not _is_number(first, 0, SUNDAY) or not _is_number(last if dash else first, int(first), SUNDAY):
            return ()
        found.update(day or SUNDAY for day in range(int(first), int(last or first) + 1))
    return tuple(sorted(found))


def _as_text(weekdays: Iterable[int]) -> str:
    days = sorted(set(weekdays))
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1 and days[-1] < SUNDAY:
        return f"{days[0]}-{days[-1]}"
    return ",".join(str(day % SUNDAY) for day in days)
