"""A straight line through daily values, and how far it can be trusted. Pure values: no database, no clock."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 7
"""Days with a value below which nothing is told."""
LONGEST = 730
"""Days ahead beyond which it is told no more than that it is far."""
CONFIDENCE = 1.645
"""Of a normal distribution: nine times in ten the truth lies within so many deviations."""


@dataclass(frozen=True)
class Trend:
    """`level` is the line's value at the last day, `slope` its growth a day, `slope_error` the deviation of that, and
    `scatter` how far the values lie from the line."""

    level: float
    slope: float
    slope_error: float
    scatter: float
    days: int

    def at(self, ahead: float) -> tuple[float, float, float]:
        """So many days after the last one: least, expected and most."""
        expected = self.level + self.slope * ahead
        # The line's middle is known best; from there its error grows with the distance.
        error = math.hypot(self.scatter / math.sqrt(self.days), self.slope_error * (ahead + self.days / 2))
        return expected - CONFIDENCE * error, expected, expected + CONFIDENCE * error


@dataclass(frozen=True)
class Full:
    """In how many days something is full: expected, at the earliest and at the latest. None: not within `LONGEST`."""

    days: float
    earliest: float
    latest: float | None


def trend(values: Sequence[float | None]) -> Trend | None:
    """Of one value a day, the last of them today's; None where too few are known. The slope is the median of all
    slopes between two days (Theil and Sen), so that one day of moving servers about bends nothing."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < FEWEST or known[-1][0] - known[0][0] < FEWEST - 1:
        return None
    slopes = sorted((y2 - y1) / (x2 - x1) for at, (x1, y1) in enumerate(known) for x2, y2 in known[at + 1 :])
    slope = _median(slopes)
    base = _median(sorted(value - slope * place for place, value in known))
    distances = [value - base - slope * place for place, value in known]
    # By the median of the distances: one odd day says nothing of the others.
    scatter = 1.4826 * _median(sorted(map(abs, distances)))
    certain = len(known) / _repetition(distances)
    middle = sum(place for place, _value in known) / len(known)
    spread = math.sqrt(sum((place - middle) ** 2 for place, _value in known))
    slope_error = scatter / spread * math.sqrt(len(known) / certain)
    return Trend(base + slope * (len(values) - 1), slope, slope_error, scatter, len(known))


def _repetition(distances: Sequence[float]) -> float:
    """How many days say what one would. A day is much like the one before: what lies above the line stays there for a
    while, and a line through such days is less sure than one through as many that are independent."""
    whole = sum(distance**2 for distance in distances)
    follow = sum(one * other for one, other in zip(distances, distances[1:], strict=False))
    likeness = min(max(follow / whole, 0), 0.9) if whole else 0
    return (1 + likeness) / (1 - likeness)


def full(used: Trend, total: float) -> Full | None:
    """When the line reaches the total; None where it does not rise, or not surely enough to say anything: where a line
    that does not rise would be as likely."""
    if total <= 0:
        return None
    if used.level >= total:
        return Full(0, 0, 0)
    slowest = used.slope - CONFIDENCE * used.slope_error
    if used.slope <= 0 or slowest <= 0:
        return None
    expected = (total - used.level) / used.slope
    if expected > LONGEST:
        return None
    earliest = _first(used, total, expected, upper=True)
    latest = _first(used, total, LONGEST, upper=False)
    return Full(expected, earliest if earliest is not None else expected, latest)


def _first(used: Trend, total: float, until: float, *, upper: bool) -> float | None:
    """The first day on which the upper or the lower bound reaches the total."""
    low, high = 0.0, float(until)
    place = 2 if upper else 0
    if used.at(high)[place] < total:
        return None
    for _step in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if used.at(middle)[place] >= total else (middle, high)
    return high


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
