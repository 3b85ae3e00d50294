"""Reviews of the trail: a range, a reviewer who made none of it, exceptions, a conclusion."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import NotWellFormed, Unknown
from qms.registers import people as p
from qms.registers import trail_reviews as t
from qms.registers.trail_reviews import TrailReview, TrailReviewState
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE, DUE = "SXNK-2026-01", START + timedelta(10)
BEGIN = t.BeginTrailReview(first=10, last=90, root="0" * 64, actors=("lan", "hung"), due=DUE)
NOTE = t.NoteException(code=CODE, entry=12, says="Ban hành trước ngày quyết định")
CONCLUDE = t.ConcludeTrailReview(code=CODE, conclusion="Một mục bất thường, đã lập phiếu")
GONE = p.Leave(code="yen", until=START)
DELEGATE = p.Delegate(code="binh", post="GD", to="hung", since=START, until=DUE)


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*done):
    """Return a department whose trail an auditor reviews, after what people did about it."""
    stage = Stage()
    for who, change in (("yen", BEGIN), *done):
        stage.do(who, change)
    return stage


def refused(*done):
    return lambda: office(*done)


REFUSALS = [
    (t.RangeBackwards, refused(("yen", like(BEGIN, last=9)))),
    (t.NobodyReviewed, refused(("yen", like(BEGIN, actors=())))),
    (t.NobodyReviewed, refused(("yen", like(BEGIN, actors=("lan", "Lan"))))),
    (t.OwnEntries, refused(("lan", BEGIN))),
    (t.OwnEntries, refused(("lan", DELEGATE), ("hung", like(BEGIN, actors=("binh",))))),
    (t.ConclusionOverdue, refused(("yen", like(BEGIN, due=START - timedelta(1))))),
    (t.TrailReviewConcluded, refused(("yen", CONCLUDE), ("yen", NOTE))),
    (t.NotReviewer, refused(("son", NOTE))),
    (t.OwnEntries, refused(("lan", GONE), ("lan", NOTE))),
    (t.OutOfRange, refused(("yen", like(NOTE, entry=9)))),
    (t.OutOfRange, refused(("yen", like(NOTE, entry=91)))),
    (t.NotedTwice, refused(("yen", NOTE), ("yen", NOTE))),
    (Unknown, refused(("yen", like(BEGIN, actors=("khong",))))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_review_of_the_trail_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("wrong", [{"first": -1}, {"root": "x"}])
def test_a_range_is_of_entries_under_a_root(wrong):
    with pytest.raises(NotWellFormed):
        like(BEGIN, **wrong)


STAGES = {"open": office(), "concluded": office(("yen", NOTE), ("yen", CONCLUDE))}
ROWS = (
    Row("yen", like(BEGIN, code=CODE), set()),
    Row("yen", NOTE, {"open"}),
    Row("yen", CONCLUDE, to("concluded", "open")),
)
REGISTERS = {"trail_review"}


def reached(stage):
    return stage.need(TrailReview, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_another_ends_what_somebody_began_who_has_left():
    stage = office(("yen", NOTE), ("lan", GONE), ("son", CONCLUDE))

    assert (reached(stage), stage.need(TrailReview, CODE).reviewer) == ("concluded", "person:son")


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in TrailReviewState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


def test_what_is_kept_comes_back_from_its_bytes():
    item = STAGES["concluded"].need(TrailReview, CODE)
    assert TrailReview.model_validate_json(item.model_dump_json()) == item


def test_a_review_owes_its_conclusion():
    found = [stage.need(TrailReview, CODE) for stage in STAGES.values()]

    assert [one.due for one in found] == [DUE, None]
    assert t.overdue(found, DUE) == []
    assert t.overdue(found, DUE + timedelta(1)) == [found[0]]


RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=6)


@given(RANGES, st.integers(0, 30))
def test_each_entry_is_either_reviewed_or_said_not_to_be(ranges, size):
    done = STAGES["concluded"].need(TrailReview, CODE)
    reviews = [done.model_copy(update={"first": a, "last": a + n}) for a, n in ranges]
    covered = {entry for a, n in ranges for entry in range(a, a + n + 1)}
    left = [entry for a, b in t.unreviewed(reviews, size) for entry in range(a, b + 1)]

    assert left == [entry for entry in range(size) if entry not in covered]


def test_what_is_not_concluded_is_not_reviewed():
    assert t.unreviewed([STAGES["open"].need(TrailReview, CODE)], 91) == [(0, 90)]
    assert t.unreviewed([STAGES["concluded"].need(TrailReview, CODE)], 91) == [(0, 9)]
