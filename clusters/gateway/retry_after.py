"""How long a cloud tells us to wait: the header Retry-After, in seconds or as a date."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

MOST_SECONDS = 3600
"""Longer is not waited for: a header that is wrong must not blind us for a day."""

STATUSES = frozenset({413, 429, 503})


def retry_after(response: Any) -> timedelta | None:
    """What an answer of `requests` tells, if there is one; see `told_to_wait`."""
    return None if response is None else told_to_wait(response.status_code, response.headers)


def told_to_wait(status: int, headers: Mapping[str, str]) -> timedelta | None:
    """What an answer tells, at most `MOST_SECONDS`; None where it tells nothing, or nothing that can be read. A date
    is taken by the other side's own clock where the answer has it."""
    if status not in STATUSES:
        return None
    text = (headers.get("retry-after") or "").strip()
    seconds = _number(text)
    if seconds is None and (at := _date(text)) is not None:
        seconds = (at - (_date(headers.get("date") or "") or datetime.now(UTC))).total_seconds()
    if seconds is None or seconds <= 0:
        return None
    return timedelta(seconds=min(seconds, MOST_SECONDS))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found  # "-0000" means UTC of an unknown place
