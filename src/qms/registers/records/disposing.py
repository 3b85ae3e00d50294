"""The end of records: list, council, decision, minutes; ISO 9001:2015, 7.5.3.2 d.

The contents are destroyed afterwards, by hand and never by a job; what was signed stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from ...changes import Act, ActorKind, Item, Opening, Step, Meaning, Value
from ...errors import Refused
from ...values import Code, Text
from ..documents.approval import signed
from ..documents.issuing import not_after_today
from ..people import Person, holding
from .items import (
    KEEPERS,
    LEADERS,
    Council,
    Decision,
    Destruction,
    Disposal,
    DisposalState,
    Kept,
    Record,
    RecordState,
)
from .keeping import LONGEST, NotKept, OnHold

SEATS = 3
"""The least that sit on a council: the office, the unit, the archives."""

WITNESSES = 2


class StillKept(Refused):
    """Only what has been kept through its last year is listed; what is permanent never."""

    clause = "7.5.3.2 d"
    vi = "Chỉ đưa vào danh mục hồ sơ đã qua hết năm cuối của thời hạn lưu; không tiêu hủy hồ sơ lưu vĩnh viễn."  # noqa: E501


class ListedTwice(Refused):
    """A list, a council and the witnesses name each once."""

    clause = "7.5.3.2 d"
    vi = "Danh mục, hội đồng, người chứng kiến chỉ ghi mỗi hồ sơ, mỗi người một lần."


class DisposalOutOfStep(Refused):
    """A disposal goes from list to council, decision and minutes."""

    clause = "7.5.3.2 d"
    vi = "Tiêu hủy phải theo thứ tự: danh mục, hội đồng, quyết định, biên bản."


class CouncilTooSmall(Refused):
    """An appraisal council has at least three members who hold a post."""

    clause = "7.5.3.2 d"
    vi = "Hội đồng xác định giá trị tài liệu có ít nhất ba người đang giữ vị trí."


class NotOfCouncil(Refused):
    """Only a member of the council signs its minutes."""

    clause = "7.5.3.2 d"
    vi = "Chỉ thành viên hội đồng được lập biên bản của hội đồng."


class CouncilIncomplete(Refused):
    """The whole council appraises."""

    clause = "7.5.3.2 d"
    vi = "Hội đồng phải họp đủ thành phần."


class TermAlreadyOver(Refused):
    """What the council keeps on is kept for years, from that of its meeting, still to come."""

    clause = "7.5.3.2 d"
    vi = "Thời hạn lưu thêm tính từ năm họp; không được hết trước hôm nay."


class NotOnTheList(Refused):
    """This record is not on the list."""

    clause = "7.5.3.2 d"
    vi = "Hồ sơ này không có trong danh mục."


class OwnList(Refused):
    """Whoever made the list does not decide on it."""

    clause = "7.5.3.2 d"
    vi = "Người lập danh mục không được quyết định tiêu hủy."


class NoWitness(Refused):
    """Two people other than whoever destroys are there to see it."""

    clause = "7.5.3.2 d"
    vi = "Phải có ít nhất hai người chứng kiến, không kể người thực hiện tiêu hủy."


class DestroyedBeforeDecision(Refused):
    """The days of minutes, decision and destruction follow each other."""

    clause = "7.5.3.2 d"
    vi = "Ngày họp, ngày quyết định, ngày tiêu hủy phải theo thứ tự."


class More(Value):
    """What the council keeps of a list: for how many years after its meeting, or for ever."""

    record: Code = Field(title="Hồ sơ")
    years: int | None = Field(default=None, ge=1, le=LONGEST, title="Lưu thêm số năm, kể từ năm họp")


class ListForDisposal(Opening[Disposal], kind="disposal.list/1", item=Disposal, roles=KEEPERS):
    """List records whose time is over, so that a council appraises them."""

    vi = "Lập danh mục hồ sơ hết thời hạn lưu"

    records: tuple[Code, ...] = Field(title="Hồ sơ", min_length=1, max_length=200)

    def check(self, act: Act) -> None:
        _once(self.records, [act.need(Record, code).id for code in self.records])
        for code in self.records:
            _ripe(act.need(Record, code), act.day)

    def apply(self, act: Act) -> tuple[Item, ...]:
        records = [act.need(Record, code) for code in self.records]
        own = tuple(one.id for one in records)
        disposal = Disposal(id=self.id, code=self.code, records=own, lister=act.actor.id)
        listed = {"state": RecordState.LISTED, "disposal": disposal.id}
        return disposal, *(one.model_copy(update=listed) for one in records)


class AppointCouncil(
    Step[Disposal], kind="disposal.appoint-council/1", item=Disposal, roles=LEADERS
):
    """Appoint the council that appraises a list."""

    vi = "Lập hội đồng xác định giá trị tài liệu"

    decision: Text = Field(title="Số quyết định lập hội đồng", min_length=1)
    members: tuple[Code, ...] = Field(title="Thành viên")

    def check(self, before: Disposal, act: Act) -> None:
        _at(before, DisposalState.LISTED)
        _once(self.members, [act.need(Person, code).id for code in self.members])
        people = [act.need(Person, code) for code in self.members]
        if len(people) < SEATS or not all(_serving(one, act) for one in people):
            raise CouncilTooSmall(f"{before.code}, {len(people)}")

    def apply(self, before: Disposal, act: Act) -> Disposal:
        members = tuple(act.need(Person, code).id for code in self.members)
        council = Council(decision=self.decision, members=members)
        return _to(before, DisposalState.APPOINTED, council=council)


class Appraise(Step[Disposal], kind="disposal.appraise/1", item=Disposal, meaning=Meaning.DISPOSED):
    """Write down what the council concludes: which records are kept on, the rest is given up."""

    vi = "Hội đồng kết luận: hồ sơ nào lưu tiếp, còn lại đề nghị tiêu hủy"

    minutes: Text = Field(title="Số biên bản họp", min_length=1)
    met: date = Field(title="Ngày họp")
    present: tuple[Code, ...] = Field(title="Thành viên có mặt")
    keep: tuple[More, ...] = Field(default=(), title="Hồ sơ lưu tiếp (bỏ trống số năm: vĩnh viễn)")

    def check(self, before: Disposal, act: Act) -> None:
        members = _council(before, DisposalState.APPOINTED).members
        if not signed(act).hands & set(members):
            raise NotOfCouncil(before.code)
        if {act.need(Person, code).id for code in self.present} != set(members):
            raise CouncilIncomplete(before.code)
        not_after_today(before.code, self.met, act)
        kept = [act.need(Record, one.record).id for one in self.keep]
        _once([one.record for one in self.keep], kept)
        if strange := [own for own in kept if own not in before.records]:
            raise NotOnTheList(strange[0])
        for one in self.keep:
            if _longer(act.need(Record, one.record), one.years, self.met).over(act.day):
                raise TermAlreadyOver(f"{one.record}, {self.met.year} + {one.years}")

    def apply(self, before: Disposal, act: Act) -> tuple[Item, ...]:
        more = {act.need(Record, one.record).id: one.years for one in self.keep}
        records = tuple(own for own in before.records if own not in more)
        kept = tuple(Kept(record=own, years=years) for own, years in more.items())
        told = {"minutes": self.minutes, "met": self.met, "kept": kept}
        council = _council(before).model_copy(update=told)
        state = DisposalState.APPRAISED if records else DisposalState.DECLINED
        after = _to(before, state, council=council, records=records)
        kept_on = (_longer(act.need(Record, own), years, self.met) for own, years in more.items())
        return after, *kept_on


class DecideDisposal(Step[Disposal], kind="disposal.decide/1", item=Disposal, roles=LEADERS, meaning=Meaning.DISPOSED):
    """Decide that what the council gave up is destroyed."""

    vi = "Quyết định tiêu hủy theo kết luận của hội đồng"

    decision: Text = Field(title="Số quyết định tiêu hủy", min_length=1)
    day: date = Field(title="Ngày quyết định")
    opinion: Text = Field(default="", title="Ý kiến thẩm tra của cơ quan quản lý lưu trữ")

    def check(self, before: Disposal, act: Act) -> None:
        council = _council(before, DisposalState.APPRAISED)
        if before.lister in signed(act).hands:
            raise OwnList(before.code)
        _after(before, council.met, self.day, act)

    def apply(self, before: Disposal, act: Act) -> Disposal:
        decision = Decision(number=self.decision, day=self.day, opinion=self.opinion)
        return _to(before, DisposalState.DECIDED, decision=decision)


class DeclineDisposal(Step[Disposal], kind="disposal.decline/1", item=Disposal, roles=LEADERS):
    """Destroy nothing of a list, with the reason; its records are kept on."""

    vi = "Không tiêu hủy, kèm lý do; hồ sơ tiếp tục được lưu"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Disposal, act: Act) -> None:
        _at(before, *UNDER_WAY)

    def apply(self, before: Disposal, act: Act) -> tuple[Item, ...]:
        after = _to(before, DisposalState.DECLINED, declined=self.reason)
        return after, *(_back(act.need(Record, own)) for own in before.records)


class CarryOut(Step[Disposal], kind="disposal.carry-out/1", item=Disposal, roles=KEEPERS, meaning=Meaning.DISPOSED):
    """Sign the minutes of destruction; what came to be held meanwhile is kept on."""

    vi = "Lập biên bản tiêu hủy; hồ sơ bị giữ lại thì loại ra, lưu tiếp"

    minutes: Text = Field(title="Số biên bản tiêu hủy", min_length=1)
    day: date = Field(title="Ngày tiêu hủy")
    manner: Text = Field(title="Nơi, cách tiêu hủy", min_length=1)
    witnesses: tuple[Code, ...] = Field(title="Người chứng kiến")

    def check(self, before: Disposal, act: Act) -> None:
        _at(before, DisposalState.DECIDED)
        seen = [act.need(Person, code) for code in self.witnesses]
        _once(self.witnesses, [one.id for one in seen])
        there = {one.id for one in seen if one.kind is ActorKind.PERSON}
        if len(there - signed(act).hands) < WITNESSES:
            raise NoWitness(before.code)
        _after(before, before.decision.day if before.decision else None, self.day, act)
        if all(act.need(Record, own).holds for own in before.records):
            raise OnHold(before.code)

    def apply(self, before: Disposal, act: Act) -> tuple[Item, ...]:
        records = [act.need(Record, own) for own in before.records]
        seen = tuple(act.need(Person, code).id for code in self.witnesses)
        destruction = Destruction(
            minutes=self.minutes, day=self.day, manner=self.manner, witnesses=seen
        )
        gone = tuple(one.id for one in records if not one.holds)
        after = _to(before, DisposalState.CARRIED_OUT, destruction=destruction, records=gone)
        return after, *(_back(one) if one.holds else _disposed(one) for one in records)


UNDER_WAY = (
    DisposalState.LISTED,
    DisposalState.APPOINTED,
    DisposalState.APPRAISED,
    DisposalState.DECIDED,
)


def _ripe(record: Record, day: date) -> None:
    if record.state is not RecordState.KEPT:
        raise NotKept(f"{record.code} ({record.state.vi} / {record.state})")
    if record.holds:
        raise OnHold(record.code)
    if not record.over(day):
        raise StillKept(record.code)


def _once(codes: tuple[str, ...] | list[str], own: list[str]) -> None:
    twice: Iterator[str] = (codes[n] for n, one in enumerate(own) if one in own[:n])
    if (found := next(twice, None)) is not None:
        raise ListedTwice(found)


def _at(disposal: Disposal, *states: DisposalState) -> None:
    if disposal.state not in states:
        raise DisposalOutOfStep(f"{disposal.code} ({disposal.state.vi} / {disposal.state})")


def _council(disposal: Disposal, *states: DisposalState) -> Council:
    if disposal.council is None or (states and disposal.state not in states):
        raise DisposalOutOfStep(f"{disposal.code} ({disposal.state.vi} / {disposal.state})")
    return disposal.council


def _after(disposal: Disposal, since: date | None, day: date, act: Act) -> None:
    not_after_today(disposal.code, day, act)
    if since is not None and day < since:
        raise DestroyedBeforeDecision(f"{disposal.code}, {day} < {since}")


def _serving(person: Person, act: Act) -> bool:
    return person.kind is ActorKind.PERSON and any(holding(person, act))


def _to(disposal: Disposal, state: DisposalState, **fields: object) -> Disposal:
    return disposal.model_copy(update={"state": state, **fields})


def _back(record: Record) -> Record:
    return record.model_copy(update={"state": RecordState.KEPT, "disposal": ""})


def _longer(record: Record, years: int | None, met: date) -> Record:
    # A record keeps its years from the end of the work, the council adds its own to its meeting.
    total = None if years is None or record.ended is None else met.year + years - record.ended
    return _back(record).model_copy(update={"years": total})


def _disposed(record: Record) -> Record:
    return record.model_copy(update={"state": RecordState.DISPOSED})
