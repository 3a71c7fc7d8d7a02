"""Charts in templates: the figure with the table that says the same, and the choice of how far back."""

import json
from datetime import UTC, datetime
from typing import Any

from django import template

from monitoring.charts import ranges

register = template.Library()

MOST_ROWS = 60


@register.inclusion_tag("monitoring/charts/_figure.html")
def chart_figure(chart: dict[str, Any], heading: str = "h3") -> dict[str, Any]:
    """Of a long chart the table has every so many-th value, the newest first."""
    columns = [line["values"] for line in chart["lines"]]
    places = [place for place in range(len(chart["times"])) if any(column[place] is not None for column in columns)]
    every = -(-len(places) // MOST_ROWS) or 1
    rows = [
        (datetime.fromtimestamp(chart["times"][place], UTC), [column[place] for column in columns])
        for place in places[::-every]
    ]
    return {"chart": chart, "json": json.dumps(chart), "rows": rows, "heading": heading}


@register.inclusion_tag("monitoring/charts/_ranges.html")
def chart_ranges(chosen: str, url: str, target: str = "") -> dict[str, Any]:
    """`url` ends where the range's name is to stand. With `target` only that element is fetched again."""
    links = [
        {"label": label, "url": f"{url}{name}", "chosen": name == chosen}
        for name, (_seconds, label) in ranges.RANGES.items()
    ]
    return {"links": links, "target": target}
