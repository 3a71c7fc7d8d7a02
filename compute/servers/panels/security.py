"""What may reach a server and what it may reach: the rules of all its security groups together."""

from typing import Any

from clusters.coerce import mapping, sequence
from compute.servers import lookup
from compute.servers.models import Server
from compute.servers.panels.addresses import distinct, names
from compute.servers.panels.neighbours import page_of

ANYWHERE = ("0.0.0.0/0", "::/0")


def load(conn, server: Server, *, user, query) -> dict[str, Any]:
    """`groups` with how many rules each has, `incoming` and `outgoing` rules without doubles, and `unprotected`: the
    ports on which no rule holds, because port security is off."""
    ports = lookup.ports(conn, server.cloud_id)
    groups = lookup.security_groups(conn, distinct(g for port in ports for g in sequence(port.get("security_groups"))))
    known = names(groups)
    rules = [
        _rule(mapping(rule), group, known) for group in groups for rule in sequence(group.get("security_group_rules"))
    ]
    return {
        "groups": [
            {
                "name": known[str(group.get("id"))],
                "url": page_of("networking.securitygroup", server, str(group.get("id") or "")),
                "description": str(group.get("description") or ""),
                "rules": len(sequence(group.get("security_group_rules"))),
            }
            for group in groups
        ],
        "incoming": _together([rule for rule in rules if rule["direction"] == "ingress"]),
        "outgoing": _together([rule for rule in rules if rule["direction"] == "egress"]),
        "unprotected": [
            str(port.get("mac_address") or port.get("id"))
            for port in ports
            if port.get("port_security_enabled") is False
        ],
    }


def _rule(rule, group: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    remote_group = str(rule.get("remote_group_id") or "")
    remote = str(rule.get("remote_ip_prefix") or "")
    return {
        "direction": str(rule.get("direction") or ""),
        "family": str(rule.get("ethertype") or ""),
        "protocol": str(rule.get("protocol") or "").upper(),
        "ports": _ports(rule.get("port_range_min"), rule.get("port_range_max")),
        "remote": remote,
        "remote_group": known.get(remote_group, remote_group),
        "anywhere": not remote_group and (not remote or remote in ANYWHERE),
        "groups": [str(group.get("name") or group.get("id") or "")],
    }


def _ports(low: Any, high: Any) -> str:
    if low is None and high is None:
        return ""
    return str(low if high is None or low == high else f"{low}–{high}")


def _together(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rule in two groups once, with both their names; the most open ones first."""
    found: dict[tuple, dict[str, Any]] = {}
    for rule in rules:
        key = tuple(rule[name] for name in ("family", "protocol", "ports", "remote", "remote_group"))
        if key in found:
            found[key]["groups"] += [name for name in rule["groups"] if name not in found[key]["groups"]]
        else:
            found[key] = rule
    return sorted(found.values(), key=lambda rule: (not rule["anywhere"], rule["protocol"], rule["ports"]))
