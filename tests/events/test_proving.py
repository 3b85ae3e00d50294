"""Proofs of the trail under its newest checkpoint, for whoever holds the log's public key."""

from contextlib import contextmanager
from datetime import date

import pytest

from qms import documents as d
from qms.events import BeyondTrail, NothingSigned
from qms.proofs.checkpoint import Checkpoint, Trust, opened
from qms.proofs.merkle import Frontier, check_consistency
from qms.proofs.note import Verifier
from qms.storage.reader import Reader
from qms.storage.trouble import Damaged
from qms.trail.entry import leaf
from qms.trail.proof import History, Proof
from tests.counting import noted
from tests.systems import adopted, created


def trust(office):
    key = (office.keys / "log.pub").read_text("utf-8").strip()
    return Trust("qms-test", (Verifier.parse(key),))


@pytest.fixture(scope="module")
def lived(stage):
    """A procedure goes into force; afterwards something else happens."""
    stage.issues("QT-05", "2024-02-01")
    stage.does("hung", created("QT-06"))
    return stage


@pytest.fixture(scope="module")
def system(lived):
    with lived.open() as system:
        yield system


@contextmanager
def counted(monkeypatch):
    """Count the nodes of the tree that are read."""
    places = []
    nodes = Reader.nodes

    def noted(reader, wanted):
        places.extend(wanted)
        return nodes(reader, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "nodes", noted)
        yield places


def test_the_newest_checkpoint_is_a_note_that_the_log_signed(system, lived):
    found = opened(system.trail.checkpoint().data(), trust(lived)).checkpoint

    assert found.size == system.size


def test_every_entry_is_proven(system, lived):
    for index, line in enumerate(system.trail.entries().lines()):
        proof = Proof.parse(system.trail.prove(index).data())
        assert proof.check(line, trust(lived)).checkpoint.size == system.size


def test_every_trail_begins_with_every_shorter_one(system):
    roots = [Frontier()]
    for line in system.trail.entries().lines():
        roots.append(roots[-1].append(leaf(line)))

    for old in range(system.size + 1):
        path = system.trail.consistency(old, system.size)
        check_consistency(old, system.size, path, roots[old].root(), roots[-1].root())
    assert system.trail.consistency(5, 9) == system.as_of(9).trail.consistency(5, 9)


def test_the_history_of_an_item_carries_its_proofs(system, lived):
    history = system.trail.history("QT-05").proof()

    entries = History.parse(history.data()).check(trust(lived))
    assert [entry.data() for entry in entries] == [*system.trail.entries(item="QT-05").lines()]
    assert [entry.kind for entry in entries][-1] == "document.issue/1"


def test_the_past_is_proven_under_its_own_checkpoint(system, lived):
    then = system.as_of(date(2024, 1, 2)).as_of(system.size - 1).trail

    note = opened(then.checkpoint().data(), trust(lived)).checkpoint
    assert note.size <= then.size
    proof = then.prove(3)
    assert Checkpoint.parse(proof.checkpoint.text).size == note.size


def test_what_the_trail_does_not_have_is_not_proven(system):
    for question in (
        lambda: system.trail.prove(-1),
        lambda: system.trail.prove(system.size),
        lambda: system.trail.consistency(-1, 3),
        lambda: system.trail.consistency(3, system.size + 1),
        lambda: system.trail.consistency(4, 3),
    ):
        with pytest.raises(BeyondTrail):
            question()


def test_what_no_checkpoint_has_is_not_proven(office, lived):
    signed = office.asks(lambda system: system.size)
    (office.keys / "log.key").unlink()
    office.does("hung", created("QT-07"))

    with office.open() as system:
        assert Checkpoint.parse(system.trail.checkpoint().text).size == signed
        assert system.trail.prove(signed - 1)
        with pytest.raises(NothingSigned):
            system.trail.prove(signed)
        with pytest.raises(NothingSigned):
            system.trail.history("QT-07").proof()
        with pytest.raises(NothingSigned):
            system.as_of(0).trail.checkpoint()


def test_a_proof_reads_few_nodes_however_long_the_trail_is(office, monkeypatch):
    with office.open() as system:
        system.perform(*(change for n in range(250) for change in adopted(f"QT-{n}", "2016-01-01")))
        system.perform(created("HD-1"))
        height = system.size.bit_length()

        for index in (0, 1, system.size // 2, system.size - 1):
            with counted(monkeypatch) as places:
                system.trail.prove(index)
            assert len(places) <= 2 * height
            with counted(monkeypatch) as places:
                system.trail.consistency(index, system.size)
            assert len(places) <= 2 * height


def test_a_proof_asks_the_ledger_once_for_all_of_its_nodes(system):
    said = []
    with noted(lambda statement, *_: said.append(statement)):
        system.trail.prove(3)
        system.trail.consistency(5, system.size)
        system.trail.root(system.size - 1)

    assert sum("JOIN node" in one for one in said) == 3


def test_a_missing_node_is_named(office):
    office.sql("DELETE FROM node WHERE level = 0 AND idx = 3")

    with office.open("hung") as system, pytest.raises(Damaged, match="node 0/3"):
        system.trail.prove(2)


def test_a_history_is_no_longer_than_what_happened(office):
    office.does("hung", created("QT-08"), d.Submit(code="QT-08"))
    with office.open() as system:
        history = system.trail.history("QT-08").proof()
        assert len(history.steps) == 2
        assert history.item == "document:qt-08"
