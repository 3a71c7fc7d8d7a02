"""Whatever a cloud sent, as what the columns can hold. A name that is too long, a number where text belongs or half a
character must cost that field of that row, not the reading of the whole cluster."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

LARGEST_INTEGER = 2**31 - 1
LARGEST_BIG_INTEGER = 2**63 - 1
EARLIEST_YEAR = 1970  # "0001-01-01" is how some services say "never"


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: Any) -> list[Any]:
    """The value if it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def printable(text: str, kept: str = "") -> str:
    """What a stranger wrote, with what could move a cursor, or letters past each other, made visible."""
    return "".join(
        letter if letter.isprintable() or letter in kept else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def is_id(value: Any) -> bool:
    """Whether a row can be known by this."""
    return isinstance(value, str) and 0 < len(value) <= 255 and _text(value) == value


def coerced(model: type[models.Model], row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with each value of its field's type, or the field's own "unknown"."""
    return {name: _coerce(model._meta.get_field(name), value) for name, value in row.items()}


def _coerce(field: models.Field, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return _plain(value)
    if value is None:
        return None if field.null else field.get_default()
    if isinstance(field, models.BooleanField):
        return bool(value)
    if isinstance(field, models.DateTimeField):
        return value if isinstance(value, datetime) and value.year >= EARLIEST_YEAR else None
    if isinstance(field, models.IntegerField):
        return _integer(field, value)
    if isinstance(field, models.CharField):
        return _text(value)[: field.max_length]
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _integer(field: models.Field, value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if 0 <= number <= (LARGEST_BIG_INTEGER if isinstance(field, models.BigIntegerField) else LARGEST_INTEGER):
        return number
    return None if field.null else field.get_default()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_text(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
