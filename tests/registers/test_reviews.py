"""Reviews of documents: what opens them, what they come to, what is due on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import Unknown
from qms.founding import default_policy
from qms.registers import documents as d
from qms.registers import external as x
from qms.registers import policy
from qms.registers import reviews as r
from qms.registers.calendar import Calendar, add_months
from qms.registers.reviews import Cause, Outcome, Review, ReviewState
from tests.registers.matrix import Row, cases, judge
from tests.registers.stage import START, Stage

RULES = policy.Policy(id="policy:policy", code="policy", **default_policy())
CODE = "SX-2026-001"
ISSUED = date(2020, 3, 2)
OLD, NEW, TURN = "19/2014/QĐ-TTg", "101/2026/QĐ-TTg", "19/2014/QĐ-TTg/2"
SOON = date(2026, 2, 1)
LATER = date(2026, 3, 1)
OPEN = r.Open(document="QT-11", due=SOON)
JOIN = r.Join(code=CODE, origin="DG-2026-01", due=START)
PUT_OFF = r.PutOff(code=CODE, due=LATER, reason="Chờ kết quả đánh giá")
KEEP = r.Conclude(code=CODE, outcome="keep")
AMEND = r.Conclude(code=CODE, outcome="amend", proposal="Bỏ bước 3")
MERGE = r.Conclude(code=CODE, outcome="merge", proposal="Trùng phạm vi", into="QT-12")
WITHDRAW = r.Conclude(code=CODE, outcome="withdraw", proposal="Không còn thủ tục")
CANCEL = r.Cancel(code=CODE, reason="Mở nhầm")
OUT = d.Withdraw(code="QT-11", reason="Thừa", day=START)
LAW = (
    x.Enter(number=OLD, title="Cũ", type="QĐ", issuer="TTg", signed=date(2014, 3, 5),
            since=date(2014, 5, 20), documents=("QT-11", "QT-12")),
    x.Enter(number=NEW, title="Mới", type="QĐ", issuer="TTg", signed=START, since=START),
    x.Replace(code=OLD, by=NEW, day=START),
)  # fmt: skip
BY_AUDIT = r.Open(document="QT-11", cause="audit", due=SOON, origin="DG-2026-01/P1")
BY_LAW = r.Open(document="QT-11", cause="law", due=date(2026, 4, 5), origin=TURN)


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*changes):
    """Return a department with two procedures in force, where these things were done."""
    stage = Stage()
    stage.adopt("QT-12", "QLGT", "TP-QLGT", issued=ISSUED)
    for change in changes:
        stage.do("binh" if isinstance(change, d.Withdraw) else "lan", change)
    return stage


def refused(*changes):
    return lambda: office(*changes)


def overtaken():
    stage = office(OPEN)
    stage.revise("QT-11")
    stage.do("lan", KEEP)


REFUSALS = [
    (r.NothingToReview, refused(OUT, OPEN)),
    (r.NothingToReview, refused(OPEN, OUT, KEEP)),
    (r.ReviewAlreadyOpen, refused(OPEN, OPEN)),
    (r.OriginMissing, refused(like(OPEN, cause="audit"))),
    (Unknown, refused(like(OPEN, cause="law", origin="19/2014/QĐ-TTg/9"))),
    (r.NotAffected, refused(x.Enter(**{**dict(LAW[0]), "documents": ()}), *LAW[1:], BY_LAW)),
    (r.PastTheLaw, refused(*LAW, like(BY_LAW, due=date(2026, 4, 6)))),
    (r.PastTheLaw, refused(*LAW, like(BY_LAW, due=SOON), like(PUT_OFF, due=date(2026, 4, 6)))),
    (
        r.DuePast,
        refused(like(OPEN, cause="audit", origin="DG-2026-01", due=START - timedelta(1))),
    ),
    (r.DuePast, refused(BY_AUDIT, like(JOIN, due=START - timedelta(1)))),
    (r.NotPutOff, refused(OPEN, like(PUT_OFF, due=SOON))),
    (r.OverTaken, overtaken),
    (r.ProposalMissing, refused(OPEN, like(AMEND, proposal=""))),
    (r.MergedWithNothing, refused(OPEN, like(MERGE, into=""))),
    (r.MergedWithNothing, refused(OPEN, like(MERGE, into="QT-11"))),
    (r.MergedWithNothing, refused(OPEN, like(AMEND, into="QT-12"))),
    (r.ReviewNotOpen, refused(OPEN, KEEP, KEEP)),
    (r.ReviewNotOpen, refused(OPEN, CANCEL, PUT_OFF)),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_reviewer_may_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


STAGES = {
    "absent": office(),
    "open": office(OPEN),
    "concluded": office(OPEN, KEEP),
    "cancelled": office(OPEN, CANCEL),
}
REGISTERS = ("review", "watchlist")
ROWS = (
    Row("lan", OPEN, {"absent", "concluded", "cancelled"}),
    Row("lan", JOIN, {"open"}),
    Row("lan", PUT_OFF, {"open"}),
    Row("tuan", KEEP, {"open"}),
    Row("tuan", AMEND, {"open"}),
    Row("tuan", MERGE, {"open"}),
    Row("tuan", WITHDRAW, {"open"}),
    Row("lan", CANCEL, {"open"}),
)


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_every_pair_of_state_and_change_is_declared_or_refused(row, state, stage):
    judge(row, state, stage)


def asked(stage, on=None):
    """Return what the questions are asked about, as it stands."""
    items = stage.all().values()
    kinds = (d.Document, d.Revision, Review)
    found = [[item for item in items if isinstance(item, kind)] for kind in kinds]
    return (*found, RULES, on or stage.day)


def test_a_type_that_the_policy_names_no_more_has_no_cycle_and_hides_no_other_review():
    *known, rules, on = asked(office(BY_AUDIT), SOON)
    rules = rules.model_copy(update={"types": ()})

    assert [one.cause for one in r.due(*known, rules, on)] == [Cause.AUDIT]


def test_one_document_may_be_reviewed_for_two_causes():
    stage = office(*LAW, OPEN, BY_LAW)
    assert len([one for one in r.scheduled(*asked(stage)) if one.review]) == 2


def test_whoever_set_the_day_is_on_record():
    assert office(OPEN).need(Review, CODE).set_by == "person:lan"


def test_a_text_that_is_kept_keeps_its_number():
    stage = office(OPEN, KEEP)
    review = stage.need(Review, CODE)

    assert (review.state, review.outcome, review.day) == (
        ReviewState.CONCLUDED,
        Outcome.KEEP,
        START,
    )
    assert (review.due, review.request) == (None, "")
    assert stage.need(d.Document, "QT-11").revisions == 1


@pytest.mark.parametrize("conclude", [AMEND, MERGE, WITHDRAW])
def test_whatever_changes_something_begins_with_a_request(conclude):
    stage = office(OPEN, conclude)
    request = stage.need(d.Request, stage.need(Review, CODE).request)

    assert (request.code, request.document) == ("YC-2026-001", "document:qt-11")
    assert request.reason == conclude.proposal


def test_a_withdrawal_is_proposed_and_not_carried_out():
    stage = office(OPEN, WITHDRAW)
    assert stage.need(d.Document, "QT-11").state is d.State.ISSUED
    assert stage.need(d.Document, "QT-11").withdrawal is None


def test_an_open_review_answers_for_one_more_origin_by_the_earlier_day():
    audit = like(OPEN, cause="audit", origin="DG-2026-02")
    review = office(audit, JOIN).need(Review, CODE)

    assert (review.origins, review.due) == (("DG-2026-02", "DG-2026-01"), START)


class TestCadence:
    TEXT = d.Revision(
        id="revision:qt-11/1.0", code="QT-11/1.0", document="document:qt-11", title="QT-11",
        issue=1, amendment=0, files=(), issued=ISSUED, effective=ISSUED,
    )  # fmt: skip
    DOCUMENT = Stage().need(d.Document, "QT-11")

    def reviewed(self, *told):
        return [
            Review(
                id=f"review:{n}",
                code=f"R-{n}",
                document="document:qt-11",
                revision="revision:qt-11/1.0",
                cause=cause,
                unit="unit:qlvt",
                owner="post:tp-qlvt",
                deadline=day,
                set_by="person:lan",
                state=ReviewState.CONCLUDED,
                outcome=outcome,
                day=day,
            )
            for n, (cause, outcome, day) in enumerate(told)
        ]

    ONCE = (Cause.PERIODIC, Outcome.KEEP, date(2020, 9, 2))
    TWICE = (Cause.PERIODIC, Outcome.KEEP, date(2021, 9, 2))
    THRICE = (Cause.PERIODIC, Outcome.KEEP, date(2024, 9, 2))
    FOUND = (Cause.AUDIT, Outcome.KEEP, date(2021, 12, 1))
    CHANGED = (Cause.PERIODIC, Outcome.AMEND, date(2021, 9, 2))

    @pytest.mark.parametrize(
        ("told", "day"),
        [
            ((), date(2020, 9, 2)),
            ((ONCE,), date(2021, 9, 2)),
            ((ONCE, TWICE), date(2024, 9, 2)),
            ((ONCE, TWICE, THRICE), date(2027, 9, 2)),
            ((ONCE, TWICE, FOUND), date(2022, 6, 1)),
            ((FOUND, TWICE, ONCE), date(2022, 6, 1)),
            ((ONCE, CHANGED), date(2022, 3, 2)),
        ],
    )
    def test_what_is_kept_rests_longer_and_a_finding_shortens_it(self, told, day):
        assert r.next_day(self.DOCUMENT, self.TEXT, self.reviewed(*told), RULES) == day

    @pytest.mark.parametrize(
        ("told", "seen", "day"),
        [
            ((), date(2020, 4, 1), date(2020, 9, 2)),
            ((ONCE, TWICE), date(2021, 10, 1), date(2022, 4, 1)),
            ((ONCE, TWICE), date(2024, 8, 1), date(2024, 9, 2)),
            ((ONCE, TWICE), date(2021, 3, 1), date(2022, 9, 2)),
            ((ONCE, TWICE, THRICE), date(2022, 1, 1), date(2025, 9, 2)),
            ((ONCE, TWICE), date(2019, 1, 1), date(2024, 9, 2)),
        ],
    )
    def test_a_nonconformity_on_the_text_brings_the_next_look_nearer(self, told, seen, day):
        found = r.next_day(self.DOCUMENT, self.TEXT, self.reviewed(*told), RULES, [seen])
        assert found == day

    def test_without_a_cadence_the_cycle_of_the_type_counts(self):
        plain = RULES.model_copy(update={"limits": ()})
        for told in ((), (self.ONCE, self.TWICE)):
            since = told[-1][2] if told else ISSUED
            found = r.next_day(self.DOCUMENT, self.TEXT, self.reviewed(*told), plain)
            assert found == add_months(since, 12)

    def test_a_type_without_a_cycle_is_not_reviewed_by_the_calendar(self):
        types = (policy.DocumentType(code="QT", title="QT", review_months=None),)
        rules = policy.Policy(id="policy:policy", code="policy", types=types, calendar=Calendar())
        assert r.next_day(self.DOCUMENT, self.TEXT, [], rules) is None

    def test_reviews_of_an_older_text_count_no_more(self):
        old = [one.model_copy(update={"revision": "x"}) for one in self.reviewed(self.ONCE)]
        assert r.next_day(self.DOCUMENT, self.TEXT, old, RULES) == date(2020, 9, 2)


class TestDue:
    def test_what_is_overdue_stays_due_until_it_is_done(self):
        questions = asked(office())
        for days in (0, 1, 100):
            found = r.due(*questions[:-1], START + timedelta(days))
            assert [one.document.code for one in found] == ["QT-11", "QT-12"]
        assert {one.day for one in found} == {date(2020, 9, 2)}

    @given(
        st.lists(st.dates(START, date(2030, 1, 1)), max_size=5), st.dates(START, date(2030, 1, 1))
    )
    def test_how_often_it_is_asked_changes_nothing(self, others, day):
        questions = asked(STAGES["concluded"])[:-1]
        before = r.due(*questions, day)
        for other in others:
            r.due(*questions, other)
        assert r.due(*questions, day) == before
        assert all(one.day <= day for one in before)

    @given(st.dates(START, date(2030, 1, 1)), st.integers(0, 500))
    def test_nothing_that_is_due_goes_away_by_waiting(self, day, days):
        questions = asked(STAGES["open"])[:-1]
        later = r.due(*questions, day + timedelta(days))
        assert all(one in later for one in r.due(*questions, day))

    def test_only_what_is_in_force_is_due(self):
        found = r.due(*asked(office(OPEN, OUT), LATER))
        assert [one.document.code for one in found] == ["QT-12"]

    def test_the_day_that_somebody_set_counts_once_a_review_is_open(self):
        stage = office(OPEN)
        found = {one.document.code: one.day for one in r.scheduled(*asked(stage))}
        assert found["QT-11"] == SOON

    def test_a_superseded_text_is_owed_nothing_and_the_new_one_has_its_own_day(self):
        stage = office(OPEN)
        stage.revise("QT-11")
        (own,) = [one for one in r.scheduled(*asked(stage)) if one.document.code == "QT-11"]
        assert (own.review, own.day) == (None, add_months(stage.day, 6))

    def test_a_review_for_the_law_outlives_the_text(self):
        stage = office(*LAW, BY_LAW)
        stage.revise("QT-11")
        found = [one for one in r.scheduled(*asked(stage)) if one.cause is Cause.LAW]
        assert [one.day for one in found] == [date(2026, 4, 5)]
        stage.do("lan", like(KEEP, proposal="Đã sửa ở lần này"))
        review, text = stage.need(Review, CODE), stage.need(d.Document, "QT-11")
        assert review.revision == text.latest

    def test_a_cancelled_review_leaves_the_document_due(self):
        found = r.due(*asked(office(OPEN, CANCEL)))
        assert "QT-11" in [one.document.code for one in found]

    def test_all_that_is_due_is_opened_in_one_operation(self):
        stage = office()
        changes = r.openings(r.due(*asked(stage)))
        stage.do("lan", *changes)
        assert [change.document for change in changes] == ["QT-11", "QT-12"]
        assert r.openings(r.due(*asked(stage))) == ()


class TestLaw:
    def openings(self, stage, turn=TURN):
        documents, revisions, reviews, _, on = asked(stage)
        law = stage.need(x.Turn, turn)
        cause = r.Trigger(Cause.LAW, law, law.code, law.documents, law.due)
        return r.triggered(cause, documents, revisions, reviews, on)

    def test_a_change_of_the_law_opens_a_review_of_every_document_that_rests_on_it(self):
        stage = office(*LAW)
        stage.do("lan", *self.openings(stage))

        found = [item for item in stage.all().values() if isinstance(item, Review)]
        assert {one.document for one in found} == {"document:qt-11", "document:qt-12"}
        assert {one.due for one in found} == {date(2026, 4, 5)}

    def test_asked_again_it_opens_nothing_twice(self):
        stage = office(*LAW)
        stage.do("lan", *self.openings(stage))
        assert self.openings(stage) == ()

        stage.do("lan", KEEP)
        assert self.openings(stage) == ()

    def test_whoever_opens_a_review_by_hand_answers_however_they_spell_the_origin(self):
        stage = office(*LAW, like(BY_LAW, origin="19/2014/qđ – ttg/2"))
        assert [change.document for change in self.openings(stage)] == ["QT-12"]

    def test_what_is_out_of_force_is_left_out(self):
        stage = office(*LAW, OUT)
        assert [change.document for change in self.openings(stage)] == ["QT-12"]

    def test_a_second_change_joins_the_review_that_is_open(self):
        stage = office(*LAW[:2], x.Amend(code=OLD, by=NEW, day=START))
        stage.do("lan", *self.openings(stage))
        stage.do("lan", x.Amend(code=OLD, by=NEW, day=SOON))
        changes = self.openings(stage, f"{OLD}/3")
        stage.do("lan", *changes)

        assert {type(change) for change in changes} == {r.Join}
        review = stage.need(Review, CODE)
        assert (review.origins, review.due) == ((f"{OLD}/2", f"{OLD}/3"), date(2026, 4, 5))

    @pytest.mark.parametrize(
        ("since", "owed"), [(ISSUED, []), (ISSUED + timedelta(1), ["QT-11", "QT-12"]), (None, None)]
    )
    def test_a_text_that_is_newer_than_its_cause_owes_nothing(self, since, owed):
        documents, revisions, reviews, _, on = asked(office(*LAW))
        law = office(*LAW).need(x.Turn, TURN)
        cause = r.Trigger(Cause.LAW, law, law.code, law.documents, law.due, since)
        found = r.unanswered(cause, documents, revisions, reviews, on)
        assert [one.code for one in found] == (["QT-11", "QT-12"] if owed is None else owed)

    def test_what_no_law_set_is_not_set_into_the_past(self):
        stage = office(*LAW)
        law = stage.need(x.Turn, TURN)
        cause = r.Trigger(Cause.AUDIT, law, "DG-1/P1", law.documents, START - timedelta(9))
        documents, revisions, reviews, _, on = asked(stage)
        changes = r.triggered(cause, documents, revisions, reviews, on)
        stage.do("lan", *changes)
        assert {change.due for change in changes} == {START}

    def test_a_cancelled_review_is_owed_again(self):
        stage = office(*LAW, BY_LAW, CANCEL)
        assert "QT-11" in [change.document for change in self.openings(stage)]
