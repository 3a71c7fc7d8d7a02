"""One event in the formats others read: our own JSON, CADF (DMTF DSP0262) and OCSF (API Activity, class 6003)."""

import json
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from audit.models import Event
from audit.proof.facts import FACTS

COLUMNS = ("position", "number", *FACTS)
OUTCOMES = {
    Event.Phase.STARTED: "pending",
    Event.Phase.DONE: "success",
    Event.Phase.REFUSED: "failure",
    Event.Phase.FAILED: "failure",
    Event.Phase.NOTED: "success",
}
# The last word of an action, in CADF's taxonomy and as OCSF's activity_id; everything else is an "update".
CADF_ACTIONS = {
    **dict.fromkeys(("create", "add", "import", "upload", "allocate"), "create"),
    **dict.fromkeys(("delete", "remove", "release", "purge"), "delete"),
    **dict.fromkeys(("read", "export", "watch", "download"), "read"),
    **dict.fromkeys(("start", "enable"), "start"),
    **dict.fromkeys(("stop", "disable"), "stop"),
    **dict.fromkeys(("login", "logout", "refused"), "authenticate"),
    **dict.fromkeys(("backup", "snapshot"), "backup"),
    "restore": "restore",
    "deploy": "deploy",
}
OCSF_VERSION = "1.3.0"
OCSF_ACTIVITIES = {"create": 1, "read": 2, "delete": 4}
OCSF_UPDATE = 3
OCSF_STATUS = {"success": 1, "failure": 2, "pending": 99}


def as_json(facts: dict[str, Any], **more: Any) -> str:
    """The facts on one line, with whatever stands before them."""
    return json.dumps({**more, **facts}, ensure_ascii=False)


def cadf(facts: dict[str, Any], *, number: int) -> dict[str, Any]:
    """A CADF event record."""
    observer = {"id": str(uuid5(NAMESPACE_URL, settings.AUDIT_ORIGIN)), "typeURI": "service/security/audit"}
    target = facts["cloud_id"] or facts["name"] or facts["resource"] or facts["action"]
    record = {
        "typeURI": "http://schemas.dmtf.org/cloud/audit/1.0/event",
        "id": str(uuid5(NAMESPACE_URL, f"{settings.AUDIT_ORIGIN}/{number}")),
        "eventType": "activity",
        "eventTime": facts["at"].replace("Z", "+00:00"),
        "action": cadf_action(facts["action"]),
        "outcome": OUTCOMES.get(facts["phase"], "unknown"),
        "initiator": {
            "id": str(facts["user_number"] or facts["username"] or facts["via"]),
            "typeURI": "service/security/account/user" if facts["username"] else "service/oss",
            "name": facts["username"],
            "host": {"address": facts["client"], "agent": facts["via"]},
        },
        "target": {
            "id": target,
            "typeURI": f"service/{facts['resource'].replace('.', '/')}" if facts["resource"] else "service",
            "name": facts["name"],
            "addresses": [{"url": facts["cluster_name"], "name": "cluster"}] if facts["cluster_name"] else [],
        },
        "observer": {**observer, "name": settings.AUDIT_ORIGIN},
        "tags": [f"correlation_id?value={facts['operation']}"],
        "attachments": [
            {"typeURI": "json", "name": "action", "content": facts["action"]},
            {"typeURI": "json", "name": "parameters", "content": facts["params"]},
        ],
    }
    if facts["reason"] or facts["error_code"]:
        record["reason"] = {"reasonType": facts["error_code"] or "text", "reasonCode": facts["reason"] or "-"}
    return record


def ocsf(facts: dict[str, Any], *, number: int) -> dict[str, Any]:
    """An OCSF 1.x event of the class API Activity."""
    activity = OCSF_ACTIVITIES.get(cadf_action(facts["action"]), OCSF_UPDATE)
    outcome = OUTCOMES.get(facts["phase"], "failure")
    failed = outcome == "failure"
    return {
        "category_uid": 6,
        "class_uid": 6003,
        "activity_id": activity,
        "type_uid": 600300 + activity,
        "severity_id": 3 if failed else 1,
        "time": int(datetime.fromisoformat(facts["at"]).timestamp() * 1000),
        "time_dt": facts["at"],
        "status_id": OCSF_STATUS[outcome],
        "status": facts["phase"],
        "status_detail": facts["reason"],
        "metadata": {
            "version": OCSF_VERSION,
            "profiles": ["cloud", "datetime"],
            "uid": str(number),
            "correlation_uid": facts["operation"],
            "product": {"name": "opsys", "vendor_name": "opsys", "feature": {"name": settings.AUDIT_ORIGIN}},
        },
        "actor": {"user": {"name": facts["username"], "uid": str(facts["user_number"] or "")}},
        "api": {
            "operation": facts["action"],
            "service": {"name": facts["resource"]},
            "request": {"uid": facts["request_id"]},
            "response": {"code": 0 if not failed else 1, "error": facts["error_code"]},
        },
        "src_endpoint": {"name": facts["via"], **_client(facts["client"])},
        "resources": [{"type": facts["resource"], "uid": facts["cloud_id"], "name": facts["name"]}],
        "cloud": {"provider": "OpenStack", "region": facts["cluster_name"]},
        "unmapped": {"params": facts["params"], "seconds": facts["seconds"]},
    }


def cadf_action(action: str) -> str:
    return CADF_ACTIONS.get(action.rpartition(".")[2], "update")


def _client(text: str) -> dict[str, str]:
    """An address, or where a command was given: WHO@MACHINE."""
    try:
        return {"ip": str(ip_address(text))}
    except ValueError:
        return {"hostname": text.rpartition("@")[2]} if text else {}
