"""Key pairs: made from their names, so that they are the same every time."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openstack.connection import Connection


def public_key(name: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()).public_key()
    return f"{key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()} {name}"


def key_name(user: str) -> str:
    # Nova takes no dots.
    return user.replace(".", "-")


def create_key_pair(member: Connection, user: str) -> None:
    name = key_name(user)
    if not member.compute.find_keypair(name):
        member.compute.create_keypair(name=name, type="ssh", public_key=public_key(name))
