"""What the bytes of a trail, their tree and the newest checkpoint tell, without the rest."""

import os

import pytest

from qms import documents as d
from qms.folder import Folder
from qms.proofs.checkpoint import Trust
from qms.proofs.merkle import Frontier, leaf_hash, perfect
from qms.restoring import sound as quickly
from qms.storage import apart
from qms.storage.checkpoints import Checkpoints
from qms.trail import soundness, subtree
from tests.trail.test_signed import STRANGER
from tests.trail.test_verification import ALTERATIONS, each, office, sound

__all__ = ["office", "sound"]

TOLD = {"T01", "T03", "T07", "T08", "C06", "C13"}
"""What follows from bytes, nodes and the newest checkpoint."""


@pytest.fixture
def together(monkeypatch):
    """A second process makes what it can, however short the trail; the first waits for that."""
    monkeypatch.setattr(apart, "FROM", 1)
    monkeypatch.setattr(apart, "cores", lambda: 2)
    monkeypatch.setattr(os, "set_blocking", lambda *_: None)


def found(office, **trust):
    return {one.code for one in quickly(office.folder, **trust)}


@pytest.mark.parametrize("name", list(each()))
def test_what_is_told_is_what_a_whole_verification_tells_of_it(office, name, monkeypatch):
    alter, expected = ALTERATIONS[name]

    alter(office)

    for height in (1, 3, 12):
        monkeypatch.setattr(soundness, "HEIGHT", height)
        assert found(office) & TOLD == expected & TOLD


@pytest.mark.sqlite  # on a server each second process takes a second to begin: see test_apart
@pytest.mark.parametrize("name", list(each()))
def test_two_find_what_one_finds_in_the_same_order(office, name, monkeypatch, together):
    ALTERATIONS[name][0](office)
    for height in (1, 3):
        monkeypatch.setattr(soundness, "HEIGHT", height)
        with monkeypatch.context() as alone:
            alone.setattr(apart, "FROM", 1 << 63)
            one = list(quickly(office.folder))

        assert list(quickly(office.folder)) == one


def test_the_second_makes_all_but_the_first(office, together, monkeypatch):
    monkeypatch.setattr(soundness, "HEIGHT", 1)
    made, top = [], subtree.top
    monkeypatch.setattr(subtree, "top", lambda *asked: made.append(asked[2]) or top(*asked))

    assert found(office) == set()
    assert made == [0]


def test_a_trail_of_whole_trees_has_a_last_entry(office, monkeypatch, together):
    monkeypatch.setattr(soundness, "HEIGHT", 1)
    while office.asks(lambda system: system.size) % 2:
        office.does("hung", d.File(reason="x", document="QT-02"))
    office.sql("UPDATE head SET size = size + 1")

    assert found(office) == {"T03", "T08"}


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
