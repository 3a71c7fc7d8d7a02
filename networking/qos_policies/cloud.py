"""Neutron's QoS policies as plain values, and what can be asked about them and their rules."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import not_found, one
from networking import neutron
from networking.qos_policies.rules import TYPES, RuleType


def row(policy: Mapping[str, Any]) -> dict[str, Any]:
    rules = sorted((dict(mapping(rule)) for rule in sequence(policy.get("rules"))), key=_place)
    return {
        **neutron.common(policy),
        "rules": rules,
        "shared": bool(policy.get("shared")),
        "is_default": bool(policy.get("is_default")),
    }


fetch, fetch_one = neutron.reading("/qos/policies", "policy", row, extension=True)


def create(conn, **values: Any) -> str:
    return neutron.create(conn, "/qos/policies", "policy", values)


def edit(conn, cloud_id: str, **values: Any) -> None:
    neutron.update(conn, f"/qos/policies/{cloud_id}", "policy", values)


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/qos/policies/{cloud_id}")


def add_rule(conn, cloud_id: str, *, type: str, value: int, burst: int | None = None, direction: str = "") -> None:
    kind = TYPES[type]
    neutron.create(conn, f"/qos/policies/{cloud_id}/{kind.path}", kind.key, _said(kind, value, burst, direction))


def edit_rule(conn, cloud_id: str, *, rule: str, value: int, burst: int | None = None, direction: str = "") -> None:
    kind = _type_of(conn, cloud_id, rule)
    path = f"/qos/policies/{cloud_id}/{kind.path}/{rule}"
    neutron.update(conn, path, kind.key, _said(kind, value, burst, direction))


def remove_rule(conn, cloud_id: str, *, rule: str) -> None:
    neutron.delete(conn, f"/qos/policies/{cloud_id}/{_type_of(conn, cloud_id, rule).path}/{rule}")


def _type_of(conn, cloud_id: str, rule: str) -> RuleType:
    """Only the policy says what type a rule is of, and the type stands in the rule's address."""
    policy = one(conn.network, f"/qos/policies/{cloud_id}", "policy")
    for found in map(mapping, sequence(policy.get("rules"))):
        if found.get("id") == rule and found.get("type") in TYPES:
            return TYPES[str(found["type"])]
    raise not_found(rule)


def _said(kind: RuleType, value: int, burst: int | None, direction: str) -> dict[str, Any]:
    said: dict[str, Any] = {kind.value: value}
    if kind.burst and burst is not None:
        said[kind.burst] = burst
    if kind.direction and direction:
        said["direction"] = direction
    return said


def _place(rule: dict[str, Any]) -> tuple[str, str, str]:
    """Neutron lists them in any order, and a row is to change only when they do."""
    return str(rule.get("type")), str(rule.get("direction")), str(rule.get("id"))
