"""The tree against the definition in RFC 6962, written out."""

from hashlib import sha256

import pytest

from audit.proof.merkle import Tree, leaf_hash


def root_by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + root_by_definition(leaves[:half]) + root_by_definition(leaves[half:])).digest()


@pytest.mark.parametrize("count", [*range(18), 31, 32, 33, 100])
def test_the_root_is_that_of_the_rfc(count):
    leaves = [b"event %d" % number for number in range(count)]
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf_hash(leaf))
    assert (tree.size, tree.root) == (count, root_by_definition(leaves))
    assert Tree(tree.size, tree.subtrees).root == tree.root


def test_a_known_root():
    # The three-leaf example of Certificate Transparency's reference tests.
    tree = Tree()
    for leaf in (b"", b"\x00", b"\x10"):
        tree.append(leaf_hash(leaf))
    assert tree.root.hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


def test_a_state_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="2 complete subtrees"):
        Tree(3, [b"x" * 32])
