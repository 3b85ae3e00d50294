"""Quality objectives and their measurements: ISO 9001:2015, 6.2, 9.1 (2008: 5.4.1, 8.2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pydantic import Field

from ..changes import Act, Item, Opening, Role, Step, Value
from ..errors import Refused
from ..values import Code, OptionalCode, Text, Thousandths, Word, sort_key
from .people import OFFICERS, Post, Unit, still

OWNERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
PERCENT: Final = "%"
"""The unit of measure of what is a share: on-time answers, satisfied people, online services."""

ALL: Final = 100_000
"""The whole, in thousandths of a per cent."""


class Rating(Word):
    """What people answered in a survey; only counts are kept, never who answered."""

    VERY_SATISFIED = "very_satisfied", "Rất hài lòng"
    SATISFIED = "satisfied", "Hài lòng"
    NEUTRAL = "neutral", "Bình thường"
    DISSATISFIED = "dissatisfied", "Không hài lòng"
    VERY_DISSATISFIED = "very_dissatisfied", "Rất không hài lòng"


SATISFIED: Final = frozenset({Rating.VERY_SATISFIED, Rating.SATISFIED})


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
    Item,
    register="objective",
    columns={"unit": Unit, "owner": Post, "state": str, "due": date},
    room=12,
):
    """What is to be reached, measured how, by whom, by when; values in thousandths."""

    title: Text
    indicator: Text
    measure: Text
    direction: Direction
    target: Thousandths = Field(title="Chỉ tiêu (phần nghìn đơn vị đo)")
    unit: str
    owner: str
    since: date
    until: date
    method: Text
    resources: Text
    every: int
    measured: int = 0
    last: Thousandths | None = Field(default=None, title="Số đo cuối (phần nghìn đơn vị đo)")
    last_day: date | None = None
    state: ObjectiveState = ObjectiveState.SET
    conclusion: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day by which the next measurement is owed."""
        if self.state is ObjectiveState.CLOSED:
            return None
        begun = self.last_day or self.since  # its turn may lie beyond the last day there is
        return begun + min(timedelta(days=self.every), self.until - begun)


class Count(Value):
    """How many answered so."""

    rating: Rating = Field(title="Mức đánh giá")
    number: int = Field(ge=0, title="Số phiếu")


class Measurement(Item, register="measurement", columns={"objective": Objective, "day": date}):
    """One measured value, in thousandths; never altered, only corrected by another."""

    objective: str
    day: date
    value: Thousandths = Field(title="Giá trị (phần nghìn đơn vị đo)")
    source: Text
    part: int | None = None
    whole: int | None = None
    counts: tuple[Count, ...] = ()
    corrects: str = ""
    corrected_by: str = ""


class BackwardPeriod(Refused):
    """The period of an objective ends after it begins."""

    clause = "6.2.2 d"
    vi = "Kỳ của mục tiêu phải kết thúc sau khi bắt đầu."


class OutsidePeriod(Refused):
    """What is measured was measured within the period of the objective, and not in the future."""

    clause = "9.1.1"
    vi = "Ngày đo phải nằm trong kỳ của mục tiêu và không ở tương lai."


class NoMeasure(Refused):
    """A target has an indicator, a unit of measure and a method."""

    clause = "6.2.1 b"
    vi = "Mục tiêu phải có chỉ số, đơn vị đo và phương pháp đo."


class AlreadyConcluded(Refused):
    """This objective is already concluded."""

    clause = "6.2.2"
    vi = "Mục tiêu này đã kết luận."


class NothingMeasured(Refused):
    """Nothing is concluded, shared or rated over nothing."""

    clause = "9.1.1"
    vi = "Chưa có số liệu nên không tính được."


class PartOverWhole(Refused):
    """A part lies between nothing and its whole, a share between 0 and 100 %."""

    clause = "9.1.1"
    vi = "Phần được đếm phải từ 0 đến tổng số, tỷ lệ từ 0 đến 100 %."


class OneWayToMeasure(Refused):
    """A measurement is a value, or a part of a whole, or a count of answers: one of the three."""

    clause = "9.1.1"
    vi = "Mỗi số đo chỉ ghi theo một cách: giá trị, hoặc phần trên tổng số, hoặc số phiếu."


class NotAShare(Refused):
    """Parts and answers are counted only for an objective in per cent."""

    clause = "9.1.1"
    vi = "Chỉ mục tiêu có đơn vị đo là % mới ghi phần trên tổng số hoặc số phiếu."


