"""Nova's server groups as plain values, and what can be asked of them."""

from collections.abc import Iterator
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import one, pages

NEWEST = "2.64"  # one policy with rules; before, a list of policies


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    for page in pages(
        conn.compute,
        "/os-server-groups",
        "server_groups",
        microversion=NEWEST,
        everybodys={"all_projects": "1"},
        by_offset=True,
    ):
        yield [row(group) for group in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.compute, f"/os-server-groups/{cloud_id}", "server_group", microversion=NEWEST))


def row(group: dict[str, Any]) -> dict[str, Any]:
    members = [member for member in sequence(group.get("members")) if isinstance(member, str)]
    return {
        "cloud_id": group.get("id"),
        "name": group.get("name"),
        "project_id": group.get("project_id") or "",
        "policy": group.get("policy") or next(iter(sequence(group.get("policies"))), ""),
        "size": len(members),
        "members": members,
        "data": {"rules": mapping(group.get("rules")), "user_id": group.get("user_id")},
    }
