"""Surprise civil-service inspections: decision, visit, prompt report, remedies; 9.1.1, 10.2.

Nobody is told before: there is no notice, and no change that would give one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from ...changes import Act, Meaning, Opening, Step
from ...errors import Refused
from ...values import Code, Content, Text
from .. import policy
from ..documents.drafting import Attachments
from ..nonconformities.reporting import listed
from ..people import Unit
from .concluding import FindingOpen
from .independence import member
from .items import Filed, Inspection, InspectionState, Member, Paper
from .steps import (
    AUDITORS,
    LEADERS,
    DaysOutOfOrder,
    ahead,
    at,
    by_lead,
    findings_of,
    finished,
    happened,
)

UNDER_WAY = (
    InspectionState.CARRIED_OUT,
    InspectionState.REPORTED,
    InspectionState.DECIDED,
    InspectionState.FOLLOW_UP,
)


class TwiceOnTeam(Refused):
    """An order names each person of its team once."""

    clause = "9.1.1"
    vi = "Một người không thể được nêu hai lần trong đoàn."


class RemedyMissing(Refused):
    """The leader decides on every finding."""

    clause = "10.2.1"
    vi = "Còn phát hiện chưa có quyết định biện pháp."


class FileIncomplete(Refused):
    """An inspection file holds each kind of paper, or says why there is none."""

    clause = "7.5.3"
    vi = "Hồ sơ kiểm tra còn thiếu (Thông tư 26/2014/TT-BKHCN, Điều 39)."


class AlreadyFiled(Refused):
    """There is such a paper in the file, or it was said why there is none."""

    clause = "7.5.3"
    vi = "Hồ sơ đã có loại giấy tờ này, hoặc đã ghi lý do không có."


class Order(Opening[Inspection], kind="inspection.order/1", item=Inspection, roles=LEADERS):
    """Order a surprise inspection, as leader: a unit, a day, a team, a decision."""

    vi = "Quyết định kiểm tra công vụ đột xuất (không báo trước)"

    unit: Code = Field(title="Đơn vị được kiểm tra")
    basis: Text = Field(title="Căn cứ kiểm tra", min_length=1)
    subject: Text = Field(title="Nội dung kiểm tra", min_length=1)
    day: date = Field(title="Ngày kiểm tra")
    decision: Text = Field(title="Số quyết định", min_length=1)
    decided: date = Field(title="Ngày quyết định")
    lead: Code = Field(title="Trưởng đoàn")
    members: tuple[Code, ...] = Field(default=(), title="Thành viên")
    waiver: Text = Field(default="", title="Lý do chấp nhận người không độc lập")
    proofs: Attachments = Field(default={}, title="Tệp quyết định")

    def check(self, act: Act) -> None:
        ahead(self.code, self.day, act)
        happened(self.code, self.decided, None, act)
        if self.day < self.decided:
            raise DaysOutOfOrder(f"{self.code}, {self.day} < {self.decided}")
        team = self._team(act)
        if len({held.person for held in team}) < len(team):
            raise TwiceOnTeam(self.code)

    def apply(self, act: Act) -> Inspection:
        paper = Filed(
            paper=Paper.DECISION, title=self.decision, day=self.decided, files=listed(self.proofs)
        )
        team = self._team(act)
        said = {"basis", "subject", "day", "decision", "decided"}
        return Inspection(
            id=self.id,
            code=self.code,
            unit=act.need(Unit, self.unit).id,
            lead=team[0].person,
            team=team,
            file=(paper,),
            **self.model_dump(include=said),
        )

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs

    def _team(self, act: Act) -> tuple[Member, ...]:
        unit = act.need(Unit, self.unit).id
        people = (self.lead, *self.members)
        return tuple(member(one, unit, (), self.day, self.waiver, act) for one in people)


class CallOff(Step[Inspection], kind="inspection.call-off/1", item=Inspection, roles=LEADERS):
    """Call an inspection off before it was carried out, with the reason."""

    vi = "Hủy cuộc kiểm tra chưa tiến hành, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.ORDERED)

    def apply(self, before: Inspection, act: Act) -> Inspection:
        return before.model_copy(update={"state": InspectionState.CANCELLED, "note": self.reason})


class CarryOut(Step[Inspection], kind="inspection.carry-out/1", item=Inspection):
    """Write the minutes of the visit, with what the unit says to them."""

    vi = "Ghi biên bản kiểm tra, ý kiến của đơn vị"

    day: date = Field(title="Ngày ký biên bản")
    minutes: Text = Field(title="Nội dung đã kiểm tra", min_length=1)
    opinion: Text = Field(title="Ý kiến của đơn vị (hoặc “nhất trí”)", min_length=1)
    proofs: Attachments = Field(default={}, title="Tệp biên bản")

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.ORDERED)
        by_lead(before, act)
        happened(before.code, self.day, before.day, act)

    def apply(self, before: Inspection, act: Act) -> Inspection:
        due = policy.limit(act, "inspection.report", self.day)
        done = {
            "state": InspectionState.CARRIED_OUT,
            "carried_out": self.day,
            "minutes": self.minutes,
            "opinion": self.opinion,
            "deadline": due,
            "report_due": due,
        }
        files = listed(self.proofs)
        paper = Filed(paper=Paper.MINUTES, title=Paper.MINUTES.vi, day=self.day, files=files)
        return filed(before, paper).model_copy(update=done)

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs


class ReportInspection(Step[Inspection], kind="inspection.report/1", item=Inspection):
    """Report promptly to the leader what was found and what is proposed."""

    vi = "Báo cáo lãnh đạo kết quả kiểm tra, đề xuất biện pháp"

    report: Text = Field(title="Kết quả và đề xuất", min_length=1)
    proofs: Attachments = Field(default={}, title="Tệp báo cáo")

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.CARRIED_OUT)
        by_lead(before, act)

    def apply(self, before: Inspection, act: Act) -> Inspection:
        told = {
            "state": InspectionState.REPORTED,
            "report": self.report,
            "reported": act.day,
            "deadline": policy.limit(act, "inspection.decide"),
        }
        files = listed(self.proofs)
        title = Paper.TEAM_REPORT.vi
        paper = Filed(paper=Paper.TEAM_REPORT, title=title, day=act.day, files=files)
        return filed(before, paper).model_copy(update=told)

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs


class DecideInspection(
    Step[Inspection], kind="inspection.decide/1", item=Inspection, roles=LEADERS
):
    """Decide, as leader, that every finding has its remedy."""

    vi = "Kết luận: mọi phát hiện đã có quyết định biện pháp (lãnh đạo)"

    note: Text = Field(title="Kết luận của lãnh đạo", min_length=1)

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.REPORTED)
        open_still = [one.code for one in findings_of(before, act) if one.decided is None]
        if open_still:
            raise RemedyMissing(", ".join(open_still))

    def apply(self, before: Inspection, act: Act) -> Inspection:
        decided = {"state": InspectionState.DECIDED, "note": self.note, "deadline": None}
        return before.model_copy(update=decided)


class FollowUpInspection(
    Step[Inspection], kind="inspection.follow-up/1", item=Inspection, roles=AUDITORS
):
    """Note how far the remedies of an inspection have come."""

    vi = "Ghi kết quả theo dõi khắc phục"

    note: Text = Field(title="Kết quả theo dõi", min_length=1)

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.DECIDED, InspectionState.FOLLOW_UP)

    def apply(self, before: Inspection, act: Act) -> Inspection:
        return before.model_copy(update={"state": InspectionState.FOLLOW_UP, "note": self.note})


class FilePaper(Step[Inspection], kind="inspection.file-paper/1", item=Inspection, roles=AUDITORS):
    """Put a paper into the file of an inspection."""

    vi = "Đưa giấy tờ vào hồ sơ kiểm tra"

    paper: Paper = Field(title="Loại giấy tờ")
    title: Text = Field(title="Số, trích yếu", min_length=1)
    day: date = Field(title="Ngày")
    proofs: Attachments = Field(default={}, title="Tệp")

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.ORDERED, *UNDER_WAY)
        happened(before.code, self.day, None, act)

    def apply(self, before: Inspection, act: Act) -> Inspection:
        files = listed(self.proofs)
        return filed(before, Filed(paper=self.paper, title=self.title, day=self.day, files=files))

    def vaulted(self) -> Mapping[str, Content]:
        return self.proofs


class OmitPaper(Step[Inspection], kind="inspection.omit-paper/1", item=Inspection, roles=AUDITORS):
    """Say why the file of an inspection has no paper of a kind."""

    vi = "Ghi lý do hồ sơ không có loại giấy tờ này"

    paper: Paper = Field(title="Loại giấy tờ")
    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.ORDERED, *UNDER_WAY)
        if self.paper not in lacking(before):
            raise AlreadyFiled(f"{before.code} ({self.paper.vi} / {self.paper})")

    def apply(self, before: Inspection, act: Act) -> Inspection:
        return filed(before, Filed(paper=self.paper, title=self.reason))


class CloseInspection(
    Step[Inspection],
    kind="inspection.close/1",
    item=Inspection,
    roles=AUDITORS,
    meaning=Meaning.CLOSED,
):
    """Close an inspection: every remedy carried out, the file complete."""

    vi = "Đóng cuộc kiểm tra: đã khắc phục xong, đủ hồ sơ"

    def check(self, before: Inspection, act: Act) -> None:
        at(before, InspectionState.DECIDED, InspectionState.FOLLOW_UP)
        owed = [one.code for one in findings_of(before, act) if not finished(one, act)]
        if owed:
            raise FindingOpen(f"{before.code}: {', '.join(owed[:5])}")
        missing = lacking(before)
        if missing:
            raise FileIncomplete(f"{before.code}: {', '.join(paper.vi for paper in missing)}")

    def apply(self, before: Inspection, act: Act) -> Inspection:
        return before.model_copy(update={"state": InspectionState.CLOSED, "closed": act.day})


def lacking(inspection: Inspection) -> list[Paper]:
    """Return the kinds of paper that a file still lacks; others are there only if need be."""
    there = {one.paper for one in inspection.file}
    return [paper for paper in Paper if paper not in there and paper is not Paper.OTHER]


def filed(inspection: Inspection, paper: Filed) -> Inspection:
    """Return an inspection with one more paper in its file."""
    return inspection.model_copy(update={"file": (*inspection.file, paper)})
