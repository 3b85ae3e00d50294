"""The reform index of a year: criteria, own score, appraised score; ISO 9001:2015, 9.1.3."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pydantic import Field

from ..changes import Act, AlreadyThere, Item, Meaning, Opening, Role, Step, Value, fitting
from ..errors import Refused
from ..values import Code, Hundredths, Text, Word, key
from .people import OFFICERS, Unit, still

SCORERS = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)


class IndexState(Word):
    """Where the index of a year stands."""

    OPEN = "open", "Đang tự chấm"
    SUBMITTED = "submitted", "Đã gửi thẩm định"
    ANNOUNCED = "announced", "Đã công bố"


class Criterion(Value):
    """One line of a criteria set that is scored, and which unit answers for it."""

    number: Code = Field(title="Số tiêu chí, tiêu chí thành phần (1.2.3)")
    field: Text = Field(min_length=1, title="Lĩnh vực")
    title: Text = Field(min_length=1, title="Tiêu chí")
    part: Text = Field(default="", title="Tiêu chí thành phần")
    most: Hundredths = Field(ge=1, title="Điểm tối đa (1/100 điểm)")
    unit: Code = Field(title="Đơn vị chịu trách nhiệm")


class Index(Item, register="reform_index", columns={"year": str, "state": str, "due": date}):
    """The criteria set of a year and its target, in hundredths of a point."""

    year: str
    title: Text
    target: Hundredths = Field(title="Chỉ tiêu (1/100 điểm)")
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

    def criterion(self, number: str) -> Criterion:
        """Return one criterion, or raise ``UnknownCriterion``."""
        for criterion in self.criteria:
            if key(criterion.number) == key(number):
                return criterion
        raise UnknownCriterion(f"{self.code}, {number}")


class Score(Item, register="score", columns={"index": Index, "unit": Unit}):
    """What one criterion was given, by oneself and by the appraisers, in hundredths."""

    index: str
    number: str
    unit: str
    own: Hundredths = Field(title="Điểm tự chấm (1/100 điểm)")
    evidence: Text
    appraised: Hundredths | None = Field(default=None, title="Điểm thẩm định (1/100 điểm)")
    remark: Text = ""

    @property
    def points(self) -> int:
        """Return the appraised points, or one's own where nobody has appraised yet."""
        return self.own if self.appraised is None else self.appraised


class NoCriteria(Refused):
    """A criteria set has criteria, each under a number of its own."""

    clause = "9.1.1"
    vi = "Bộ tiêu chí phải có ít nhất một tiêu chí và không trùng số thứ tự."


class BeyondReach(Refused):
    """The target of a year is at most the points that there are."""

    clause = "6.2.1 b"
    vi = "Chỉ tiêu của năm không được cao hơn tổng điểm tối đa của bộ tiêu chí."


class ScoredBeforeYear(Refused):
    """The own scores of a year are due in that year or later."""

    clause = "6.2.2 d"
    vi = "Hạn tự chấm không được trước năm được chấm."


class IndexOutOfStep(Refused):
    """The index of this year is at another step."""

    clause = "9.1.3"
    vi = "Chỉ số của năm đang ở bước khác."


class UnknownCriterion(Refused):
    """The criteria set of this year has no such criterion."""

    clause = "9.1.1"
    vi = "Bộ tiêu chí của năm không có tiêu chí này."


class OtherNumber(Refused):
    """A score is filed under its index and the number of its criterion."""

    clause = "7.5.2 a"
    vi = "Điểm của tiêu chí mang mã của chỉ số và số tiêu chí, không đặt mã khác."


class AlreadyOpened(AlreadyThere):
    """The index of a year is opened once."""

    clause = "9.1.1"
    vi = "Bộ tiêu chí của năm này đã được mở."


class AlreadyRated(AlreadyThere):
    """A criterion that has a score of one's own is rated again, not anew."""

    clause = "9.1.1"
    vi = "Tiêu chí này đã có điểm tự chấm; muốn đổi thì chấm lại."


class OutOfRange(Refused):
    """A score lies between nothing and the most of its criterion."""

    clause = "9.1.1"
    vi = "Điểm phải từ 0 đến điểm tối đa của tiêu chí."


