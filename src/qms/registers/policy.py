"""What the organisation has decided about its own system: ISO 9001:2015, 4.4, 7.5.2.

The policy is an item in the trail like any other, so that an old entry is judged by the
policy of its own day: ``policy.of(act)``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from pydantic import Field, TypeAdapter

from ..changes import Act, Change, Item, Opening, Role, Step, Value
from ..errors import NotFound, Refused
from ..values import Code, Text, Word, key
from .calendar import Calendar, add_months
from .people import OFFICERS
from .ratings import SCALES, RiskKind, Scale, UnevenScale

CODE: Final = "policy"


class Span(Word):
    """What a time limit is counted in."""

    WORKING_DAYS = "working_days", "ngày làm việc"
    DAYS = "days", "ngày"
    MONTHS = "months", "tháng"


class Limit(Value):
    """How long the named work may take, since when this has been so, and on whose word."""

    name: Text = Field(min_length=1, title="Tên thời hạn")
    count: int = Field(ge=0, le=999, title="Số lượng")
    span: Span = Field(default=Span.WORKING_DAYS, title="Đơn vị tính")
    basis: Text = Field(default="", title="Căn cứ")
    since: date | None = Field(default=None, title="Từ ngày")
    until: date | None = Field(default=None, title="Đến trước ngày")

    def holds(self, day: date) -> bool:
        """Tell whether this limit is in force on a day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)

    def meets(self, other: Limit) -> bool:
        """Tell whether two limits say how long the same work may take on the same day."""
        begins = other.until is None or self.since is None or self.since < other.until
        ends = self.until is None or other.since is None or other.since < self.until
        return self.name == other.name and begins and ends

    def ends(self, day: date, calendar: Calendar) -> date:
        """Return the last day of what begins on a day."""
        if self.span is Span.MONTHS:
            return add_months(day, self.count)
        if self.span is Span.DAYS:
            return day + timedelta(self.count)
        return calendar.add_working_days(day, self.count)


class Grade(Value):
    """How grave a nonconformity may be; a grave one asks for a leader and for its cause."""

    code: Code = Field(title="Mã mức")
    title: Text = Field(min_length=1, title="Tên mức")
    grave: bool = Field(default=False, title="Mức nặng")


GRADES: Final = (
    Grade(code="minor", title="Nhẹ"),
    Grade(code="major", title="Nặng", grave=True),
)


class DocumentType(Value):
    """What one type of document must hold, who approves it, how often it is reviewed."""

    code: Code = Field(title="Mã loại")
    title: Text = Field(min_length=1, title="Tên loại")
    sections: tuple[Text, ...] = Field(default=(), title="Mục bắt buộc")
    review_months: int | None = Field(default=None, ge=1, le=120, title="Chu kỳ rà soát (tháng)")
    """How long a text rests that was kept once; ``None`` for what is reviewed with its parent."""
    approver: Role = Field(default=Role.LEADER, title="Vai trò phê duyệt")
    blanks: bool = Field(default=False, title="Cho phép chỗ trống")
    amendments: int | None = Field(default=None, ge=0, le=99, title="Số lần sửa đổi tối đa")
    """After how many amendments the next change is a new issue; ``None`` for never."""


class Series(Value):
    """How the items of a register are numbered: ``YC-{year}-{n:03}``, ``{n}/{year}/PYC``."""

    name: Text = Field(min_length=1, title="Sổ")
    pattern: Text = Field(
        title="Mẫu số",
        pattern=r"^[^{}]*(\{year\}[^{}]*)?\{n(:0\d)?\}[^{}]*(\{year\}[^{}]*)?$",
        examples=["YC-{year}-{n:03}"],
    )

    def number(self, year: int, n: int) -> str:
        """Return the code that the n-th item of a year has."""
        return self.pattern.format(year=year, n=n)

    def read(self, code: str, year: int) -> int | None:
        """Return which number of the year a code is, or ``None``."""
        head, _, tail = (
            re.sub(r"\{n(:0\d)?\}", "\0", self.pattern).format(year=year).partition("\0")
        )
        inner = key(code).removeprefix(key(head)).removesuffix(key(tail))
        n = int(inner) if re.fullmatch(r"[0-9]{1,9}", inner) else None
        return n if n is not None and key(self.number(year, n)) == key(code) else None


class Stamp(Value):
    """The words stamped on a copy in one condition."""

    condition: Text = Field(min_length=1, title="Tình trạng")
    words: Text = Field(min_length=1, title="Chữ trên dấu")


