"""A chapter of the golden year: a review given up, one held, and what it left behind."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import management_reviews as m
from qms.registers import tasks as t
from qms.values import Content
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year


def play(year: Year) -> None:
    """Plan, postpone and cancel a review; then hold one, sign it and close it."""
    _given_up(year)
    code = _planned(year)
    with year.by("lan") as perform:
        perform(m.AnnounceReview(code=code, note="20/TB-SGTVT", haste="Trước đợt công bố lại"))
        perform(*_inputs(code, year))
        perform(m.Hold(code=code, day=today(year), attendance="Giám đốc chủ trì, đủ thành phần"))
    _decided(year, code)
    with year.by("binh") as perform:
        perform(m.SignMinutes(code=code, digest=Content.of("Biên bản xem xét").sha256))
    with year.by("lan") as perform:
        perform(m.CloseReview(code=code))


def _planned(year: Year) -> str:
    day = today(year)
    with year.by("lan") as perform:
        (entry,) = perform(
            m.PlanReview(owner="CVP", since=day - timedelta(360), until=day, day=day)
        )
    return str(entry.change["code"])


def _given_up(year: Year) -> None:
    code = _planned(year)
    with year.by("binh") as perform:
        day = today(year) + timedelta(7)
        perform(
            m.Postpone(code=code, day=day, reason="Giám đốc đi công tác"),
            m.CancelReview(code=code, reason="Gộp với kỳ sau"),
        )
    later(year, 1)


def _inputs(code: str, year: Year) -> list[m.FillInput | m.NothingArose]:
    day = today(year)
    nothing = [one for one in m.Input if one is not m.Input.AUDITS]
    return [
        m.FillInput(code=code, input="audits", content="Một cuộc, hai phát hiện", day=day),
        *(m.NothingArose(code=code, input=one, day=day) for one in nothing),
    ]


def _decided(year: Year, code: str) -> None:
    due = today(year) + timedelta(60)
    with year.by("lan") as perform:
        perform(
            m.Decide(
                review=code, output="resources", decision="Mua máy quét", owner="CVP", due=due
            ),
            t.Assign(
                code=f"NV-{code}",
                title="Mua máy quét",
                result="Máy đã dùng",
                unit="VP",
                owner="CVP",
                due=due,
                origin=code,
            ),
            m.BecomeTask(code=f"{code}/1", task=f"NV-{code}"),
            m.WriteMinutes(code=code, minutes="Biên bản xem xét"),
        )
