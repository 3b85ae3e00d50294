"""What was there before: hundreds of documents in one operation, byte for byte, with their past."""

from datetime import date

import pytest

from qms import documents as d
from qms.errors import Unreadable
from tests import systems
from tests.systems import adopted

SCAN = bytes(range(256)) * 4
TCVN3 = "Quy tr×nh".encode("latin-1")


@pytest.fixture(scope="module")
def office(stage):
    changes = [change for n in range(1, 201) for change in adopted(f"QT-{n}", "2016-04-06")]
    stage.does("lan", *changes)
    stage.does("lan", *adopted("HD 1", "2017-01-01", "2018-01-01", "2019-01-01"))
    old = {"source": "tủ 3", "drafted_by": "Ông Ba", "decision": "05/QĐ"}
    stage.does(
        "lan",
        d.AdoptDocument(
            code="ST 9",
            aliases=("STCL ISO",),
            title="Sổ tay",
            type="STCL",
            unit="VP",
            owner="CVP",
            suffix="doc",
        ),
        d.AdoptRevision(code="ST 9", text=SCAN, issue=2, issued=date(2015, 1, 5), **old),
        d.AdoptRevision(
            code="ST 9", text=TCVN3, issue=1, issued=date(2016, 1, 5), note="Bìa ghi lần 1", **old
        ),
        d.AdoptRemoval(code="ST 9", day=date(2019, 1, 1), source="sổ theo dõi"),
    )
    stage.does("lan", d.Rename(code="QT-7", title="Tên mới", reason="Đổi tên phòng"))
    return stage


@pytest.fixture
def system(office):
    with office.open() as opened:
        yield opened


def test_hundreds_are_in_force_after_one_operation(system, office):
    assert len(system.master_list()) == 201
    assert len(systems.commits(office.store)) == office.operations() == 6


def test_codes_sort_by_their_number(system):
    codes = [row.document.code for row in system.master_list(type="QT")]

    assert codes[:11] == ["HD 1", *(f"QT-{n}" for n in range(1, 11))]


def test_the_day_decides_which_old_text_was_in_force(system):
    assert system.in_force("HD 1", on=date(2018, 12, 31)).revision.amendment == 1
    assert system.in_force("HD 1", on=date(2019, 1, 1)).data == b"HD 1 2"


def test_each_text_that_one_operation_brought_is_there(system):
    assert [system.content("HD 1", f"1.{n}") for n in range(3)] == [b"HD 1 0", b"HD 1 1", b"HD 1 2"]


def test_bytes_come_back_as_they_came(system):
    assert system.content("ST 9", "2.0") == SCAN
    assert system.content("STCL ISO", "1.0") == TCVN3
    with pytest.raises(Unreadable):
        system.text("ST 9", "2.0")


def test_old_papers_that_contradict_themselves_keep_their_note(system):
    table = system.revisions("ST 9")

    assert [(row.issue, row.amendment) for row in table] == [(2, 0), (1, 0)]
    assert table[1].legacy.note == "Bìa ghi lần 1"
    assert system.name(table[0].legacy.drafted_by) == "Ông Ba"


def test_a_number_that_does_not_follow_needs_a_note(office):
    again = d.AdoptRevision(
        code="HD 1", text="x", issue=1, amendment=1, issued=date(2020, 1, 1), source="x"
    )
    with pytest.raises(d.NumberOutOfOrder):
        office.does("lan", again)


def test_what_was_removed_keeps_its_history(system):
    assert system.get(d.Document, "ST 9").state is d.State.WITHDRAWN
    assert system.in_force("ST 9", on=date(2018, 12, 31)).revision.issue == 1
    assert system.find(d.Document, state="withdrawn")[0].code == "ST 9"


def test_a_rename_makes_no_revision(system):
    assert len(system.revisions("QT-7")) == 1
    assert system.get(d.Document, "QT-7").title == "Tên mới"


def test_the_import_is_told_apart_from_what_people_signed(system):
    kinds = {event.entry.actor.kind.value for event in system.trail.history("HD 1")}

    assert kinds == {"import"}


def test_what_was_adopted_goes_on_under_control(office, place):
    office = office.copy(place / "so")
    office.clock.to("2024-01-03")
    office.revises("QT-8", "2024-02-01", "Nội dung mới")

    with office.open() as system:
        assert [(row.issue, row.amendment) for row in system.revisions("QT-8")] == [(1, 0), (1, 1)]
        with pytest.raises(d.UnderControl):
            office.does("lan", *adopted("QT-8", "2020-01-01")[1:])


def test_nothing_is_found_wrong_with_it(system, office):
    assert system.verify() == []
    assert office.fsck() == ""
