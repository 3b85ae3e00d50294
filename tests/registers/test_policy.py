"""What the organisation has decided: types, series of numbers, stamps, days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms import documents as d
from qms.changes import AlreadyThere, NotWellFormed, Role
from qms.registers import calendar, policy
from qms.registers.policy import Adopt, Counter, DocumentType, Policy, Revise, Series, Stamp
from qms.values import BadCode
from tests.lives import CREATE, SUBMIT, at, done
from tests.people import DEFAULT, HUNG, TODAY, Office, founded

QT = DocumentType(code="QT", title="Quy trình")
YEARLY, FOR_EVER = (
    Series(name="request", pattern="YC-{year}-{n:03}"),
    Series(name="request", pattern="YC.{n}"),
)
LIMIT = policy.Limit(name="audit.report", count=5)
WEEK = calendar.Calendar


def adopt(**fields):
    return lambda: Office().perform("system", Adopt(**{"types": (QT,), **fields}))


def revise(**fields):
    return done("absent", "lan", Revise(code="policy", reason="rà soát", **fields))


def ask(office, n=1, who="ha"):
    """Return the codes of so many requests, numbered by the series."""
    return [office.perform(who, d.File(reason="Luật mới"))[0].code for _ in range(n)]


def with_series(*series):
    office = founded()
    office.perform("lan", Revise(code="policy", reason="dãy số", series=series))
    return office


REFUSALS = [
    (policy.UnknownType, lambda: policy.of(HUNG).type("KHONG")),
    (policy.UnknownType, done("absent", "hung", CREATE.model_copy(update={"type": "KHONG"}))),
    (policy.NoSeries, lambda: policy.next_code(HUNG, "document")),
    (policy.NoSeries, lambda: with_series().perform("ha", d.File(reason="Luật mới"))),
    (policy.UnknownEdition, adopt(edition=2000)),
    (policy.UnknownEdition, revise(edition=2016)),
    (policy.OnePolicy, adopt(code="policy2")),
    (policy.NamedTwice, adopt(types=(QT, DocumentType(code="qt", title="Quy trình khác")))),
    (policy.NamedTwice, revise(series=(YEARLY, FOR_EVER))),
    (policy.NamedTwice, revise(stamps=(Stamp(condition="draft", words="DỰ THẢO"),) * 2)),
    (policy.NamedTwice, revise(signed_kinds=("document.issue",) * 2)),
    (policy.NamedTwice, revise(limits=(LIMIT, LIMIT.model_copy(update={"until": TODAY})))),
    (policy.NotOffered, revise(signed_kinds=("document.edit",))),
    (policy.NotOffered, adopt(signed_kinds=("document.approve/1",))),
    (policy.NoApprover, adopt(types=(DocumentType(code="QT", title="QT", approver=Role.READER),))),
    (policy.NoApprover, revise(types=(QT.model_copy(update={"approver": Role.DRAFTER}),))),
    (BadCode, revise(series=(Series(name="request", pattern="../{n}"),))),
    (calendar.NeverWorking, lambda: WEEK(weekend=range(7))),
    (calendar.BothWorkingAndFree, lambda: WEEK(holidays=(TODAY,), working=(TODAY,))),
    (calendar.TooFar, lambda: policy.due(HUNG, calendar.FARTHEST + 1)),
    (calendar.UnknownYear, lambda: calendar.vietnam([2013])),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_policy_may_say_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


def test_the_policy_that_is_shipped_can_be_adopted():
    office = Office()
    (adopted,) = office.perform("system", Adopt(calendar=calendar.vietnam(), **DEFAULT))

    assert adopted.type("qt").sections[0] == "Mục đích"
    assert adopted.stamp("obsolete") == "TÀI LIỆU HẾT HIỆU LỰC"
    assert adopted.stamp("nothing") == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"types": ({"code": "QT", "title": " "},)},
        {"types": ({"code": "QT", "title": "QT", "review_months": 0},)},
        {"series": ({"name": "request", "pattern": "YC-{year}"},)},
        {"series": ({"name": "request", "pattern": "{n}-{n}"},)},
        {"series": ({"name": "request", "pattern": "{n!r}"},)},
        {"series": ({"name": "request", "pattern": "{n:999}"},)},
        {"series": ({"name": "request", "pattern": "{year.__class__}{n}"},)},
        {"read_days": -1},
        {"recall_days": 10**30},
        {"reason": "  "},
    ],
)
def test_a_policy_out_of_form_is_refused(fields):
    with pytest.raises(NotWellFormed):
        Revise(**{"code": "policy", "reason": "rà soát", **fields})


def test_what_is_not_given_stays():
    office = founded()
    before = office.get(Policy, "policy")
    (after,) = office.perform("lan", Revise(code="policy", reason="đọc nhanh", read_days=3))

    assert after == before.model_copy(update={"read_days": 3})


def test_an_old_act_is_judged_by_the_policy_of_its_day():
    office = founded()
    then = office.act("hung", d.Create)
    old = then._replace(look=founded().items.look)
    office.perform("lan", Revise(code="policy", reason="bỏ loại", types=(QT,)))

    assert policy.of(old).type("HD").title == "Hướng dẫn công việc"
    with pytest.raises(policy.UnknownType):
        policy.of(then).type("HD")


def test_the_approver_that_a_type_asks_for_is_asked_on_the_day_of_approval():
    office = at("draft")
    plain = QT.model_copy(update={"approver": Role.APPROVER})
    office.perform("lan", Revise(code="policy", reason="phân cấp", types=(plain,)))
    office.perform("hung", SUBMIT)
    draft = office.get(d.Document, "QT-05").draft
    office.perform("mai", d.Endorse(code="QT-05", digest=draft.digest))

    (after,) = office.perform("tuan", d.Approve(code="QT-05", digest=draft.digest))
    assert after.draft.state is d.DraftState.APPROVED


def test_what_falls_due_is_reckoned_in_working_days():
    assert policy.due(HUNG, 5) == TODAY + timedelta(7)


def test_numbers_follow_one_another():
    assert ask(founded(), 3) == ["YC-2026-001", "YC-2026-002", "YC-2026-003"]


def test_numbers_begin_again_with_the_year_where_the_year_is_in_them():
    office = founded()
    ask(office, 2)

    assert ask(office.on(date(2027, 1, 4))) == ["YC-2027-001"]


def test_numbers_without_a_year_go_on_for_ever():
    office = with_series(FOR_EVER)
    ask(office, 2)

    assert ask(office.on(date(2027, 1, 4))) == ["YC.3"]
    assert office.get(Counter, "request").n == 3


def test_a_number_given_by_hand_is_not_given_again():
    office = founded()
    for code in ("yc – 2026 – 2", "YC-2026-004", "YC-2025-009", "tự đặt"):
        office.perform("ha", d.File(code=code, reason="Luật mới"))

    assert ask(office, 2) == ["YC-2026-005", "YC-2026-006"]


def test_a_lower_number_given_by_hand_does_not_turn_the_counter_back():
    office = founded()
    office.perform("ha", d.File(code="YC-2026-010", reason="Luật mới"))
    office.perform("ha", d.File(code="YC-2026-003", reason="Luật mới"))

    assert office.get(Counter, "request/2026").n == 10


def test_another_pattern_gives_no_number_twice():
    office = founded()
    ask(office, 3)
    office.perform("lan", Revise(code="policy", reason="gọn", series=(FOR_EVER,)))
    first = ask(office, 2)
    office.perform("lan", Revise(code="policy", reason="như cũ", series=(YEARLY,)))

    assert first == ["YC.1", "YC.2"]
    assert ask(office) == ["YC-2026-004"]


@pytest.mark.parametrize(
    ("code", "n"),
    [
        ("YC-2026-007", 7),
        ("yc–2026–007", 7),
        ("YC-2026-1000", 1000),
        ("YC-2026-7", None),
        ("YC-2026-0007", None),
        ("YC-2025-007", None),
        ("YC-2026-٧", None),
        ("YC-2026-", None),
        ("XYC-2026-007", None),
    ],
)
def test_a_code_is_read_as_the_number_that_the_series_would_give(code, n):
    assert YEARLY.read(code, 2026) == n


patterns = st.sampled_from(
    ["YC-{year}-{n:03}", "{n}", "{n}/PYC", "A1{n:02}B", "{year}.{n:05}-QĐ", "{n:02}/{year}/PYC"]
)


@given(patterns, st.integers(2000, 2100), st.integers(0, 10**8))
def test_every_number_is_read_back_from_its_code(pattern, year, n):
    series = Series(name="request", pattern=pattern)

    assert series.read(series.number(year, n), year) == n


years = st.sampled_from([2026, 2027])
tried = st.one_of(
    st.just(""),
    st.builds("YC-{}-{:03}".format, years, st.integers(1, 12)),
    st.builds("YC-{}-{}".format, years, st.integers(1, 12)),
)


@given(st.lists(st.tuples(tried, st.integers(0, 40)), max_size=20))
def test_no_number_is_ever_reused_or_goes_back(openings):
    office, given, numbers = founded(), [], {}
    day = date(2026, 12, 1)
    for code, on in openings:
        day += timedelta(on % 20)
        try:
            (request, *_) = office.on(day).perform("ha", d.File(code=code, reason="Luật mới"))
        except AlreadyThere:
            continue
        if not code:
            n = YEARLY.read(request.code, day.year)
            assert n > numbers.get(day.year, 0)
            numbers[day.year] = n
        given.append(request.id)
    assert len(given) == len(set(given))
