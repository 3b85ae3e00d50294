"""Units, posts, persons; appointments and delegations with their days; who may act as what."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms import documents as d
from qms import people as p
from qms.changes import Act, Actor, ActorKind, Role
from qms.errors import NotFound, Refused
from qms.registers import enactment
from qms.registers.enactment import (
    AlreadyFounded,
    NotActive,
    OnlyFounds,
    RoleMissing,
    ToolDecides,
)
from qms.values import Sealed
from tests.lives import APPROVE, CREATE, ENDORSE, FACTS, OLD, ONE, SUBMIT, at, done
from tests.people import LONG_AGO, TODAY, TOMORROW, YESTERDAY, Office, founded

LATER = TODAY + timedelta(30)
DELEGATE = p.Delegate(code="binh", post="GD", to="tuan", since=TODAY, until=LATER)
APPOINT = p.Appoint(code="ha", post="TP", since=TODAY, until=LATER)
TAKE_BACK = p.Relieve(code="tuan", post="GD", until=TODAY)
UNIT_END = p.CorrectUnitEnd(code="TCHC", reason="Ghi nhầm")


def like(change, **fields):
    return change.model_copy(update=fields)


def succeeded():
    """Return an office where one unit ended, and another one, too."""
    office = at("unit ended")
    office.perform("lan", p.SucceedUnit(code="QLVT", until=TOMORROW, successor="VP"))
    return office


def delegated():
    office = founded()
    office.perform("binh", DELEGATE)
    return office


def passing():
    """Return an office whose second quality officer is appointed for a month only."""
    office = founded()
    office.perform("lan", p.Appoint(code="ha", post="CBISO", since=TODAY, until=LATER))
    return office


def leaving():
    """Return an office whose only quality officer leaves in a month."""
    office = founded()
    office.perform("binh", p.Leave(code="lan", until=LATER))
    return office


def acts(office, who, change=d.Approve, post=""):
    return office.act(who, change, post)


def impostor(kind):
    """Return the act of somebody who only says that they are the system."""
    look = founded().items.look if kind else Office().items.look
    return lambda: enactment.acting(
        p.OpenUnit, Actor(id="person:ha", kind=ActorKind.SYSTEM), founded().at, look
    )


REFUSALS = [
    (p.Ended, done("unit ended", "lan", p.RenameUnit(code="TCHC", title="Tổ chức"))),
    (
        p.Ended,
        done("unit ended", "lan", p.OpenUnit(code="T1", title="Tổ", since=TODAY, parent="TCHC")),
    ),
    (p.Ended, done("unit ended", "lan", p.OpenPost(code="X", title="Tổ trưởng", unit="TCHC"))),
    (p.Ended, done("unit ended", "lan", p.MovePost(code="CV", unit="TCHC"))),
    (p.Ended, done("unit ended", "lan", p.SucceedUnit(code="QLVT", until=TODAY, successor="TCHC"))),
    (p.Ended, done("post closed", "lan", p.Appoint(code="ha", post="TQ", since=TODAY))),
    (p.Ended, done("post closed", "lan", p.EntrustPost(code="TQ", roles_held=("leader",)))),
    (p.Ended, done("left", "lan", p.Appoint(code="tam", post="GD", since=TODAY))),
    (p.Ended, done("left", "binh", DELEGATE.model_copy(update={"to": "tam"}))),
    (p.DaysOutOfOrder, done("absent", "lan", APPOINT.model_copy(update={"until": TODAY}))),
    (p.DaysOutOfOrder, done("absent", "binh", DELEGATE.model_copy(update={"until": YESTERDAY}))),
    (
        p.DaysOutOfOrder,
        done("absent", "lan", p.SucceedUnit(code="QLVT", until=LONG_AGO, successor="VP")),
    ),
    (p.NotAppointed, done("absent", "lan", p.Relieve(code="ha", post="GD", until=TODAY))),
    (
        p.NotAppointed,
        done("absent", "lan", p.Relieve(code="ha", post="CV", until=date(2019, 1, 1))),
    ),
    (p.NotAppointed, done("absent", "hung", DELEGATE)),
    (p.NotAppointed, lambda: delegated().perform("lan", TAKE_BACK, TAKE_BACK)),
    (p.NotAppointed, done("absent", "hung", DELEGATE.model_copy(update={"code": "hung"}))),
    (p.AlreadyAppointed, done("absent", "lan", p.Appoint(code="ha", post="CV", since=TOMORROW))),
    (
        p.AlreadyAppointed,
        lambda: founded().perform(
            "lan", APPOINT, APPOINT.model_copy(update={"since": YESTERDAY, "until": None})
        ),
    ),
    (p.AlreadyAppointed, done("absent", "binh", DELEGATE.model_copy(update={"to": "binh"}))),
    (p.AlreadyAppointed, lambda: delegated().perform("binh", DELEGATE)),
    (
        p.DelegatedFurther,
        lambda: delegated().perform(
            "tuan", DELEGATE.model_copy(update={"code": "tuan", "to": "mai"})
        ),
    ),
    (p.ToolInCharge, done("absent", "lan", p.Appoint(code="motcua", post="GD", since=TODAY))),
    (p.ToolInCharge, done("absent", "binh", DELEGATE.model_copy(update={"to": "motcua"}))),
    (p.SameUnit, done("absent", "lan", p.SucceedUnit(code="VP", until=TODAY, successor="VP"))),
    (p.NameMissing, done("absent", "lan", p.Enrol(code="tam", name=" "))),
    (p.NameMissing, done("person", "lan", p.RenamePerson(code="tam", name="\u200b"))),
    (p.OneOrganisation, done("absent", "lan", p.Found(code="SGTVT", name="Sở thứ hai"))),
    (p.NotDelegator, lambda: delegated().perform("hung", TAKE_BACK)),
    (p.NotDelegator, done("absent", "ha", p.Relieve(code="ha", post="CV", until=TODAY))),
    (p.LastOffice, done("absent", "lan", p.EntrustPost(code="CBISO", roles_held=("drafter",)))),
    (p.LastOffice, done("absent", "lan", p.ClosePost(code="CBISO", until=LATER))),
    (p.LastOffice, done("absent", "lan", p.Relieve(code="lan", post="CBISO", until=LATER))),
    (p.LeftBefore, done("absent", "lan", p.Leave(code="hung", until=date(1999, 12, 31)))),
    (p.LastOffice, done("absent", "lan", p.Leave(code="lan", until=LATER))),
    (p.LastOffice, lambda: passing().perform("ha", p.Leave(code="lan", until=TODAY))),
    (p.LastOffice, lambda: passing().perform("ha", p.ClosePost(code="GD", until=TODAY))),
    (p.LastOffice, lambda: leaving().perform("lan", p.ClosePost(code="GD", until=TODAY))),
    (p.NotEnded, done("absent", "lan", p.CorrectUnitEnd(code="VP", reason="Nhầm"))),
    (p.NotEnded, done("absent", "lan", p.CorrectPostEnd(code="CV", reason="Nhầm"))),
    (p.NotEnded, done("absent", "lan", p.CorrectLeave(code="ha", reason="Nhầm"))),
    (p.NotEnded, done("unit ended", "lan", like(UNIT_END, successor="VP"))),
    (p.SameUnit, done("unit ended", "lan", like(UNIT_END, until=LATER, successor="TCHC"))),
    (p.Ended, lambda: succeeded().perform("lan", like(UNIT_END, until=LATER, successor="QLVT"))),
    (p.DaysOutOfOrder, done("unit ended", "lan", like(UNIT_END, until=date(1999, 12, 31)))),
    (
        p.LeftBefore,
        lambda: leaving().perform(
            "binh", p.CorrectLeave(code="lan", until=date(1999, 12, 31), reason="Nhầm")
        ),
    ),
    (RoleMissing, done("absent", "ha", CREATE)),
    (p.NotAppointed, done("absent", "lan", CREATE, post="GD")),
    (NotActive, done("person", "tam", d.File(reason="Luật mới"))),
    (NotActive, done("left", "tam", d.File(reason="Luật mới"))),
    (ToolDecides, done("draft", "motcua", SUBMIT)),
    (ToolDecides, done("bare", "motcua", d.AdoptRevision(code="QT-05", text=ONE, issue=1, **OLD))),
    (AlreadyFounded, done("absent", "system", p.OpenUnit(code="X", title="Tổ", since=TODAY))),
    (AlreadyFounded, impostor(kind=True)),
    (AlreadyFounded, impostor(kind=False)),
    (OnlyFounds, lambda: Office().perform("system", CREATE)),
    (OnlyFounds, lambda: Office().perform("system", d.AdoptDocument(code="QT-01", **FACTS))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_nobody_may_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_a_unit_lasts_until_the_day_its_successor_takes_over():
    unit = at("unit ended").get(p.Unit, "TCHC")

    assert (unit.until, unit.successor) == (TOMORROW, "unit:vp")


def test_a_post_moves_to_another_unit_and_its_holder_with_it():
    office = founded()
    office.perform("lan", p.MovePost(code="CVP", unit="QLVT"))

    assert office.act("hung", d.Create).unit == "unit:qlvt"


def test_roles_are_those_of_the_posts_held_today():
    office = founded()
    office.perform("lan", p.EntrustPost(code="CV", roles_held=("drafter", "reader", "drafter")))

    assert office.act("ha", d.Create).roles == {Role.DRAFTER, Role.READER}


def test_whoever_holds_two_posts_acts_in_the_first_that_may_or_the_one_they_name():
    office = founded()
    office.perform("lan", p.Appoint(code="tuan", post="GD", since=TODAY))

    assert acts(office, "tuan").actor.post == "post:tp"
    assert acts(office, "tuan", post="GD").actor.post == "post:gd"
    assert acts(office, "tuan", change=d.Issue).actor.post == "post:gd"


@pytest.mark.parametrize(
    ("day", "holds"),
    [(YESTERDAY, False), (TODAY, True), (LATER - timedelta(1), True), (LATER, False)],
)
def test_an_appointment_counts_from_its_first_day_until_before_its_last(day, holds):
    office = founded()
    office.perform("lan", APPOINT)
    posts = {held.post for held in office.get(p.Person, "ha").posts(day)}

    assert ("post:tp" in posts) is holds


def test_a_post_that_was_closed_lets_nobody_act():
    office = founded()
    office.perform("lan", p.ClosePost(code="GD", until=TOMORROW))
    assert acts(office, "binh").actor.post == "post:gd"

    with pytest.raises(NotActive):
        acts(office.on(TOMORROW), "binh")


def test_an_appointment_made_in_error_is_undone_on_its_own_day():
    office = founded()
    office.perform("lan", p.Appoint(code="ha", post="GD", since=TODAY))
    office.perform("lan", p.Relieve(code="ha", post="GD", until=TODAY))

    with pytest.raises(RoleMissing):
        acts(office, "ha")
    office.perform("lan", p.Appoint(code="ha", post="GD", since=TODAY))
    assert acts(office, "ha").actor.post == "post:gd"


def test_whoever_was_relieved_may_come_back():
    office = founded()
    office.perform("lan", p.Relieve(code="binh", post="GD", until=TODAY))
    office.perform("lan", p.Appoint(code="binh", post="GD", since=TOMORROW))

    assert acts(office.on(TOMORROW), "binh").actor.post == "post:gd"


def test_a_delegate_acts_in_the_post_for_as_long_as_was_said():
    office = delegated()
    assert acts(office, "tuan", d.Issue).actor.post == "post:gd"

    with pytest.raises(RoleMissing):
        acts(office.on(LATER), "tuan", d.Issue)


@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("lan", p.Leave(code="binh", until=TOMORROW)),
        ("lan", p.Relieve(code="binh", post="GD", until=TOMORROW)),
        ("lan", p.ClosePost(code="GD", until=TOMORROW)),
        ("lan", p.Relieve(code="tuan", post="GD", until=TOMORROW)),
        ("binh", p.Relieve(code="tuan", post="GD", until=TOMORROW)),
    ],
)
def test_a_delegation_ends_with_the_post_of_whoever_gave_it_or_when_taken_back(who, change):
    office = delegated()
    office.perform(who, change)
    assert acts(office, "tuan", d.Issue).actor.post == "post:gd"

    with pytest.raises(RoleMissing):
        acts(office.on(TOMORROW), "tuan", d.Issue)


def test_a_delegation_is_not_kept_alive_by_another_post_of_whoever_gave_it():
    office = delegated()
    office.perform("lan", p.Appoint(code="binh", post="PGD", since=TODAY))
    office.perform("lan", p.Relieve(code="binh", post="GD", until=TODAY))

    with pytest.raises(RoleMissing):
        acts(office, "tuan", d.Issue)


def test_one_appointment_may_begin_on_the_day_another_ends():
    office = founded()
    office.perform("lan", APPOINT.model_copy(update={"since": LATER, "until": None}), APPOINT)

    assert len(office.get(p.Person, "ha").appointments) == 3


def test_the_officer_may_write_down_what_somebody_delegates():
    office = founded()
    office.perform("lan", DELEGATE)

    (_, held) = office.get(p.Person, "tuan").appointments
    assert held.on_behalf_of == "person:binh"


def test_a_post_entrusted_with_more_makes_no_tool_decide():
    office = founded()
    everything = tuple(Role)
    office.perform("lan", p.EntrustPost(code="PM", roles_held=everything))

    assert office.act("motcua", d.Create).roles == {Role.DRAFTER, Role.READER}
    assert office.act("motcua", d.Create).actor.kind is ActorKind.TOOL
    for change in (d.Endorse, d.Approve, d.Issue, d.Withdraw, d.AdoptRevision, p.Appoint, d.Accept):
        with pytest.raises(ToolDecides):
            office.act("motcua", change)


def test_what_tells_of_the_past_is_marked_as_an_import():
    assert at("bare").act("lan", d.AdoptRevision).actor.kind is ActorKind.IMPORT


def test_a_name_that_was_sealed_is_a_name():
    office = founded()
    office.perform("lan", p.Enrol(code="tam", name=Sealed(sha256="0" * 64)))

    assert office.get(p.Person, "tam").name == Sealed(sha256="0" * 64)


def test_the_organisation_is_founded_once_under_its_one_code():
    office = Office()
    office.perform("system", p.Found(name="Sở"))

    assert office.get(p.Organisation, p.ORGANISATION).name == "Sở"
    with pytest.raises(AlreadyFounded):
        office.perform("system", p.Found(name="Sở khác"))


def test_nobody_approves_what_somebody_endorsed_in_their_place():
    office = at("draft")
    office.perform("hung", d.Submit(code="QT-05", reviewers=("tuan",)))
    office.perform("mai", p.Delegate(code="mai", post="PGD", to="tuan", since=TODAY, until=LATER))
    office.perform("tuan", ENDORSE, post="PGD")
    office.perform("lan", p.Appoint(code="mai", post="GD", since=TODAY))

    with pytest.raises(d.SameHands):
        office.perform("mai", APPROVE)
    office.perform("binh", APPROVE)


def test_nobody_endorses_what_they_had_somebody_submit_in_their_place():
    office = at("draft")
    office.perform("lan", p.Delegate(code="hung", post="CVP", to="ha", since=TODAY, until=LATER))
    office.perform("hung", d.Abandon(code="QT-05", reason="Giao lại"))
    office.perform("ha", d.Submit(code="QT-05", text=ONE))
    office.perform("lan", p.Appoint(code="hung", post="PGD", since=TODAY))

    with pytest.raises(d.SameHands):
        office.perform("hung", ENDORSE)


def test_a_signature_shows_for_whom_it_was_given():
    office = at("review")
    office.perform("mai", ENDORSE)
    office.perform("binh", DELEGATE)
    (document,) = office.perform("tuan", APPROVE, post="GD")

    assert document.draft.approval.person == "person:tuan"
    assert document.draft.approval.on_behalf_of == "person:binh"


spans = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.lists(spans, max_size=8))
def test_nobody_holds_a_post_twice_on_any_day(tried):
    office = founded()
    for first, last in tried:
        since, until = (TODAY + timedelta(n) for n in (first, last))
        try:
            office.perform("lan", p.Appoint(code="ha", post="TP", since=since, until=until))
        except (p.AlreadyAppointed, p.DaysOutOfOrder):
            continue
    person = office.get(p.Person, "ha")
    for n in range(42):
        held = [one.post for one in person.posts(TODAY + timedelta(n))]
        assert held.count("post:tp") <= 1


def in_charge(office, day):
    """Return who may entrust and appoint on a day."""
    look = office.on(day).items.look
    people = (person for person in office.items.all().values() if isinstance(person, p.Person))
    return {
        person.code
        for person in people
        for _, post in p.holding(person, Act(Actor(id=person.id), office.at, look))
        if p.entrusted(person, post) & set(p.OFFICERS)
    }


def test_an_officer_goes_once_another_has_taken_over():
    office = founded()
    office.perform("lan", p.Appoint(code="ha", post="CBISO", since=TODAY))

    office.perform("ha", p.Leave(code="lan", until=TOMORROW))

    assert in_charge(office, LATER) == {"ha", "binh"}


def test_an_officer_with_two_offices_gives_one_up():
    office = founded()
    office.perform("lan", p.Appoint(code="lan", post="GD", since=TODAY))

    office.perform("lan", p.Relieve(code="lan", post="CBISO", until=TODAY))

    assert "lan" in in_charge(office, LATER)


def test_somebody_who_did_not_leave_acts_again():
    office = at("left")
    office.perform("lan", p.CorrectLeave(code="tam", reason="Ghi nhầm người"))

    assert office.get(p.Person, "tam").until is None
    assert acts(office, "tam", d.File).roles == {Role.READER}


def test_a_day_of_leaving_is_set_right():
    office = leaving()
    office.perform("binh", p.CorrectLeave(code="lan", until=TOMORROW, reason="Quyết định 5/QĐ"))

    assert in_charge(office, TODAY) == {"lan", "binh"}
    assert in_charge(office, TOMORROW) == {"binh"}


def test_a_post_that_was_not_closed_is_held_again():
    office = at("post closed")
    office.perform("lan", p.CorrectPostEnd(code="TQ", reason="Ghi nhầm vị trí"))
    office.perform("lan", p.Appoint(code="ha", post="TQ", since=TODAY))

    assert office.get(p.Post, "TQ").until is None


def test_a_unit_that_did_not_end_has_no_successor():
    office = at("unit ended")
    office.perform("lan", UNIT_END)

    unit = office.get(p.Unit, "TCHC")
    assert (unit.until, unit.successor) == (None, "")


def test_another_unit_took_over_and_later_than_was_said():
    office = at("unit ended")
    before = office.get(p.Unit, "TCHC").successor
    office.perform("lan", like(UNIT_END, until=LATER))
    later = office.get(p.Unit, "TCHC")
    office.perform("lan", like(UNIT_END, until=LATER, successor="QLVT"))

    assert (later.until, later.successor) == (LATER, before)
    assert office.get(p.Unit, "TCHC").successor == "unit:qlvt"


def test_an_appointment_that_was_ended_too_early_goes_on_by_another():
    office = founded()
    office.perform("lan", p.Relieve(code="ha", post="CV", until=TODAY))
    office.perform("lan", p.Appoint(code="ha", post="CV", since=TODAY))

    assert [held.until for held in office.get(p.Person, "ha").appointments] == [TODAY, None]


WHO = st.sampled_from(["lan", "binh", "ha"])
POST = st.sampled_from(["CBISO", "GD"])
DAY = st.sampled_from([TODAY, TOMORROW, LATER])
ENDING = st.one_of(
    st.builds(p.EntrustPost, code=POST, roles_held=st.sampled_from([(), ("leader",)])),
    st.builds(p.ClosePost, code=POST, until=DAY),
    st.builds(p.Relieve, code=WHO, post=POST, until=DAY),
    st.builds(p.Leave, code=WHO, until=DAY),
    st.builds(p.CorrectPostEnd, code=POST, until=st.none() | DAY, reason=st.just("Nhầm")),
    st.builds(p.CorrectLeave, code=WHO, until=st.none() | DAY, reason=st.just("Nhầm")),
    st.builds(p.Appoint, code=WHO, post=POST, since=DAY, until=st.none() | st.just(LATER)),
    st.builds(p.Delegate, code=WHO, post=POST, to=WHO, since=DAY, until=st.just(LATER)),
)


@given(st.lists(st.tuples(WHO, ENDING), max_size=12))
def test_whatever_officers_do_somebody_stays_in_charge(doings):
    office = founded()
    for who, change in doings:
        with suppress(Refused, NotFound):
            office.perform(who, change)

    assert in_charge(office, LATER + timedelta(999))
