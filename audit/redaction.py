"""Parameters as the audit may keep them: without secrets, and small."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

HIDDEN = "[hidden]"
LONGEST_TEXT = 500
MOST_ITEMS = 100
DEEPEST = 8
LARGEST = 16_000  # characters of JSON

# Compared without "_" and "-". Whatever merely contains one of these is hidden, so that admin_pass, adminPass and
# rescue-password are. "key" stands alone or last: key_name and keypair are names people look for.
_SECRET = re.compile(
    r"passw|passphrase|^pass$|adminpass|secret|token|credential|userdata|privatekey|authorization|cookie|personality"
    r"|key$",
)


def redact(value: Any) -> Any:
    """A JSON value like `value`, with secrets hidden by the name of their key and long things cut."""
    safe = _redact(value, depth=0)
    size = len(json.dumps(safe))
    return safe if size <= LARGEST else {"_omitted": f"{size} characters"}


def _is_secret(key: str) -> bool:
    return bool(_SECRET.search(re.sub(r"[_\-\s]", "", key.lower())))


def _harmless(value: Any) -> bool:
    """Nothing, or a yes or no: `must_change_password` is no password."""
    if isinstance(value, list | tuple):
        return all(_harmless(item) for item in value)
    return value is None or value == "" or isinstance(value, bool)


def _redact(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        items = list(value.items())
        kept = {
            str(k)[:100]: HIDDEN if _is_secret(str(k)) and not _harmless(v) else _redact(v, depth + 1)
            for k, v in items[:MOST_ITEMS]
        }
        return kept if len(items) <= MOST_ITEMS else {**kept, "_omitted": len(items) - MOST_ITEMS}
    if isinstance(value, list | tuple | set | frozenset):
        items = list(value)
        kept = [_redact(item, depth + 1) for item in items[:MOST_ITEMS]]
        return kept if len(items) <= MOST_ITEMS else [*kept, f"… {len(items) - MOST_ITEMS} more"]
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    if value is None or isinstance(value, bool | int | float):
        return value
    try:
        return _redact(DjangoJSONEncoder().default(value), depth)
    except TypeError:
        # A file, bytes, an object of some form: its content is nobody's business here.
        return f"<{type(value).__name__}>"
