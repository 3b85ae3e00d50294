"""The Merkle tree over the entries: RFC 9162, 2.1 (RFC 6962, 2.1, is the same tree).

Leaves are counted from 0. Node (level, idx) is *perfect* when it stands over all of its
2**level leaves, the first of them idx * 2**level. A perfect node never changes again, so
that is all that is ever kept; every root and every proof is folded from a few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from hashlib import sha256
from itertools import chain, islice
from typing import NamedTuple, TypeAlias

from ..errors import Unreadable, Untrusted

HASH_SIZE = 32
EMPTY = sha256(b"").digest()  # 2.1.1: the root over no leaves

Place: TypeAlias = tuple[int, int]
"""Where a perfect node stands: (level, idx)."""

ReadNodes: TypeAlias = Callable[[Sequence[Place]], Sequence[bytes]]
"""Gives the hashes of the perfect nodes at these places, in their order."""


class OutsideTree(Untrusted):
    """A proof speaks only of what lies inside its tree."""

    vi = "Bằng chứng chỉ được nói về những gì nằm trong cây băm."


class WrongLength(Untrusted):
    """A proof has exactly the hashes its sizes ask for, 32 bytes each."""

    vi = "Bằng chứng phải có đúng số mã băm cần thiết, mỗi mã 32 byte."


class NotIncluded(Untrusted):
    """The path must lead from the leaf to the root."""

    vi = "Bằng chứng không dẫn từ mục này tới gốc của cây băm."


class Rewritten(Untrusted):
    """The newer tree must begin with all of the older one, unchanged."""

    vi = "Nhật ký mới phải giữ nguyên toàn bộ phần đã có trước đó."


class WrongPeaks(Unreadable):
    """A tree has one peak of 32 bytes for each one-bit of its size."""

    vi = "Số đỉnh của cây băm phải khớp với số mục, mỗi đỉnh dài 32 byte."


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf; the prefix keeps leaves apart from nodes."""
    return sha256(b"\x00" + data).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hash of each leaf; faster than one by one."""
    return [sha256(b"\x00" + data).digest() for data in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two children."""
    return sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A perfect node, as it is kept (every tuple has a method ``index``, hence ``idx``)."""

    level: int
    idx: int
    hash: bytes


class Frontier(NamedTuple):
    """The right edge of a tree: all that is needed to append and to take the root.

    ``peaks`` are the largest perfect nodes, left to right: one for each one-bit of ``size``.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, nodes: ReadNodes, size: int) -> Frontier:
        """Return the frontier as it was when the tree had ``size`` leaves."""
        return cls(size, tuple(nodes(list(_cover(0, size)))))

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Return the frontier whose peaks ``to_bytes`` wrote, or raise ``WrongPeaks``."""
        if size < 0 or len(data) != size.bit_count() * HASH_SIZE:
            raise WrongPeaks(f"{len(data)} bytes for size {size}")
        starts = range(0, len(data), HASH_SIZE)
        return cls(size, tuple(data[start : start + HASH_SIZE] for start in starts))

    def to_bytes(self) -> bytes:
        """Return the peaks, one after the other; the size is kept beside them."""
        return b"".join(self.peaks)

    def grow(self, leaf: bytes) -> tuple[Frontier, tuple[Node, ...]]:
        """Return the frontier after one more leaf, and the perfect nodes it completes.

        The leaf itself is the first of them. Seen over many leaves there are two for each.
        """
        peaks, nodes = list(self.peaks), [Node(0, self.size, leaf)]
        while nodes[-1].idx & 1:
            level, idx, right = nodes[-1]
            nodes.append(Node(level + 1, idx >> 1, node_hash(peaks.pop(), right)))
        return Frontier(self.size + 1, (*peaks, nodes[-1].hash)), tuple(nodes)

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the frontier after more leaves; faster than one by one."""
        size, peaks = self.size, list(self.peaks)
        for node in leaves:
            place = size
            while place & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                place >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier after one more leaf."""
        return self.grow(leaf)[0]

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _fold(self.peaks) if self.peaks else EMPTY


def perfect(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return the perfect nodes over leaves that begin a tree, level by level, from the leaves."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        pairs = zip(levels[-1][::2], levels[-1][1::2], strict=False)  # an odd one stands alone
        levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])
    return levels


def inclusion(nodes: ReadNodes, index: int, size: int) -> tuple[bytes, ...]:
    """Return the path from the leaf at ``index`` to the root of ``size`` leaves."""
    if not 0 <= index < size:
        raise OutsideTree(f"leaf {index} of {size}")
    return _subtrees(nodes, _siblings(0, index, size), size)


def consistency(nodes: ReadNodes, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that ``new`` leaves begin with the ``old`` ones.

    It is empty from the empty tree, with which every tree begins, and between equal sizes.
    """
    if not 0 <= old <= new:
        raise OutsideTree(f"{old}–{new}")
    if old in (0, new):
        return ()
    level, idx = _last_peak(old)
    # 2.1.4.1: a peak that is the whole old tree is left out, as its root is known.
    first = [(level, idx)] if idx else []
    return _subtrees(nodes, [*first, *_siblings(level, idx, new)], new)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise ``Untrusted`` unless ``path`` leads from the leaf hash to ``root``.

    Take ``size`` and ``root`` from one checkpoint: a path alone does not hold its size.
    """
    about = f"leaf {index} of {size}"
    # RFC 9162, 2.1.3.2, step 1
    if not 0 <= index < size:
        raise OutsideTree(about)
    sides = _sides(0, index, size)  # steps 2, 4
    _check_hashes((leaf, *path), 1 + len(sides), about)  # steps 4.a, 5: sn is 0
    result = leaf  # step 3
    for right, sibling in zip(sides, path, strict=True):  # step 4.b
        pair = (result, sibling) if right else (sibling, result)
        result = node_hash(*pair)
    if result != root:  # step 5
        raise NotIncluded(about)


def check_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Raise ``Untrusted`` unless the tree of ``new_root`` begins with that of ``old_root``.

    Take each size and its root from one checkpoint, as for ``check_inclusion``. An old size
    of 0 says nothing about ``new_root``.
    """
    about = f"{old}–{new}"
    if not 0 <= old <= new:
        raise OutsideTree(about)
    if old in (0, new):
        # 2.1.4.1 gives no proof here, so none may be brought
        _check_hashes((old_root, new_root, *path), 2, about)
        if (old == 0 and old_root != EMPTY) or (old == new and old_root != new_root):
            raise Rewritten(about)
        return
    level, idx = _last_peak(old)  # RFC 9162, 2.1.4.2, steps 3, 4
    sides = _sides(level, idx, new)  # step 6
    hashes = path if idx else (old_root, *path)  # step 2: a power of two has one peak
    _check_hashes(hashes, 1 + len(sides), about)  # steps 1, 6.a, 7: sn is 0
    before = after = hashes[0]  # step 5
    for right, sibling in zip(sides, hashes[1:], strict=True):  # step 6.b
        # what stands on the right came after the old tree
        before = before if right else node_hash(sibling, before)
        after = node_hash(after, sibling) if right else node_hash(sibling, after)
    if (before, after) != (old_root, new_root):  # step 7
        raise Rewritten(about)


