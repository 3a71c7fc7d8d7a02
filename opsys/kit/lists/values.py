"""What the columns hold, as plain values: for files and programs."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem
from opsys.kit.declare.resource import Column
from opsys.kit.relate.references import ids_of

ID = Column("id", _("ID"), value="cloud_id")
"""Not shown in lists, but what any other program knows a row by."""

# A spreadsheet takes a text that begins so for a formula, also in the wide letters of Chinese and Japanese keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain(column: Column, item: InventoryItem) -> Any:
    """A JSON value: times as ISO 8601 in UTC. What the item refers to is told by name, or by id where it is not known;
    `references.name_references` must have looked for them."""
    if column.refers:
        # By another key than the id they stand as the cloud names them.
        names = item.references.get(column.refers, {})
        found = [names.get(cloud_id, cloud_id) for cloud_id in ids_of(column, item)]
        return found if isinstance(column.of(item), list | tuple) else next(iter(found), "")
    value = column.of(item)
    if column.kind == "cluster":
        return item.cluster.name
    if column.kind == "flag":
        return bool(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return [_simple(one) for one in value]
    return _simple(value)


def as_text(value: Any) -> str:
    """The value as one cell of a table of texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(as_text, value)) if isinstance(value, list) else str(value)


def harmless(value: Any) -> str:
    """The same, so that no spreadsheet executes it. A number is a number, also a negative one."""
    text = as_text(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _simple(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
