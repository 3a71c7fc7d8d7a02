"""When what a chart shows will be full, by its days of the last quarter."""

import time
from typing import Any

from monitoring.charts.catalogue import Chart
from monitoring.charts.data import Subjects, Values, sums_of
from monitoring.forecast.trend import Full, Trend, full, trend
from monitoring.samples.history import Times

DAY = 86400
LOOKED_AT = 90
SHARE_AHEAD = 3
"""It is drawn ahead for this part of the time that the chart shows."""


def add_forecasts(found: list[dict[str, Any]], charts: list[Chart], subjects: Subjects) -> None:
    """To each chart that can fill up and has enough days `forecast`: `full` with days, earliest and latest (None: not
    in sight), and the line ahead: `times`, `expected`, `least`, `most`. Four queries for all of them."""
    filling = {chart.name: chart for chart in charts if chart.fills}
    if not filling:
        return
    today = int(time.time()) // DAY * DAY
    times = Times(today - LOOKED_AT * DAY, DAY, LOOKED_AT + 1)
    sums = sums_of(list(filling.values()), subjects, times)
    for data in found:
        chart = filling.get(data["name"])
        line = _trend(sums.get(chart.lines[0].metric)) if chart else None
        if chart and line:
            total = _last(sums.get(chart.lines[1].metric))
            per = chart.lines[0].per
            data["forecast"] = {"full": _told(full(line, total)), **_ahead(line, data, per, total)}


def _trend(values: Values | None) -> Trend | None:
    return trend(values) if values else None


def _last(values: Values | None) -> float:
    return next((value for value in reversed(values or []) if value is not None), 0.0)


def _told(found: Full | None) -> dict[str, int | None] | None:
    if found is None:
        return None
    latest = None if found.latest is None else round(found.latest)
    return {"days": round(found.days), "earliest": round(found.earliest), "latest": latest}


def _ahead(line: Trend, data: dict[str, Any], per: float, total: float) -> dict[str, Any]:
    end = data["times"][-1] + data["step"]
    days = max(1, data["step"] * len(data["times"]) // DAY // SHARE_AHEAD)
    step = max(1, days // 40)
    bounds = [(end + ahead * DAY, line.at(ahead)) for ahead in range(0, days + 1, step)]
    # Nothing is less than nothing, and no line needs to go far beyond what is full.
    most = max(2 * total, line.level) or None

    def held(value: float) -> float:
        return round(max(0.0, min(value, most) if most else value) / per, 2)

    return {
        "times": [at for at, _bound in bounds],
        "least": [held(bound[0]) for _at, bound in bounds],
        "expected": [held(bound[1]) for _at, bound in bounds],
        "most": [held(bound[2]) for _at, bound in bounds],
    }