class CorrectsOther(Refused):
    """A correction replaces a measurement of the same objective and day, not yet corrected."""

    clause = "7.5.3"
    vi = "Chỉ đính chính số đo của chính mục tiêu này, cùng ngày đo và chưa bị đính chính."


class NotOverYet(Refused):
    """An objective is concluded when its period is over."""

    clause = "9.1.1"
    vi = "Chỉ kết luận mục tiêu khi đã hết kỳ."


class Set(Opening[Objective], kind="objective.set/1", item=Objective, roles=OWNERS):
    """Set an objective: indicator, unit of measure, target, period, owner, method."""

    vi = "Đặt mục tiêu chất lượng"

    title: Text = Field(title="Mục tiêu", min_length=1)
    indicator: Text = Field(title="Chỉ số")
    measure: Text = Field(title="Đơn vị đo")
    direction: Direction = Field(default=Direction.AT_LEAST, title="So sánh")
    target: Thousandths = Field(title="Chỉ tiêu (phần nghìn đơn vị đo)")
    unit: Code = Field(title="Đơn vị thực hiện")
    owner: Code = Field(title="Vị trí chịu trách nhiệm")
    since: date = Field(title="Từ ngày")
    until: date = Field(title="Đến hết ngày")
    method: Text = Field(title="Phương pháp đo")
    resources: Text = Field(default="", title="Nguồn lực")
    every: int = Field(default=90, ge=1, le=366, title="Đo cách nhau (ngày)")

    def check(self, act: Act) -> None:
        still(act.need(Unit, self.unit), act.need(Post, self.owner))
        if not (self.indicator and self.measure and self.method):
            raise NoMeasure(self.code)
        if self.until <= self.since:
            raise BackwardPeriod(f"{self.code}, {self.since} – {self.until}")
        _within(self.code, self.measure, self.target)

    def apply(self, act: Act) -> Objective:
        own = {"unit": act.need(Unit, self.unit).id, "owner": act.need(Post, self.owner).id}
        return Objective(id=self.id, **dict(self) | own)


class Measure(Step[Objective], kind="objective.measure/1", item=Objective, roles=OWNERS):
    """Add a measured value with its source: itself, as a part of a whole, or as answers."""

    vi = "Ghi số đo, kèm nguồn số liệu"

    day: date = Field(title="Ngày đo")
    source: Text = Field(title="Nguồn số liệu", min_length=1)
    value: Thousandths | None = Field(default=None, title="Giá trị (phần nghìn đơn vị đo)")
    part: int | None = Field(default=None, title="Số đạt (hồ sơ đúng hạn, thủ tục trực tuyến…)")
    whole: int | None = Field(default=None, title="Trên tổng số")
    counts: tuple[Count, ...] = Field(default=(), title="Số phiếu theo mức đánh giá")
    corrects: OptionalCode = Field(default="", title="Đính chính số đo")

    def check(self, before: Objective, act: Act) -> None:
        _open(before)
        if not before.since <= self.day <= min(before.until, act.day):
            raise OutsidePeriod(f"{before.code}, {self.day}")
        self._one_way(before)
        if self.corrects:
            self._corrects(before, act.need(Measurement, self.corrects))

    def apply(self, before: Objective, act: Act) -> tuple[Item, ...]:
        n = before.measured + 1
        code = f"{before.code}/{n}"
        old = act.need(Measurement, self.corrects) if self.corrects else None
        measurement = Measurement(
            id=Measurement.identify(code),
            code=code,
            objective=before.id,
            day=self.day,
            value=self._measured(),
            source=self.source,
            part=self.part,
            whole=self.whole,
            counts=self.counts,
            corrects=old.id if old else "",
        )
        newest = before.last_day is None or before.last_day <= self.day
        update = {"last": measurement.value, "last_day": self.day} if newest else {}
        after = before.model_copy(update={**update, "measured": n})
        if old is None:
            return after, measurement
        return after, measurement, old.model_copy(update={"corrected_by": measurement.id})

    def _one_way(self, before: Objective) -> None:
        shared = (self.part, self.whole) != (None, None)
        ways = (self.value is not None, shared, bool(self.counts))
        if sum(ways) != 1 or (self.part is None) != (self.whole is None):
            raise OneWayToMeasure(before.code)
        if self.value is None and before.measure != PERCENT:
            raise NotAShare(f"{before.code}, {before.measure}")
        _within(before.code, before.measure, self._measured())

    def _measured(self) -> int:
        if self.value is not None:
            return self.value
        if self.part is not None and self.whole is not None:
            return share(self.part, self.whole)
        return satisfied(self.counts)

    def _corrects(self, before: Objective, old: Measurement) -> None:
        if old.objective != before.id or old.day != self.day or old.corrected_by:
            raise CorrectsOther(f"{before.code}, {old.code}")


