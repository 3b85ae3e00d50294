"""The review of a year: services selected, plans of simplification, what came of them: 10.1."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from ...changes import Act, AlreadyThere, Meaning, Opening, Step
from ...errors import Refused
from ...values import Code, OptionalCode, Text, key
from ..people import OFFICERS
from .items import (
    REVIEWERS,
    Campaign,
    Proposal,
    Selection,
    SelectionState,
    Service,
    ServiceState,
    offered,
)


class NotByPercent(Refused):
    """The target of a review is between 1 and 100 per cent."""

    clause = "6.2.1 b"
    vi = "Chỉ tiêu rà soát phải từ 1 đến 100 phần trăm."


class DueBeforeYear(Refused):
    """The review of a year is due in that year or later."""

    clause = "6.2.2 d"
    vi = "Hạn hoàn thành rà soát không được trước năm rà soát."


class SelectionOutOfStep(Refused):
    """The review of this service is at another step."""

    clause = "10.1"
    vi = "Việc rà soát thủ tục này đang ở bước khác."


class OtherCode(Refused):
    """A selection is filed under its campaign and its service, so that each is selected once."""

    clause = "7.5.2 a"
    vi = "Thủ tục được lựa chọn mang mã của đợt rà soát và mã thủ tục, không đặt mã khác."


class AlreadySelected(AlreadyThere):
    """A service is selected once for the review of a year."""

    clause = "10.1"
    vi = "Thủ tục này đã được lựa chọn trong đợt rà soát."


class NoDueDay(Refused):
    """An approved plan of simplification has a day by which it is carried out."""

    clause = "6.2.2 d"
    vi = "Phương án được duyệt phải có hạn thực hiện, không trước ngày ghi."


class NotYetAnnounced(Refused):
    """A plan is carried out when the service was announced anew, or repealed where it abolishes."""

    clause = "8.2.4"
    vi = (
        "Chỉ ghi đã thực hiện khi thủ tục đã được công bố lại (hoặc đã bãi bỏ, nếu đề xuất bãi bỏ)."
    )


class OpenCampaign(Opening[Campaign], kind="campaign.open/1", item=Campaign, roles=OFFICERS):
    """Begin the review of a year, with its target share of services with a proposal."""

    vi = "Mở đợt rà soát, đơn giản hóa của năm"

    year: Text = Field(title="Năm", pattern=r"^20\d\d$", examples=["2026"])
    title: Text = Field(title="Tên đợt rà soát", min_length=1)
    target: int = Field(default=25, title="Chỉ tiêu tỷ lệ có phương án (%)")
    due: date = Field(title="Hạn hoàn thành rà soát")
    plan: OptionalCode = Field(default="", title="Số kế hoạch")

    def check(self, act: Act) -> None:
        if not 1 <= self.target <= 100:
            raise NotByPercent(f"{self.target}")
        if self.due.year < int(self.year):
            raise DueBeforeYear(f"{self.due}, {self.year}")

    def apply(self, act: Act) -> Campaign:
        return Campaign(
            id=self.id,
            code=self.code,
            year=self.year,
            title=self.title,
            plan=self.plan,
            target=self.target,
            deadline=self.due,
        )


class Select(Opening[Selection], kind="selection.select/1", item=Selection, roles=REVIEWERS):
    """Select an announced service for the review of a year."""

    vi = "Lựa chọn thủ tục để rà soát"
    twice = AlreadySelected

    campaign: Code = Field(title="Đợt rà soát")
    service: Code = Field(title="Thủ tục")

    def given(self, act: Act) -> str:
        return f"{act.need(Campaign, self.campaign).code}/{act.need(Service, self.service).code}"

    def check(self, act: Act) -> None:
        act.need(Campaign, self.campaign)
        offered(act.need(Service, self.service))
        if key(self.code) != key(self.given(act)):
            raise OtherCode(self.code)

    def apply(self, act: Act) -> Selection:
        campaign, service = act.need(Campaign, self.campaign), act.need(Service, self.service)
        return Selection(
            id=self.id,
            code=self.code,
            campaign=campaign.id,
            service=service.id,
            unit=service.unit,
            decision_then=service.decision,
            deadline=campaign.deadline,
        )


class Conclude(Step[Selection], kind="selection.conclude/1", item=Selection, roles=REVIEWERS):
    """Say what the review found: proposals, or none with the reason."""

    vi = "Kết luận rà soát: phương án đơn giản hóa, hoặc giữ nguyên kèm lý do"

    proposals: tuple[Proposal, ...] = Field(default=(), title="Đề xuất")
    says: Text = Field(title="Nội dung phương án hoặc lý do giữ nguyên", min_length=1)

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.SELECTED, SelectionState.DECLINED)

    def apply(self, before: Selection, act: Act) -> Selection:
        state = SelectionState.PROPOSED if self.proposals else SelectionState.UNCHANGED
        proposals = tuple(sorted(set(self.proposals)))
        return _to(before, state, proposals=proposals, says=self.says)


class SubmitProposal(
    Step[Selection],
    kind="selection.submit/1",
    item=Selection,
    roles=REVIEWERS,
    meaning=Meaning.AUTHORED,
):
    """Submit a plan of simplification to whoever decides."""

    vi = "Trình phương án đơn giản hóa"

    instrument: Text = Field(title="Số văn bản trình", min_length=1)

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.PROPOSED)

    def apply(self, before: Selection, act: Act) -> Selection:
        return _to(before, SelectionState.SUBMITTED, submitted=self.instrument)


class DecideProposal(Step[Selection], kind="selection.decide/1", item=Selection, roles=OFFICERS):
    """Record whether the plan was approved or declined, by which decision, due when."""

    vi = "Ghi quyết định duyệt hoặc không duyệt phương án"

    approved: bool = Field(title="Được duyệt")
    decision: Text = Field(title="Số quyết định, văn bản", min_length=1)
    due: date | None = Field(default=None, title="Hạn thực hiện (khi được duyệt)")

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.SUBMITTED)
        if self.approved and (self.due is None or self.due < act.day):
            raise NoDueDay(before.code)

    def apply(self, before: Selection, act: Act) -> Selection:
        if not self.approved:
            return _to(before, SelectionState.DECLINED, decision=self.decision)
        return _to(before, SelectionState.APPROVED, decision=self.decision, deadline=self.due)


class CarryOut(Step[Selection], kind="selection.carry-out/1", item=Selection, roles=OFFICERS):
    """Note that an approved plan is carried out: announced again, repealed, procedure revised."""

    vi = "Ghi đã thực hiện phương án (công bố lại, bãi bỏ, sửa quy trình)"

    says: Text = Field(title="Đã thực hiện bằng", min_length=1)

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.APPROVED)
        if not _followed(before, act.need(Service, before.service)):
            raise NotYetAnnounced(before.code)

    def apply(self, before: Selection, act: Act) -> Selection:
        return _to(before, SelectionState.CARRIED_OUT, carried_out=self.says)


def _followed(selection: Selection, service: Service) -> bool:
    if service.state is ServiceState.REPEALED:
        return True
    if Proposal.ABOLISH in selection.proposals:
        return False
    # Merged steps are ours alone; papers and days are what was announced.
    inside = set(selection.proposals) <= {Proposal.MERGE_STEPS}
    return inside or service.decision != selection.decision_then


def _at(selection: Selection, *states: SelectionState) -> None:
    if selection.state not in states:
        raise SelectionOutOfStep(f"{selection.code} ({selection.state.vi} / {selection.state})")


def _to(selection: Selection, state: SelectionState, **fields: object) -> Selection:
    return selection.model_copy(update={"state": state, **fields})
