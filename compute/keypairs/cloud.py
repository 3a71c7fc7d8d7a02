"""Nova's key pairs as plain values, and what can be asked of them.

Nova lists the key pairs of one user at a time. We read those of the user we act as and, where the cloud lets us see
them, of every user who holds a role somewhere: nobody else can use one.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from clusters.coerce import mapping
from clusters.gateway import if_allowed, many, one, pages

NEWEST = "2.35"  # of another user since 2.10, in pages since 2.35
MOST_USERS = 500


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    own = conn.current_user_id
    for user_id in [own, *_others(conn, own)]:
        query = {} if user_id == own else {"user_id": user_id}
        for page in pages(conn.compute, "/os-keypairs", "keypairs", microversion=NEWEST, query=query):
            yield [row(mapping(entry.get("keypair")), user_id, own=own) for entry in page]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    user_id, name = parts(cloud_id)
    found = one(conn.compute, f"/os-keypairs/{quote(name)}{of_user(conn, user_id)}", "keypair", microversion=NEWEST)
    return row(found, user_id, own=conn.current_user_id)


def _others(conn, own: str) -> list[str]:
    query = {"effective": "true"}
    found = if_allowed(lambda: many(conn.identity, "/role_assignments", "role_assignments", query=query), [])
    users = {str(mapping(assignment.get("user")).get("id") or "") for assignment in found}
    return sorted(users - {"", own})[:MOST_USERS]


def of_user(conn, user_id: str) -> str:
    """Our own are asked for without naming us, which also a cloud older than 2.10 understands."""
    return "" if user_id == conn.current_user_id else f"?user_id={quote(user_id)}"


def id_of(user_id: str, name: str) -> str:
    """A key pair has no id, and its name is unique for its user only."""
    return f"{user_id}:{quote(name, safe=' @', errors='replace')}"


def parts(cloud_id: str) -> tuple[str, str]:
    """The user's id and the key pair's name."""
    user_id, _colon, name = cloud_id.partition(":")
    return user_id, unquote(name)


def row(keypair: dict[str, Any], user_id: str, *, own: str) -> dict[str, Any]:
    name = keypair.get("name")
    return {
        "cloud_id": id_of(user_id, name) if isinstance(name, str) and name else "",
        "name": name,
        "user_id": user_id,
        "type": keypair.get("type") or "ssh",  # the only one before 2.2
        "fingerprint": keypair.get("fingerprint"),
        "own": user_id == own,
        "data": {"public_key": keypair.get("public_key")},
    }
