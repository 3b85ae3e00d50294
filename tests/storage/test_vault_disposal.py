"""Destroying contents: only of records disposed of, by whoever may, twice if need be."""

import os
from datetime import date
from hashlib import sha256

import pytest

import qms
from qms.backup import backup, restore
from qms.registers import records as r
from qms.registers.enactment import RoleMissing, ToolDecides
from qms.registers.nonconformities import Report
from qms.registers.records import Record, RecordState
from qms.storage.disposal import PerhapsDestroyed
from qms.storage.store import Store
from qms.storage.transaction import BytesMissing
from qms.storage.vault import NotInVault, Vault
from qms.values import Content
from tests.systems import Office, adopted

CODE, LIST = "HS-2024-00001", "TH-2024-01"
DAY = date(2024, 1, 2)
FORM, OTHER = b"Don xin cap phep", b"Bien ban"
MADE = {"unit": "QLVT", "process": "QT-11", "day": date(2015, 3, 2), "ended": 2015, "years": 5}
RETAIN = r.Retain(title="Hồ sơ cấp phép", applicant="Trần An", contents={"don.txt": FORM}, **MADE)
BESIDE = r.Retain(title="Biên bản", contents={"bb.txt": OTHER}, **MADE)
DISPOSAL = (
    ("lan", r.ListForDisposal(records=(CODE,))),
    ("binh", r.AppointCouncil(code=LIST, decision="1/QĐ", members=("hung", "mai", "ha"))),
    (
        "hung",
        r.Appraise(code=LIST, minutes="1/BB", met=DAY, present=("hung", "mai", "ha")),
    ),
    ("binh", r.DecideDisposal(code=LIST, decision="2/QĐ", day=DAY)),
)
MINUTES = r.CarryOut(code=LIST, minutes="2/BB", day=DAY, manner="Máy hủy", witnesses=("mai", "ha"))


def digest(data):
    return sha256(data).hexdigest()


@pytest.fixture
def decided(office):
    """An office where the destruction of one record of two was decided."""
    office.does("lan", *adopted("QT-11", "2014-01-02"), RETAIN, BESIDE)
    office.does("lan", r.Correct(record=CODE, says="Trần An sinh 1980", reason="Ghi sai"))
    for who, change in DISPOSAL:
        office.does(who, change)
    return office


@pytest.fixture
def carried_out(decided):
    """The same office with the minutes of destruction signed."""
    decided.does("lan", MINUTES)
    return decided


def dispose(office, who="lan"):
    with office.open(who) as system:
        return system.dispose_contents()


def vault(office):
    return Vault(office.folder / "vault")


class TestDestroy:
    def test_what_is_destroyed_is_gone_for_good(self, place):
        kept = Vault(place)
        one, other = kept.put(FORM), kept.put(OTHER)

        assert kept.destroy(one)
        with pytest.raises(NotInVault):
            kept.get(one)
        assert kept.get(other) == OTHER

    def test_destroying_again_does_nothing(self, place):
        kept = Vault(place)
        one = kept.put(FORM)

        assert (kept.destroy(one), kept.destroy(one)) == (True, False)

    def test_no_bytes_are_left_anywhere_in_the_vault(self, place):
        kept = Vault(place)
        kept.destroy(kept.put(FORM))

        assert [path for path in place.rglob("*") if path.is_file()] == []


