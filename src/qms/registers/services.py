"""Administrative procedures and their simplification: Circular 26/2014/TT-BKHCN, 36, 41."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from pydantic import Field

from ..changes import Act, Item, Opening, Role, Step
from ..errors import Refused
from ..values import Code, OptionalCode, Text, Word
from .documents import Document, Front
from .people import OFFICERS, Unit

REVIEWERS = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)


class ServiceState(Word):
    """Whether a service is offered."""

    ANNOUNCED = "announced", "Đang công bố"
    REPEALED = "repealed", "Đã bãi bỏ"


class Proposal(Word):
    """What a review of a service proposes."""

    DROP_PAPER = "drop_paper", "Bỏ giấy tờ"
    CUT_DAYS = "cut_days", "Giảm thời gian"
    MERGE_STEPS = "merge_steps", "Gộp bước"
    ABOLISH = "abolish", "Bãi bỏ thủ tục"


class SelectionState(Word):
    """Where the review of one selected service stands."""

    SELECTED = "selected", "Đã lựa chọn"
    UNCHANGED = "unchanged", "Giữ nguyên"
    PROPOSED = "proposed", "Có phương án"
    SUBMITTED = "submitted", "Đã trình"
    APPROVED = "approved", "Được duyệt"
    DECLINED = "declined", "Không duyệt"
    CARRIED_OUT = "carried_out", "Đã thực hiện"


class Service(
    Item,
    register="service",
    columns={"unit": Unit, "state": str, "field": str, "level": str, "document": Document},
):
    """One administrative procedure as it was announced."""

    title: Text
    field: Text
    level: Text
    unit: str
    decision: Text
    announced: date
    half_days: int
    papers: tuple[Text, ...] = ()
    fee: Text = ""
    document: str = ""
    state: ServiceState = ServiceState.ANNOUNCED
    reason: Text = ""


class Campaign(Item, register="campaign", columns={"year": str}):
    """The review of a year: which services, by which plan, with which target."""

    year: str
    title: Text
    plan: Text = ""
    target: int
    due: date


class Selection(
    Item,
    register="selection",
    columns={"campaign": Campaign, "service": Service, "unit": Unit, "state": str, "due": date},
):
    """One service selected for review, from selection to what came of it."""

    campaign: str
    service: str
    unit: str
    deadline: date
    state: SelectionState = SelectionState.SELECTED
    proposals: tuple[Proposal, ...] = ()
    says: Text = ""
    submitted: Text = ""
    decision: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day by which the review is owed."""
        return self.deadline if self.state is SelectionState.SELECTED else None


class OutOfStep(Refused):
    """This review or service is at another step."""

    vi = "Việc rà soát hoặc thủ tục đang ở bước khác."


class NotOffered(Refused):
    """Only an announced service is selected, linked or announced again."""

    vi = "Chỉ áp dụng với thủ tục đang công bố."


class NotByPercent(Refused):
    """A target is between 1 and 100 per cent."""

    vi = "Chỉ tiêu phải từ 1 đến 100 phần trăm."


class NothingSelected(Refused):
    """There is no ratio over an empty selection."""

    vi = "Chưa lựa chọn thủ tục nào nên không có tỷ lệ."


class AnnouncedBackwards(Refused):
    """A service is announced again on a later day."""

    vi = "Quyết định công bố lại phải có ngày muộn hơn."


class Announce(Opening[Service], kind="service.announce/1", item=Service, roles=OFFICERS):
    """Enter a service as it was announced; the code is the national one."""

    vi = "Ghi thủ tục hành chính đã công bố"

    title: Text = Field(title="Tên thủ tục", min_length=1)
    field: Text = Field(title="Lĩnh vực", min_length=1)
    level: Text = Field(title="Mức dịch vụ công (3, 4, một phần, toàn trình…)")
    unit: Code = Field(title="Đơn vị giải quyết")
    decision: Text = Field(title="Quyết định công bố", min_length=1)
    announced: date = Field(title="Ngày công bố")
    half_days: int = Field(ge=0, title="Thời hạn (nửa ngày làm việc)")
    papers: tuple[Text, ...] = Field(default=(), title="Thành phần hồ sơ")
    fee: Text = Field(default="", title="Phí, lệ phí")

    def check(self, act: Act) -> None:
        act.need(Unit, self.unit)

    def apply(self, act: Act) -> Service:
        facts = dict(self) | {"unit": act.need(Unit, self.unit).id}
        return Service(id=self.id, **facts)


