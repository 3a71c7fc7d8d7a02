"""What an event says, as bytes: the same for the same event, from memory, from any database and from an export."""

import json
from datetime import UTC, datetime
from typing import Any

# In this order they are read from the database; in the bytes they stand sorted.
FACTS = (
    *("at", "operation", "user_number", "username", "via", "client", "action", "phase", "resource"),
    *("cluster_number", "cluster_name", "cloud_id", "name", "reason", "said", "error_code"),
    *("request_id", "global_request_id", "params", "seconds"),
)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def facts_of(values: tuple) -> dict[str, Any]:
    """The values of FACTS as plain JSON: the time as ISO 8601 in UTC with microseconds."""
    facts = dict(zip(FACTS, values, strict=True))
    facts["at"] = timestamp(facts["at"])
    facts["operation"] = str(facts["operation"])
    return facts


def as_bytes(facts: dict[str, Any]) -> bytes:
    """Canonical: keys sorted, no spaces, UTF-8."""
    return _encode(facts).encode("utf-8", "surrogatepass")


def leaf_data(number: int, facts: bytes) -> bytes:
    """What the leaf of an event is the hash of: its number in the database, a line feed, what it says."""
    return b"%d\n%s" % (number, facts)


def timestamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
