"""Signing documents: submit, endorse, return, recall, approve."""

import pytest

from qms import documents as d
from qms import people as p
from qms.values import Content
from tests.lives import (
    APPROVE,
    APPROVE_TWO,
    CREATE,
    ENDORSE,
    FACTS,
    OLD,
    ONE,
    SUBMIT,
    TWO,
    at,
    digest,
    document,
    done,
)
from tests.people import BINH, HUNG, MAI, TODAY, YESTERDAY, founded

RETURN = d.Return(code="QT-05", reason="Thiếu căn cứ")
RECALL = d.Recall(code="QT-05", reason="Thiếu phụ lục")
WRITE = d.Submit(code="QT-05", text=TWO, summary="Lưu mười năm", reviewers=("mai",))


def appointed(life, who, post):
    """Return an office where somebody was given another post."""
    office = at(life)
    office.perform("lan", p.Appoint(code=who, post=post, since=YESTERDAY))
    return office


def numbered(issue, amendment):
    """Return an office with a document whose last number is this one."""
    office = at("bare")
    office.perform(
        "lan", d.AdoptRevision(code="QT-05", text=ONE, issue=issue, amendment=amendment, **OLD)
    )
    office.perform("hung", WRITE)
    office.perform("mai", d.Endorse(code="QT-05", digest=digest(TWO)))
    return office


def approved(office, **fields):
    """Return the number that an approval gives."""
    office.perform("binh", APPROVE_TWO.model_copy(update=fields))
    draft = document(office).draft
    return draft.issue, draft.amendment


def asked_of_two(*who):
    """Return an office in which two reviewers were asked and these have endorsed."""
    office = at("draft")
    office.perform("hung", d.Submit(code="QT-05", reviewers=("mai", "tuan")))
    for each in who:
        office.perform(each, ENDORSE)
    return office


def submit(**fields):
    return SUBMIT.model_copy(update=fields)


REFUSALS = [
    (d.SameHands, lambda: appointed("review", "hung", "PGD").perform("hung", ENDORSE)),
    (d.SameHands, lambda: appointed("review", "hung", "PGD").perform("hung", RETURN)),
    (d.SameHands, lambda: appointed("approval", "hung", "GD").perform("hung", APPROVE)),
    (d.SameHands, lambda: appointed("approval", "mai", "GD").perform("mai", APPROVE)),
    (
        d.SameHands,
        lambda: appointed("draft", "hung", "PGD").perform("hung", submit(reviewers=("hung",))),
    ),
    (d.SameHands, lambda: mended().perform("hung", submit(reviewers=("lan",)))),
    (d.SameHands, lambda: mended(submitted=True).perform("lan", ENDORSE_MENDED)),
    (d.AnotherText, done("review", "mai", d.Endorse(code="QT-05", digest=digest(TWO)))),
    (d.AnotherText, done("reapproval", "binh", APPROVE)),
    (d.NotReviewer, done("review", "tuan", ENDORSE)),
    (d.AlreadyEndorsed, lambda: asked_of_two("mai", "mai")),
    (d.ApproverMissing, done("approval", "tuan", APPROVE)),
    (
        d.ApproverMissing,
        lambda: appointed("approval", "binh", "TP").perform("binh", APPROVE, post="TP"),
    ),
    (d.NumberOutOfOrder, lambda: approved(numbered(2, 3), issue=2, amendment=3)),
    (d.NumberOutOfOrder, lambda: approved(numbered(2, 3), issue=1, amendment=9)),
    (d.MustReissue, lambda: approved(numbered(1, 5))),
    (d.MustReissue, lambda: approved(numbered(1, 0), issue=1, amendment=6)),
    (d.TextMissing, done("draft", "hung", submit(attachments={"PL-01": Content.of("phụ lục")}))),
    (d.SummaryMissing, done("issued", "hung", WRITE.model_copy(update={"summary": ""}))),
    (d.SummaryMissing, lambda: blank().perform("hung", SUBMIT)),
    (d.NotEntrusted, done("draft", "hung", submit(reviewers=("ha",)))),
    (d.NotEntrusted, done("draft", "hung", submit(reviewers=("motcua",)))),
    (d.NotEntrusted, lambda: left().perform("hung", submit(reviewers=("mai",)))),
    (d.NotDrafter, done("draft", "lan", SUBMIT)),
    (d.NotDrafter, done("review", "lan", RECALL)),
    (d.NoDraft, done("issued", "hung", SUBMIT)),
    (
        d.Faulty,
        done("issued", "hung", WRITE.model_copy(update={"text": Content.of("## 1. Mục đích")})),
    ),
]

ENDORSE_MENDED = d.Endorse(code="QT-05", digest=digest(TWO))


def mended(*, submitted=False):
    """Return an office in which the officer, who reviews too, has written in the draft."""
    office = appointed("draft", "lan", "PGD")
    office.perform("lan", d.Edit(code="QT-05", text=TWO), post="CBISO")
    if submitted:
        office.perform("hung", d.Submit(code="QT-05"))
    return office


def blank():
    """Return an office with a draft of the next revision that says nothing of the change."""
    office = at("redraft")
    office.perform("hung", d.Edit(code="QT-05", text=TWO, summary=" "))
    return office


def left():
    """Return an office with a draft, whose reviewer has gone."""
    office = at("draft")
    office.perform("lan", p.Leave(code="mai", until=TODAY))
    return office


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_signer_may_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_the_drafter_signs_what_they_submit():
    draft = document(at("review")).draft

    assert (draft.submitted.person, draft.submitted.post) == ("person:hung", "post:cvp")
    assert draft.submitted.at.astimezone().date() >= YESTERDAY
    assert draft.digest == digest(ONE)


