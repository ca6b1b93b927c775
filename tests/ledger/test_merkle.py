"""The tree of RFC 6962: known roots, every proof of small trees, tiles of large ones."""

import hashlib
from collections.abc import Sequence

import pytest

from marketplace.ledger import merkle
from marketplace.ledger.merkle import Tree, is_consistent, leaf_hash, root_from_inclusion

# The test entries and roots of RFC 6962's reference implementations.
ENTRIES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
ENTRIES += [bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree(leaves: Sequence[bytes]) -> Tree:
    """A tree over leaf hashes in memory, with full tiles stored as the database does."""
    levels = [list(leaves)]
    while len(levels[-1]) >= merkle.WIDTH:
        row = levels[-1]
        whole = len(row) // merkle.WIDTH
        levels.append([merkle.fold(row[at * 256 : at * 256 + 256]) for at in range(whole)])
    return Tree(lambda level, start, count: levels[level][start : start + count])


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def naive(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(naive(leaves[:split]), naive(leaves[split:]))


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size: int) -> None:
    assert tree([leaf_hash(entry) for entry in ENTRIES]).root(size).hex() == ROOTS[size]


def test_every_inclusion_proof_up_to_70_leaves_and_every_forgery() -> None:
    leaves = hashes(70)
    whole = tree(leaves)
    for size in range(1, 71):
        root = naive(leaves[:size])
        assert whole.root(size) == root
        for index in range(size):
            path = whole.inclusion(index, size)
            assert root_from_inclusion(leaves[index], index, size, path) == root
            assert root_from_inclusion(leaves[index - 1], index, size, path) != root or size == 1
            for other in {index - 1, index + 1, index ^ 1} - {index}:
                assert root_from_inclusion(leaves[index], other, size, path) != root
            assert root_from_inclusion(leaves[index], index, size, [*path, path[0] if path else root]) != root
            assert root_from_inclusion(leaves[index], index, size, path[:-1]) != root or not path


def test_every_consistency_proof_up_to_70_leaves_and_every_forgery() -> None:
    leaves = hashes(70)
    whole = tree(leaves)
    roots = [whole.root(size) for size in range(71)]
    for new in range(1, 71):
        for old in range(1, new + 1):
            proof = whole.consistency(old, new)
            assert is_consistent(old, roots[old], new, roots[new], proof)
            assert not is_consistent(old, roots[old - 1], new, roots[new], proof)
            assert not is_consistent(old, roots[old], new, roots[new - 1], proof) or new == 1
            assert not is_consistent(old, roots[old], new, roots[new], [*proof, roots[1]])
            if proof:
                assert not is_consistent(old, roots[old], new, roots[new], proof[:-1])


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 1024, 65_535, 65_536, 65_537, 70_000])
def test_large_trees_from_tiles(size: int) -> None:
    leaves = hashes(size)
    whole = tree(leaves)
    root = whole.root(size)
    assert root == naive(leaves)
    for index in {0, 1, 255, 256, size // 2, size - 2, size - 1} & set(range(size)):
        assert root_from_inclusion(leaves[index], index, size, whole.inclusion(index, size)) == root
    for old in {1, 255, 256, size // 2, size - 1} - {0}:
        if old <= size:
            assert is_consistent(old, naive(leaves[:old]), size, root, whole.consistency(old, size))


def test_what_the_tree_does_not_have() -> None:
    whole = tree(hashes(10))
    for ask in (
        lambda: whole.inclusion(10, 10),
        lambda: whole.inclusion(-1, 10),
        lambda: whole.consistency(0, 10),
        lambda: whole.consistency(11, 10),
        lambda: whole.root(11),
        lambda: whole.full_tile(0, 0),
    ):
        with pytest.raises(LookupError):
            ask()
    assert root_from_inclusion(b"", 5, 5, []) is None
    assert not is_consistent(3, b"", 2, b"", [])
