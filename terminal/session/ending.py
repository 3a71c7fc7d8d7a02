"""What is written when a session is over: its row, its recording, its last events."""

import time
from typing import Protocol

import structlog
from django.utils import timezone

from clusters.sentences import as_data
from terminal import events
from terminal.errors import TerminalError
from terminal.models import Session
from terminal.session import facts
from terminal.session.command_log import CommandLog
from terminal.session.facts import Told
from terminal.session.input import Input
from terminal.session.output import Output
from terminal.websocket import codes

log = structlog.get_logger()


class EndedSession(Told, Protocol):
    """What is written down of a session (`terminal.session.shell.Shell`)."""

    commands: CommandLog
    output: Output
    input: Input | None
    columns: int
    rows: int
    opened: bool
    began: float


def note(shell: EndedSession, why: TerminalError) -> None:
    row = shell.row
    if shell.recorder is not None:
        shell.recorder.end("complete")
        if shell.recorder.problem is not None and why.code != codes.RECORDING:
            log.error("terminal_recording_incomplete", session=str(row.pk))
    shell.commands.flush()
    row.state, row.ended_at = Session.State.ENDED, timezone.now()
    row.bytes_out, row.bytes_in = shell.output.total, shell.input.passed if shell.input else 0
    row.close_code, row.close_cause, row.close_reason = why.code, why.cause, str(why)
    row.close_said = as_data(why.args[0])
    row.columns, row.rows, row.watchers = shell.columns, shell.rows, 0
    row.save(
        update_fields=[
            *("state", "ended_at", "bytes_out", "bytes_in", "close_code", "close_cause", "close_reason", "close_said"),
            *("columns", "rows", "watchers"),
        ]
    )
    params = {**facts.for_audit(shell), "cause": why.cause, "close_code": why.code}
    params |= {"bytes_in": row.bytes_in, "bytes_out": row.bytes_out}
    if row.watched is not None:
        events.note("terminal.session.watch", row.watched, user=row.user, client=row.client, phase="done")
    if shell.opened:
        seconds = round(time.monotonic() - shell.began, 1)
        events.note("terminal.session.close", row, phase="done", reason=str(why), params=params, seconds=seconds)
    else:
        phase = "refused" if why.code in (codes.FORBIDDEN, codes.LIMIT) else "failed"
        events.note("terminal.session.open", row, phase=phase, reason=str(why), error_code=why.cause, params=params)
