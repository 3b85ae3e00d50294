"""Witnesses and anchors: who cosigns, what is kept outside, and how far it reaches."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import NotWellFormed, Unknown
from qms.errors import Unreadable, Untrusted
from qms.proofs.checkpoint import Checkpoint, OtherLog
from qms.proofs.note import COSIGNATURE, NotSigned, Signer, WrongSignature, skey
from qms.registers import anchors as a
from qms.registers import log_keys as k
from qms.registers.anchors import Anchor, Medium, Witness
from tests.registers.matrix import Row, cases, judge
from tests.registers.stage import START, Stage

ORIGIN = "qms-cay-bang"
LOG = Signer.parse(skey(ORIGIN, b"\1" * 32))
NEXT = Signer.parse(skey(ORIGIN, b"\2" * 32))
MINISTRY = Signer.parse(skey("bo-gtvt", b"\3" * 32, COSIGNATURE))
BODY = Signer.parse(skey("quacert", b"\4" * 32, COSIGNATURE))
NOW = 1_770_000_000
PLAIN = Checkpoint(ORIGIN, 120, b"\7" * 32).signed(LOG)
COSIGNED = PLAIN.signed(MINISTRY, at=NOW)

ENROL = a.EnrolWitness(code="BGTVT", title="Bộ Giao thông vận tải", vkey=MINISTRY.verifier.text())
SECOND = a.EnrolWitness(code="QUACERT", title="QUACERT", vkey=BODY.verifier.text())
RELEASE = a.ReleaseWitness(code="BGTVT", reason="Bộ đã hợp nhất")


def keep(note, medium=Medium.PAPER, witnesses=(), **fields):
    text = note.data().decode()
    return a.KeepAnchor(note=text, medium=medium, place="Két P.201", witnesses=witnesses, **fields)


KEEP = keep(PLAIN)
WITNESSED = keep(COSIGNED, Medium.WITNESS, ("BGTVT",))


def office(*changes):
    """Return a department whose trail has a key, after these things were done there."""
    stage = Stage()
    if stage.look(k.LogKey, k.CODE) is None:
        stage.do("lan", k.AdoptLogKey(vkey=LOG.verifier.text()))
    else:
        stage.do("lan", k.RotateLogKey(code=k.CODE, reason="Thử", vkey=LOG.verifier.text()))
    for change in changes:
        stage.do("lan", change)
    return stage


def enrol(vkey):
    return a.EnrolWitness(code="X", title="X", vkey=vkey)


def changed(note, old, new):
    text = note.data().decode().replace(old, new)
    return KEEP.model_copy(update={"note": text})


WITH_OWN_KEY = Signer.parse(skey("vo-danh", b"\1" * 32, COSIGNATURE)).verifier.text()
STRANGER = Signer.parse(skey(ORIGIN, b"\5" * 32))
REFUSALS = [
    (a.NothingStamped, (keep(PLAIN, Medium.TIMESTAMP),)),
    (a.NothingStamped, (keep(PLAIN, answer=b"x"),)),
    (a.NotForCosigning, (enrol(LOG.verifier.text()),)),
    (a.WitnessOfItself, (enrol(WITH_OWN_KEY),)),
    (Unreadable, (enrol("không phải khóa"),)),
    (a.WitnessReleased, (ENROL, RELEASE, RELEASE)),
    (a.WitnessReleased, (ENROL, RELEASE, WITNESSED)),
    (a.NotCosigned, (ENROL, keep(PLAIN, Medium.WITNESS, ("BGTVT",)))),
    (a.NotCosigned, (ENROL, SECOND, keep(COSIGNED, Medium.WITNESS, ("BGTVT", "QUACERT")))),
    (a.NothingWitnessed, (ENROL, keep(COSIGNED, Medium.WITNESS))),
    (Unknown, (WITNESSED,)),
    (NotSigned, (keep(Checkpoint(ORIGIN, 9, b"\7" * 32).signed(STRANGER)),)),
    (OtherLog, (keep(Checkpoint("qms-khac", 9, b"\7" * 32).signed(LOG)),)),
    (WrongSignature, (changed(PLAIN, "\n120\n", "\n121\n"),)),
    (Unreadable, (changed(PLAIN, "\n120\n", "\n0120\n"),)),
]


@pytest.mark.parametrize(("refusal", "changes"), REFUSALS)
def test_what_would_prove_nothing_is_refused(refusal, changes):
    with pytest.raises(refusal):
        office(*changes)


def test_a_note_has_a_length():
    with pytest.raises(NotWellFormed):
        KEEP.model_copy().__class__(**{**dict(KEEP), "note": "x" * (a.LONGEST + 1)})


STAGES = {
    "absent": office(),
    "serving": office(ENROL),
    "released": office(ENROL, RELEASE),
    "kept": office(ENROL, keep(PLAIN, code="MOC-1")),
}
ROWS = (
    Row("lan", ENROL, {"absent"}),
    Row("lan", RELEASE, {"serving", "kept"}),
    Row("lan", keep(PLAIN, code="MOC-1"), {"absent", "serving", "released"}),
    Row("lan", WITNESSED, {"serving", "kept"}),
)
REGISTERS = ("witness", "anchor")


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_every_pair_of_state_and_change_is_declared_or_refused(row, state, stage):
    judge(row, state, stage)


def test_what_was_cosigned_says_by_whom_and_when():
    stage = office(ENROL, WITNESSED)
    anchor = stage.need(Anchor, f"MOC-{START.year}-001")

    assert (anchor.size, anchor.root) == (120, "07" * 32)
    assert anchor.cosigned == (a.Cosignature(witness="witness:bgtvt", at=NOW),)
    assert anchor.note.encode() == COSIGNED.data()
    assert anchor.day == START


def test_a_former_key_of_the_log_still_vouches_for_what_it_signed():
    rotate = k.RotateLogKey(code=k.CODE, reason="Đổi máy chủ", vkey=NEXT.verifier.text())
    stage = office(rotate, KEEP, keep(PLAIN.signed(NEXT)))

    former, now = (stage.need(Anchor, f"MOC-{START.year}-00{number}") for number in (1, 2))
    assert former.note.encode() != now.note.encode() == PLAIN.signed(NEXT).data()
    assert (former.size, former.root) == (now.size, now.root)


@pytest.mark.parametrize("worn", ["{}", "{}\r\n", "\n{}"[1:] + "\n\n"])
def test_a_mailbox_may_wear_the_end_of_a_note_but_not_its_words(worn):
    text = worn.format(PLAIN.data().decode().rstrip("\n").replace("\n", "\r\n"))
    stage = office(a.KeepAnchor(note=text, medium="mail", place="Hộp thư của Thanh tra"))

    assert stage.need(Anchor, f"MOC-{START.year}-001").note.encode() == PLAIN.data()


def anchor(size, days=0):
    return Anchor(
        id=f"anchor:{size}-{days}",
        code=f"{size}",
        size=size,
        root="0" * 64,
        note="x\n",
        medium=Medium.PAPER,
        place="x",
        day=START + timedelta(days),
    )


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=6), st.integers(0, 40))
def test_the_farthest_anchor_that_the_trail_has_counts(found, size):
    held = [anchor(*one) for one in found]
    standing = a.standing(held, size, START + timedelta(9))
    reached = [one for one, _ in found if one <= size]

    if not reached:
        assert standing is None
        return
    assert standing.entries == size - max(reached)
    assert standing.days == 9 - max(day for one, day in found if one == max(reached))


def test_a_witness_is_asked_from_where_it_last_signed():
    stage = office(ENROL, SECOND, WITNESSED)
    anchors = [stage.need(Anchor, f"MOC-{START.year}-001")]

    assert a.seen_by(anchors, stage.need(Witness, "BGTVT")) == 120
    assert a.seen_by(anchors, stage.need(Witness, "QUACERT")) == 0


def test_an_anchor_is_an_untrusted_thing_until_a_key_of_the_log_says_otherwise():
    assert issubclass(NotSigned, Untrusted)
