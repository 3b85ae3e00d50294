"""Writing documents: create, revise, edit, abandon, and the request they carry out."""

from datetime import date

import pytest

from qms import documents as d
from qms import people as p
from qms.changes import Act, Actor, ActorKind, Role
from qms.registers.documents.items import located, path
from qms.values import Content
from tests.lives import (
    ABANDON,
    ACCEPT,
    APPROVE,
    ASK_NEW,
    CREATE,
    ENDORSE,
    FACTS,
    OLD,
    ONE,
    REVISE,
    SUBMIT,
    TWO,
    at,
    digest,
    document,
    done,
)
from tests.people import HUNG, TODAY, founded

EDIT = d.Edit(code="QT-05", text=TWO)
FORM = {**FACTS, "type": "BM", "text": "Họ tên: ……"}
TWINS = {"PL-01": Content.of("1"), "pl – 01": Content.of("2")}
ANNEX = Content.of("phụ lục")


def create(**fields):
    return CREATE.model_copy(update=fields)


def with_request(*, accept=True):
    """Return an office in which a new document was asked for."""
    office = founded()
    office.perform("ha", ASK_NEW.model_copy(update={"code": "YC-2026-001"}))
    if accept:
        office.perform("lan", ACCEPT)
    return office


def family():
    """Return an office with a procedure and a form that belongs to it."""
    office = at("draft")
    office.perform("hung", d.Create(code="BM-01", parents=("QT-05",), **FORM))
    return office


REFUSALS = [
    (p.Ended, done("unit ended", "hung", create(unit="TCHC"))),
    (p.Ended, done("post closed", "hung", create(owner="TQ"))),
    (d.DraftOpen, done("draft", "hung", REVISE)),
    (d.DraftOpen, done("reapproved", "hung", REVISE)),
    (d.NoDraft, done("issued", "hung", EDIT)),
    (d.NoDraft, done("bare", "hung", ABANDON)),
    (d.OutOfStep, done("review", "hung", EDIT)),
    (d.OutOfStep, done("approved", "lan", EDIT)),
    (d.NotDrafter, lambda: second_drafter().perform("ha", EDIT)),
    (d.NotDrafter, lambda: second_drafter().perform("ha", ABANDON)),
    (d.AlreadyApproved, done("approved", "hung", ABANDON)),
    (d.IsWithdrawn, done("withdrawn", "hung", REVISE)),
    (
        d.NotAccepted,
        lambda: with_request(accept=False).perform("hung", create(request="YC-2026-001")),
    ),
    (d.NotAccepted, lambda: with_request().perform("lan", create(request="YC-2026-001"))),
    (d.NotAccepted, done("accepted", "hung", create(code="QT-06", request="YC-2026-001"))),
    (d.NotAccepted, done("declined", "hung", REVISE.model_copy(update={"request": "YC-2026-001"}))),
    (
        d.NotAccepted,
        lambda: with_request().perform(
            "hung", create(request="YC-2026-001"), create(code="QT-06", request="YC-2026-001")
        ),
    ),
    (d.UnknownClause, done("absent", "hung", create(clauses=("7.5", "4.2.3")))),
    (d.OwnParent, done("draft", "lan", d.Classify(code="QT-05", parents=("qt-05",)))),
    (d.OwnParent, lambda: family().perform("lan", d.Classify(code="QT-05", parents=("BM-01",)))),
    (d.SameName, done("absent", "hung", create(attachments=TWINS))),
    (d.SameName, done("absent", "hung", create(attachments={"QT-05.md": ANNEX}))),
    (d.SameName, done("draft", "hung", EDIT.model_copy(update={"attachments": TWINS}))),
    (d.SameName, done("issued", "hung", REVISE.model_copy(update={"attachments": TWINS}))),
    (
        d.SameName,
        done("draft", "hung", SUBMIT.model_copy(update={"text": ONE, "attachments": TWINS})),
    ),
    (
        d.SameName,
        done(
            "bare",
            "lan",
            d.AdoptRevision(code="QT-05", text=ONE, attachments=TWINS, issue=1, **OLD),
        ),
    ),
]


def second_drafter():
    """Return an office with a draft and somebody else who drafts."""
    office = at("draft")
    office.perform("lan", p.Appoint(code="ha", post="CVP", since=TODAY))
    return office


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_drafter_may_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_a_new_document_is_a_draft_of_whoever_creates_it():
    CREATE.check(HUNG)
    (created,) = CREATE.apply(HUNG)

    assert (created.id, created.state, created.draft.state) == (
        "document:qt-05",
        "drafted",
        "draft",
    )
    assert created.draft.drafter == "person:hung"
    assert (created.issue, created.amendment, created.latest) == (0, 0, "")
    assert (created.owner, created.unit) == ("post:cvp", "unit:vp")


def test_a_type_is_kept_as_the_policy_writes_it():
    office = at("absent")
    office.perform("hung", create(type="qt"))
    office.perform("lan", d.AdoptDocument(code="QT-06", **FACTS | {"type": "bm"}))

    assert document(office).type == "QT"
    assert document(office, "QT-06").type == "BM"


