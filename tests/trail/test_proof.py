"""Proofs in files: one entry, and the history of one item, under a signed checkpoint."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import Actor
from qms.errors import Unreadable, Untrusted
from qms.proofs import lines, note
from qms.proofs.checkpoint import Checkpoint, OtherLog, TooFewWitnesses
from qms.proofs.lines import BadLine
from qms.proofs.merkle import NotIncluded, OutsideTree, WrongLength
from qms.proofs.note import BadNote, NotSigned, Signer, WrongSignature
from qms.trail import proof
from qms.trail.entry import BadEntry, Entry, Operation
from qms.trail.proof import BadHistory, BadProof, History, OtherItem, OutOfOrder, Proof, prove
from tests.proofs.damage import Damage, each_is_noticed, edges, flips, never_falls_over, parts
from tests.proofs.test_checkpoint import HUE, LOG, OURS, at
from tests.proofs.test_merkle import Grown

START = datetime(2024, 7, 15, 1, tzinfo=UTC)


def entry(index: int) -> bytes:
    item = f"document:qt-{index % 3}"
    return Entry(
        log="so-gtvt",
        index=index,
        root=f"{index:064x}",
        at=START + timedelta(minutes=index),
        actor=Actor(id="person:lan"),
        kind="document.submit/1",
        item=item,
        change={"code": f"QT-{index % 3}", "summary": "Rút ngắn bước 3"},
        state={item: f"{index + 1:064x}"} | ({"counter:all": "0" * 64} if index == 5 else {}),
        operation=Operation(index, 1),
        tool="qms",
    ).data()


ENTRIES = [entry(index) for index in range(20)]
TREE = Grown(ENTRIES)
HEAD = at(20, TREE).signed(LOG)
SEVENTH = prove(TREE.nodes, 7, HEAD)
QT1 = proof.history("document:qt-1", ENTRIES[1::3], TREE.nodes, HEAD)

# The beginnings of transparency-dev/formats, proof/tlog_proof_test.go: hashes of "hash1", "hash2".
ONE = "TS30oq05k9Md2sQVwNO+xaZzu/kCzM7tMkfPR8R+MpM="


def test_a_proof_stands_alone() -> None:
    found = SEVENTH.check(ENTRIES[7], OURS)

    assert found.checkpoint == at(20, TREE)
    assert Proof.parse(SEVENTH.data()) == SEVENTH


def test_a_proof_is_written_as_the_specification_says() -> None:
    first, *rest = SEVENTH.data().decode().split("\n")

    assert first == "c2sp.org/tlog-proof@v1"
    assert rest[0] == "index 7"
    assert rest[1:6] == [lines.packed(each) for each in SEVENTH.path]
    assert rest[6] == ""
    assert "\n".join(rest[7:]).encode() == HEAD.data()


def test_the_only_entry_of_a_log_needs_no_path() -> None:
    tree = Grown(ENTRIES[:1])
    alone = prove(tree.nodes, 0, at(1, tree).signed(LOG))

    assert alone.data().startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nso-gtvt.example/log\n1\n")
    assert Proof.parse(alone.data()).check(ENTRIES[0], OURS)


@given(st.integers(1, 20), st.data())
def test_every_entry_of_every_size_is_proven_and_reads_back(size: int, data: st.DataObject) -> None:
    idx = data.draw(st.integers(0, size - 1))
    extra = data.draw(st.binary(max_size=40))
    made = prove(TREE.nodes, idx, at(size, TREE).signed(LOG))._replace(extra=extra)

    assert Proof.parse(made.data()) == made
    assert made.check(ENTRIES[idx], OURS).checkpoint.size == size


@given(st.integers(0, 19), st.integers(0, 19))
def test_no_other_entry_is_proven(idx: int, other: int) -> None:
    made = prove(TREE.nodes, idx, HEAD)
    if other != idx:
        with pytest.raises(NotIncluded):
            made.check(ENTRIES[other], OURS)
        with pytest.raises(Untrusted):
            made._replace(idx=other).check(ENTRIES[idx], OURS)


def test_a_path_leads_to_no_other_checkpoint() -> None:
    with pytest.raises((NotIncluded, WrongLength)):
        SEVENTH._replace(checkpoint=at(19, TREE).signed(LOG)).check(ENTRIES[7], OURS)


def test_a_proof_asks_for_the_log_and_its_witnesses() -> None:
    stranger = Signer.parse(note.skey("x", bytes(32)))
    witnessed = OURS._replace(witnesses=(HUE.verifier,), quorum=1)

    with pytest.raises(NotSigned):
        SEVENTH.check(ENTRIES[7], OURS._replace(keys=(stranger.verifier,)))
    with pytest.raises(OtherLog):
        SEVENTH.check(ENTRIES[7], OURS._replace(origin="x"))
    with pytest.raises(TooFewWitnesses):
        SEVENTH.check(ENTRIES[7], witnessed)
    both = SEVENTH._replace(checkpoint=HEAD.signed(HUE, at=5))
    assert both.check(ENTRIES[7], witnessed).cosigned == {HUE.verifier: 5}


@pytest.mark.parametrize("idx", [-1, 20, 21])
def test_nothing_is_proven_outside_the_log(idx: int) -> None:
    with pytest.raises(OutsideTree):
        prove(TREE.nodes, idx, HEAD)


@pytest.mark.parametrize("damage", [flips, edges])
def test_every_damage_to_a_proof_is_noticed(damage: Damage) -> None:
    each_is_noticed(damage(SEVENTH.data()), lambda data: Proof.parse(data).check(ENTRIES[7], OURS))


def test_every_piece_of_a_proof_is_noticed() -> None:
    each_is_noticed(parts(SEVENTH.data()), lambda data: Proof.parse(data).check(ENTRIES[7], OURS))


def test_every_flipped_bit_of_the_entry_is_noticed() -> None:
    each_is_noticed(flips(ENTRIES[7]), lambda data: SEVENTH.check(data, OURS))


BODY = HEAD.data().decode()


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\n\n",
        "wrong-header\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\n\n\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n",
        "c2sp.org/tlog-proof@v1\nindex notanumber\n\n",
        "c2sp.org/tlog-proof@v1\nindex -5\n\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n",
        "c2sp.org/tlog-proof@v1\nindex 20\n\n",
        "c2sp.org/tlog-proof@v1\nindex  0\n\n",
        "c2sp.org/tlog-proof@v1\nindex\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\n",
        "c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{ONE}\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{ONE}{ONE}\n\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{lines.packed(bytes(64))}\n\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{(ONE + chr(10)) * 64}\n",
    ],
)
def test_what_is_no_proof_is_refused(head: str) -> None:
    with pytest.raises((BadProof, BadLine, BadNote)):
        Proof.parse((head + BODY).encode())


def test_a_proof_has_room_for_the_longest_path() -> None:
    largest = Checkpoint("so-gtvt.example/log", 2**63 - 1, bytes(32)).signed(LOG)
    longest = Proof(2**63 - 2, (bytes(32),) * 63, largest)

    assert Proof.parse(longest.data()) == longest


def test_a_proof_carries_a_checkpoint_and_no_other_note() -> None:
    other = note.Note("something else\n").signed(LOG)

    with pytest.raises(Unreadable):
        Proof.parse(SEVENTH._replace(checkpoint=other).data())
    with pytest.raises(Unreadable):
        Proof.parse(SEVENTH.data().removesuffix(HEAD.data()))


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    for whole in (data, b"c2sp.org/tlog-proof@v1\n" + data, SEVENTH.data() + data):
        never_falls_over(whole, Proof.parse)
    never_falls_over(data, History.parse)


# The history of one item.


def test_a_history_proves_each_of_its_entries() -> None:
    found = QT1.check(OURS)

    assert [each.index for each in found] == [1, 4, 7, 10, 13, 16, 19]
    assert History.parse(QT1.data()) == QT1


def test_each_proof_of_a_history_stands_alone() -> None:
    for each, alone in QT1.proofs():
        assert Proof.parse(alone.data()).check(each.data(), OURS)


def test_an_item_that_was_only_brought_along_has_its_history_too() -> None:
    counter = proof.history("counter:all", [ENTRIES[5]], TREE.nodes, HEAD)

    assert [each.index for each in counter.check(OURS)] == [5]


def test_an_entry_of_another_item_is_refused() -> None:
    with pytest.raises(OtherItem, match=r"^entry 2: "):
        proof.history("document:qt-1", ENTRIES[1:3], TREE.nodes, HEAD).check(OURS)


@pytest.mark.parametrize("order", [(4, 1), (1, 1)])
def test_entries_out_of_order_are_refused(order: tuple[int, int]) -> None:
    wrong = proof.history("document:qt-1", [ENTRIES[each] for each in order], TREE.nodes, HEAD)

    with pytest.raises(OutOfOrder):
        wrong.check(OURS)


def test_an_altered_entry_is_refused() -> None:
    step = QT1.steps[2]
    altered = step.model_copy(update={"entry": step.entry.replace("bước 3", "bước 4")})
    wrong = QT1.model_copy(update={"steps": (altered,)})

    with pytest.raises(NotIncluded):
        wrong.check(OURS)


def test_an_entry_at_another_place_is_refused() -> None:
    step = QT1.steps[2]
    moved = step.model_copy(update={"entry": step.entry.replace('"index":7', '"index":4')})

    with pytest.raises(NotIncluded):
        QT1.model_copy(update={"steps": (moved,)}).check(OURS)


def test_an_entry_in_another_spelling_is_refused() -> None:
    step = QT1.steps[0]
    spaced = step.model_copy(update={"entry": json.dumps(json.loads(step.entry))})

    with pytest.raises(BadEntry):
        QT1.model_copy(update={"steps": (spaced,)}).check(OURS)


def test_an_unsigned_history_is_refused_even_when_empty() -> None:
    forged = HEAD._replace(text=Checkpoint("so-gtvt.example/log", 20, bytes(32)).text())
    empty = QT1.model_copy(update={"steps": (), "checkpoint": forged.data().decode()})

    with pytest.raises(WrongSignature):
        empty.check(OURS)


def test_every_flipped_bit_of_a_history_is_noticed() -> None:
    short = proof.history("document:qt-1", [ENTRIES[7]], TREE.nodes, HEAD)

    each_is_noticed(flips(short.data()), lambda data: History.parse(data).check(OURS))
    each_is_noticed(edges(short.data()), lambda data: History.parse(data).check(OURS))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"NaN",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"checkpoint":"","item":"","steps":[],"steps":[]}',
        b'{"checkpoint":"","item":"","more":1,"steps":[]}',
        b'{"checkpoint":"","item":"\\ud800","steps":[]}',
        b'{"checkpoint":"", "item":"","steps":[]}',
        b'{"item":"","checkpoint":"","steps":[]}',
        b'{"checkpoint":"","item":"\\u0061","steps":[]}',
        b'{"checkpoint":"","item":1,"steps":[]}',
        b'{"checkpoint":"","item":"","steps":[{"entry":"","path":"AAAA"}]}',
    ],
)
def test_what_is_no_history_is_refused(data: bytes) -> None:
    with pytest.raises(BadHistory):
        History.parse(data)


@pytest.mark.parametrize("refusal", [BadHistory, BadProof, OtherItem, OutOfOrder])
def test_each_refusal_speaks_both_languages(refusal: type[Untrusted | Unreadable]) -> None:
    assert refusal("x").says("en") == f"x: {refusal.__doc__}"
    assert refusal.vi == vars(refusal)["vi"]