class AnnounceAgain(Step[Service], kind="service.announce-again/1", item=Service, roles=OFFICERS):
    """Take over a newer announcement of a service; what is not given stays."""

    vi = "Cập nhật theo quyết định công bố mới"

    decision: Text = Field(title="Quyết định công bố", min_length=1)
    announced: date = Field(title="Ngày công bố")
    title: Text | None = Field(default=None, title="Tên thủ tục")
    level: Text | None = Field(default=None, title="Mức dịch vụ công")
    half_days: int | None = Field(default=None, ge=0, title="Thời hạn (nửa ngày làm việc)")
    papers: tuple[Text, ...] | None = Field(default=None, title="Thành phần hồ sơ")
    fee: Text | None = Field(default=None, title="Phí, lệ phí")

    def check(self, before: Service, act: Act) -> None:
        _offered(before)
        if self.announced <= before.announced:
            raise AnnouncedBackwards(f"{before.code}, {self.announced} ≤ {before.announced}")

    def apply(self, before: Service, act: Act) -> Service:
        given = {name: value for name, value in self if value is not None and name != "code"}
        return before.model_copy(update=given)


class Repeal(Step[Service], kind="service.repeal/1", item=Service, roles=OFFICERS):
    """Note that a service was repealed."""

    vi = "Ghi thủ tục đã bãi bỏ"

    decision: Text = Field(title="Quyết định bãi bỏ", min_length=1)
    reason: Text = Field(default="", title="Lý do")

    def check(self, before: Service, act: Act) -> None:
        _offered(before)

    def apply(self, before: Service, act: Act) -> Service:
        update = {"state": ServiceState.REPEALED, "decision": self.decision, "reason": self.reason}
        return before.model_copy(update=update)


class Link(Step[Service], kind="service.link/1", item=Service, roles=OFFICERS):
    """Say which procedure handles a service; one procedure may handle many."""

    vi = "Gắn thủ tục với quy trình nội bộ"

    document: Code = Field(title="Quy trình")

    def check(self, before: Service, act: Act) -> None:
        _offered(before)
        act.need(Document, self.document)

    def apply(self, before: Service, act: Act) -> Service:
        return before.model_copy(update={"document": act.need(Document, self.document).id})


class OpenCampaign(Opening[Campaign], kind="campaign.open/1", item=Campaign, roles=OFFICERS):
    """Begin the review of a year, with its target share of services with a proposal."""

    vi = "Mở đợt rà soát, đơn giản hóa của năm"

    year: Text = Field(title="Năm", pattern=r"^20\d\d$")
    title: Text = Field(title="Tên đợt rà soát", min_length=1)
    target: int = Field(default=25, title="Chỉ tiêu tỷ lệ có phương án (%)")
    due: date = Field(title="Hạn hoàn thành")
    plan: OptionalCode = Field(default="", title="Kế hoạch")

    def check(self, act: Act) -> None:
        if not 1 <= self.target <= 100:
            raise NotByPercent(f"{self.target}")

    def apply(self, act: Act) -> Campaign:
        return Campaign(id=self.id, **dict(self))


class Select(Opening[Selection], kind="selection.select/1", item=Selection, roles=REVIEWERS):
    """Select a service for the review of a year."""

    vi = "Lựa chọn thủ tục để rà soát"

    campaign: Code = Field(title="Đợt rà soát")
    service: Code = Field(title="Thủ tục")

    def given(self, act: Act) -> str:
        return f"{act.need(Campaign, self.campaign).code}/{act.need(Service, self.service).code}"

    def check(self, act: Act) -> None:
        act.need(Campaign, self.campaign)
        _offered(act.need(Service, self.service))

    def apply(self, act: Act) -> Selection:
        campaign, service = act.need(Campaign, self.campaign), act.need(Service, self.service)
        return Selection(
            id=self.id,
            code=self.code,
            campaign=campaign.id,
            service=service.id,
            unit=service.unit,
            deadline=campaign.due,
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


class SubmitProposal(Step[Selection], kind="selection.submit/1", item=Selection, roles=REVIEWERS):
    """Submit a plan of simplification to whoever decides."""

    vi = "Trình phương án đơn giản hóa"

    instrument: Text = Field(title="Số văn bản trình", min_length=1)

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.PROPOSED)

    def apply(self, before: Selection, act: Act) -> Selection:
        return _to(before, SelectionState.SUBMITTED, submitted=self.instrument)


