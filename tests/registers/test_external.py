"""Outside documents: their days, what happens to them, who cites what is over, what is owed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import AlreadyThere, Unknown
from qms.registers import documents as d
from qms.registers import external as x
from qms.registers import policy
from qms.registers.external import External, Standing, Turn, What
from tests.people import TODAY
from tests.registers.matrix import Row, cases, judge
from tests.registers.stage import START, Stage

OLD, NEW = "19/2014/QĐ-TTg", "101/2026/QĐ-TTg"
BEGUN = date(2014, 5, 20)
TURN = date(2026, 7, 1)
ENTER = x.Enter(
    number=OLD,
    title="Áp dụng hệ thống quản lý chất lượng",
    type="Quyết định",
    issuer="Thủ tướng Chính phủ",
    signed=date(2014, 3, 5),
    since=BEGUN,
    documents=("QT-11", "qt – 11"),
    copies={"quyet-dinh.pdf": b"%PDF"},
)
SUCCESSOR = x.Enter(
    number=NEW, title="Mới", type="Quyết định", issuer="TTg", signed=date(2026, 1, 2), since=TURN
)
LINK = x.Link(code=OLD, document="QT-11")
UNLINK = x.Unlink(code=OLD, document="QT-11", reason="Không còn áp dụng")
AMEND = x.Amend(code=OLD, by=NEW, day=TURN, articles=("Điều 4",))
REPLACE = x.Replace(code=OLD, by=NEW, day=TURN)
IN_PART = x.Replace(code=OLD, by=NEW, day=TURN, articles=("Điều 4", "Điều 12"))
REPEAL = x.Repeal(code=OLD, day=TURN, basis="102/2026/QĐ-TTg")
SUSPEND = x.Suspend(code=OLD, since=TURN, until=date(2026, 10, 1), basis="Nghị quyết")
RESUME = x.Resume(code=OLD, day=date(2026, 8, 1), basis="Nghị quyết")
DISPUTE = x.Dispute(code=OLD, says="Công báo ghi 20/5, cổng thông tin ghi 05/3")
SETTLE = x.Settle(code=OLD, since=date(2014, 6, 1), source="Công báo")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*changes, enter=ENTER):
    """Return a department where these things were written down by the quality officer."""
    stage = Stage()
    stage.do("lan", enter, SUCCESSOR, *changes)
    return stage


def refused(*changes, enter=ENTER):
    return lambda: office(*changes, enter=enter)


REFUSALS = [
    (x.SignedInTheFuture, refused(enter=like(ENTER, signed=TURN, since=None))),
    (x.InForceBeforeSigned, refused(enter=like(ENTER, since=date(2014, 1, 1)))),
    (x.EndBeforeBeginning, refused(enter=like(ENTER, until=date(2014, 4, 1)))),
    (x.EndBeforeBeginning, refused(like(REPEAL, day=date(2013, 1, 1)))),
    (x.EndBeforeBeginning, refused(like(SUSPEND, until=TURN))),
    (x.AlreadyExpired, refused(REPEAL, REPLACE)),
    (x.AlreadyExpired, refused(REPLACE, like(AMEND, day=TURN))),
    (x.OfItself, refused(like(REPLACE, by=OLD))),
    (x.OfItself, refused(like(AMEND, by=OLD))),
    (x.ReplacedByOlder, refused(like(REPLACE, code=NEW, by=OLD))),
    (x.ReplacedByOlder, refused(like(REPLACE, day=TURN - timedelta(1)))),
    (x.PartAlreadyOut, refused(IN_PART, like(IN_PART, articles=("Điều 12",)))),
    (x.PartAlreadyOut, refused(like(IN_PART, articles=("Điều 4", "Điều 4")))),
    (x.AlreadySuspended, refused(SUSPEND, like(SUSPEND, since=date(2026, 9, 1), until=None))),
    (x.NotSuspended, refused(RESUME)),
    (x.NotSuspended, refused(SUSPEND, like(RESUME, day=date(2026, 10, 1)))),
    (x.AlreadyLinked, refused(LINK)),
    (x.NotLinked, refused(UNLINK, UNLINK)),
    (x.NotDisputed, refused(SETTLE)),
    (x.InForceBeforeSigned, refused(DISPUTE, like(SETTLE, since=date(2014, 1, 1)))),
    (AlreadyThere, refused(ENTER)),
    (Unknown, refused(like(REPLACE, by="1/2030/QĐ"))),
    (Unknown, refused(like(LINK, document="QT-99"))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_cannot_have_happened_to_law_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


STAGES = {
    "absent": Stage(),
    "in_force": office(),
    "unknown": office(enter=like(ENTER, since=None)),
    "disputed": office(DISPUTE),
    "suspended": office(SUSPEND),
    "in_part": office(IN_PART),
    "expired": office(REPEAL),
    "unlinked": office(UNLINK),
}
THERE = set(STAGES) - {"absent"}
ALIVE = THERE - {"expired"}
REGISTERS = ("external", "external_change")
ROWS = (
    Row("hung", ENTER, {"absent"}),
    Row("hung", LINK, {"unlinked"}),
    Row("hung", UNLINK, THERE - {"unlinked"}),
    Row("hung", AMEND, ALIVE),
    Row("hung", REPLACE, ALIVE),
    Row("hung", IN_PART, ALIVE - {"in_part"}),
    Row("hung", REPEAL, ALIVE),
    Row("hung", SUSPEND, ALIVE - {"suspended"}),
    Row("hung", RESUME, {"suspended"}),
    Row("hung", DISPUTE, THERE),
    Row("hung", SETTLE, {"unknown", "disputed"}),
)


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_every_pair_of_state_and_change_is_declared_or_refused(row, state, stage):
    judge(row, state, stage)


@pytest.mark.parametrize(
    ("change", "day", "standing"),
    [
        (REPLACE, TURN - timedelta(1), Standing.IN_FORCE),
        (REPLACE, TURN, Standing.EXPIRED),
        (REPEAL, TURN, Standing.EXPIRED),
        (IN_PART, TURN - timedelta(1), Standing.IN_FORCE),
        (IN_PART, TURN, Standing.PARTIAL),
        (SUSPEND, TURN, Standing.SUSPENDED),
        (SUSPEND, date(2026, 10, 1), Standing.IN_FORCE),
        (AMEND, TURN, Standing.IN_FORCE),
        (DISPUTE, date(2014, 5, 19), Standing.UPCOMING),
    ],
)
def test_what_a_document_is_worth_follows_from_its_days(change, day, standing):
    assert office(change).need(External, OLD).standing(day) is standing


def test_a_document_without_a_first_day_is_not_called_in_force():
    item = office(enter=like(ENTER, since=None)).need(External, OLD)

    assert item.standing(TODAY) is Standing.UNKNOWN
    assert x.disputed([item]) == [item]


def test_what_resumes_is_applied_from_that_day_on():
    item = office(SUSPEND, RESUME).need(External, OLD)

    days = (date(2026, 7, 31), date(2026, 8, 1), date(2026, 9, 1))
    assert [item.standing(day) for day in days] == ["suspended", "in_force", "in_force"]


@given(st.dates(date(2014, 1, 1), date(2030, 1, 1)), st.dates(BEGUN, date(2030, 1, 1)))
def test_a_document_out_of_force_never_comes_back(day, end):
    item = STAGES["in_force"].need(External, OLD).model_copy(update={"until": end})

    assert (item.standing(day) is Standing.EXPIRED) == (day >= end)


def test_the_number_is_its_code_unless_another_is_given():
    stage = Stage()
    stage.do("lan", ENTER, like(ENTER, code="19/2014/QĐ-TTg (2)"))

    assert stage.need(External, "19/2014/qđ–ttg").number == OLD
    assert stage.need(External, "19/2014/QĐ-TTg (2)").number == OLD


def test_its_text_lies_in_the_vault():
    assert set(ENTER.vaulted()) == {"quyet-dinh.pdf"}
    assert [file.name for file in office().need(External, OLD).files] == ["quyet-dinh.pdf"]


@pytest.mark.parametrize("change", [AMEND, REPLACE, IN_PART, REPEAL, SUSPEND])
def test_each_change_says_which_documents_owe_a_review_three_months_on(change):
    stage = office(change)
    (turn,) = (
        item
        for item in stage.all().values()
        if isinstance(item, Turn)
        and item.day == TURN
        and item.external == "external:19/2014/qđ-ttg"
    )

    assert turn.due == date(2026, 10, 1)
    assert turn.documents == ("document:qt-11",)


def test_the_policy_may_set_another_limit():
    stage = office()
    limits = (policy.Limit(name="external.review", count=30, span="days"),)
    stage.do("lan", policy.Revise(code="policy", reason="Gấp", limits=limits), REPEAL)

    assert stage.need(Turn, f"{OLD}/2").due == date(2026, 7, 31)


def test_without_a_limit_the_law_itself_sets_three_months():
    stage = office()
    stage.do("lan", policy.Revise(code="policy", reason="Bỏ", limits=()))
    stage.do("lan", like(REPEAL, day=date(2026, 11, 30)))

    assert stage.need(Turn, f"{OLD}/2").due == date(2027, 2, 28)


def test_new_law_asks_for_a_review_of_texts_that_are_older():
    stage = office()
    stage.do("lan", like(SUCCESSOR, code="102/2026/QĐ", documents=("QT-11",)))

    assert stage.need(Turn, f"{OLD}/1").documents == ()
    assert stage.need(Turn, "102/2026/QĐ/1").documents == ("document:qt-11",)


def test_a_text_that_is_linked_afterwards_owes_a_review_for_each_change_it_is_older_than():
    stage = office(like(REPEAL, code=NEW, day=date(2026, 9, 1)), like(LINK, code=NEW))
    owing = [one for one in stage.all().values() if isinstance(one, Turn) and one.documents]

    assert [one.code for one in owing] == [f"{NEW}/1", f"{NEW}/2"]
    assert {one.documents for one in owing} == {("document:qt-11",)}


def test_a_newer_text_that_is_linked_to_old_law_owes_nothing():
    stage = office(UNLINK, LINK)
    assert stage.need(Turn, f"{OLD}/1").documents == ()


@pytest.mark.parametrize(("until", "owing"), [(date(2030, 1, 1), 1), (START, 0)])
def test_new_law_that_ends_on_a_day_to_come_asks_for_a_review_too(until, owing):
    stage = office(
        enter=like(ENTER, signed=date(2025, 12, 1), since=date(2025, 12, 1), until=until)
    )

    assert stage.need(External, OLD).turns == owing


def test_a_disputed_day_is_flagged_until_the_source_is_found():
    stage = office(DISPUTE)
    assert [item.code for item in x.disputed([stage.need(External, OLD)])] == [OLD]

    stage.do("lan", SETTLE)
    item = stage.need(External, OLD)
    assert x.disputed([item]) == []
    assert item.since == date(2014, 6, 1)
    assert stage.need(Turn, f"{OLD}/2").what is What.CORRECTED


def test_a_day_confirmed_as_it_was_changes_nothing():
    stage = office(DISPUTE, like(SETTLE, since=BEGUN))
    assert stage.need(External, OLD).turns == 1


def test_an_end_written_down_by_error_is_taken_back():
    stage = office(REPLACE, like(DISPUTE, says="Chưa bị thay thế"), like(SETTLE, endless=True))
    item = stage.need(External, OLD)

    assert (item.until, item.replaced_by) == (None, "")


def test_what_is_coming_is_told_the_next_first():
    stage = office()
    found = [item for item in stage.all().values() if isinstance(item, External)]

    assert [item.code for item in x.upcoming(found, START)] == [NEW]
    assert x.upcoming(found, TURN) == []


CITED = {
    "19/2014/QĐ-TTg": True,
    "Quyết định số 19/2014/QĐ-TTg, Điều 4": True,
    "quyết định (19/2014/qđ–ttg)": True,
    "Căn cứ: 19/2014/QĐ-TTg.": True,
    "26/2014/TT-BKHCN": False,
}


@pytest.mark.parametrize(("legal", "found"), CITED.items())
def test_documents_that_cite_expired_law_are_found_by_number(legal, found):
    stage = office(REPEAL)
    stage.do("lan", d.Classify(code="QT-11", legal=(legal,)))
    documents, externals = [stage.need(d.Document, "QT-11")], [stage.need(External, OLD)]

    assert bool(x.citing_expired(documents, externals, TURN)) is found
    assert x.citing_expired(documents, externals, TURN - timedelta(1)) == []
    assert x.unregistered(documents, externals) == ([] if found else [("document:qt-11", legal)])


@pytest.mark.parametrize(
    ("legal", "found"),
    [
        (f"{OLD}, Điều 4", True),
        (f"{OLD}, Điều 5", False),
        (OLD, True),
        (f"các Điều 5 và 12 {OLD}", True),
        (f"Điều 5, 12 {OLD}", True),
        (f"Điều 5, 6 và 7 {OLD}", False),
        (f"Điều 5, {OLD}", False),
        (f"Điều 5, 4/2013/TT-BKHCN và {OLD}", False),
    ],
)
def test_of_law_replaced_in_part_only_what_was_touched_is_cited_wrongly(legal, found):
    stage = office(IN_PART)
    stage.do("lan", d.Classify(code="QT-11", legal=(legal,)))
    documents, externals = [stage.need(d.Document, "QT-11")], [stage.need(External, OLD)]

    assert bool(x.citing_expired(documents, externals, TURN)) is found


@pytest.mark.parametrize(("legal", "found"), [("Điều 4", True), ("Điều 2", False)])
def test_of_a_clause_replaced_within_an_article_the_article_counts(legal, found):
    stage = office(like(IN_PART, articles=("Khoản 2 Điều 4",)))
    stage.do("lan", d.Classify(code="QT-11", legal=(f"{legal} {OLD}",)))
    documents, externals = [stage.need(d.Document, "QT-11")], [stage.need(External, OLD)]

    assert bool(x.citing_expired(documents, externals, TURN)) is found


def test_a_withdrawn_document_cites_nothing():
    stage = office(REPEAL)
    stage.do("lan", d.Classify(code="QT-11", legal=(OLD,)))
    stage.do("binh", d.Withdraw(code="QT-11", reason="Thừa", day=START))
    documents, externals = [stage.need(d.Document, "QT-11")], [stage.need(External, OLD)]

    assert x.citing_expired(documents, externals, TURN) == []


def test_an_amendment_is_kept_with_its_articles():
    (amended,) = office(AMEND).need(External, OLD).amended
    assert (amended.by, amended.day, amended.articles) == (
        f"external:{NEW.lower()}",
        TURN,
        ("Điều 4",),
    )
