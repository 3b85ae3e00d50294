"""The tree against the published vectors, the RFC's own definitions, and forgery."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from math import log2

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qms.errors import Unreadable, Untrusted
from qms.proofs import merkle
from qms.proofs.merkle import Frontier, leaf_hash, node_hash

Hashes = tuple[bytes, ...]

# The test vectors of github.com/google/certificate-transparency, merkle_tree_test.cc,
# carried on by transparency-dev/merkle: the leaves, and the root of each size from 0.
DATA = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (index, size): path
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {  # (old, new): path
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


# The definitions of RFC 9162 word for word: slow, and beyond doubt.


def mth(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes: 2.1.1."""
    if not leaves:
        return merkle.EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def path(m: int, leaves: Sequence[bytes]) -> Hashes:
    """Return the inclusion path of leaf ``m``: 2.1.3.1."""
    if len(leaves) == 1:
        return ()
    k = split(len(leaves))
    if m < k:
        return (*path(m, leaves[:k]), mth(leaves[k:]))
    return (*path(m - k, leaves[k:]), mth(leaves[:k]))


def proof(m: int, leaves: Sequence[bytes]) -> Hashes:
    """Return the consistency proof from the first ``m`` leaves: 2.1.4.1."""
    return subproof(m, leaves, True)


def subproof(m: int, leaves: Sequence[bytes], known: bool) -> Hashes:
    """Return SUBPROOF of 2.1.4.1; ``known`` is its third argument."""
    if m == len(leaves):
        return () if known else (mth(leaves),)
    k = split(len(leaves))
    if m <= k:
        return (*subproof(m, leaves[:k], known), mth(leaves[k:]))
    return (*subproof(m - k, leaves[k:], False), mth(leaves[:k]))


def split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


