"""What can be asked of Nova about server groups."""

from typing import Any

from clusters.gateway import check, negotiate
from compute.server_groups.cloud import NEWEST


def create(conn, *, name: str, policy: str, max_server_per_host: int | None = None) -> str:
    """Before 2.64 a group has a list of policies and no rules, before 2.15 no soft ones."""
    version = negotiate(conn.compute, NEWEST)
    wish: dict[str, Any] = {"name": name}
    wish |= {"policy": policy} if version == NEWEST else {"policies": [policy]}
    wish |= {"rules": {"max_server_per_host": max_server_per_host}} if max_server_per_host else {}
    answer = conn.compute.post("/os-server-groups", json={"server_group": wish}, microversion=version)
    check(answer)
    return answer.json()["server_group"]["id"]


def delete(conn, cloud_id: str) -> None:
    conn.compute.delete_server_group(cloud_id, ignore_missing=False)