class Revise(Step[Objective], kind="objective.revise/1", item=Objective, roles=OFFICERS):
    """Change the target, with the reason."""

    vi = "Điều chỉnh chỉ tiêu, kèm lý do"

    target: Thousandths = Field(title="Chỉ tiêu (phần nghìn đơn vị đo)")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Objective, act: Act) -> None:
        _open(before)
        _within(before.code, before.measure, self.target)

    def apply(self, before: Objective, act: Act) -> Objective:
        return before.model_copy(update={"target": self.target})


class Conclude(Step[Objective], kind="objective.conclude/1", item=Objective, roles=OFFICERS):
    """Say at the end what was reached and why; never over nothing."""

    vi = "Kết luận mục tiêu cuối kỳ"

    conclusion: Text = Field(title="Kết luận", min_length=1)

    def check(self, before: Objective, act: Act) -> None:
        _open(before)
        if before.last is None:
            raise NothingMeasured(before.code)
        if act.day < before.until:
            raise NotOverYet(f"{before.code}, {before.until}")

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
    expected: Standing
    """How the objective will stand then, where the line goes on."""


def outlook(objective: Objective, measurements: Iterable[Measurement]) -> Outlook:
    """Return status, trend and forecast of an objective; one day alone gives no trend."""
    own = valid(objective, measurements)
    if not own:
        unknown = Standing.UNMEASURED
        return Outlook(unknown, None, objective.target, None, None, unknown)
    last = own[-1].value
    standing = _standing(objective, last)
    line = _line(own, objective.until)
    if line is None:
        return Outlook(standing, last, objective.target, None, None, standing)
    trend, forecast = line
    if objective.measure == PERCENT:  # no share is less than nothing or more than all
        forecast = min(max(forecast, 0), ALL)
    expected = _standing(objective, forecast)
    return Outlook(standing, last, objective.target, trend, forecast, expected)


def share(part: int, whole: int) -> int:
    """Return a share in thousandths of a per cent, rounded down.

    Raise ``NothingMeasured`` over nothing, ``PartOverWhole`` beyond the whole.
    """
    if whole == 0:
        raise NothingMeasured(f"{part} / {whole}")
    if not 0 <= part <= whole:
        raise PartOverWhole(f"{part} / {whole}")
    return ALL * part // whole


def satisfied(counts: Iterable[Count]) -> int:
    """Return the share of the satisfied, in thousandths of a per cent."""
    found = list(counts)
    good = sum(count.number for count in found if count.rating in SATISFIED)
    return share(good, sum(count.number for count in found))


def valid(objective: Objective, measurements: Iterable[Measurement]) -> list[Measurement]:
    """Return the measurements of an objective that nothing corrects, by day and number."""
    own = (one for one in measurements if one.objective == objective.id and not one.corrected_by)
    return sorted(own, key=lambda one: (one.day, sort_key(one.code)))


def _line(own: list[Measurement], end: date) -> tuple[int, int] | None:
    # Least squares in whole numbers, days counted from the end: rise / run is the slope.
    points = [(one.day.toordinal() - end.toordinal(), one.value) for one in own]
    count = len(points)
    days, total = sum(day for day, _ in points), sum(value for _, value in points)
    run = count * sum(day * day for day, _ in points) - days * days
    rise = count * sum(day * value for day, value in points) - days * total
    if run == 0:
        return None
    return 100 * rise // run, (total * run - rise * days) // (count * run)


def _standing(objective: Objective, value: int) -> Standing:
    least = objective.direction is Direction.AT_LEAST
    reached = value >= objective.target if least else value <= objective.target
    return Standing.REACHED if reached else Standing.MISSED


def _within(code: str, measure: str, value: int) -> None:
    if measure == PERCENT and not 0 <= value <= ALL:
        said = f"{Decimal(value) / 1000:f} %".replace(".", ",")  # as people write it
        raise PartOverWhole(f"{code}, {said}")


def _open(objective: Objective) -> None:
    if objective.state is ObjectiveState.CLOSED:
        raise AlreadyConcluded(objective.code)