class NotScored(Refused):
    """Every criterion is scored before the index is submitted."""

    clause = "9.1.3"
    vi = "Còn tiêu chí chưa tự chấm."


class NotAppraised(Refused):
    """Every criterion is appraised before the index counts as announced."""

    clause = "9.1.3"
    vi = "Còn tiêu chí chưa có điểm thẩm định."


class Open(Opening[Index], kind="reform_index.open/1", item=Index, roles=OFFICERS):
    """Open the index of a year with its criteria set and target."""

    vi = "Mở bộ tiêu chí chỉ số cải cách hành chính của năm"
    twice = AlreadyOpened

    year: Text = Field(title="Năm", pattern=r"^20\d\d$", examples=["2026"])
    title: Text = Field(title="Tên bộ tiêu chí", min_length=1)
    target: Hundredths = Field(default=8000, ge=1, title="Chỉ tiêu (1/100 điểm)")
    criteria: tuple[Criterion, ...] = Field(title="Tiêu chí (điểm tối đa tính bằng 1/100 điểm)")
    due: date = Field(title="Hạn tự chấm")

    def given(self, act: Act) -> str:
        return f"CCHC-{self.year}"

    def check(self, act: Act) -> None:
        _sound(self.code, self.criteria)
        still(*(act.need(Unit, criterion.unit) for criterion in self.criteria))
        most = sum(criterion.most for criterion in self.criteria)
        if self.target > most:
            raise BeyondReach(f"{self.code}, {self.target} > {most}")
        if self.due.year < int(self.year):
            raise ScoredBeforeYear(f"{self.due}, {self.year}")

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
    twice = AlreadyRated

    index: Code = Field(title="Chỉ số")
    number: Code = Field(title="Số tiêu chí")
    own: Hundredths = Field(ge=0, title="Điểm tự chấm (1/100 điểm)")
    evidence: Text = Field(title="Tài liệu kiểm chứng", min_length=1)

    def given(self, act: Act) -> str:
        index = act.need(Index, self.index)
        return _code(index, index.criterion(self.number))

    def check(self, act: Act) -> None:
        _rated(act.need(Index, self.index), self.number, self.own, IndexState.OPEN)
        if key(self.code) != key(self.given(act)):
            raise OtherNumber(self.code)

    def apply(self, act: Act) -> Score:
        index = act.need(Index, self.index)
        criterion = index.criterion(self.number)
        return Score(
            id=self.id,
            code=self.code,
            index=index.id,
            number=criterion.number,
            unit=act.need(Unit, criterion.unit).id,
            own=self.own,
            evidence=self.evidence,
        )


class RateAgain(Step[Score], kind="score.rate-again/1", item=Score, roles=SCORERS):
    """Change one's own score while the index is open."""

    vi = "Chấm lại điểm tự chấm"

    own: Hundredths = Field(ge=0, title="Điểm tự chấm (1/100 điểm)")
    evidence: Text = Field(title="Tài liệu kiểm chứng", min_length=1)

    def check(self, before: Score, act: Act) -> None:
        _rated(act.need(Index, before.index), before.number, self.own, IndexState.OPEN)

    def apply(self, before: Score, act: Act) -> Score:
        return before.model_copy(update={"own": self.own, "evidence": self.evidence})


class Appraise(Step[Score], kind="score.appraise/1", item=Score, roles=OFFICERS):
    """Enter what the appraisers gave one criterion."""

    vi = "Ghi điểm thẩm định"

    appraised: Hundredths = Field(ge=0, title="Điểm thẩm định (1/100 điểm)")
    remark: Text = Field(default="", title="Lý do chênh lệch")

    def check(self, before: Score, act: Act) -> None:
        index = act.need(Index, before.index)
        _rated(index, before.number, self.appraised, IndexState.SUBMITTED)

    def apply(self, before: Score, act: Act) -> Score:
        return before.model_copy(update={"appraised": self.appraised, "remark": self.remark})


class Submit(
    Step[Index], kind="reform_index.submit/1", item=Index, roles=OFFICERS, meaning=Meaning.AUTHORED
):
    """Send the own scores to the appraisers; every criterion has one."""

    vi = "Gửi kết quả tự chấm để thẩm định"

    def check(self, before: Index, act: Act) -> None:
        _at(before, IndexState.OPEN)
        for criterion in before.criteria:
            if act.look(Score, _code(before, criterion)) is None:
                raise NotScored(_code(before, criterion))

    def apply(self, before: Index, act: Act) -> Index:
        return before.model_copy(update={"state": IndexState.SUBMITTED})


