"""From the wish to the text in force, and its first amendment: request, three signatures, issue."""

from datetime import UTC, date, datetime

import pytest

from qms import documents as d
from qms import questions
from qms.questions import BeyondTrail
from tests import systems
from tests.systems import created, text

ONE, TWO = "Hồ sơ được lưu năm năm.", "Hồ sơ được lưu mười năm."
FORM = "# Sổ theo dõi\n\nHọ và tên: ……\n"


@pytest.fixture(scope="module")
def office(stage):
    stage.clock.to("2024-01-03")
    stage.does("ha", d.File(reason="Chưa có quy trình lưu hồ sơ", title="Kiểm soát hồ sơ"))
    stage.does("lan", d.Accept(code="YC-2024-001", drafter="hung", due=date(2024, 1, 31)))
    stage.clock.to("2024-01-05")
    form = {"title": "Sổ theo dõi", "type": "BM", "text": FORM, "parents": ("QT-02",)}
    stage.does(
        "hung",
        created("QT-02", ONE, request="YC-2024-001", clauses=("7.5.3",)),
        d.Create(code="BM.01-QT-02", unit="VP", owner="CVP", **form),
        d.Submit(code="QT-02", reviewers=("mai",)),
        d.Submit(code="BM.01-QT-02"),
    )
    stage.clock.to("2024-01-10")
    stage.signs("QT-02")
    stage.signs("BM.01-QT-02")
    stage.clock.to("2024-01-12")
    decision = {"decision": "12/QĐ-SGTVT", "decided": date(2024, 1, 11), "signer": "Bình"}
    first = {"effective": date(2024, 2, 1), "distribution": ("VP", "QLVT")}
    stage.does("lan", d.Issue(code="QT-02", **first, **decision))
    stage.does("lan", d.Issue(code="BM.01-QT-02", **first))
    stage.clock.to("2024-06-03")
    stage.revises("QT-02", "2024-07-01", TWO)
    stage.clock.to("2024-08-01")
    return stage


@pytest.fixture
def system(office):
    with office.open() as opened:
        yield opened


@pytest.mark.parametrize(
    ("day", "body"),
    [("2024-02-01", ONE), ("2024-06-30", ONE), ("2024-07-01", TWO), ("2030-01-01", TWO)],
)
def test_each_day_has_its_text(system, day, body):
    assert system.in_force("QT-02", on=date.fromisoformat(day)).text == text(body)


def test_before_its_first_day_nothing_is_in_force(system):
    with pytest.raises(questions.NothingInForce):
        system.in_force("QT-02", on=date(2024, 1, 31))


def test_without_a_day_today_is_meant(system, office):
    assert system.in_force("qt - 02").revision.amendment == 1
    office.clock.to("2024-06-30")
    assert system.in_force("QT-02").revision.amendment == 0
    office.clock.to("2024-08-01")


def test_the_master_list_is_of_its_day_and_sorted_by_code(system):
    def listed(day):
        return [(row.document.code, row.revision.amendment) for row in system.master_list(day)]

    assert listed(date(2024, 1, 31)) == []
    assert listed(date(2024, 2, 1)) == [("BM.01-QT-02", 0), ("QT-02", 0)]
    assert listed(date(2024, 7, 1)) == [("BM.01-QT-02", 0), ("QT-02", 1)]
    assert [row.document.code for row in system.master_list(type="BM")] == ["BM.01-QT-02"]


def test_the_revision_table_says_who_signed_and_until_when(system):
    first, second = system.revisions("QT-02")

    assert (first.issue, first.amendment, first.until) == (1, 0, date(2024, 7, 1))
    assert (second.issue, second.amendment, second.until) == (1, 1, None)
    assert first.drafted.person == "person:hung"
    assert [signed.person for signed in first.reviewed] == ["person:mai"]
    assert first.approved.person == "person:binh"
    assert (first.decision.number, first.issued) == ("12/QĐ-SGTVT", date(2024, 1, 11))
    assert second.summary == TWO


def test_names_are_read_where_they_are_kept(system):
    first = system.revisions("QT-02")[0]

    assert system.name(first.approved.person) == "Phạm Quốc Bình"
    assert system.name(first.decision.signer) == "Bình"


def test_the_request_is_carried_out(system):
    request = system.get(d.Request, "YC-2024-001")

    assert request.state is d.RequestState.CARRIED_OUT
    assert request.document == "document:qt-02"


