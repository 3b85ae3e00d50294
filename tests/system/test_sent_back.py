"""A draft goes back and comes again: return, edit, recall, resubmit; signatures do not survive."""

from datetime import date

import pytest

from qms import documents as d
from qms.questions import Unknown
from qms.registers.enactment import RoleMissing
from tests.systems import created, text

ONE, TWO, THREE = "Bản thứ nhất", "Bản thứ hai", "Bản thứ ba"


@pytest.fixture(scope="module")
def office(stage):
    stage.does("hung", created("QT-03", ONE), d.Submit(code="QT-03", reviewers=("mai",)))
    stage.first = stage.digest("QT-03")
    stage.does("mai", d.Endorse(code="QT-03", digest=stage.first))
    stage.does("binh", d.Return(code="QT-03", reason="Thiếu căn cứ pháp lý"))
    stage.returned = stage.asks(lambda system: system.get(d.Document, "QT-03").draft)
    stage.does("hung", d.Edit(code="QT-03", text=text(TWO)))
    stage.does("hung", d.Submit(code="QT-03"))
    stage.does("hung", d.Recall(code="QT-03", reason="Bổ sung phụ lục"))
    stage.does(
        "hung", d.Submit(code="QT-03", text=text(THREE), attachments={"PL-01.txt": "Phụ lục"})
    )
    return stage


def draft(office):
    return office.asks(lambda system: system.get(d.Document, "QT-03").draft)


def test_a_returned_draft_says_why_and_has_lost_its_signatures(office):
    assert office.returned.state is d.DraftState.DRAFT
    assert office.returned.returned == "Thiếu căn cứ pháp lý"
    assert (office.returned.submitted, office.returned.endorsements) == (None, ())


def test_a_resubmitted_draft_awaits_review_again(office):
    now = draft(office)

    assert (now.state, now.endorsements, now.returned) == (d.DraftState.IN_REVIEW, (), "")
    assert now.digest != office.first
    with office.open() as system:
        assert system.draft("QT-03") == text(THREE)


def test_a_signature_for_the_text_of_before_is_refused(office):
    with pytest.raises(d.AnotherText):
        office.does("mai", d.Endorse(code="QT-03", digest=office.first))


def test_only_its_drafter_recalls_a_draft(office):
    with pytest.raises(RoleMissing):
        office.does("mai", d.Recall(code="QT-03", reason="x"))
    with pytest.raises(d.NotDrafter):
        office.does("lan", d.Recall(code="QT-03", reason="x"))


def test_what_was_written_on_the_way_can_be_read_as_of_then(office):
    with office.open() as system:
        texts = []
        for event in system.trail.history("QT-03"):
            then = system.as_of(event.entry.index + 1)
            if not texts or texts[-1] != then.draft("QT-03"):
                texts.append(then.draft("QT-03"))

    assert texts == [text(ONE), text(TWO), text(THREE)]


def test_the_newest_draft_is_compared_with_what_was_issued(office):
    with office.open() as system, pytest.raises(Unknown):
        system.diff("QT-03", "1.0")


def test_the_third_text_goes_into_force(office):
    office.signs("QT-03", issue=3)
    office.does("lan", d.Issue(code="QT-03", effective=date(2024, 2, 1)))

    with office.open() as system:
        revision = system.in_force("QT-03", on=date(2024, 2, 1)).revision
        assert (revision.issue, revision.amendment) == (3, 0)
        assert [file.name for file in revision.files] == ["qt-03.md", "PL-01.txt"]
        assert [event.entry.kind for event in system.trail.history("QT-03")][
            -1
        ] == "document.issue/1"
        assert system.verify() == []
    assert office.fsck() == ""


def test_a_text_that_is_not_ready_is_not_signed_even_when_it_was_written_before(office):
    office.does("hung", created("QT-04", "Còn thiếu ……"))

    with pytest.raises(d.Faulty):
        office.does("hung", d.Submit(code="QT-04"))


def test_a_reviewer_reads_the_attachments_of_the_draft(office):
    office.does("hung", created("QT-06", ONE))
    office.does("hung", d.Edit(code="QT-06", text=ONE, attachments={"PL-01.txt": "Phụ lục"}))

    with office.open() as system:
        assert system.content("QT-06", "draft", name="pl-01.txt").decode() == "Phụ lục"
        with pytest.raises(Unknown):
            system.content("QT-06", "draft", name="PL-02.txt")


def test_a_draft_is_asked_only_where_one_is_open(office):
    office.does("hung", created("QT-09", ONE), d.Abandon(code="QT-09", reason="Viết lại"))

    with office.open() as system, pytest.raises(Unknown):
        system.draft("QT-09")