def _siblings(level: int, idx: int, size: int) -> Iterator[Place]:
    """Yield the places of the siblings from (level, idx) up to the root of ``size`` leaves.

    Step 4 of RFC 9162, 2.1.3.2, which is step 6 of 2.1.4.2; ``last`` is its sn.
    """
    last = (size - 1) >> level
    while last:
        # step b.ii: a last node without a right sibling rises until it has a left one
        while idx == last and not idx & 1:
            level, idx, last = level + 1, idx >> 1, last >> 1
        yield level, idx ^ 1
        level, idx, last = level + 1, idx >> 1, last >> 1  # step c


def _sides(level: int, idx: int, size: int) -> list[bool]:
    """Return for each of the siblings whether it stands on the right."""
    return [sibling & 1 == 1 for _, sibling in _siblings(level, idx, size)]


def _last_peak(size: int) -> Place:
    """Return the place of the smallest peak: RFC 9162, 2.1.4.2, steps 3 and 4."""
    level = (size & -size).bit_length() - 1
    return level, (size - 1) >> level


def _cover(start: int, end: int) -> Iterator[Place]:
    """Yield the places of the perfect nodes over the leaves from ``start`` to ``end``.

    ``start`` must be the first leaf of a node that is at least so wide: then each next one
    is smaller, and the fold from the right is the hash that 2.1.1 defines.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _subtrees(nodes: ReadNodes, places: Iterable[Place], size: int) -> tuple[bytes, ...]:
    """Return the hashes at these places, which the end of the tree may cut short.

    Whatever they are folded from is read at once: a database is asked one time for a proof.
    """
    ends = ((level, idx, min((idx + 1) << level, size)) for level, idx in places)
    covers = [list(_cover(idx << level, end)) for level, idx, end in ends]
    read = iter(nodes(list(chain(*covers))))
    return tuple(_fold(list(islice(read, len(cover)))) for cover in covers)


def _fold(peaks: Sequence[bytes]) -> bytes:
    """Return the hash over peaks, from the right, where the tree is lowest."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def _check_hashes(hashes: Sequence[bytes], count: int, about: str) -> None:
    if len(hashes) != count or any(len(each) != HASH_SIZE for each in hashes):
        raise WrongLength(about)