class DecideProposal(Step[Selection], kind="selection.decide/1", item=Selection, roles=OFFICERS):
    """Record whether the plan was approved or declined, by which decision."""

    vi = "Ghi quyết định duyệt hoặc không duyệt phương án"

    approved: bool = Field(title="Được duyệt")
    decision: Text = Field(title="Số quyết định, văn bản", min_length=1)

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.SUBMITTED)

    def apply(self, before: Selection, act: Act) -> Selection:
        state = SelectionState.APPROVED if self.approved else SelectionState.DECLINED
        return _to(before, state, decision=self.decision)


class CarryOut(Step[Selection], kind="selection.carry-out/1", item=Selection, roles=OFFICERS):
    """Note that an approved plan is carried out: announced again, procedure revised."""

    vi = "Ghi đã thực hiện phương án (công bố lại, sửa quy trình)"

    says: Text = Field(title="Đã thực hiện bằng", min_length=1)

    def check(self, before: Selection, act: Act) -> None:
        _at(before, SelectionState.APPROVED)

    def apply(self, before: Selection, act: Act) -> Selection:
        return _to(before, SelectionState.CARRIED_OUT, says=self.says)


class Ratio(NamedTuple):
    """How many of the selected services have a proposal, against the target."""

    selected: int
    proposed: int
    target: int

    @property
    def tenths(self) -> int:
        """Return the ratio in tenths of a per cent, rounded down."""
        return 1000 * self.proposed // self.selected

    @property
    def reached(self) -> bool:
        """Tell whether the target is reached."""
        return 100 * self.proposed >= self.target * self.selected


class Difference(NamedTuple):
    """One point in which a procedure and an announced service differ."""

    service: str
    vi: str
    en: str


def ratio(campaign: Campaign, selections: Iterable[Selection]) -> Ratio:
    """Return the share with a proposal, or raise ``NothingSelected``."""
    own = [one for one in selections if one.campaign == campaign.id]
    if not own:
        raise NothingSelected(campaign.code)
    return Ratio(len(own), sum(bool(one.proposals) for one in own), campaign.target)


def differences(service: Service, front: Front, decided: date | None) -> Iterator[Difference]:
    """Yield where a procedure's own text does not agree with the announced service."""
    total = sum((2 * stage.days for stage in front.steps), start=0 * 2)
    if total != service.half_days:
        yield _difference(service, f"tổng số ngày {total / 2} ≠ {service.half_days / 2}", "days")
    announced = set(service.papers)
    for paper in front.papers:
        if announced and paper.name not in announced:
            yield _difference(service, f"giấy tờ không được công bố: {paper.name}", "paper")
    if decided is not None and decided < service.announced:
        yield _difference(service, f"quyết định {decided} cũ hơn công bố", "decision")


def online(services: Iterable[Service], levels: Iterable[str]) -> Ratio:
    """Return how many announced services are offered online at one of these levels."""
    wanted = set(levels)
    offered = [one for one in services if one.state is ServiceState.ANNOUNCED]
    if not offered:
        raise NothingSelected("")
    return Ratio(len(offered), sum(one.level in wanted for one in offered), 100)


def _difference(service: Service, vi: str, en: str) -> Difference:
    return Difference(service.id, vi, f"the {en} of the procedure and of the service differ")


def _offered(service: Service) -> None:
    if service.state is not ServiceState.ANNOUNCED:
        raise NotOffered(f"{service.code} ({service.state.vi})")


def _at(selection: Selection, *states: SelectionState) -> None:
    if selection.state not in states:
        raise OutOfStep(f"{selection.code} ({selection.state.vi} / {selection.state})")


def _to(selection: Selection, state: SelectionState, **fields: object) -> Selection:
    return selection.model_copy(update={"state": state, **fields})
