"""The data of a chart as plain values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from monitoring.charts.catalogue import Chart, Line
from monitoring.samples import history
from monitoring.samples.metrics import CLUSTER, SERVER
from monitoring.samples.models import Series

Values = list[float | None]


@dataclass(frozen=True)
class Subjects:
    """Whose figures are drawn: of one `subject` in a cluster, or (both "") of clusters, which are added up."""

    cluster_ids: Collection[int]
    kind: str = ""
    subject: str = ""

    def series(self, charts: Iterable[Chart]) -> list[Series]:
        """One query."""
        rows = Series.objects.filter(cluster_id__in=self.cluster_ids, kind=self.kind, subject=self.subject)
        stems = {name for chart in charts for line in chart.lines for name in (line.metric, line.over) if name}
        return [one for one in rows if _stem(one.metric) in stems]


def chart_data(charts: Collection[Chart], subjects: Subjects, begin: int, end: int) -> list[dict[str, Any]]:
    """For each chart `name`, `title`, `unit`, `stacked`, `step` and `times` (seconds since 1970), and `lines` with
    `label`, `colour` ("" for any) and a value for each time, null where nothing is known. Five queries."""
    times = history.times_of(begin, end, end, wide=subjects.kind not in (CLUSTER, SERVER))
    sums = sums_of(charts, subjects, times)
    return [
        {
            "name": chart.name,
            "title": str(chart.title),
            "unit": chart.unit,
            "stacked": chart.stacked,
            "step": times.step,
            "times": list(times),
            "lines": [
                {"label": label, "colour": chart.colour(label) if chart.colour else "", "values": values}
                for line in chart.lines
                for label, values in _lines(line, sums)
            ],
        }
        for chart in charts
    ]


def sums_of(charts: Collection[Chart], subjects: Subjects, times: history.Times) -> dict[str, Values]:
    """By metric, added up over the clusters."""
    sums: dict[str, Values] = {}
    for found in history.histories(subjects.series(charts), times):
        known = sums.get(found.series.metric)
        sums[found.series.metric] = found.values if known is None else list(map(_plus, known, found.values))
    return sums


def _lines(line: Line, sums: dict[str, Values]) -> Iterable[tuple[str, Values]]:
    if not line.metric.endswith("/"):
        if line.metric in sums:
            values = sums[line.metric]
            yield str(line.label), _rounded(None if value is None else value / line.per for value in values)
        return
    labels = {name.partition("/")[2] for name in sums if _stem(name) in (line.metric, line.over)}
    found: list[tuple[str, Values]] = []
    for label in labels:
        values, over = sums.get(line.metric + label), sums.get(line.over + label)
        if not line.over and values is not None:
            found.append((label, _rounded(values)))
        elif line.share and over is not None:
            found.append((label, _rounded(map(_share, values or [0.0] * len(over), over))))
        elif values is not None and over is not None:
            found.append((label, _rounded(map(_over, values, over))))
    # What there is most of stands at the bottom; what was never there at all is left out.
    found = [pair for pair in found if any(value is not None for value in pair[1])]
    yield from sorted(found, key=lambda pair: (-sum(value or 0 for value in pair[1]), pair[0]))


def _stem(name: str) -> str:
    stem, slash, _label = name.partition("/")
    return stem + slash


def _plus(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _over(value: float | None, over: float | None) -> float | None:
    return value / over if value is not None and over else None


def _share(failed: float | None, answered: float | None) -> float | None:
    if failed is None and answered is None:
        return None
    whole = (failed or 0) + (answered or 0)
    return 100 * (failed or 0) / whole if whole else None


def _rounded(values: Iterable[float | None]) -> Values:
    return [None if value is None else round(value, 2) for value in values]
