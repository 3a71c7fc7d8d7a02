"""What a host says before the log-in: a legal notice, mostly. Text of a stranger."""

from typing import Any

import paramiko

from clusters.coerce import printable
from terminal.setup.prompts import Asker

MOST = 8192


def of(transport: paramiko.Transport) -> str:
    """As `plain` makes it; "" where the host said nothing."""
    said = transport.get_banner()
    if not said:
        return ""
    return plain(said[:MOST].decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")) + "\n"


def plain(text: str) -> str:
    """With what could move a cursor, or letters past each other, made visible."""
    return printable(text, kept="\n\t")


class Noticing:
    """Puts what the host said beside each question, so that who answers has read it."""

    def __init__(self, asker: Asker, transport: paramiko.Transport) -> None:
        self._asker, self._transport = asker, transport
        self.progress, self.notice = asker.progress, asker.notice

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        return self._asker.ask(kind, notice=of(self._transport), **fields)
