"""The charts over one of the ranges, with what is ahead where the range is long enough."""

from collections.abc import Sequence
from typing import Any

from monitoring.charts import ranges
from monitoring.charts.catalogue import Chart
from monitoring.charts.data import Subjects, chart_data
from monitoring.forecast.filling import add_forecasts


def charts_over(charts: Sequence[Chart], subjects: Subjects, chosen: str) -> list[dict[str, Any]]:
    """As `chart_data`, some with `forecast`."""
    found = chart_data(charts, subjects, *ranges.span(chosen))
    if ranges.looks_ahead(chosen):
        add_forecasts(found, list(charts), subjects)
    return found
