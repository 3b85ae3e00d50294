"""Quality objectives and their measurements: ISO 9001:2015, 6.2, 9.1 (2008: 5.4.1, 8.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pydantic import Field

from ..changes import Act, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Frozen, Text, Word
from .people import OFFICERS, Post, Unit

OWNERS = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
SATISFACTION = ("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng")
"""The usual ratings of a survey; only counts are kept, never who answered."""


class Direction(Word):
    """Whether more or less is better."""

    AT_LEAST = "at_least", "Không thấp hơn"
    AT_MOST = "at_most", "Không quá"


class ObjectiveState(Word):
    """Where an objective stands."""

    SET = "set", "Đang thực hiện"
    CLOSED = "closed", "Đã kết luận"


class Standing(Word):
    """How an objective looks on a day."""

    UNMEASURED = "unmeasured", "Chưa đo"
    REACHED = "reached", "Đạt"
    MISSED = "missed", "Chưa đạt"


class Objective(
    Item, register="objective", columns={"unit": Unit, "owner": Post, "state": str, "due": date}
):
    """What is to be reached, measured how, by whom, by when; values in thousandths."""

    title: Text
    indicator: Text
    measure: Text
    direction: Direction
    target: int
    unit: str
    owner: str
    since: date
    until: date
    method: Text
    resources: Text
    every: int
    measured: int = 0
    last: int | None = None
    last_day: date | None = None
    state: ObjectiveState = ObjectiveState.SET
    conclusion: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day by which the next measurement is owed."""
        if self.state is ObjectiveState.CLOSED:
            return None
        return min((self.last_day or self.since) + timedelta(days=self.every), self.until)


class Count(Frozen):
    """How many answered so."""

    rating: Text
    number: int = Field(ge=0)


class Measurement(Item, register="measurement", columns={"objective": Objective, "day": date}):
    """One measured value, in thousandths; never altered, only followed by another."""

    objective: str
    day: date
    value: int
    source: Text
    counts: tuple[Count, ...] = ()
    corrects: str = ""


class DaysOutOfOrder(Refused):
    """A period ends after it begins, and what is measured lies within it."""

    clause = "6.2.2 d"
    vi = "Kỳ phải kết thúc sau khi bắt đầu; ngày đo phải nằm trong kỳ và không ở tương lai."


class NoMeasure(Refused):
    """A target has an indicator, a unit of measure and a method."""

    clause = "6.2.1 b"
    vi = "Mục tiêu phải có chỉ số, đơn vị đo và phương pháp đo."


class OutOfStep(Refused):
    """This objective is already concluded."""

    clause = "6.2.2"
    vi = "Mục tiêu này đã kết luận."


class NothingMeasured(Refused):
    """Nothing is concluded, shared or rated over nothing."""

    clause = "9.1.1"
    vi = "Chưa có số liệu nên không tính được."


class Set(Opening[Objective], kind="objective.set/1", item=Objective, roles=OWNERS):
    """Set an objective: indicator, unit of measure, target, period, owner, method."""

    vi = "Đặt mục tiêu chất lượng"

    title: Text = Field(title="Mục tiêu", min_length=1)
    indicator: Text = Field(title="Chỉ số")
    measure: Text = Field(title="Đơn vị đo")
    direction: Direction = Field(default=Direction.AT_LEAST, title="So sánh")
    target: int = Field(title="Chỉ tiêu (phần nghìn đơn vị đo)")
    unit: Code = Field(title="Đơn vị thực hiện")
    owner: Code = Field(title="Vị trí chịu trách nhiệm")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến ngày")
    method: Text = Field(title="Phương pháp đo")
    resources: Text = Field(default="", title="Nguồn lực")
    every: int = Field(default=90, ge=1, le=366, title="Đo cách nhau (ngày)")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)
        act.need(Post, self.owner)
        if not (self.indicator and self.measure and self.method):
            raise NoMeasure(self.code)
        if self.until <= self.since:
            raise DaysOutOfOrder(f"{self.code}, {self.since} – {self.until}")

    def apply(self, act: Act) -> Objective:
        own = {"unit": act.need(Unit, self.unit).id, "owner": act.need(Post, self.owner).id}
        return Objective(id=self.id, **dict(self) | own)


