"""How far back a chart goes."""

import time

from django.utils.translation import gettext_lazy as _

HOUR, DAY = 3600, 86400
RANGES = {
    "1h": (HOUR, _("1 hour")),
    "6h": (6 * HOUR, _("6 hours")),
    "24h": (DAY, _("24 hours")),
    "7d": (7 * DAY, _("7 days")),
    "30d": (30 * DAY, _("30 days")),
    "1y": (365 * DAY, _("1 year")),
}
DEFAULT = "24h"


def chosen(wanted: str | None) -> str:
    return wanted if wanted in RANGES else DEFAULT


def span(name: str) -> tuple[int, int]:
    """Begin and end in seconds since 1970."""
    now = int(time.time())
    return now - RANGES[name][0], now


def looks_ahead(name: str) -> bool:
    """Whether it is long enough for a forecast of days to be seen beside it."""
    return RANGES[name][0] >= 30 * DAY
