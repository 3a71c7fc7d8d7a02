"""What happened to a server: Nova's action log and our audit in one, joined where they speak of the same request."""

from typing import Any

from clusters.coerce import mapping
from clusters.gateway import moment
from compute.servers import lookup
from compute.servers.models import Server
from compute.servers.panels.neighbours import named
from opsys.kit.console.history import history_of


def load(conn, server: Server, *, user, query) -> dict[str, Any]:
    """`entries`, latest first. Each: at, who, what, result, ours and nova (who knows of it), request_id, steps."""
    log = lookup.action_log(conn, server.cloud_id)
    people = named("identity.user", server, {str(entry.get("user_id")) for entry in log}, user=user)
    names = {cloud_id: row.name for cloud_id, row in people.items()}
    return {"entries": merged(log, history_of(server, user=user), names)}


def merged(log: list[dict[str, Any]], ours: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """One entry for each request. Who did it is a user of ours where we asked, a user of the cloud elsewhere; what
    became of it Nova knows better, as it goes on after it has answered."""
    asked = {operation["request_id"]: operation for operation in ours if operation["request_id"]}
    entries = [_of_nova(entry, asked.get(str(entry.get("request_id"))), names) for entry in log]
    known = {entry["request_id"] for entry in entries}
    entries += [
        _of_ours(operation)
        for operation in ours
        if operation["request_id"] not in known or not operation["request_id"]
    ]
    return sorted(entries, key=lambda entry: entry["at"].timestamp() if entry["at"] else 0, reverse=True)


def _of_nova(entry: dict[str, Any], ours: dict[str, Any] | None, names: dict[str, str]) -> dict[str, Any]:
    steps = [_step(event) for event in entry.get("events") or []]
    user_id = str(entry.get("user_id") or "")
    return {
        "at": ours["at"] if ours else moment(entry.get("start_time")),
        "who": ours["who"] if ours else names.get(user_id, user_id),
        "what": ours["label"] if ours else str(entry.get("action") or ""),
        "via": ours["via"] if ours else "",
        "result": _result(entry, steps),
        "reason": (ours["reason"] if ours else "") or str(entry.get("message") or ""),
        "request_id": str(entry.get("request_id") or ""),
        "ours": ours is not None,
        "nova": str(entry.get("action") or ""),
        "steps": steps,
    }


def _of_ours(operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": operation["at"],
        "who": operation["who"],
        "what": operation["label"],
        "via": operation["via"],
        "result": operation["phase"],
        "reason": operation["reason"],
        "request_id": operation["request_id"],
        "ours": True,
        "nova": "",
        "steps": [],
    }


def _result(entry: dict[str, Any], steps: list[dict[str, Any]]) -> str:
    """done, failed or started. Without steps (they are read of the latest only) Nova's message tells of an error."""
    if any(step["result"] == "Error" for step in steps) or (not steps and entry.get("message")):
        return "failed"
    if any(not step["result"] for step in steps):
        return "started"
    return "done"


def _step(event: Any) -> dict[str, Any]:
    step = mapping(event)
    began, ended = moment(step.get("start_time")), moment(step.get("finish_time"))
    return {
        "name": str(step.get("event") or ""),
        "host": str(step.get("host") or ""),
        "result": str(step.get("result") or ""),
        "at": began,
        "seconds": (ended - began).total_seconds() if began and ended else None,
        "details": str(step.get("details") or step.get("traceback") or ""),
    }