class Policy(Item, register="policy"):
    """All that the organisation has decided about its own system."""

    types: tuple[DocumentType, ...] = ()
    series: tuple[Series, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    grades: tuple[Grade, ...] = GRADES
    limits: tuple[Limit, ...] = ()
    scales: tuple[Scale, ...] = SCALES
    calendar: Calendar = Calendar()
    edition: int = 2015
    scope: Text = ""
    """What the system covers (4.3); empty where nobody has said."""
    read_days: int = 10
    recall_days: int = 5
    signed_kinds: tuple[Text, ...] = ()
    """What is refused without the actor's own signature: ``document.approve``, any version."""

    def demands(self, kind: str) -> bool:
        """Tell whether a kind of change has to be signed with the actor's own key."""
        return _unversioned(kind) in self.signed_kinds

    def type(self, code: str) -> DocumentType:
        """Return a document type, or raise ``UnknownType``."""
        found = next((known for known in self.types if key(known.code) == key(code)), None)
        if found is None:
            raise UnknownType(code)
        return found

    def cycle(self, code: str) -> int | None:
        """Return after how many months a text of a type is reviewed again.

        ``None`` for a type without a cycle, and for one that the policy names no more.
        """
        found = (known for known in self.types if key(known.code) == key(code))
        return next((known.review_months for known in found), None)

    def grade(self, code: str) -> Grade:
        """Return a grade of nonconformities, or raise ``UnknownGrade``."""
        found = next((known for known in self.grades if key(known.code) == key(code)), None)
        if found is None:
            raise UnknownGrade(code)
        return found

    def scale(self, kind: RiskKind) -> Scale:
        """Return how ratings of one kind weigh."""
        return next(scale for scale in self.scales if scale.kind is kind)

    def limit(self, name: str, day: date) -> Limit | None:
        """Return the limit for the named work that holds on a day, or ``None``."""
        found = (known for known in self.limits if known.name == name and known.holds(day))
        return next(found, None)

    def stamp(self, condition: str) -> str:
        """Return the words for a condition, empty where none were decided."""
        return next((stamp.words for stamp in self.stamps if stamp.condition == condition), "")


class Counter(Item, register="counter"):
    """The highest number ever used in one series and year; it never goes back."""

    n: int


class UnknownType(NotFound):
    """The policy knows no such type of document."""

    clause = "7.5.2"
    vi = "Chính sách kiểm soát tài liệu không có loại tài liệu này."


class UnknownGrade(NotFound):
    """The policy knows no such grade of nonconformity."""

    clause = "8.7.1"
    vi = "Chính sách không có mức không phù hợp này."


class NoSeries(Refused):
    """The policy has no series for this register, so a code must be given."""

    clause = "7.5.2 a"
    vi = "Sổ này không có dãy số tự động; phải ghi mã số."


class UnknownEdition(Refused):
    """The declared edition is 2008, 2015 or 2026."""

    vi = "Phiên bản tiêu chuẩn phải là 2008, 2015 hoặc 2026."


class OnePolicy(Refused):
    """There is one policy, under the code policy."""

    clause = "4.4"
    vi = "Chỉ có một chính sách kiểm soát, dưới mã số policy."


class NamedTwice(Refused):
    """Types, series, stamps, grades, signed kinds are named once, a limit once for a day."""

    clause = "7.5.2 a"
    vi = (
        "Mỗi loại tài liệu, dãy số, dấu, mức, việc phải ký chỉ được nêu một lần trong chính sách; "
        "mỗi thời hạn chỉ nêu một lần cho cùng một thời gian."
    )


class NotOffered(Refused):
    """Only a change that is offered for signing can demand a signature."""

    clause = "7.5.2 c"
    vi = "Chỉ đòi chữ ký số cho những việc có thể ký số."


class NoApprover(Refused):
    """A type of document is approved by an approver or a leader."""

    clause = "7.5.2 c"
    vi = "Loại tài liệu phải do người phê duyệt hoặc lãnh đạo phê duyệt."


EDITIONS: Final = (2008, 2015, 2026)
APPROVERS: Final = (Role.APPROVER, Role.LEADER)
_NUMBERED: Final = TypeAdapter[str](Code)


class Adopt(Opening[Policy], kind="policy.adopt/1", item=Policy, roles=OFFICERS):
    """Adopt the first policy."""

    vi = "Thông qua chính sách kiểm soát ban đầu"

    types: tuple[DocumentType, ...] = Field(title="Loại tài liệu")
    series: tuple[Series, ...] = Field(default=(), title="Dãy số")
    stamps: tuple[Stamp, ...] = Field(default=(), title="Dấu")
    grades: tuple[Grade, ...] = Field(default=GRADES, title="Mức của sự không phù hợp")
    limits: tuple[Limit, ...] = Field(default=(), title="Thời hạn")
    scales: tuple[Scale, ...] = Field(default=SCALES, title="Thang điểm rủi ro, cơ hội")
    calendar: Calendar = Field(default=Calendar(), title="Lịch làm việc")
    edition: int = Field(default=2015, title="Phiên bản TCVN ISO 9001")
    scope: Text = Field(default="", title="Phạm vi hệ thống")
    read_days: int = Field(default=10, ge=0, le=999, title="Số ngày làm việc để đọc văn bản mới")
    recall_days: int = Field(default=5, ge=0, le=999, title="Số ngày làm việc để thu hồi bản cũ")
    signed_kinds: tuple[Text, ...] = Field(default=(), title="Việc phải ký số")

    def given(self, act: Act) -> str:
        return CODE

    def check(self, act: Act) -> None:
        if key(self.code) != CODE:
            raise OnePolicy(self.code)
        _sound(self)

    def apply(self, act: Act) -> Policy:
        return Policy(id=self.id, **dict(self))


class Revise(Step[Policy], kind="policy.revise/1", item=Policy, roles=OFFICERS):
    """Replace the parts of the policy that are given; the others stay."""

    vi = "Sửa chính sách: chỉ thay những phần có ghi"

    reason: Text = Field(title="Lý do", min_length=1)
    types: tuple[DocumentType, ...] | None = Field(default=None, title="Loại tài liệu")
    series: tuple[Series, ...] | None = Field(default=None, title="Dãy số")
    stamps: tuple[Stamp, ...] | None = Field(default=None, title="Dấu")
    grades: tuple[Grade, ...] | None = Field(default=None, title="Mức của sự không phù hợp")
    limits: tuple[Limit, ...] | None = Field(default=None, title="Thời hạn")
    scales: tuple[Scale, ...] | None = Field(default=None, title="Thang điểm rủi ro, cơ hội")
    calendar: Calendar | None = Field(default=None, title="Lịch làm việc")
    edition: int | None = Field(default=None, title="Phiên bản TCVN ISO 9001")
    scope: Text | None = Field(default=None, title="Phạm vi hệ thống")
    read_days: int | None = Field(
        default=None, ge=0, le=999, title="Số ngày làm việc để đọc văn bản mới"
    )
    recall_days: int | None = Field(
        default=None, ge=0, le=999, title="Số ngày làm việc để thu hồi bản cũ"
    )
    signed_kinds: tuple[Text, ...] | None = Field(default=None, title="Việc phải ký số")

    def check(self, before: Policy, act: Act) -> None:
        _sound(self)

    def apply(self, before: Policy, act: Act) -> Policy:
        given = self.model_dump(exclude={"code", "reason"}, exclude_none=True)
        return before.model_copy(update={name: getattr(self, name) for name in given})


def of(act: Act) -> Policy:
    """Return the policy at an act."""
    return act.need(Policy, CODE)


def due(act: Act, days: int) -> date:
    """Return the day that is so many working days after an act."""
    return of(act).calendar.add_working_days(act.day, days)


def limit(act: Act, name: str, since: date | None = None) -> date | None:
    """Return the day by which the named work is due that begins on a day (today by default).

    ``None`` where no limit was set: then nobody owes it.
    """
    begun, policy = since or act.day, of(act)
    known = policy.limit(name, begun)
    return known.ends(begun, policy.calendar) if known else None


def next_code(act: Act, register: str) -> str:
    """Return the next free code of a register's series, or raise ``NoSeries``."""
    series = _series(act, register)
    if series is None:
        raise NoSeries(register)
    item, n = Item.registers[register], _counter(act, series).n + 1
    while act.look(item, series.number(act.day.year, n)) is not None:
        n += 1
    return series.number(act.day.year, n)


def counted(act: Act, register: str, code: str) -> tuple[Counter, ...]:
    """Return the counter that an opening under this code moves, if it moves one."""
    series = _series(act, register)
    n = series.read(code, act.day.year) if series else None
    if series is None or n is None:
        return ()
    counter = _counter(act, series)
    return (counter.model_copy(update={"n": n}),) if n > counter.n else ()


def _series(act: Act, register: str) -> Series | None:
    policy = act.look(Policy, CODE)
    known = policy.series if policy else ()
    return next((series for series in known if series.name == register), None)


def _sound(policy: Adopt | Revise) -> None:
    if policy.edition is not None and policy.edition not in EDITIONS:
        raise UnknownEdition(str(policy.edition))
    for kind in policy.types or ():
        if kind.approver not in APPROVERS:
            raise NoApprover(f"{kind.code}, {kind.approver}")
    if policy.scales is not None and [one.kind for one in policy.scales] != list(RiskKind):
        raise UnevenScale(", ".join(one.kind for one in policy.scales))
    for series in policy.series or ():
        _NUMBERED.validate_python(series.number(2000, 1))
    _once([kind.code for kind in policy.types or ()])
    _once([series.name for series in policy.series or ()])
    _once([stamp.condition for stamp in policy.stamps or ()])
    _once([grade.code for grade in policy.grades or ()])
    _once(list(policy.signed_kinds or ()))
    for one, other in combinations(policy.limits or (), 2):
        if one.meets(other):
            raise NamedTwice(one.name)
    for strange in set(policy.signed_kinds or ()) - offered():
        raise NotOffered(strange)


def offered() -> frozenset[str]:
    """Return every kind of change that people can be asked to sign, without its version."""
    kinds = Change.kinds.items()
    return frozenset(_unversioned(kind) for kind, change in kinds if change.meaning)


def _unversioned(kind: str) -> str:
    return kind.partition("/")[0]


def _once(names: list[str]) -> None:
    twice = [name for n, name in enumerate(names) if key(name) in map(key, names[:n])]
    if twice:
        raise NamedTwice(twice[0])


def _counter(act: Act, series: Series) -> Counter:
    yearly = "{year}" in series.pattern
    code = f"{series.name}/{act.day.year}" if yearly else series.name
    return act.look(Counter, code) or Counter(id=Counter.identify(code), code=code, n=0)