def test_the_history_tells_each_change_with_before_and_after(system):
    events = list(system.trail.history("QT-02"))
    kinds = [event.entry.kind.removeprefix("document.") for event in events]
    signing = ["submit/1", "endorse/1", "approve/1", "issue/1"]

    assert kinds == ["create/1", *signing, *signing]
    fields = {field.name: (field.before, field.after) for field in events[4].fields}
    assert fields["state"] == ("drafted", "issued")
    assert fields["issue"] == (0, 1)
    assert fields["draft"][0]["state"] == "approved"
    assert fields["draft"][1] is None
    assert "title" not in fields


def test_the_past_answers_as_it_was_then(system):
    then = system.as_of(date(2024, 1, 11))

    assert then.get(d.Document, "QT-02").draft.state is d.DraftState.APPROVED
    assert then.revisions("QT-02") == []
    assert then.size < system.size
    assert len(list(then.trail.history("QT-02"))) == 4
    assert then.draft("QT-02") == text(ONE)


def test_the_past_answers_for_its_own_day(system):
    known = system.as_of(date(2024, 6, 3))

    assert known.today == date(2024, 6, 3)
    assert known.in_force("QT-02").revision.amendment == 0
    assert known.in_force("QT-02", on=date(2024, 7, 1)).revision.amendment == 1
    with pytest.raises(questions.NothingInForce):
        system.as_of(date(2024, 1, 31)).in_force("QT-02")


def test_a_moment_ends_with_what_happened_at_it(system):
    issued = next(
        event.entry for event in system.trail.history("QT-02") if event.entry.kind[9:14] == "issue"
    )
    before = datetime.fromtimestamp(issued.at.timestamp() - 1, UTC)

    assert system.as_of(issued.at).get(d.Document, "QT-02").state is d.State.ISSUED
    assert system.as_of(before).get(d.Document, "QT-02").state is d.State.DRAFTED
    assert system.as_of(issued.index + 1).get(d.Document, "QT-02").state is d.State.ISSUED
    assert system.as_of(issued.index).get(d.Document, "QT-02").state is d.State.DRAFTED


def test_before_the_first_and_after_the_last_entry_are_the_ends_of_the_trail(system):
    assert system.as_of(0).size == system.as_of(date(1999, 1, 1)).size == 0
    with pytest.raises(BeyondTrail):
        system.as_of(-1)
    assert system.as_of(system.size).size == system.as_of(date(2099, 1, 1)).size == system.size
    with pytest.raises(BeyondTrail):
        system.as_of(system.size + 1)
    assert system.as_of(0).find(d.Document) == []
    assert system.as_of(date(2024, 1, 11)).as_of(date(2099, 1, 1)).size < system.size


def test_the_difference_between_two_revisions_is_by_line(system):
    lines = system.diff("QT-02", "1.0", "1.1").splitlines()

    assert lines[:2] == ["--- QT-02 1.0", "+++ QT-02 1.1"]
    assert lines.count(f"-{ONE}") == lines.count(f"+{TWO}") == 7
    assert system.diff("QT-02", "1.1") == ""


def test_the_text_of_any_revision_stays(system):
    assert system.text("QT-02", "1.0") == text(ONE)
    assert system.text("QT-02", "1.1") == system.text("QT-02") == text(TWO)
    assert system.content("BM.01-QT-02") == FORM.encode()


def test_a_form_counts_apart_and_knows_its_procedure(system):
    assert [row.amendment for row in system.revisions("BM.01-QT-02")] == [0]
    assert [document.code for document in system.uses("BM.01-QT-02")] == ["QT-02"]


def test_what_has_no_written_decision_is_owed_one(system):
    owed = [row.code for row in system.undecided()]

    assert owed == ["BM.01-QT-02/1.0", "QT-02/1.1"]


def test_git_has_one_commit_for_each_operation(office):
    assert len(systems.commits(office.store)) == office.operations() == 15


def test_git_has_the_text_in_force_as_a_file(office):
    listed = office.git("ls-tree", "-r", "--name-only", "main").splitlines()
    assert sum(path.endswith("/qt-02.md") for path in listed) == 1
    assert not any(path.startswith("drafts/") for path in listed)


def test_nothing_is_found_wrong_with_it(system, office):
    assert system.verify() == []
    assert office.fsck() == ""
