#!/usr/bin/env python3
"""Verify an export of the audit without the platform: python3 verify_export.py EXPORT.jsonl PUBLIC_KEY

EXPORT.jsonl comes from "manage.py audit-export --proof", PUBLIC_KEY (base64) from "… audit-export --public-key": get
the key from its owner, not from the export. Needs Python 3.9 and either its package "cryptography" or the program
"openssl" (3.0). Exit code 0: each event says what it said, none was added, removed or moved before the checkpoint.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

ED25519_DER_PREFIX = bytes.fromhex("302a300506032b6570032100")


class NotIntact(Exception):
    pass


def signature_holds(public_key: bytes, text: bytes, signature: bytes) -> bool:
    if Ed25519PublicKey is None:
        return openssl_signature_holds(public_key, text, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def openssl_signature_holds(public_key: bytes, text: bytes, signature: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        files = {"key.der": ED25519_DER_PREFIX + public_key, "text": text, "signature": signature}
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin"]
        done = subprocess.run(
            [*command, "-in", "text", "-sigfile", "signature"], cwd=folder, capture_output=True, check=False
        )
        return done.returncode == 0


def checkpoint_of(note: str, public_key: bytes) -> tuple:
    """Size, root and time of a checkpoint whose signature holds."""
    text, _blank, signature = note.partition("\n\n")
    lines = text.split("\n")
    signed = base64.b64decode(signature.strip().rsplit(" ", 1)[-1])[4:]
    if not signature_holds(public_key, f"{text}\n".encode(), signed):
        raise NotIntact("The checkpoint's signature does not fit the public key.")
    return int(lines[1]), base64.b64decode(lines[2]), lines[3]


def leaf_of(line: dict) -> bytes:
    """The hash of a leaf (RFC 6962): given, or computed from what the event says."""
    if "facts" not in line:
        return bytes.fromhex(line["hash"])
    facts = json.dumps(line["facts"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    data = b"%d\n%s" % (line["number"], facts.encode("utf-8", "surrogatepass"))
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves) -> tuple:
    """The root of the tree over these leaves, and how many there are."""
    subtrees, size = [], 0
    for leaf in leaves:
        count = size
        while count & 1:
            leaf = node(subtrees.pop(), leaf)
            count >>= 1
        subtrees.append(leaf)
        size += 1
    if not subtrees:
        return hashlib.sha256(b"").digest(), 0
    root = subtrees.pop()
    while subtrees:
        root = node(subtrees.pop(), root)
    return root, size


def verify(path: str, public_key: str) -> str:
    """What was verified, in a sentence. Raises NotIntact with what is wrong."""
    with open(path, encoding="utf-8") as file:
        size, root, at = checkpoint_of(json.loads(next(file))["checkpoint"], base64.b64decode(public_key))
        shown = 0

        def leaves():
            nonlocal shown
            for position, text in enumerate(file):
                line = json.loads(text)
                if line["position"] != position:
                    raise NotIntact(f"Position {position} is missing or stands elsewhere.")
                shown += "facts" in line
                yield leaf_of(line)

        found, count = root_of(leaves())
    if count != size:
        raise NotIntact(f"The checkpoint was signed over {size} events; the file has {count}.")
    if found != root:
        raise NotIntact("The events are not those that were signed: one was changed, exchanged, added or removed.")
    return f"Intact: {shown} events shown of {size}, as signed at {at}."


def main() -> int:
    if len(sys.argv) != 3:
        sys.stdout.write(__doc__)
        return 2
    try:
        sys.stdout.write(f"{verify(sys.argv[1], sys.argv[2])}\n")
    except (NotIntact, ValueError, KeyError, StopIteration) as error:
        sys.stdout.write(f"NOT INTACT: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
