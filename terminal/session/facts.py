"""What is said of a session: to its page, and to the audit."""

from typing import Any, Protocol

from terminal.models import Policy, Session
from terminal.recording.writing import Recorder


class Told(Protocol):
    """What is told of (`terminal.session.shell.Shell`)."""

    row: Session
    policy: Policy
    recorder: Recorder | None
    encoding: str
    weak: tuple[str, ...]


def for_page(shell: Told) -> dict[str, Any]:
    row = shell.row
    return {
        "session": str(row.pk),
        "kind": row.kind,
        "title": f"{row.login_name}@{row.target_name}" if row.login_name else row.target_name,
        "login_name": row.login_name,
        "address": row.address,
        "port": row.port,
        "recorded": shell.recorder is not None,
        "encoding": shell.encoding,
        "weak": shell.weak,
        "idle_seconds": shell.policy.idle_minutes * 60,
        "longest_seconds": shell.policy.longest_minutes * 60,
    }


def for_audit(shell: Told) -> dict[str, Any]:
    """Besides the target, which every event has."""
    row = shell.row
    return {
        "address": row.address,
        "port": row.port,
        "route": row.route,
        "as": row.login_name,
        "with": row.credential_name,
        "kind": row.kind,
        "recorded": shell.recorder is not None,
        **({"old_algorithms": list(shell.weak)} if shell.weak else {}),
    }
