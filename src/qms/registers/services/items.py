"""What is known of a service, of the review of a year and of each service selected for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from pydantic import Field

from ...changes import Item, Role
from ...errors import Refused
from ...values import HalfDays, Text, Word
from ..documents import Document
from ..people import OFFICERS, Unit

REVIEWERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)


class Level(Word):
    """How far a service is offered online, in the words of its day."""

    NONE = "none", "Không trực tuyến"
    ONE = "1", "Mức độ 1"
    TWO = "2", "Mức độ 2"
    THREE = "3", "Mức độ 3"
    FOUR = "4", "Mức độ 4"
    INFORMATION = "information", "Cung cấp thông tin"
    PARTIAL = "partial", "Một phần"
    FULL = "full", "Toàn trình"

    @property
    def now(self) -> Level:
        """Return the level under the name it has today."""
        return RENAMED.get(self, self)


RENAMED: Final[Mapping[Level, Level]] = MappingProxyType(
    {
        Level.ONE: Level.INFORMATION,
        Level.TWO: Level.INFORMATION,
        Level.THREE: Level.PARTIAL,
        Level.FOUR: Level.FULL,
    }
)
"""What the levels 1 to 4 became (42/2022/NĐ-CP)."""

ONLINE: Final = (Level.PARTIAL, Level.FULL)
"""The levels at which an application is made online."""


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
    room=97,
):
    """One administrative procedure as it was announced; its time in half working days."""

    title: Text
    field: Text
    level: Level
    unit: str
    decision: Text
    announced: date
    half_days: HalfDays = Field(title="Thời hạn (nửa ngày làm việc)")
    papers: tuple[Text, ...] = ()
    fee: Text = ""
    document: str = ""
    state: ServiceState = ServiceState.ANNOUNCED
    repealed_by: Text = ""
    reason: Text = ""


class Campaign(Item, register="campaign", columns={"year": str}, room=100):
    """The review of a year: by which plan, with which target in per cent."""

    year: str
    title: Text
    plan: str = ""
    target: int = Field(title="Chỉ tiêu tỷ lệ có phương án (%)")
    deadline: date


class Selection(
    Item,
    register="selection",
    columns={"campaign": Campaign, "service": Service, "unit": Unit, "state": str, "due": date},
):
    """One service selected for review, from selection to what came of it."""

    campaign: str
    service: str
    unit: str
    decision_then: Text
    deadline: date
    state: SelectionState = SelectionState.SELECTED
    proposals: tuple[Proposal, ...] = ()
    says: Text = ""
    submitted: Text = ""
    decision: Text = ""
    carried_out: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day by which somebody owes the review, or what was approved."""
        return self.deadline if self.state in OWED else None


OWED: Final = (SelectionState.SELECTED, SelectionState.PROPOSED, SelectionState.APPROVED)
"""The states in which the next step is ours."""


class NotOffered(Refused):
    """Only an announced service is selected, linked, repealed or announced again."""

    clause = "8.2.2"
    vi = "Chỉ áp dụng với thủ tục đang công bố, chưa bị bãi bỏ."


def offered(service: Service) -> None:
    """Raise ``NotOffered`` unless the service is announced."""
    if service.state is not ServiceState.ANNOUNCED:
        raise NotOffered(f"{service.code} ({service.state.vi} / {service.state})")
