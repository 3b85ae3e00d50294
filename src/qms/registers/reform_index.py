"""The reform index of a year: criteria, own score, appraised score; ISO 9001:2015, 9.1.3."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pydantic import Field

from ..changes import Act, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, Frozen, Text, Word
from .people import OFFICERS, Unit

SCORERS = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)


class IndexState(Word):
    """Where the index of a year stands."""

    OPEN = "open", "Đang tự chấm"
    SUBMITTED = "submitted", "Đã gửi thẩm định"
    ANNOUNCED = "announced", "Đã công bố"


class Criterion(Frozen):
    """One line of a criteria set: its number, its field, its most points in hundredths."""

    number: Text
    field: Text
    title: Text
    most: int = Field(ge=1)
    unit: Text = ""


class Index(Item, register="reform_index", columns={"year": str, "state": str, "due": date}):
    """The criteria set of a year and its target, in hundredths of a point."""

    year: str
    title: Text
    target: int
    criteria: tuple[Criterion, ...]
    deadline: date
    state: IndexState = IndexState.OPEN
    decision: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day by which the own scores are owed."""
        return self.deadline if self.state is IndexState.OPEN else None

    @property
    def most(self) -> int:
        """Return the most points there are, in hundredths."""
        return sum(criterion.most for criterion in self.criteria)


class Score(Item, register="score", columns={"index": Index, "unit": Unit}):
    """What one criterion was given, by oneself and by the appraisers, in hundredths."""

    index: str
    number: Text
    unit: str
    own: int
    evidence: Text
    appraised: int | None = None
    remark: Text = ""


class NotAYear(Refused):
    """A criteria set has criteria with different numbers and a target within reach."""

    clause = "9.1.1"
    vi = "Bộ tiêu chí phải có tiêu chí, số thứ tự không trùng, chỉ tiêu không quá tổng điểm."


class OutOfStep(Refused):
    """The index of this year is at another step."""

    vi = "Chỉ số của năm đang ở bước khác."


class UnknownCriterion(Refused):
    """The criteria set of this year has no such criterion."""

    vi = "Bộ tiêu chí của năm không có tiêu chí này."


class OutOfRange(Refused):
    """A score lies between nothing and the most of its criterion."""

    clause = "9.1.1"
    vi = "Điểm phải từ 0 đến điểm tối đa của tiêu chí."


class NotScored(Refused):
    """Every criterion is scored before the index is submitted."""

    clause = "9.1.3"
    vi = "Còn tiêu chí chưa tự chấm."


class Open(Opening[Index], kind="reform_index.open/1", item=Index, roles=OFFICERS):
    """Open the index of a year with its criteria set and target."""

    vi = "Mở bộ tiêu chí chỉ số cải cách hành chính của năm"

    year: Text = Field(title="Năm", pattern=r"^20\d\d$")
    title: Text = Field(title="Tên bộ tiêu chí", min_length=1)
    target: int = Field(default=8000, ge=1, title="Chỉ tiêu (1/100 điểm)")
    criteria: tuple[Criterion, ...] = Field(title="Tiêu chí (điểm tối đa tính bằng 1/100 điểm)")
    due: date = Field(title="Hạn tự chấm")

    def check(self, act: Act) -> None:
        numbers = {criterion.number for criterion in self.criteria}
        most = sum(criterion.most for criterion in self.criteria)
        if not self.criteria or len(numbers) != len(self.criteria) or self.target > most:
            raise NotAYear(f"{self.year}, {self.target} / {most}")

    def apply(self, act: Act) -> Index:
        return Index(
            id=self.id,
            code=self.code,
            year=self.year,
            title=self.title,
            target=self.target,
            criteria=self.criteria,
            deadline=self.due,
        )


class Rate(Opening[Score], kind="score.rate/1", item=Score, roles=SCORERS):
    """Score one criterion oneself, with the evidence."""

    vi = "Tự chấm điểm một tiêu chí, kèm tài liệu kiểm chứng"

    index: Code = Field(title="Chỉ số")
    number: Text = Field(title="Số tiêu chí", min_length=1)
    unit: Code = Field(title="Đơn vị chịu trách nhiệm")
    own: int = Field(ge=0, title="Điểm tự chấm (1/100 điểm)")
    evidence: Text = Field(title="Tài liệu kiểm chứng", min_length=1)

    def given(self, act: Act) -> str:
        return f"{act.need(Index, self.index).code}/{self.number}"

    def check(self, act: Act) -> None:
        _rated(act.need(Index, self.index), self.number, self.own, IndexState.OPEN)
        act.need(Unit, self.unit)

    def apply(self, act: Act) -> Score:
        return Score(
            id=self.id,
            code=self.code,
            index=act.need(Index, self.index).id,
            number=self.number,
            unit=act.need(Unit, self.unit).id,
            own=self.own,
            evidence=self.evidence,
        )


