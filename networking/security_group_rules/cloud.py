"""The rules of Neutron's security groups as plain values, and what can be asked about them."""

from collections.abc import Mapping
from typing import Any

from clusters.gateway import if_answered, many, one
from networking import neutron
from networking.addresses import known_prefix

KEPT = ("remote_address_group_id", "normalized_cidr", "belongs_to_default_sg")
GIVEN = (
    "direction",
    "ethertype",
    "protocol",
    "port_range_min",
    "port_range_max",
    "remote_ip_prefix",
    "remote_group_id",
)

SAME = ("direction", "ethertype", "protocol", "port_range_min", "port_range_max")
"""What a rule says but for its source."""


def row(rule: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: rule.get(name) for name in GIVEN}
    given["protocol"] = str(given["protocol"]) if given["protocol"] is not None else ""
    return {
        **neutron.common(rule, KEPT),
        **given,
        "name": in_words(rule),
        "security_group_id": rule.get("security_group_id"),
        "remote_address_group_id": rule.get("remote_address_group_id"),
    }


def in_words(rule: Mapping[str, Any]) -> str:
    """As people say it: "ingress IPv4 tcp 22 203.0.113.0/24". In no language, as it is the row's name."""
    remote = rule.get("remote_ip_prefix") or rule.get("remote_group_id") or rule.get("remote_address_group_id")
    said = [rule.get("direction"), rule.get("ethertype"), rule.get("protocol"), ports(rule), remote]
    return " ".join(str(part) for part in said if part not in (None, ""))


def ports(rule: Mapping[str, Any]) -> str:
    first, last = rule.get("port_range_min"), rule.get("port_range_max")
    if first is None:
        return ""
    return str(first) if last in (None, first) else f"{first}-{last}"


fetch, fetch_one = neutron.reading("/security-group-rules", "security_group_rule", row)
index = neutron.index("/security-group-rules")


def create(conn, *, security_group: str, **values: Any) -> str:
    return neutron.create(
        conn, "/security-group-rules", "security_group_rule", {"security_group_id": security_group, **values}
    )


def replace(conn, cloud_id: str, *, security_group: str, **values: Any) -> str:
    """A rule cannot be changed, so there is a new one before the old one goes, and no traffic is cut. If the old one
    cannot be deleted, the new one goes again."""
    made = create(conn, security_group=security_group, **values)
    if not if_answered(lambda: _deleted(conn, cloud_id), False):
        delete(conn, made)
        delete(conn, cloud_id)
    return made


def restrict(conn, cloud_id: str, *, sources: list[str]) -> None:
    """The same rule for these prefixes of its family, in place of the source it has. They are there before it goes;
    what the group has of them already is not made again."""
    old = one(conn.network, f"/security-group-rules/{cloud_id}", "security_group_rule")
    kept = {name: old.get(name) for name in (*SAME, "description") if old.get(name) not in (None, "")}
    others = many(
        conn.network, f"/security-group-rules?security_group_id={old.get('security_group_id')}", "security_group_rules"
    )
    family = [source for source in sources if (":" in source) == (old.get("ethertype") == "IPv6")]
    for source in family:
        if not any(_says(rule, old, source) for rule in others):
            create(conn, security_group=str(old.get("security_group_id")), remote_ip_prefix=source, **kept)
    if family:
        delete(conn, cloud_id)


def _deleted(conn, cloud_id: str) -> bool:
    delete(conn, cloud_id)
    return True


def _says(rule: Mapping[str, Any], old: Mapping[str, Any], source: str) -> bool:
    same = all(rule.get(name) == old.get(name) for name in SAME)
    there = known_prefix(rule.get("remote_ip_prefix"))
    return same and there is not None and there == known_prefix(source) and not rule.get("remote_group_id")


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/security-group-rules/{cloud_id}")
