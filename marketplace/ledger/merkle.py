"""The Merkle tree of RFC 6962, computed from tiles of 256 hashes (C2SP tlog-tiles).

Only leaves and the hashes of full tiles are ever read; everything between is hashed anew.
"""

import hashlib
from collections.abc import Callable, Sequence

HEIGHT = 8
WIDTH = 1 << HEIGHT

Reader = Callable[[int, int, int], Sequence[bytes]]
"""``read(level, start, count)``: hashes of tile level ``level``, fewer where the tree ends."""

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one log entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a row of hashes whose number is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


class Tree:
    """A tree behind a reader; it keeps the tiles that it has read."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def subtree(self, height: int, index: int) -> bytes:
        """The hash of the complete subtree over leaves ``index << height`` and the next ones."""
        level, inner = divmod(height, HEIGHT)
        first = index << inner
        tile, start = divmod(first, WIDTH)
        hashes = self._tile(level, tile)[start : start + (1 << inner)]
        if len(hashes) != 1 << inner:
            raise LookupError(f"the tree has no complete subtree {height}/{index}")
        return fold(hashes)

    def full_tile(self, level: int, index: int) -> bytes:
        """The hash of a whole tile, computed from the 256 hashes in it."""
        hashes = self._tile(level, index)
        if len(hashes) != WIDTH:
            raise LookupError(f"tile {level}/{index} is not full")
        return fold(hashes)

    def root(self, size: int) -> bytes:
        """The root hash of the first ``size`` leaves."""
        return self._span(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962, 2.1.1)."""
        if not 0 <= index < size:
            raise LookupError(f"leaf {index} is not in a tree of {size}")
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _largest_power_below(high - low)
            if index < middle:
                path.append(self._span(middle, high))
                high = middle
            else:
                path.append(self._span(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of ``old`` leaves is the beginning of that of ``new`` (2.1.2)."""
        if not 0 < old <= new:
            raise LookupError(f"no proof from {old} to {new}")
        path: list[bytes] = []
        low, high, whole = 0, new, True
        while old != high:
            middle = low + _largest_power_below(high - low)
            if old <= middle:
                path.append(self._span(middle, high))
                high = middle
            else:
                path.append(self._span(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self._span(low, high))
        return path[::-1]

    def _span(self, low: int, high: int) -> bytes:
        size = high - low
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self.subtree(height, low >> height)
        middle = low + _largest_power_below(size)
        return node_hash(self._span(low, middle), self._span(middle, high))

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        if (level, index) not in self._tiles:
            self._tiles[level, index] = self._read(level, index * WIDTH, WIDTH)
        return self._tiles[level, index]


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the audit path leads to, ``None`` if the path has the wrong length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = new_found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root
