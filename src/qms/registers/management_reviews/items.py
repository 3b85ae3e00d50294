"""What is known of a management review: its inputs, its conclusions; ISO 9001:2015, 9.3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ...changes import Item, Role
from ...errors import Refused
from ...values import Content, Frozen, Text, Word
from ..people import OFFICERS, Post
from ..tasks import Task

GATHERERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
LAST: Final = "latest"


class Input(Word):
    """What a management review takes into account."""

    FOLLOW_UP = "follow_up", "Việc thực hiện kết luận lần trước"
    CONTEXT = "context", "Thay đổi bên trong, bên ngoài"
    SATISFACTION = "satisfaction", "Mức độ hài lòng, phản ánh, kiến nghị"
    OBJECTIVES = "objectives", "Mức độ đạt mục tiêu chất lượng"
    PROCESSES = "processes", "Kết quả các quá trình, sự phù hợp của kết quả giải quyết"
    NONCONFORMITIES = "nonconformities", "Sự không phù hợp và hành động khắc phục"
    MEASUREMENTS = "measurements", "Kết quả theo dõi, đo lường"
    AUDITS = "audits", "Kết quả đánh giá, kiểm tra"
    PROVIDERS = "providers", "Kết quả của bên cung cấp"
    RESOURCES = "resources", "Sự đầy đủ của nguồn lực"
    RISKS = "risks", "Hiệu lực của hành động đối với rủi ro và cơ hội"
    IMPROVEMENTS = "improvements", "Cơ hội cải tiến"


CLAUSES: Final[Mapping[Input, tuple[str, str]]] = {
    Input.FOLLOW_UP: ("9.3.2 a", "5.6.2 e"),
    Input.CONTEXT: ("9.3.2 b", "5.6.2 f"),
    Input.SATISFACTION: ("9.3.2 c 1", "5.6.2 b"),
    Input.OBJECTIVES: ("9.3.2 c 2", "5.6.1"),
    Input.PROCESSES: ("9.3.2 c 3", "5.6.2 c"),
    Input.NONCONFORMITIES: ("9.3.2 c 4", "5.6.2 d"),
    Input.MEASUREMENTS: ("9.3.2 c 5", "5.6.2 c"),
    Input.AUDITS: ("9.3.2 c 6", "5.6.2 a"),
    Input.PROVIDERS: ("9.3.2 c 7", ""),
    Input.RESOURCES: ("9.3.2 d", ""),
    Input.RISKS: ("9.3.2 e", ""),
    Input.IMPROVEMENTS: ("9.3.2 f", "5.6.2 g"),
}
"""Where the editions of 2015 and of 2008 ask for each input; empty where one does not."""


class ReviewState(Word):
    """Where a management review stands."""

    PLANNED = "planned", "Đã lập kế hoạch"
    ANNOUNCED = "announced", "Đã thông báo"
    HELD = "held", "Đã họp"
    SIGNED = "signed", "Đã ký biên bản"
    CLOSED = "closed", "Đã kết thúc"
    CANCELLED = "cancelled", "Không tiến hành"


OPEN: Final = (ReviewState.PLANNED, ReviewState.ANNOUNCED, ReviewState.HELD)
"""The states in which inputs may still be filled."""


class Filled(Frozen):
    """One input as it was filled: of which day, by whom; ``nothing`` is “không phát sinh”."""

    input: Input
    content: Text = ""
    nothing: bool = False
    day: date
    by: str


class ManagementReview(
    Item, register="management_review", columns={"owner": Post, "state": str, "due": date}, room=12
):
    """One review by the leader: its period, its day, its inputs and its signed minutes."""

    owner: str
    since: date
    until: date
    day: date
    extraordinary: Text = ""
    considered: tuple[Input, ...] = tuple(Input)
    previous: str = ""
    inputs: tuple[Filled, ...] = ()
    state: ReviewState = ReviewState.PLANNED
    announced: date | None = None
    haste: Text = ""
    held: date | None = None
    attendance: Text = ""
    conclusions: int = 0
    deadline: date | None = None
    minutes: Content | None = None
    writer: str = ""
    signer: str = ""
    note: Text = ""

    @property
    def due(self) -> date | None:
        """Return the day of the meeting, then the day by which the minutes are signed."""
        if self.state in (ReviewState.PLANNED, ReviewState.ANNOUNCED):
            return self.day
        return self.deadline if self.state is ReviewState.HELD else None

    @property
    def missing(self) -> tuple[Input, ...]:
        """Return the inputs that are considered and that nobody has filled yet."""
        there = {filled.input for filled in self.inputs}
        return tuple(one for one in self.considered if one not in there)


class LatestReview(Item, register="latest_review"):
    """Which management review is the last one: what the next one begins with."""

    review: str


class Output(Word):
    """What a conclusion of a review is about; 9.3.3 (2008: 5.6.3)."""

    IMPROVEMENT = "improvement", "Cơ hội cải tiến"
    SYSTEM = "system", "Thay đổi hệ thống quản lý chất lượng"
    RESOURCES = "resources", "Nhu cầu nguồn lực"


class Conclusion(
    Item,
    register="conclusion",
    columns={"review": ManagementReview, "owner": Post, "due": date, "task": Task, "output": str},
):
    """One decision of a management review, and the task that it became."""

    review: str
    output: Output
    decision: Text
    owner: str
    deadline: date
    task: str = ""

    @property
    def due(self) -> date | None:
        """Return the deadline until the decision is a task, which then has its own."""
        return None if self.task else self.deadline


class ReviewOutOfStep(Refused):
    """This management review is at another step."""

    clause = "9.3.1"
    vi = "Cuộc xem xét của lãnh đạo đang ở bước khác."


def at(review: ManagementReview, *states: ReviewState) -> None:
    """Raise ``ReviewOutOfStep`` unless a review is in one of these states."""
    if review.state not in states:
        raise ReviewOutOfStep(f"{review.code} ({review.state.vi} / {review.state})")


def codes(review: ManagementReview) -> list[str]:
    """Return the codes of the conclusions of a review."""
    return [f"{review.code}/{n}" for n in range(1, review.conclusions + 1)]