def test_text_and_attachments_lie_apart_under_drafts():
    change = create(attachments={"PL 02": ANNEX, "PL-01": ANNEX})
    base = path("document:qt-05", "drafts")

    assert change.files(HUNG) == {
        f"{base}.md": Content.of(ONE),
        f"{apart(base)}/pl-01": ANNEX,
        f"{apart(base)}/pl02": ANNEX,
    }
    assert all(content.data is not None for content in change.files(HUNG).values())


@pytest.mark.parametrize("code", ["QT/4.2.3", "HTQLCL-LĐTBXH", "A&B (1)", "QT 5", "a+b"])
def test_the_path_of_a_document_is_safe_whatever_its_code(code):
    places = located(d.Document.identify(code), (file("x.md"), file("Lệ-1")), "drafts")

    for place in places:
        assert place.isascii()
        assert ".." not in place.split("/")
        assert place.count("/") <= 4


def test_no_text_stands_where_attachments_need_a_folder():
    text = located(d.Document.identify("N1"), (file("n1.txt"),), "drafts")
    more = located(d.Document.identify("N1.txt"), (file("n1.txt.md"), file("PL-01")), "drafts")

    assert not any(place.startswith(f"{own}/") for own in text for place in more)


def apart(base):
    """Return the folder of the attachments of the document whose text lies at a base."""
    shard, _, name = base.rpartition("/")
    return f"{shard}/+/{name}"


def file(name):
    return d.items.File(name=name, sha256="0" * 64, size=1)


def test_a_signature_covers_the_text_and_every_attachment():
    plain, annexed = at("absent"), at("absent")
    plain.perform("hung", CREATE)
    annexed.perform("hung", create(attachments={"PL-01": ANNEX}))

    assert document(plain).draft.digest == digest(ONE)
    assert document(annexed).draft.digest != digest(ONE)


def test_a_draft_written_anew_leaves_no_file_of_the_old_one():
    office = founded()
    office.perform("hung", create(attachments={"PL-01": ANNEX}), EDIT)
    base = path("document:qt-05", "drafts")

    assert office.files == {f"{base}.md": Content.of(TWO), f"{apart(base)}/pl-01": None}


def test_an_edit_without_a_summary_keeps_it():
    office = at("redraft")
    office.perform("hung", d.Edit(code="QT-05", text=ONE))
    assert document(office).draft.summary == "Lưu mười năm"

    office.perform("hung", d.Edit(code="QT-05", text=ONE, summary="Lưu năm năm"))
    assert document(office).draft.summary == "Lưu năm năm"


def test_the_officer_may_mend_a_draft_and_is_then_one_of_its_writers():
    office = at("draft")
    office.perform("lan", EDIT)

    assert document(office).draft.drafter == "person:hung"
    assert document(office).draft.writers == ("person:hung", "person:lan")


def test_a_tool_writes_and_is_no_hand():
    office = founded()
    office.perform("motcua", CREATE)
    assert (document(office).draft.drafter, document(office).draft.writers) == ("", ())

    office.perform("hung", SUBMIT)
    assert document(office).draft.drafter == "person:hung"


def test_an_abandoned_draft_leaves_its_folder_and_may_begin_again():
    office = at("abandoned")
    assert set(office.files.values()) == {None}
    assert document(office).state is d.State.ABANDONED

    office.perform("hung", REVISE)
    assert (document(office).state, document(office).drafting) == (d.State.DRAFTED, "draft")


def test_what_is_in_force_stays_so_when_its_next_draft_is_abandoned():
    office = at("reapproval")
    office.perform("hung", ABANDON)

    assert (document(office).state, document(office).draft) == (d.State.ISSUED, None)


def test_only_the_officer_stops_what_was_approved():
    office = at("approved")
    office.perform("lan", ABANDON)

    assert document(office).state is d.State.ABANDONED


def test_a_request_for_a_new_document_makes_one_and_serves_its_next_draft_too():
    office = with_request()
    office.perform("hung", create(request="YC-2026-001"))
    assert office.get(d.Request, "YC-2026-001").document == "document:qt-05"

    office.perform("hung", ABANDON, REVISE.model_copy(update={"request": "YC-2026-001"}))
    assert document(office).draft.request == "request:yc-2026-001"


def test_a_request_is_carried_out_when_its_document_is_issued():
    office = with_request()
    office.perform("hung", create(request="YC-2026-001"), SUBMIT)
    office.perform("mai", ENDORSE)
    office.perform("binh", APPROVE)
    assert office.get(d.Request, "YC-2026-001").state is d.RequestState.ACCEPTED

    office.perform("lan", d.Issue(code="QT-05", effective=date(2026, 4, 1)))
    assert office.get(d.Request, "YC-2026-001").state is d.RequestState.CARRIED_OUT


def test_a_form_belongs_to_the_document_that_uses_it_by_id():
    assert family().get(d.Document, "BM-01").parents == ("document:qt-05",)


def test_clauses_are_those_of_the_declared_edition():
    office = founded()
    office.perform("hung", create(clauses=("7.5.3", "9.2.2")))

    assert document(office).clauses == ("7.5.3", "9.2.2")


def test_a_change_that_is_only_judged_needs_nobody_enrolled():
    hand = Actor(id="import", kind=ActorKind.IMPORT)
    act = Act(hand, HUNG.at, HUNG.look, roles=frozenset(Role))
    CREATE.check(act)

    assert CREATE.apply(act)[0].draft.drafter == ""