class Grown:
    """A tree grown leaf by leaf: its leaf hashes, its frontiers and its perfect nodes."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self.leaves = tuple(leaf_hash(each) for each in data)
        self.size = len(data)
        self.frontiers = [Frontier()]
        self.kept: dict[tuple[int, int], bytes] = {}
        for leaf in self.leaves:
            frontier, nodes = self.frontiers[-1].grow(leaf)
            self.frontiers.append(frontier)
            for level, idx, digest in nodes:
                assert (level, idx) not in self.kept
                self.kept[level, idx] = digest

    def nodes(self, places: Sequence[merkle.Place]) -> Hashes:
        return tuple(self.kept[place] for place in places)

    def root(self, size: int) -> bytes:
        return self.frontiers[size].root()


VECTORS = Grown(DATA)

# Leaves all differ: of two equal leaves, each has a right to the other's place.
trees = st.lists(st.binary(max_size=6), min_size=1, max_size=80, unique=True).map(Grown)


def unhex(digests: Sequence[str]) -> Hashes:
    return tuple(bytes.fromhex(each) for each in digests)


def mangled(hashes: Hashes, draw: Callable[[st.SearchStrategy[int]], int]) -> Hashes:
    """Return the hashes with one bit flipped, wherever ``draw`` says."""
    at = draw(st.integers(0, len(hashes) - 1))
    bit = draw(st.integers(0, 255))
    flipped = int.from_bytes(hashes[at], "big") ^ (1 << bit)
    return (*hashes[:at], flipped.to_bytes(32, "big"), *hashes[at + 1 :])


def wrong_lengths(hashes: Hashes, root: bytes) -> list[Hashes]:
    """Return what is one hash, or one byte of a hash, too long or too short."""
    longer = [(*hashes, root), (root, *hashes), (*hashes, b""), (b"", *hashes)]
    if not hashes:
        return longer
    first, *rest = hashes
    misfits = [(first[:-1], *rest), (first + b"\0", *rest)]
    return [*longer, hashes[1:], hashes[:-1], *misfits]


def test_the_published_roots_come_out() -> None:
    assert [VECTORS.root(size).hex() for size in range(9)] == ROOTS


def test_the_definition_gives_the_published_roots() -> None:
    assert [mth(VECTORS.leaves[:size]).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_published_inclusion_paths_come_out_and_hold(index: int, size: int) -> None:
    published = unhex(INCLUSION[index, size])
    assert merkle.inclusion(VECTORS.nodes, index, size) == published
    assert path(index, VECTORS.leaves[:size]) == published
    root = bytes.fromhex(ROOTS[size])
    merkle.check_inclusion(VECTORS.leaves[index], index, size, published, root)


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_published_consistency_proofs_come_out_and_hold(old: int, new: int) -> None:
    published = unhex(CONSISTENCY[old, new])
    assert merkle.consistency(VECTORS.nodes, old, new) == published
    assert proof(old, VECTORS.leaves[:new]) == published
    old_root, new_root = unhex([ROOTS[old], ROOTS[new]])
    merkle.check_consistency(old, new, published, old_root, new_root)


def test_the_empty_tree_has_the_root_of_no_bytes() -> None:
    assert Frontier().root() == merkle.EMPTY == bytes.fromhex(ROOTS[0])


def test_a_leaf_is_never_a_node() -> None:
    assert leaf_hash(b"left" + b"right") != node_hash(b"left", b"right")


def test_every_proof_of_every_tree_up_to_70_is_the_defined_one_and_holds() -> None:
    tree = Grown([str(number).encode() for number in range(70)])
    for size in range(1, 71):
        leaves, root = tree.leaves[:size], tree.root(size)
        assert root == mth(leaves)
        for index in range(size):
            inclusion = merkle.inclusion(tree.nodes, index, size)
            assert inclusion == path(index, leaves)
            merkle.check_inclusion(leaves[index], index, size, inclusion, root)
        for old in range(1, size + 1):
            consistency = merkle.consistency(tree.nodes, old, size)
            assert consistency == proof(old, leaves)
            merkle.check_consistency(old, size, consistency, tree.root(old), root)


@given(trees)
def test_growing_gives_the_defined_root_at_every_size(tree: Grown) -> None:
    for size in range(tree.size + 1):
        assert tree.root(size) == mth(tree.leaves[:size])


@given(trees)
def test_growing_keeps_each_perfect_node_once_and_no_other(tree: Grown) -> None:
    perfect = {
        (level, idx): mth(tree.leaves[idx << level : (idx + 1) << level])
        for level in range(tree.size.bit_length())
        for idx in range(tree.size >> level)
    }

    assert tree.kept == perfect


def test_growing_gives_the_leaf_first_and_then_its_parents() -> None:
    frontier = VECTORS.frontiers[3]

    grown, nodes = frontier.grow(VECTORS.leaves[3])

    assert grown == frontier.append(VECTORS.leaves[3]) == VECTORS.frontiers[4]
    assert [(node.level, node.idx) for node in nodes] == [(0, 3), (1, 1), (2, 0)]
    assert nodes[0].hash == VECTORS.leaves[3]
    assert nodes[-1].hash.hex() == ROOTS[4]


@given(trees)
def test_a_frontier_is_read_back_from_the_nodes_and_from_its_bytes(tree: Grown) -> None:
    for size, frontier in enumerate(tree.frontiers):
        assert Frontier.read(tree.nodes, size) == frontier
        assert Frontier().extend(tree.leaves[:size]) == frontier
        assert Frontier.from_bytes(size, frontier.to_bytes()) == frontier


@pytest.mark.parametrize(
    ("size", "length"), [(0, 32), (1, 0), (1, 31), (1, 33), (3, 32), (4, 64), (-1, 32)]
)
def test_peaks_that_do_not_fit_the_size_are_refused(size: int, length: int) -> None:
    with pytest.raises(merkle.WrongPeaks, match=f"^{length} bytes for size {size}: "):
        Frontier.from_bytes(size, bytes(length))


@given(trees, st.data())
def test_no_other_leaf_or_place_or_root_is_proven(tree: Grown, data: st.DataObject) -> None:
    size, root = tree.size, tree.root(tree.size)
    index = data.draw(st.integers(0, size - 1))
    right = merkle.inclusion(tree.nodes, index, size)

    def refused(leaf: bytes, index: int, root: bytes) -> None:
        with pytest.raises(Untrusted):
            merkle.check_inclusion(leaf, index, size, right, root)

    leaf = tree.leaves[index]
    for other in {*range(-2, size + 3)} - {index}:
        refused(leaf, other, root)
    for stranger in {*tree.leaves, leaf_hash(b"stranger"), root, b""} - {leaf}:
        refused(stranger, index, root)
    for elsewhere in {*map(tree.root, range(size)), merkle.EMPTY, b""} - {root}:
        refused(leaf, index, elsewhere)


@given(trees, st.data())
def test_a_changed_inclusion_path_is_refused(tree: Grown, data: st.DataObject) -> None:
    size, root = tree.size, tree.root(tree.size)
    index = data.draw(st.integers(0, size - 1))
    right = merkle.inclusion(tree.nodes, index, size)
    leaf = tree.leaves[index]

    for wrong in wrong_lengths(right, root):
        with pytest.raises(merkle.WrongLength):
            merkle.check_inclusion(leaf, index, size, wrong, root)
    for other in (size * 2, size // 2):
        with pytest.raises(Untrusted):
            merkle.check_inclusion(leaf, index, other, right, root)
    assume(right)
    with pytest.raises(merkle.NotIncluded):
        merkle.check_inclusion(leaf, index, size, mangled(right, data.draw), root)


@given(trees, st.data())
def test_a_byte_moved_from_the_leaf_into_its_path_is_refused(
    tree: Grown, data: st.DataObject
) -> None:
    assume(tree.size > 1)
    index = data.draw(st.integers(0, tree.size - 1))
    first, *rest = merkle.inclusion(tree.nodes, index, tree.size)
    leaf, root = tree.leaves[index], tree.root(tree.size)

    for moved, grown in ((leaf + first[:1], first[1:]), (leaf[1:], first + leaf[:1])):
        with pytest.raises(merkle.WrongLength):
            merkle.check_inclusion(moved, index, tree.size, (grown, *rest), root)


@pytest.mark.parametrize("misfit", [b"", bytes(31), bytes(33)])
def test_what_is_not_32_bytes_is_no_hash_even_where_nothing_is_hashed(misfit: bytes) -> None:
    with pytest.raises(merkle.WrongLength):
        merkle.check_inclusion(misfit, 0, 1, (), misfit)
    with pytest.raises(merkle.WrongLength):
        merkle.check_consistency(1, 1, (), misfit, misfit)


def test_the_size_is_held_by_the_checkpoint_and_not_by_the_path() -> None:
    """In RFC 9162 too: the third of three leaves climbs like the second of two."""
    proven = merkle.inclusion(VECTORS.nodes, 2, 3)

    merkle.check_inclusion(VECTORS.leaves[2], 2, 3, proven, VECTORS.root(3))
    merkle.check_inclusion(VECTORS.leaves[2], 1, 2, proven, VECTORS.root(3))
    with pytest.raises(merkle.NotIncluded):
        merkle.check_inclusion(VECTORS.leaves[2], 1, 2, proven, VECTORS.root(2))


@given(trees, st.data())
def test_no_other_old_tree_is_proven(tree: Grown, data: st.DataObject) -> None:
    new, new_root = tree.size, tree.root(tree.size)
    old = data.draw(st.integers(1, new))
    right, old_root = merkle.consistency(tree.nodes, old, new), tree.root(old)

    def refused(old: int, old_root: bytes, new_root: bytes) -> None:
        with pytest.raises(Untrusted):
            merkle.check_consistency(old, new, right, old_root, new_root)

    for other in {*range(-2, new + 3)} - {old}:
        refused(other, old_root, new_root)
    for elsewhere in {*map(tree.root, range(new + 1)), b""} - {old_root}:
        refused(old, elsewhere, new_root)
    for elsewhere in {*map(tree.root, range(new + 1)), b""} - {new_root}:
        refused(old, old_root, elsewhere)


@given(trees, st.data())
def test_a_changed_consistency_proof_is_refused(tree: Grown, data: st.DataObject) -> None:
    new, new_root = tree.size, tree.root(tree.size)
    old = data.draw(st.integers(0, new))
    right, old_root = merkle.consistency(tree.nodes, old, new), tree.root(old)

    for wrong in wrong_lengths(right, new_root):
        with pytest.raises(merkle.WrongLength):
            merkle.check_consistency(old, new, wrong, old_root, new_root)
    assume(right)
    for other in (new * 2, new // 2):
        with pytest.raises(Untrusted):
            merkle.check_consistency(old, other, right, old_root, new_root)
    with pytest.raises(merkle.Rewritten):
        merkle.check_consistency(old, new, mangled(right, data.draw), old_root, new_root)


@given(st.integers(1, 80), st.data())
def test_a_rewritten_leaf_breaks_consistency(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    at = data.draw(st.integers(0, old - 1))
    honest = Grown([bytes([each]) for each in range(new)])
    forged = Grown([b"forged" if each == at else bytes([each]) for each in range(new)])
    best = merkle.consistency(forged.nodes, old, new)

    with pytest.raises(merkle.Rewritten):
        merkle.check_consistency(old, new, best, honest.root(old), forged.root(new))


def test_every_tree_begins_with_the_empty_one() -> None:
    assert merkle.consistency(VECTORS.nodes, 0, 5) == ()

    merkle.check_consistency(0, 5, (), merkle.EMPTY, VECTORS.root(5))
    merkle.check_consistency(0, 0, (), merkle.EMPTY, merkle.EMPTY)


@pytest.mark.parametrize("new", [0, 5])
def test_only_the_empty_root_is_empty(new: int) -> None:
    with pytest.raises(merkle.Rewritten):
        merkle.check_consistency(0, new, (), VECTORS.root(5), VECTORS.root(5))


def test_two_trees_of_one_size_are_the_same_tree() -> None:
    merkle.check_consistency(3, 3, (), VECTORS.root(3), VECTORS.root(3))
    with pytest.raises(merkle.Rewritten):
        merkle.check_consistency(3, 3, (), VECTORS.root(3), VECTORS.root(4))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (8, 8), (-1, 8), (0, -1)])
def test_there_is_no_path_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(merkle.OutsideTree):
        merkle.inclusion(VECTORS.nodes, index, size)
    with pytest.raises(merkle.OutsideTree):
        merkle.check_inclusion(VECTORS.leaves[0], index, size, (), VECTORS.root(1))


@pytest.mark.parametrize(("old", "new"), [(1, 0), (8, 7), (-1, 8), (-1, -1)])
def test_a_tree_never_shrinks(old: int, new: int) -> None:
    with pytest.raises(merkle.OutsideTree):
        merkle.consistency(VECTORS.nodes, old, new)
    with pytest.raises(merkle.OutsideTree):
        merkle.check_consistency(old, new, (), VECTORS.root(1), VECTORS.root(1))


class Counted:
    """Nodes of a tree of any size, which counts how many are read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.reads = 0

    def nodes(self, places: Sequence[merkle.Place]) -> Hashes:
        assert not self.reads, "whatever a proof needs is read at once"
        assert all((idx + 1) << level <= self.size for level, idx in places), "only perfect ones"
        self.reads += len(places)
        return tuple(leaf_hash(f"{level} {idx}".encode()) for level, idx in places)