def test_whatever_is_submitted_with_a_text_is_that_text():
    office = at("issued")
    office.perform("hung", WRITE)

    assert document(office).draft.digest == digest(TWO)
    assert document(office).draft.writers == ("person:hung",)
    assert Content.of(TWO) in office.files.values()


def test_what_is_said_on_submitting_replaces_what_the_draft_said():
    said, silent = at("redraft"), at("redraft")
    said.perform("hung", submit(summary="Lưu mãi mãi"))
    silent.perform("hung", SUBMIT)

    assert document(said).draft.summary == "Lưu mãi mãi"
    assert document(silent).draft.summary == "Lưu mười năm"


def test_a_reviewer_endorses_the_digest_that_they_read():
    before = document(at("review"))
    ENDORSE.check(before, MAI)

    (signature,) = ENDORSE.apply(before, MAI).draft.endorsements
    assert (signature.person, signature.post, signature.at) == (
        "person:mai",
        "post:pgd",
        MAI.at,
    )


def test_approval_waits_for_every_reviewer_who_was_asked():
    assert document(asked_of_two("mai")).drafting == "in_review"
    assert document(asked_of_two("mai", "tuan")).drafting == "in_approval"


def test_one_reviewer_is_enough_where_nobody_was_asked():
    office = at("draft")
    office.perform("hung", submit(reviewers=()))
    office.perform("tuan", ENDORSE)

    assert document(office).drafting == "in_approval"


@pytest.mark.parametrize(
    ("life", "who", "change", "reason"),
    [
        ("review", "mai", RETURN, "Thiếu căn cứ"),
        ("approval", "mai", RETURN, "Thiếu căn cứ"),
        ("approval", "binh", RETURN, "Thiếu căn cứ"),
        ("review", "hung", RECALL, ""),
        ("approval", "hung", RECALL, ""),
    ],
)
def test_what_goes_back_loses_its_signatures_and_keeps_its_drafter(life, who, change, reason):
    office = at(life)
    office.perform(who, change)
    draft = document(office).draft

    assert (draft.state, draft.submitted, draft.endorsements) == ("draft", None, ())
    assert (draft.drafter, draft.returned) == ("person:hung", reason)


def test_a_text_that_came_back_is_endorsed_again():
    office = at("approval")
    office.perform("binh", RETURN)
    office.perform("hung", d.Submit(code="QT-05", text=TWO, reviewers=("mai",)))

    assert document(office).draft.returned == ""
    with pytest.raises(d.AnotherText):
        office.perform("mai", ENDORSE)
    with pytest.raises(d.OutOfStep):
        office.perform("binh", APPROVE_TWO)


def test_the_approver_signs_and_gives_the_number():
    before = document(at("approval"))
    APPROVE.check(before, BINH)
    draft = APPROVE.apply(before, BINH).draft

    assert (draft.issue, draft.amendment) == (1, 0)
    assert (draft.approval.person, draft.approval.post) == ("person:binh", "post:gd")


@pytest.mark.parametrize(
    ("last", "fields", "number"),
    [
        ((1, 0), {}, (1, 1)),
        ((1, 4), {}, (1, 5)),
        ((1, 5), {"reissue": True}, (2, 0)),
        ((1, 0), {"issue": 3}, (3, 0)),
        ((1, 0), {"issue": 3, "amendment": 2}, (3, 2)),
        ((1, 0), {"amendment": 4}, (1, 4)),
        ((0, 3), {}, (1, 0)),
    ],
)
def test_the_number_follows_the_last_one(last, fields, number):
    assert approved(numbered(*last), **fields) == number


def test_a_number_that_old_papers_turned_back_is_not_given_twice():
    office = at("bare")
    for issue, amendment, note in ((3, 0, ""), (2, 5, "bảng theo dõi ghi 2.5 sau 3.0")):
        number = {"issue": issue, "amendment": amendment, "note": note}
        office.perform("lan", d.AdoptRevision(code="QT-05", text=ONE, **number, **OLD))
    office.perform("hung", WRITE)
    office.perform("mai", d.Endorse(code="QT-05", digest=digest(TWO)))

    assert approved(office) == (3, 1)


def test_a_form_is_approved_in_the_role_that_its_type_asks_for():
    office = founded()
    form = {**FACTS, "type": "BM"}
    signed = digest("Họ tên: ……", "bm-01.md")
    office.perform("hung", d.Create(code="BM-01", text="Họ tên: ……", **form))
    office.perform("hung", d.Submit(code="BM-01"))
    office.perform("mai", d.Endorse(code="BM-01", digest=signed))
    office.perform("tuan", d.Approve(code="BM-01", digest=signed))

    assert office.get(d.Document, "BM-01").drafting == "approved"


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_what_is_no_markdown_is_not_read(suffix):
    office = founded()
    office.perform("hung", CREATE.model_copy(update={"suffix": suffix}))
    office.perform("hung", d.Submit(code="QT-05", text=b"PK\x03\x04"))

    assert document(office).draft.files[0].name == f"qt-05.{suffix}"


def test_a_replay_that_has_no_bytes_reads_nothing():
    bare = Content(sha256=Content.of("thiếu mọi mục").sha256, size=1)
    before = document(at("draft"))

    d.Submit(code="QT-05", text=bare).check(before, HUNG)