class Measure(
    Step[Objective], kind="objective.measure/1", item=Objective, roles=OWNERS, tools=True
):
    """Add a measured value with its source; of a survey, how many answered what."""

    vi = "Ghi số đo, kèm nguồn số liệu"

    day: date = Field(title="Ngày đo")
    value: int = Field(title="Giá trị (phần nghìn đơn vị đo)")
    source: Text = Field(title="Nguồn số liệu", min_length=1)
    counts: tuple[Count, ...] = Field(default=(), title="Số phiếu theo mức đánh giá")
    corrects: Text = Field(default="", title="Đính chính số đo")

    def check(self, before: Objective, act: Act) -> None:
        _set(before)
        if not before.since <= self.day <= min(before.until, act.day):
            raise DaysOutOfOrder(f"{before.code}, {self.day}")
        if self.counts and not any(count.number for count in self.counts):
            raise NothingMeasured(before.code)
        if self.corrects:
            act.need(Measurement, self.corrects)

    def apply(self, before: Objective, act: Act) -> tuple[Item, ...]:
        number = before.measured + 1
        code = f"{before.code}/{number}"
        measurement = Measurement(
            id=Measurement.identify(code),
            code=code,
            objective=before.id,
            day=self.day,
            value=self.value,
            source=self.source,
            counts=self.counts,
            corrects=self.corrects,
        )
        newest = before.last_day is None or self.day >= before.last_day
        update = {"last": self.value, "last_day": self.day} if newest else {}
        return before.model_copy(update=update | {"measured": number}), measurement


class Revise(Step[Objective], kind="objective.revise/1", item=Objective, roles=OFFICERS):
    """Change the target, with the reason."""

    vi = "Điều chỉnh chỉ tiêu, kèm lý do"

    target: int = Field(title="Chỉ tiêu (phần nghìn đơn vị đo)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Objective, act: Act) -> None:
        _set(before)

    def apply(self, before: Objective, act: Act) -> Objective:
        return before.model_copy(update={"target": self.target})


class Conclude(Step[Objective], kind="objective.conclude/1", item=Objective, roles=OFFICERS):
    """Say at the end what was reached and why; never over nothing."""

    vi = "Kết luận mục tiêu cuối kỳ"

    conclusion: Text = Field(title="Kết luận", min_length=1)

    def check(self, before: Objective, act: Act) -> None:
        _set(before)
        if before.last is None:
            raise NothingMeasured(before.code)

    def apply(self, before: Objective, act: Act) -> Objective:
        update = {"state": ObjectiveState.CLOSED, "conclusion": self.conclusion}
        return before.model_copy(update=update)


class Outlook(NamedTuple):
    """How an objective stands and where it is heading; values in thousandths."""

    standing: Standing
    last: int | None
    target: int
    trend: int | None
    """Change in a hundred days, by the line that lies closest to the measurements."""
    forecast: int | None
    """What that line says for the last day of the period."""


def outlook(objective: Objective, measurements: Iterable[Measurement]) -> Outlook:
    """Return status, trend and forecast of an objective."""
    own = sorted(_valid(objective, measurements), key=lambda one: one.day)
    if not own:
        return Outlook(Standing.UNMEASURED, None, objective.target, None, None)
    last = own[-1].value
    line = _line([(one.day.toordinal(), one.value) for one in own])
    if line is None:
        return Outlook(_standing(objective, last), last, objective.target, None, None)
    rise, run, days, total, count = line
    end = objective.until.toordinal()
    forecast = (total * run + rise * (count * end - days)) // (count * run)
    return Outlook(_standing(objective, last), last, objective.target, 100 * rise // run, forecast)


def share(part: int, whole: int) -> int:
    """Return a share in thousandths of a per cent, rounded down; raise ``NothingMeasured``."""
    if whole <= 0:
        raise NothingMeasured(f"{part} / {whole}")
    return 100_000 * part // whole


def satisfied(counts: Sequence[Count], good: Iterable[str] = SATISFACTION[:2]) -> int:
    """Return the share of good ratings, in thousandths of a per cent."""
    wanted = set(good)
    return share(
        sum(one.number for one in counts if one.rating in wanted),
        sum(one.number for one in counts),
    )


def _valid(objective: Objective, measurements: Iterable[Measurement]) -> list[Measurement]:
    own = [one for one in measurements if one.objective == objective.id]
    corrected = {one.corrects for one in own}
    return [one for one in own if one.code not in corrected]


def _line(points: list[tuple[int, int]]) -> tuple[int, int, int, int, int] | None:
    # Least squares in whole numbers: rise / run is the slope.
    count = len(points)
    days, total = sum(day for day, _ in points), sum(value for _, value in points)
    run = count * sum(day * day for day, _ in points) - days * days
    rise = count * sum(day * value for day, value in points) - days * total
    return (rise, run, days, total, count) if run else None


def _standing(objective: Objective, value: int) -> Standing:
    least = objective.direction is Direction.AT_LEAST
    reached = value >= objective.target if least else value <= objective.target
    return Standing.REACHED if reached else Standing.MISSED


def _set(objective: Objective) -> None:
    if objective.state is not ObjectiveState.SET:
        raise OutOfStep(objective.code)
