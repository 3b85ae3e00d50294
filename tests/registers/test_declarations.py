"""Conformity declared by the leader over a document set, published, and declared again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import NotWellFormed, Unknown
from qms.registers import declarations as d
from qms.registers import people as p
from qms.registers.declarations import Declaration, DeclarationState, Declared
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, NEXT = "CB-2026-01", "CB-2026-02"
SET = tuple(Declared(code=f"QT-{n:02}", digest=f"{n:064x}") for n in range(1, 14))
SCOPE = "Giải quyết thủ tục hành chính lĩnh vực giao thông"
DRAFT = d.DraftDeclaration(scope=SCOPE, edition=2015, snapshot=d.snapshot(90, SET))
DECLARE = d.Declare(code=CODE, decision="101/QĐ-SGTVT", day=START)
PUBLISH = d.Publish(code=CODE, link="https://sgtvt.example/cong-bo", day=START)
WITHDRAW = d.WithdrawDeclaration(code=CODE, reason="Sai phạm vi")
AGAIN = d.DraftDeclaration(
    scope=f"{SCOPE} và xây dựng",
    edition=2015,
    snapshot=d.snapshot(95, SET[:9]),
    replaces=CODE,
    reason="Sáp nhập hai sở",
)
DECLARE_AGAIN = d.Declare(code=NEXT, decision="7/QĐ-SXD", day=START)


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department with one drafted declaration, after what people did about it."""
    stage = Stage()
    for who, change in (("lan", DRAFT), *done):
        stage.do(who, change)
    return stage


def refused(*done):
    return lambda: office(*done)


DECLARED = ("binh", DECLARE)
REPLACED = (DECLARED, ("lan", AGAIN), ("binh", DECLARE_AGAIN))
STANDS_IN = p.Delegate(code="binh", post="GD", to="ha", since=START, until=date(2099, 1, 1))