def assert_few_reads(index: int, size: int) -> None:
    allowed = 2 * log2(size)
    counted = Counted(size)
    merkle.inclusion(counted.nodes, index, size)
    assert counted.reads <= allowed
    counted = Counted(size)
    merkle.consistency(counted.nodes, index + 1, size)
    assert counted.reads <= allowed


def test_no_proof_of_any_tree_up_to_300_reads_more_than_two_nodes_a_level() -> None:
    for size in range(1, 301):
        for index in range(size):
            assert_few_reads(index, size)


@given(st.integers(1, 2**40), st.data())
def test_no_proof_of_a_trillion_leaves_reads_more_either(size: int, data: st.DataObject) -> None:
    assert_few_reads(data.draw(st.integers(0, size - 1)), size)


def test_growing_makes_two_nodes_a_leaf_and_keeps_few_peaks() -> None:
    frontier, made = Frontier(), 0
    for size in range(1, 5_000):
        frontier, nodes = frontier.grow(leaf_hash(b""))
        made += len(nodes)
        assert made < 2 * size
        assert len(frontier.peaks) == size.bit_count()


@pytest.mark.parametrize(
    "refusal",
    [
        merkle.OutsideTree,
        merkle.WrongLength,
        merkle.NotIncluded,
        merkle.Rewritten,
        merkle.WrongPeaks,
    ],
)
def test_each_refusal_speaks_both_languages(refusal: type[Untrusted | Unreadable]) -> None:
    raised = refusal("leaf 7 of 5")

    assert str(raised) == f"leaf 7 of 5: {refusal.__doc__}"
    assert raised.vi == vars(refusal)["vi"]
    assert str(pickle.loads(pickle.dumps(raised))) == str(raised)
