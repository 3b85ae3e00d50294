"""What a change is, before anyone has made it, and what each kind says of itself."""

import re
from datetime import UTC, date, datetime

import pytest

from qms import documents as d
from qms import people as p
from qms.changes import (
    Act,
    Actor,
    AlreadyThere,
    Change,
    CodeTooLong,
    Item,
    NotAChange,
    NotWellFormed,
    Opening,
    Step,
    Unknown,
)
from qms.registers import enactment
from qms.values import PERSONAL
from tests.lives import CREATE, FACTS, ONE, at, done
from tests.people import HUNG, LAN, TODAY

OURS = {kind: of for kind, of in Change.kinds.items() if of.__module__.startswith("qms.")}
kinds = pytest.mark.parametrize("change", OURS.values(), ids=OURS)

OLDER = Change.kinds["document.adopt-revision/1"](
    code="QT-05", issue=1, issued=TODAY, source="x", text=ONE
)
REFUSALS = [
    (Unknown, lambda: LAN.need(p.Unit, "KHONG-CO")),
    (Unknown, done("absent", "hung", d.Edit(code="QT-99", text=ONE))),
    (Unknown, done("absent", "hung", CREATE.model_copy(update={"unit": "KHONG-CO"}))),
    (AlreadyThere, done("draft", "hung", d.Create(code="qt – 05", text=ONE, **FACTS))),
    (AlreadyThere, done("absent", "lan", p.OpenUnit(code="vp", title="Văn phòng", since=TODAY))),
    (CodeTooLong, done("absent", "hung", CREATE.model_copy(update={"code": "Q" * 121}))),
    (CodeTooLong, done("absent", "lan", d.AdoptDocument(code="Đ" * 21, **FACTS))),
    (CodeTooLong, done("issued", "lan", d.Recode(code="QT-05", new_code="Q" * 121, reason="x"))),
    (CodeTooLong, done("absent", "lan", p.Enrol(code="a" * 61, name="Tâm"))),
    (enactment.OlderVersion, lambda: enactment.current(OLDER)),
    (NotWellFormed, lambda: d.Create(code="QT-05")),
    (NotWellFormed, lambda: d.Create(code="QT-05", text=ONE, colour="đỏ", **FACTS)),
    (NotWellFormed, lambda: d.Create(code="QT-05", text=ONE, suffix="../md", **FACTS)),
    (NotWellFormed, lambda: d.Create(code="QT-05", text="\ud800", **FACTS)),
    (NotWellFormed, lambda: d.Endorse(code="QT-05", digest="A" * 64)),
    (NotWellFormed, lambda: d.Withdraw(code="QT-05", reason="nghỉ", day="31/12/2026")),
    (NotWellFormed, lambda: d.Withdraw(code=b"QT-05", reason=7, day=TODAY)),
    (NotWellFormed, lambda: p.EntrustPost(code="GD", roles_held=("king",))),
    (NotAChange, lambda: enactment.acting(tuple, LAN.actor, TODAY, LAN.look)),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_is_no_change_here_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_a_change_that_is_not_well_formed_names_the_kind_and_each_field():
    with pytest.raises(NotWellFormed) as caught:
        d.Withdraw(code="QT-05", reason=" ", day="mai")

    assert caught.value.about == "document.withdraw/1"
    assert [one.field for one in caught.value.wrong] == ["reason", "day"]


def test_a_wrong_choice_is_told_what_may_be_chosen():
    with pytest.raises(NotWellFormed) as caught:
        p.EntrustPost(code="GD", roles_held=("king",))

    assert str(caught.value).startswith("post.entrust/1: roles_held (")
    assert "quality_officer" in str(caught.value)
    assert "leader" in str(caught.value)


@kinds
def test_every_kind_ends_in_a_version_and_names_its_register(change):
    register, verb = change.kind.split(".")

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*/[1-9]", verb)
    assert change.item.register == register


@kinds
def test_every_kind_says_in_both_languages_what_it_does(change):
    english = (change.__doc__ or "").splitlines()[0]

    assert english.endswith(".")
    assert "vi" in vars(change)
    assert re.search("[àáảãạăâđèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵ]", change.vi.casefold())


@kinds
def test_every_field_has_its_vietnamese_title(change):
    assert all(field.title for field in change.model_fields.values())


@kinds
def test_every_change_is_an_opening_or_a_step(change):
    assert issubclass(change, Opening) is not issubclass(change, Step)


@kinds
def test_every_personal_field_is_sealed(change):
    fields = change.model_fields.items()

    assert set(change.personal) == {name for name, of in fields if PERSONAL in of.metadata}


def test_a_tool_is_let_to_nothing_that_signs_issues_or_ends():
    proposals = {kind for kind, change in OURS.items() if change.tools}

    assert proposals == {
        "document.create/1",
        "document.revise/1",
        "document.edit/1",
        "improvement.propose/1",
        "nonconformity.report/1",
        "request.file/1",
    }


def test_a_day_begins_in_viet_nam():
    late = datetime(2026, 3, 1, 17, tzinfo=UTC)

    assert Act(Actor(id="x"), late, LAN.look).day == date(2026, 3, 2)


def test_an_id_is_of_its_register_and_of_no_spelling():
    assert d.Document.identify("QT- SGD – 01") == "document:qt-sgd-01"
    assert CREATE.id == "document:qt-05"


def test_an_item_is_found_by_code_alias_spelling_and_id():
    office = at("issued")
    office.perform("lan", d.Recode(code="QT-05", new_code="QT-VP-05", reason="Theo đơn vị"))

    for code in ("QT-05", "qt – 05", "QT-VP-05", "document:qt-05"):
        assert office.get(d.Document, code).code == "QT-VP-05"
    assert office.items.look(p.Unit, "document:qt-05") is None
    assert office.get(d.Document, "QT-05").spellings() == {"qt-05", "qt-vp-05"}


def test_what_would_be_opened_takes_its_own_code_or_none():
    assert d.File(reason="Luật mới").code == ""
    assert d.File(reason="Luật mới").given(HUNG) == ""


def test_every_column_of_a_register_is_a_field_or_says_one():
    for item in Item.registers.values():
        if item.__module__.startswith("qms."):
            assert all(hasattr(item, name) or name in item.model_fields for name in item.columns)


def test_the_longest_code_has_room_for_all_that_is_numbered_under_it():
    code, who = "Q" * 120, "a" * 60
    office = at("absent")
    office.perform(
        "lan", p.Enrol(code=who, name="Tâm"), p.Appoint(code=who, post="CV", since=TODAY)
    )
    office.perform("lan", d.AdoptDocument(code=code, **FACTS))
    old = {"issued": date(2016, 4, 6), "source": "bản giấy", "issue": 9999, "amendment": 9999}
    office.perform("lan", d.AdoptRevision(code=code, text=ONE, **old))
    office.perform("lan", d.HandOut(code=code, holder="CV", day=TODAY))
    office.perform(who, d.Acknowledge(document=code))

    assert office.get(d.Receipt, f"{code}/9999.9999/{who}").day == TODAY


def test_a_long_code_that_a_trail_took_in_its_day_is_no_fault_of_it():
    enrolled = p.Enrol(code="a" * 61, name="Tâm")

    (person,) = enactment.enact(enrolled, LAN).items

    assert person.code == "a" * 61
