"""Keystone's users as plain values. What they log in with is never read."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.gateway import moment, one, pages
from identity import domains


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    known = domains.names(conn)
    # Keystone before 2025 knows no pages and refuses to hear of a limit.
    for page in pages(conn.identity, "/users", "users", query={"limit": None}):
        yield [row(user, known) for user in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.identity, f"/users/{cloud_id}", "user"), domains.names(conn))


def row(user: dict[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    enabled = user.get("enabled") is not False
    return {
        "cloud_id": user.get("id"),
        "name": user.get("name"),
        "project_id": user.get("default_project_id"),
        "status": "enabled" if enabled else "disabled",
        **domains.domain_of(user, known),
        "enabled": enabled,
        "email": user.get("email"),
        "description": user.get("description"),
        "password_expires_at": moment(user.get("password_expires_at")),
        "data": {},
    }
