"""Keystone's projects as plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.coerce import sequence
from clusters.gateway import one
from identity import domains
from identity.visible_projects import visible_projects

KEPT = ("options",)


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    known = domains.names(conn)
    for page in visible_projects(conn):
        yield [row(project, known) for project in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.identity, f"/projects/{cloud_id}", "project"), domains.names(conn))


def row(project: dict[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    enabled = project.get("enabled") is not False
    return {
        "cloud_id": project.get("id"),
        "name": project.get("name"),
        "status": "enabled" if enabled else "disabled",
        **domains.domain_of(project, known),
        "parent_id": project.get("parent_id"),
        "enabled": enabled,
        "description": project.get("description"),
        "tags": [str(tag) for tag in sequence(project.get("tags"))],
        "data": {key: project.get(key) for key in KEPT if project.get(key)},
    }
