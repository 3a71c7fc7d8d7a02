"""Events and checkpoints as lines of text, as each kind of receiver wants them."""

import json
import socket
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings

from audit.export.formats import as_json
from audit.models import Event

# RFC 5424: facility 13 "log audit"; severities 4 warning, 5 notice, 6 informational.
FACILITY = 13
SEVERITIES = {Event.Phase.FAILED: 4, Event.Phase.REFUSED: 4, Event.Phase.NOTED: 5}
INFORMATIONAL = 6
BOM = "\ufeff"


@lru_cache(maxsize=1)
def _host() -> str:
    return socket.gethostname() or "-"


def syslog_event(position: int, facts: dict) -> bytes:
    """RFC 5424, framed by RFC 5425 (also used on plain TCP, RFC 6587's octet counting)."""
    severity = SEVERITIES.get(facts["phase"], INFORMATIONAL)
    data = _data("event", position=position, operation=facts["operation"], action=facts["action"])
    return _framed(severity, facts["at"], "event", data, as_json(facts, position=position))


def syslog_checkpoint(at: datetime, size: int, note: str) -> bytes:
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return _framed(5, moment, "checkpoint", _data("checkpoint", size=size), json.dumps({"checkpoint": note}))


def checkpoint_line(note: str) -> bytes:
    return f"{json.dumps({'checkpoint': note}, ensure_ascii=False)}\n".encode()


def _framed(severity: int, moment: str, kind: str, data: str, text: str) -> bytes:
    header = f"<{FACILITY * 8 + severity}>1 {moment} {_host()} {_printable(settings.AUDIT_ORIGIN, 48)} - {kind}"
    message = f"{header} {data} {BOM}{text}".encode("utf-8", "replace")
    return b"%d %s" % (len(message), message)


def _data(kind: str, **values: object) -> str:
    """A structured data element. 32473 is the enterprise number that is free to use in examples and by everybody."""
    shown = " ".join(f'{name}="{_escaped(str(value))}"' for name, value in values.items())
    return f"[{kind}@32473 {shown}]"


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in '"\\]' else letter for letter in text if letter.isprintable())


def _printable(text: str, most: int) -> str:
    return "".join(letter for letter in text if "!" <= letter <= "~")[:most] or "-"