class RateAgain(Step[Score], kind="score.rate-again/1", item=Score, roles=SCORERS):
    """Change one's own score while the index is open."""

    vi = "Chấm lại điểm tự chấm"

    own: int = Field(ge=0, title="Điểm tự chấm (1/100 điểm)")
    evidence: Text = Field(title="Tài liệu kiểm chứng", min_length=1)

    def check(self, before: Score, act: Act) -> None:
        _rated(act.need(Index, before.index), before.number, self.own, IndexState.OPEN)

    def apply(self, before: Score, act: Act) -> Score:
        return before.model_copy(update={"own": self.own, "evidence": self.evidence})


class Appraise(Step[Score], kind="score.appraise/1", item=Score, roles=OFFICERS):
    """Enter what the appraisers gave one criterion."""

    vi = "Ghi điểm thẩm định"

    appraised: int = Field(ge=0, title="Điểm thẩm định (1/100 điểm)")
    remark: Text = Field(default="", title="Lý do chênh lệch")

    def check(self, before: Score, act: Act) -> None:
        index = act.need(Index, before.index)
        _rated(index, before.number, self.appraised, IndexState.SUBMITTED)

    def apply(self, before: Score, act: Act) -> Score:
        return before.model_copy(update={"appraised": self.appraised, "remark": self.remark})


class Submit(Step[Index], kind="reform_index.submit/1", item=Index, roles=OFFICERS):
    """Send the own scores to the appraisers; every criterion has one."""

    vi = "Gửi kết quả tự chấm để thẩm định"

    def check(self, before: Index, act: Act) -> None:
        _at(before, IndexState.OPEN)
        for criterion in before.criteria:
            if act.look(Score, f"{before.code}/{criterion.number}") is None:
                raise NotScored(f"{before.code}/{criterion.number}")

    def apply(self, before: Index, act: Act) -> Index:
        return before.model_copy(update={"state": IndexState.SUBMITTED})


class Announce(Step[Index], kind="reform_index.announce/1", item=Index, roles=OFFICERS):
    """Record that the index of the year was announced; every criterion is appraised."""

    vi = "Ghi kết quả chỉ số đã công bố"

    decision: Text = Field(title="Quyết định công bố", min_length=1)

    def check(self, before: Index, act: Act) -> None:
        _at(before, IndexState.SUBMITTED)
        for criterion in before.criteria:
            if act.need(Score, f"{before.code}/{criterion.number}").appraised is None:
                raise NotScored(f"{before.code}/{criterion.number}")

    def apply(self, before: Index, act: Act) -> Index:
        return before.model_copy(update={"state": IndexState.ANNOUNCED, "decision": self.decision})


class Sum(NamedTuple):
    """The points of a year in hundredths, against the target and the most."""

    own: int
    appraised: int
    target: int
    most: int

    @property
    def reached(self) -> bool:
        """Tell whether the appraised points reach the target."""
        return self.appraised >= self.target


class Gap(NamedTuple):
    """One criterion that lost points, in hundredths."""

    number: str
    title: str
    lost: int
    remark: str


def total(index: Index, scores: Iterable[Score]) -> Sum:
    """Return the points of a year; what is not appraised counts as scored by oneself."""
    own = [score for score in scores if score.index == index.id]
    appraised = sum(score.own if score.appraised is None else score.appraised for score in own)
    return Sum(sum(score.own for score in own), appraised, index.target, index.most)


def gaps(index: Index, scores: Iterable[Score]) -> list[Gap]:
    """Return the criteria that lost points, the greatest loss first."""
    found = {score.number: score for score in scores if score.index == index.id}
    rows = (_gap(criterion, found.get(criterion.number)) for criterion in index.criteria)
    return sorted((gap for gap in rows if gap.lost), key=lambda gap: (-gap.lost, gap.number))


def _gap(criterion: Criterion, score: Score | None) -> Gap:
    if score is None:
        return Gap(criterion.number, criterion.title, criterion.most, "")
    got = score.own if score.appraised is None else score.appraised
    return Gap(criterion.number, criterion.title, criterion.most - got, score.remark)


def _at(index: Index, state: IndexState) -> None:
    if index.state is not state:
        raise OutOfStep(f"{index.code} ({index.state.vi} / {index.state})")


def _rated(index: Index, number: str, points: int, state: IndexState) -> None:
    _at(index, state)
    criterion = next((one for one in index.criteria if one.number == number), None)
    if criterion is None:
        raise UnknownCriterion(f"{index.code}, {number}")
    if points > criterion.most:
        raise OutOfRange(f"{index.code}/{number}, {points} > {criterion.most}")
