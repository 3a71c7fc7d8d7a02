"""Rows that a cloud sent in part, because one of its cells is down: the rest stays as it was last known."""

from typing import Any

PARTIAL_SINCE = "partial_since"
"""Where `data` of a row that was sent in part says when it was last sent whole, if ever."""
WRITTEN_ANEW = {"id", "cluster", "synced_at", "gone_at", "digest", "search_text"}


def completed(values: dict[str, Any], old: Any) -> dict[str, Any]:
    """What the cloud sent now, with the rest as its row was known; `old` is None where there was none."""
    if old is None:
        return {**values, "data": {**values.get("data", {}), PARTIAL_SINCE: None}}
    since = old.data.get(PARTIAL_SINCE) if old.partial else old.synced_at.isoformat()
    data = {**old.data, **values.get("data", {}), PARTIAL_SINCE: since}
    known = {f.name: getattr(old, f.attname) for f in old._meta.concrete_fields if f.name not in WRITTEN_ANEW}
    return {**known, **values, "data": data}
