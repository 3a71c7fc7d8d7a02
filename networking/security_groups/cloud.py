"""Neutron's security groups as plain values, and what can be asked about them."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from clusters.coerce import mapping, sequence
from networking import neutron

FIELDS = (
    *("id", "name", "description", "project_id", "tenant_id", "stateful", "shared", "tags", "created_at"),
    *("updated_at", "revision_number"),
)
"""Without the rules, which are a list of their own: a thousand groups would bring thousands of them."""
COMPARED = (
    *("direction", "ethertype", "protocol", "port_range_min", "port_range_max"),
    *("remote_ip_prefix", "remote_group_id"),
)


def row(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **neutron.common(group),
        "stateful": group.get("stateful") is not False,
        "shared": bool(group.get("shared")),
    }


fetch, fetch_one = neutron.reading("/security-groups", "security_group", row, fields=FIELDS)
index = neutron.index("/security-groups", fields=FIELDS)


def create(conn, *, rules: list[Mapping[str, Any]] | None = None, **values: Any) -> str:
    """With exactly these rules, where some are given, else with those that the cloud gives every group. If one cannot
    be made, there is no group."""
    group = neutron.created(conn, "/security-groups", "security_group", values)
    made = str(group.get("id") or "")
    if rules is None:
        return made
    with ExitStack() as undo:
        undo.callback(delete, conn, made)
        wanted = [_said(rule, made) for rule in rules]
        for rule in map(mapping, sequence(group.get("security_group_rules"))):
            if (same := next((one for one in wanted if _same(one, rule)), None)) is not None:
                wanted.remove(same)
            else:
                neutron.delete(conn, f"/security-group-rules/{rule.get('id')}")
        add_rules(conn, made, rules=wanted)
        undo.pop_all()
    return made


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/security-groups/{cloud_id}", "security_group", values)


def add_rules(conn, cloud_id: str, *, rules: list[Mapping[str, Any]]) -> None:
    for rule in rules:
        neutron.create(conn, "/security-group-rules", "security_group_rule", _said(rule, cloud_id))


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/security-groups/{cloud_id}")


def _said(rule: Mapping[str, Any], group: str) -> dict[str, Any]:
    """`remote_group_id` "self" is the group itself, whose id nobody knew before."""
    own = {"remote_group_id": group} if rule.get("remote_group_id") == "self" else {}
    return {**rule, **own, "security_group_id": group}


def _same(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    return all((wanted.get(name) or None) == (there.get(name) or None) for name in COMPARED)
