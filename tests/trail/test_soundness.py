"""What the bytes of a trail, their tree and the newest checkpoint tell, without the rest."""

import pytest

from qms.folder import Folder
from qms.proofs.checkpoint import Trust
from qms.proofs.merkle import Frontier, leaf_hash, perfect
from qms.restoring import sound as quickly
from qms.storage.checkpoints import Checkpoints
from qms.trail import soundness
from tests.trail.test_signed import STRANGER
from tests.trail.test_verification import ALTERATIONS, each, office, sound

__all__ = ["office", "sound"]

TOLD = {"T01", "T03", "T07", "T08", "C06", "C13"}
"""What follows from bytes, nodes and the newest checkpoint."""


def found(office, **trust):
    return {one.code for one in quickly(office.folder, **trust)}


@pytest.mark.parametrize("height", [1, 3, 12])
@pytest.mark.parametrize("name", list(each()))
def test_what_is_told_is_what_a_whole_verification_tells_of_it(office, name, height, monkeypatch):
    monkeypatch.setattr(soundness, "HEIGHT", height)
    alter, expected = ALTERATIONS[name]

    alter(office)

    assert found(office) & TOLD == expected & TOLD


def test_a_trail_is_sound_and_says_so_to_python(office):
    assert found(office) == set()
    assert {one.code for one in office.asks(lambda system: system.trail.verify())} == {"C01"}


def test_a_checkpoint_by_another_key_is_not_believed(office):
    log = office.entries()[0].log

    assert found(office, trust=Trust(log, (STRANGER.verifier,))) == {"C03"}
    assert found(office, trust=Trust("other", (STRANGER.verifier,))) == {"C05"}


def test_a_checkpoint_that_no_quorum_cosigned_is_not_enough(office):
    key = Checkpoints(Folder.at(office.folder)).trust()

    assert found(office, trust=key._replace(witnesses=(STRANGER.verifier,), quorum=1)) == {"A01"}


def test_an_older_checkpoint_covers_what_it_covers(office):
    office.sql("DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)")

    assert {"C11"} <= found(office)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 1000, 4101])
def test_perfect_nodes_are_those_that_growing_completes(size):
    leaves, edge, grown = [leaf_hash(b"%d" % number) for number in range(size)], Frontier(), []
    for leaf in leaves:
        edge, nodes = edge.grow(leaf)
        grown += nodes

    levels = enumerate(perfect(leaves))

    made = [(level, idx, one) for level, row in levels for idx, one in enumerate(row)]
    assert made == sorted(tuple(node) for node in grown)
