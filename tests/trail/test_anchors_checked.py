"""What is kept outside is held against the trail by every verification."""

from qms import anchors as a
from qms.registers.anchors import Medium
from tests.forging import rechained


def kept(office):
    """Let the officer hand a checkpoint out and enter that it is kept."""
    with office.open() as system:
        note = system.trail.checkpoint().data().decode()
        system.perform(a.KeepAnchor(note=note, medium=Medium.PAPER, place="Két của Bộ"))


def codes(office):
    return {one.code for one in office.asks(lambda system: system.verify())}


def test_what_holds_is_not_remarked_on(office):
    kept(office)
    office.issues("QT-01", "2024-02-01")
    kept(office)

    assert codes(office) == set()


def test_a_trail_that_was_rewritten_before_an_anchor_is_told_by_it(office):
    office.issues("QT-01", "2024-02-01")
    kept(office)

    def lie(entries):
        told = next(one for one in entries if one["kind"] == "document.create/1")
        told["at"] = told["at"][:-2] + "7Z"

    rechained(office, lie)

    assert "A02" in codes(office)