REFUSALS = [
    (d.NothingDeclared, lambda: d.snapshot(1, ())),
    (d.NothingDeclared, lambda: d.snapshot(1, (*SET, Declared(code="qt-01", digest="0" * 64)))),
    (d.EditionUnknown, refused(("lan", like(DRAFT, edition=2000)))),
    (d.DeclarationOutOfStep, refused(("lan", PUBLISH))),
    (d.DeclaredAhead, refused(("binh", like(DECLARE, day=START + timedelta(1))))),
    (d.DeclaredAhead, refused(("binh", like(DECLARE, day=START - timedelta(1))))),
    (d.OwnDeclaration, refused(("binh", DRAFT), ("binh", like(DECLARE, code=NEXT)))),
    (
        d.OwnDeclaration,
        refused(("binh", DRAFT), ("binh", STANDS_IN), ("ha", like(DECLARE, code=NEXT))),
    ),
    (d.NothingToReplace, refused(("lan", AGAIN))),
    (d.NothingToReplace, refused(DECLARED, ("lan", like(AGAIN, reason="")))),
    (d.NothingToReplace, refused(DECLARED, ("lan", like(AGAIN, replaces="")))),
    (d.AlreadyDeclared, refused(DECLARED, ("lan", DRAFT))),
    (d.AlreadyDeclared, refused(("lan", DRAFT), DECLARED, ("binh", like(DECLARE, code=NEXT)))),
    (
        d.NothingToReplace,
        refused(DECLARED, ("lan", AGAIN), ("binh", WITHDRAW), ("binh", DECLARE_AGAIN)),
    ),
    (d.PublishedEarlier, refused(DECLARED, ("lan", like(PUBLISH, day=START - timedelta(1))))),
    (d.PublishedEarlier, refused(DECLARED, ("lan", like(PUBLISH, day=START + timedelta(1))))),
    (Unknown, refused(("lan", like(AGAIN, replaces="CB-1")))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_declaration_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("wrong", [{"entries": 0}, {"documents": 0}, {"digest": "x"}])
def test_a_snapshot_counts_entries_and_documents(wrong):
    with pytest.raises(NotWellFormed):
        like(DRAFT, snapshot=dict(DRAFT.snapshot) | wrong)


STAGES = {
    "drafted": office(),
    "declared": office(DECLARED),
    "replaced": office(*REPLACED),
    "withdrawn": office(("binh", WITHDRAW)),
}
ROWS = (
    Row("lan", like(DRAFT, code=CODE), set()),
    Row("lan", like(AGAIN, code="CB-9"), {"declared"}),
    Row("binh", DECLARE, to("declared", "drafted")),
    Row("lan", PUBLISH, {"declared"}),
    Row("binh", WITHDRAW, to("withdrawn", "drafted", "declared")),
)
REGISTERS = {"declaration", "latest_declaration"}


def reached(stage):
    return stage.need(Declaration, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in DeclarationState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_what_is_kept_comes_back_from_its_bytes():
    for stage in STAGES.values():
        item = stage.need(Declaration, CODE)
        assert Declaration.model_validate_json(item.model_dump_json()) == item


@given(st.permutations(SET))
def test_a_snapshot_is_of_a_set_whatever_its_order(documents):
    assert d.snapshot(90, documents) == DRAFT.snapshot


@given(st.integers(0, 12))
def test_a_snapshot_shows_each_document_that_changed(n):
    changed = [*SET[:n], Declared(code=SET[n].code, digest="f" * 64), *SET[n + 1 :]]
    declaration = STAGES["declared"].need(Declaration, CODE)

    assert d.snapshot(90, changed) != DRAFT.snapshot
    assert d.stale(declaration, SCOPE, 2015, changed) == (False, False, True)


@pytest.mark.parametrize("gone", [REPLACED, (DECLARED, ("binh", WITHDRAW))])
def test_what_was_taken_back_may_be_declared_anew(gone):
    stage = office(*gone)
    if gone is REPLACED:
        stage.do("binh", like(WITHDRAW, code=NEXT))
    code = stage.do("lan", DRAFT)
    stage.do("binh", like(DECLARE, code=code))
    assert stage.need(Declaration, code).state is DeclarationState.DECLARED


@pytest.mark.parametrize(
    ("scope", "edition", "documents", "again"),
    [
        (SCOPE, 2015, SET, False),
        (SCOPE.replace(" ", "  "), 2015, SET, False),
        (SCOPE, 2015, SET[1:], False),
        (SCOPE, 2026, SET, True),
        ("Vận tải", 2015, SET, True),
    ],
)
def test_another_scope_or_edition_is_declared_again(scope, edition, documents, again):
    declaration = STAGES["declared"].need(Declaration, CODE)
    assert d.stale(declaration, scope, edition, documents).again is again


@pytest.mark.parametrize(
    ("scope", "edition", "why"),
    [
        ("", 2015, None),
        (SCOPE, 2015, None),
        (f" {SCOPE}  ", 2015, None),
        ("Vận tải", 2015, d.Again.SCOPE),
        ("Vận tải", 2026, d.Again.EDITION),
    ],
)
def test_the_policy_says_whether_conformity_is_declared_again(scope, edition, why):
    declared, drafted = (STAGES[name].need(Declaration, CODE) for name in ("declared", "drafted"))

    assert d.again(declared, scope, edition) is why
    assert d.again(drafted, scope, edition) is None
    assert d.december([declared], 2026, scope, edition).owed == ((CODE,) if why else ())


def test_a_declaration_is_owed_its_publication():
    published = office(DECLARED, ("lan", PUBLISH)).need(Declaration, CODE)

    assert STAGES["drafted"].need(Declaration, CODE).due is None
    assert STAGES["declared"].need(Declaration, CODE).due == START
    assert published.due is None
    assert d.unpublished([published], START) == []


def test_the_old_and_the_new_declaration_name_each_other():
    old, new = (STAGES["replaced"].need(Declaration, code) for code in (CODE, NEXT))

    assert (old.replaced_by, new.replaces) == (new.id, old.id)
    assert (old.edition, old.ended) == ("2015", START)


def test_one_declaration_stands_on_each_day_after_the_first():
    stage = office(DECLARED).later(30)
    stage.do("lan", AGAIN)
    stage.do("binh", like(DECLARE_AGAIN, day=stage.day))
    both = [stage.need(Declaration, code) for code in (NEXT, CODE)]
    days = (START - timedelta(1), START, stage.day - timedelta(1), stage.day)

    codes = [[one.code for one in d.standing(both, day)] for day in days]
    assert codes == [[], [CODE], [CODE], [NEXT]]


def test_the_report_of_december_says_what_was_declared_in_the_year():
    both = [STAGES["replaced"].need(Declaration, code) for code in (CODE, NEXT)]
    gone = office(DECLARED, ("binh", WITHDRAW)).need(Declaration, CODE)

    assert d.december(both, 2026) == (2026, (CODE,), (NEXT,), (), (NEXT,), (NEXT,), ())
    assert d.december([gone], 2026) == (2026, (CODE,), (), (CODE,), (), (), ())
    assert d.december(both, 2025) == (2025, (), (), (), (), (), ())