class Announce(Step[Index], kind="reform_index.announce/1", item=Index, roles=OFFICERS):
    """Record that the index of the year was announced; every criterion is appraised."""

    vi = "Ghi kết quả chỉ số đã công bố"

    decision: Text = Field(title="Quyết định công bố", min_length=1)

    def check(self, before: Index, act: Act) -> None:
        _at(before, IndexState.SUBMITTED)
        for criterion in before.criteria:
            if act.need(Score, _code(before, criterion)).appraised is None:
                raise NotAppraised(_code(before, criterion))

    def apply(self, before: Index, act: Act) -> Index:
        return before.model_copy(update={"state": IndexState.ANNOUNCED, "decision": self.decision})


class Sum(NamedTuple):
    """The points of a year in hundredths: own, expected in the end, target, most."""

    own: int
    expected: int
    target: int
    most: int

    @property
    def reached(self) -> bool:
        """Tell whether the points reach the target."""
        return self.expected >= self.target


class FieldSum(NamedTuple):
    """The points of one field in hundredths."""

    field: str
    points: int
    most: int


class Gap(NamedTuple):
    """One criterion that lost points, in hundredths, and which unit answers for it."""

    number: str
    title: str
    unit: str
    lost: int
    remark: str


def total(index: Index, scores: Iterable[Score]) -> Sum:
    """Return the points of a year; what is not appraised yet counts as scored by oneself."""
    own = _of(index, scores).values()
    points = sum(score.points for score in own)
    return Sum(sum(score.own for score in own), points, index.target, index.most)


def by_field(index: Index, scores: Iterable[Score]) -> list[FieldSum]:
    """Return the points of each field, in the order of the criteria set."""
    found = _of(index, scores)
    rows: dict[str, FieldSum] = {}
    for criterion in index.criteria:
        score, so_far = found.get(criterion.number), rows.get(criterion.field)
        points, most = (so_far.points, so_far.most) if so_far else (0, 0)
        points += score.points if score else 0
        rows[criterion.field] = FieldSum(criterion.field, points, most + criterion.most)
    return list(rows.values())


def gaps(index: Index, scores: Iterable[Score]) -> list[Gap]:
    """Return the criteria that lost points, the greatest loss first; unscored is all lost."""
    found = _of(index, scores)
    rows = (_gap(criterion, found.get(criterion.number)) for criterion in index.criteria)
    return sorted((gap for gap in rows if gap.lost), key=lambda gap: (-gap.lost, gap.number))


def unscored(index: Index, scores: Iterable[Score]) -> list[Criterion]:
    """Return the criteria that nobody has scored yet."""
    found = _of(index, scores)
    return [criterion for criterion in index.criteria if criterion.number not in found]


def _of(index: Index, scores: Iterable[Score]) -> dict[str, Score]:
    return {score.number: score for score in scores if score.index == index.id}


def _gap(criterion: Criterion, score: Score | None) -> Gap:
    title = criterion.part or criterion.title
    got, remark = (score.points, score.remark) if score else (0, "")
    return Gap(criterion.number, title, criterion.unit, criterion.most - got, remark)


def _code(index: Index, criterion: Criterion) -> str:
    return f"{index.code}/{criterion.number}"


def _sound(code: str, criteria: Iterable[Criterion]) -> None:
    numbers = [key(criterion.number) for criterion in criteria]
    if not numbers or len(set(numbers)) != len(numbers):
        raise NoCriteria(code)
    for number in numbers:
        fitting(f"{code}/{number}", room=0)


def _at(index: Index, state: IndexState) -> None:
    if index.state is not state:
        raise IndexOutOfStep(f"{index.code} ({index.state.vi} / {index.state})")


def _rated(index: Index, number: str, points: int, state: IndexState) -> None:
    _at(index, state)
    most = index.criterion(number).most
    if points > most:
        raise OutOfRange(f"{index.code}/{number}, {points} > {most}")
