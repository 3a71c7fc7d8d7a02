"""Merkle trees as in RFC 6962: hashes of leaves and nodes, and the roots of a tree that grows.

A tree of n leaves is kept as the roots of its complete subtrees, largest first: one for each bit that is set in n.
That is all that is needed to add a leaf and to say the root.
"""

from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree without its leaves: its size and the roots of its complete subtrees."""

    def __init__(self, size: int = 0, subtrees: list[bytes] | None = None):
        self.size = size
        self.subtrees = list(subtrees or [])
        if len(self.subtrees) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees")

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        node, size = leaf, self.size
        while size & 1:
            node = sha256(b"\x01" + self.subtrees.pop() + node).digest()
            size >>= 1
        self.subtrees.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.subtrees:
            return EMPTY_ROOT
        *others, root = self.subtrees
        for subtree in reversed(others):
            root = node_hash(subtree, root)
        return root