class TestDisposing:
    def test_nothing_is_destroyed_before_the_minutes_are_signed(self, decided):
        assert dispose(decided) == ()
        assert vault(decided).get(digest(FORM)) == FORM

    def test_file_applicant_and_correction_go_together(self, carried_out):
        with carried_out.open() as system:
            applicant = system.get(Record, CODE).applicant
            before = system.name(applicant)
            gone = system.dispose_contents()
            after = system.name(applicant)

        assert digest(FORM) in gone
        assert len(gone) == 3
        assert (before, after) == ("Trần An", "đã xóa / redacted")

    def test_hash_facts_and_trail_stay(self, carried_out):
        entries = carried_out.entries()
        dispose(carried_out)

        with carried_out.open() as system:
            record = system.get(Record, CODE)
            found = system.verify()
        assert carried_out.entries() == entries
        assert (record.state, record.title) == (RecordState.DISPOSED, RETAIN.title)
        assert record.files[0].sha256 == digest(FORM)
        assert {finding.code for finding in found} == {"F03"}
        assert {finding.severity.value for finding in found} == {"warning"}

    def test_other_records_and_people_keep_theirs(self, carried_out):
        dispose(carried_out)

        assert vault(carried_out).get(digest(OTHER)) == OTHER
        with carried_out.open() as system:
            assert system.name("hung") == "Trần Văn Hùng"

    def test_called_again_it_has_nothing_to_do(self, carried_out):
        dispose(carried_out)
        assert dispose(carried_out) == ()

    def test_what_would_be_destroyed_is_what_is_then_destroyed(self, carried_out):
        found = {"unit": "QLVT", "found": "Trễ hạn", "day": DAY, "source": "self_found"}
        carried_out.does("lan", Report(**found, proofs={"don.txt": FORM}))
        with carried_out.open() as system:
            ahead = system.contents_to_dispose()

            assert len(ahead) == 2
            assert digest(FORM) not in ahead
            assert system.dispose_contents() == tuple(ahead)
            assert system.contents_to_dispose() == []

    def test_who_may_not_destroy_is_not_told_what_would_be(self, carried_out):
        with carried_out.open("ha") as system, pytest.raises(RoleMissing):
            system.contents_to_dispose()

    def test_what_was_begun_is_ended(self, carried_out):
        vault(carried_out).destroy(digest(FORM))
        assert len(dispose(carried_out)) == 2

    def test_what_a_record_kept_later_has_too_stays(self, carried_out):
        carried_out.does("lan", RETAIN)

        assert digest(FORM) not in dispose(carried_out)
        assert vault(carried_out).get(digest(FORM)) == FORM

    def test_what_another_register_rests_on_stays(self, carried_out):
        found = {"unit": "QLVT", "found": "Trễ hạn", "day": DAY, "source": "self_found"}
        carried_out.does("lan", Report(**found, proofs={"don.txt": FORM}))

        assert digest(FORM) not in dispose(carried_out)

    @pytest.mark.parametrize(("who", "refusal"), [("ha", RoleMissing), ("may", ToolDecides)])
    def test_only_who_may_sign_the_minutes_destroys(self, carried_out, who, refusal):
        with pytest.raises(refusal):
            dispose(carried_out, who)
        assert vault(carried_out).get(digest(FORM)) == FORM

    def test_a_rebuilt_system_does_not_bring_it_back(self, carried_out):
        dispose(carried_out)
        with carried_out.open() as system:
            system.rebuild()
            assert system.get(Record, CODE).state is RecordState.DISPOSED
        assert vault(carried_out).found(digest(FORM)) is None


def test_no_record_is_kept_without_its_bytes(office):
    office.does("lan", *adopted("QT-11", "2014-01-02"))
    promised = {"don.txt": Content(sha256=digest(FORM), size=len(FORM))}
    said = {name: value for name, value in RETAIN if name != "contents"}

    with pytest.raises(BytesMissing):
        office.does("lan", r.Retain(**said, contents=promised))
    office.does("lan", RETAIN, r.Retain(**said | {"code": "HS-2"}, contents=promised))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_backup_knows_why_something_was_destroyed_meanwhile(decided, place, monkeypatch, when):
    given = Store.bundle

    def bundle(store, file):
        monkeypatch.setattr(Store, "bundle", given)
        commit = given(store, file) if when == "after" else ""
        decided.does("lan", MINUTES)
        assert dispose(decided)
        return commit or given(store, file)

    monkeypatch.setattr(Store, "bundle", bundle)
    said = backup(decided.folder, place / "luu")
    restore(place / "luu", place / "lai")
    again = Office(place / "lai", decided.clock)

    assert said.size == len(decided.entries())
    found, here = (
        each.asks(lambda system: system.verify(decided.trust())) for each in (again, decided)
    )
    assert found == here
    assert {one.code for one in found} == {"F03"}
    assert vault(again).found(digest(FORM)) is None
    assert vault(again).found(digest(OTHER)) == OTHER


def test_on_a_broken_disk_it_is_said_that_some_may_be_gone(carried_out, monkeypatch):
    with monkeypatch.context() as broken:

        def sync(handle):
            raise OSError(5, "Input/output error")

        broken.setattr(os, "fsync", sync)
        with pytest.raises(PerhapsDestroyed):
            dispose(carried_out)

    assert len(dispose(carried_out)) == 2
    assert vault(carried_out).found(digest(FORM)) is None


def test_what_was_destroyed_in_memory_only_is_on_the_disk_when_somebody_goes_on(
    carried_out, monkeypatch
):
    vault(carried_out).destroy(digest(FORM))
    synced, fsync = set[int](), os.fsync

    def sync(handle):
        synced.add(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", sync)
    dispose(carried_out)

    assert (carried_out.folder / "vault" / digest(FORM)[:2]).stat().st_ino in synced


def test_what_is_destroyed_while_somebody_verifies_is_not_said_to_be_lost(decided):
    done = []

    def meanwhile(checked, of):
        if not done:
            decided.does("lan", MINUTES)
            done.extend(dispose(decided))

    found = {one.code for one in qms.verify(decided.folder, decided.trust(), meanwhile)}

    assert len(done) > 1
    assert "F05" not in found


def test_a_restoration_does_not_miss_what_was_destroyed_as_decided(carried_out, place):
    dispose(carried_out)
    backup(carried_out.folder, place / "b")

    assert restore(place / "b", place / "lai").lost == ()
