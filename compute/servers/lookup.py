"""What is asked of a cloud while somebody looks at one server. Every field of an answer may be missing."""

from typing import Any
from urllib.parse import urlencode

from clusters.coerce import mapping, sequence
from clusters.gateway import many, one
from compute.servers.operations import act

EVENTS_OF = 10
"""Of so many of Nova's latest actions the single steps are read: that takes a request each."""


def console_log(conn, cloud_id: str, lines: int) -> str:
    """The last lines the machine wrote on its console, as it wrote them: it may be anything."""
    answer = act(conn, cloud_id, {"os-getConsoleOutput": {"length": lines}})
    return str(answer.get("output") or "")


def diagnostics(conn, cloud_id: str) -> dict[str, Any]:
    """In the shape of compute 2.48; older clouds give whatever their hypervisor says."""
    from_nova = conn.compute.get_server_diagnostics(cloud_id).to_dict(computed=False, headers=False)
    return {
        key: value for key, value in from_nova.items() if value not in (None, [], {}) and key not in ("id", "name")
    }


def action_log(conn, cloud_id: str) -> list[dict[str, Any]]:
    """Nova's own log of what was asked of the server, newest first; `events` are the steps of the latest."""
    path = f"/servers/{cloud_id}/os-instance-actions"
    entries = many(conn.compute, path, "instanceActions", microversion="2.66")
    for entry in entries[:EVENTS_OF]:
        detail = one(conn.compute, f"{path}/{entry.get('request_id')}", "instanceAction", microversion="2.84")
        entry["events"] = [mapping(event) for event in sequence(detail.get("events"))]
    return entries


def volume_attachments(conn, cloud_id: str) -> list[dict[str, Any]]:
    path = f"/servers/{cloud_id}/os-volume_attachments"
    return many(conn.compute, path, "volumeAttachments", microversion="2.89")


def ports(conn, cloud_id: str) -> list[dict[str, Any]]:
    return many(conn.network, f"/ports?{urlencode({'device_id': cloud_id})}", "ports")


def floating_ips(conn, port_ids: list[str]) -> list[dict[str, Any]]:
    query = urlencode([("port_id", port) for port in port_ids])
    return many(conn.network, f"/floatingips?{query}", "floatingips") if port_ids else []


def networks(conn, network_ids: list[str]) -> list[dict[str, Any]]:
    query = urlencode([("id", network) for network in network_ids])
    return many(conn.network, f"/networks?{query}", "networks") if network_ids else []


def security_groups(conn, group_ids: list[str]) -> list[dict[str, Any]]:
    """With their rules."""
    query = urlencode([("id", group) for group in group_ids])
    return many(conn.network, f"/security-groups?{query}", "security_groups") if group_ids else []
