"""Small charts in lists, drawn by the server: a line in a box of 100 by 20."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from clusters.models import Cluster
from monitoring.samples.latency import KEPT
from monitoring.samples.models import RecentLatency

WIDTH, HEIGHT = 100, 20
FRESH = timedelta(minutes=3)


@dataclass(frozen=True)
class Sparkline:
    """`path` is that of an SVG; `last` the last known value."""

    path: str
    last: int
    largest: int


def latencies(clusters: Sequence[Cluster]) -> dict[int, Sparkline]:
    """Of the last hour in milliseconds, by cluster; those that answered nothing are missing. One query."""
    since = timezone.now() - FRESH
    rows = RecentLatency.objects.filter(
        cluster_id__in=[cluster.pk for cluster in clusters], at__gte=int(since.timestamp())
    )
    drawn = {recent.cluster_id: sparkline(recent.minutes, KEPT) for recent in rows}
    return {pk: line for pk, line in drawn.items() if line}


def sparkline(values: Sequence[int | None], places: int) -> Sparkline | None:
    """The values stand at the right of so many places; the line is broken where one is missing."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    largest = max([*known, 1])
    first, parts, pen = places - len(values), [], "M"
    for place, value in enumerate(values, first):
        if value is None:
            pen = "M"
            continue
        x = round(WIDTH * place / max(places - 1, 1), 1)
        y = round(HEIGHT - 1 - (HEIGHT - 2) * value / largest, 1)
        # A value between two gaps would be no line: it is a dot.
        parts.append(f"{pen}{x:g} {y:g}" + ("h.1" if pen == "M" else ""))
        pen = "L"
    return Sparkline("".join(parts), known[-1], largest)
