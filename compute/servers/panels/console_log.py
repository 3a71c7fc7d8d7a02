"""What the machine wrote on its console. Whoever rules the machine chose these bytes: they are shown, never obeyed."""

import re
from typing import Any

from compute.servers import lookup
from compute.servers.models import Server

LINES = (50, 200, 1000, 5000)
DEFAULT = 200
LONGEST = 500_000

# Colours and cursor movements, window titles and what else a terminal would do.
SEQUENCES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|[()#][0-9A-Za-z]|[=>78cDEHMNOZ])"
)
# Other control characters, and those that turn the order of letters around or cannot be seen.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def load(conn, server: Server, *, user, query) -> dict[str, Any]:
    """`text` is safe to look at; `lines` is how many were asked for."""
    lines = chosen(query.get("lines", ""))
    text = plain(lookup.console_log(conn, server.cloud_id, lines)[-LONGEST:])
    return {"lines": lines, "choices": list(LINES), "text": text}


def chosen(wanted: str) -> int:
    return int(wanted) if wanted in map(str, LINES) else DEFAULT


def plain(text: str) -> str:
    """Without terminal sequences, and with every other control character as a sign one can see."""
    text = SEQUENCES.sub("", text.replace("\r\n", "\n"))
    return CONTROLS.sub(lambda match: _sign(match[0]), text)


def _sign(character: str) -> str:
    number = ord(character)
    return chr(0x2400 + number) if number < 0x20 else f"\\u{number:04x}"
