"""What can be asked of Nova about key pairs."""

from typing import Any
from urllib.parse import quote

from clusters.gateway import check, negotiate
from compute.keypairs.cloud import id_of, of_user, parts

# From 2.92 on Nova makes no private keys any more.
NEWEST = "2.10"


def _add(conn, name: str, user: str, **values: str) -> dict[str, Any]:
    user = user or conn.current_user_id
    wish = {"name": name, **values, **({} if user == conn.current_user_id else {"user_id": user})}
    answer = conn.compute.post("/os-keypairs", json={"keypair": wish}, microversion=negotiate(conn.compute, NEWEST))
    check(answer)
    return {**answer.json()["keypair"], "id": id_of(user, name)}


def create(conn, *, name: str, user: str = "") -> dict[str, Any]:
    """The new key pair with its `private_key`, which the cloud tells this once."""
    return _add(conn, name, user)


def import_public(conn, *, name: str, public_key: str, user: str = "") -> str:
    return _add(conn, name, user, public_key=public_key)["id"]


def delete(conn, cloud_id: str) -> None:
    user_id, name = parts(cloud_id)
    address = f"/os-keypairs/{quote(name)}{of_user(conn, user_id)}"
    check(conn.compute.delete(address, microversion=negotiate(conn.compute, NEWEST)))
