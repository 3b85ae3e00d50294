"""The inputs of a management review, gathered from a living system."""

from datetime import date

import pytest

from qms import briefing
from qms.registers import management_reviews as m
from qms.registers import nonconformities as n
from qms.registers import objectives as o
from qms.registers import tasks as t
from qms.values import LONGEST, Content

CODE = "XX-2024-01"
DAY = date(2024, 2, 20)
PLAN = m.PlanReview(owner="CVP", since=date(2024, 1, 3), until=date(2024, 2, 19), day=DAY)


@pytest.fixture
def planned(office):
    """An office with a review ahead, in whose period nothing happened yet."""
    office.clock.to("2024-01-10")
    office.does("lan", PLAN, m.AnnounceReview(code=CODE, note="01/TB-SGTVT"))
    office.clock.to("2024-02-20")
    return office


def gathered(office):
    return office.asks(lambda system: system.review_inputs(CODE))


def test_where_nothing_happened_every_input_says_so_of_the_last_day(planned):
    changes = gathered(planned)

    assert [type(change) for change in changes] == [m.NothingArose] * 12
    assert {change.day for change in changes} == {date(2024, 2, 19)}
    assert [change.input for change in changes] == list(m.Input)


def test_what_was_gathered_is_filled_in_one_operation_and_then_nothing_is_open(planned):
    planned.does("lan", *gathered(planned))

    assert gathered(planned) == ()
    assert planned.asks(lambda system: system.get(m.ManagementReview, CODE)).missing == ()


def test_what_a_person_filled_is_left_alone(planned):
    own = m.FillInput(
        code=CODE, input="providers", content="Bưu điện đúng hẹn", day=DAY.replace(day=1)
    )
    planned.does("lan", own)

    assert m.Input.PROVIDERS not in [change.input for change in gathered(planned)]


def test_a_target_missed_by_little_is_told_as_it_was_measured(planned):
    facts = {"title": "Đúng hạn", "indicator": "Tỷ lệ", "measure": "%", "method": "Đếm"}
    whose = {"unit": "VP", "owner": "CVP", "since": PLAN.since, "until": date(2024, 12, 31)}
    planned.does("lan", o.Set(code="MT-1", target=98_000, **facts, **whose))
    planned.does("lan", o.Measure(code="MT-1", day=PLAN.until, value=97_950, source="Sổ"))

    (told,) = (one.content for one in gathered(planned) if one.input is m.Input.OBJECTIVES)

    assert told == "MT-1 Đúng hạn: 97,95 %, chỉ tiêu không thấp hơn 98,0 %: Chưa đạt"


def test_a_case_of_the_period_stands_in_the_inputs_it_concerns(planned):
    planned.clock.to("2024-02-21")
    late = {"source": "late_dossier", "clause": "8.4.1", "outputs": ("HS-1", "HS-2")}
    before = n.Report(unit="VP", found="Trước kỳ", day=date(2024, 1, 2), source="self_found")
    planned.does("lan", before, n.Report(unit="VP", found="Trễ", day=date(2024, 2, 1), **late))

    told = {one.input: one.content for one in gathered(planned) if isinstance(one, m.FillInput)}

    assert told.keys() == {m.Input.PROCESSES, m.Input.NONCONFORMITIES, m.Input.PROVIDERS}
    assert told[m.Input.PROCESSES].splitlines() == [
        "Hồ sơ trễ hạn: KPH-2024-002",
        "Kết quả giải quyết bị ảnh hưởng bởi sự không phù hợp: 2",
    ]
    assert told[m.Input.NONCONFORMITIES].startswith("1 sự không phù hợp, chưa đóng 1")
    assert told[m.Input.PROVIDERS] == "KPH-2024-002: Trễ"


def test_the_conclusions_of_the_last_review_come_first_with_how_they_stand(planned):
    planned.does("lan", *gathered(planned), m.Hold(code=CODE, day=DAY, attendance="Đủ"))
    due = date(2024, 3, 20)
    planned.does(
        "lan",
        m.Decide(review=CODE, output="resources", decision="Mua máy quét", owner="CVP", due=due),
        t.Assign(code="NV-1", title="Mua máy", result="Máy", unit="VP", owner="CVP", due=due),
        m.BecomeTask(code=f"{CODE}/1", task="NV-1"),
        m.WriteMinutes(code=CODE, minutes="Biên bản"),
    )
    planned.does("binh", m.SignMinutes(code=CODE, digest=Content.of("Biên bản").sha256))
    planned.does("lan", m.CloseReview(code=CODE))
    planned.clock.to("2024-04-01")
    again = {"since": DAY, "until": date(2024, 4, 1), "day": date(2024, 4, 1)}
    planned.does("lan", m.PlanReview(owner="CVP", extraordinary="Tổ chức mới", **again))

    first, *_rest = planned.asks(lambda system: system.review_inputs("XX-2024-02"))

    assert first.input is m.Input.FOLLOW_UP
    assert first.content == f"{CODE}/1: Chưa triển khai (quá hạn) – Mua máy quét"


def test_more_than_a_text_may_hold_is_counted():
    lines = [f"{k} " + "x" * 500 for k in range(12)]

    text = briefing._fitted(lines)

    assert len(text) <= LONGEST
    assert text.splitlines()[-1] == "… và 5 nội dung khác"
