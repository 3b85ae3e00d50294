"""What is known of a review: which document, why, by when, what came of it; 7.5.3.2."""

from __future__ import annotations

from datetime import date
from typing import Final

from ...changes import Item, Role
from ...values import Frozen, Text, Word
from ..documents import Document
from ..people import OFFICERS, Post, Unit

REVIEWERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)


class Cause(Word):
    """Why a document is looked at again."""

    PERIODIC = "periodic", "Định kỳ"
    LAW = "law", "Pháp luật thay đổi"
    NONCONFORMITY = "nonconformity", "Sự không phù hợp"
    SERVICE = "service", "Thủ tục hành chính công bố lại"
    REORGANISATION = "reorganisation", "Sắp xếp lại tổ chức"
    AUDIT = "audit", "Phát hiện đánh giá"


FINDINGS: Final = (Cause.NONCONFORMITY, Cause.AUDIT)
"""After these a text is looked at again as soon as a new one."""

OWED_BY_RULE: Final = (Cause.PERIODIC, Cause.LAW)
"""The calendar or the law sets their day, which may be over before they are opened."""


class ReviewState(Word):
    """Where a review stands; overdue is a question of days, not of state."""

    OPEN = "open", "Đang rà soát"
    CONCLUDED = "concluded", "Đã kết luận"
    CANCELLED = "cancelled", "Đã hủy"


class Outcome(Word):
    """What a review came to."""

    KEEP = "keep", "Giữ nguyên"
    AMEND = "amend", "Sửa đổi"
    MERGE = "merge", "Gộp với tài liệu khác"
    WITHDRAW = "withdraw", "Bãi bỏ"


class Review(
    Item,
    register="review",
    columns={
        "document": Document,
        "cause": str,
        "state": str,
        "unit": Unit,
        "owner": Post,
        "due": date,
    },
):
    """One look at a document in force: why, by when, what came of it."""

    document: str
    revision: str
    cause: Cause
    origins: tuple[Text, ...] = ()
    reason: Text = ""
    unit: str
    owner: str
    deadline: date
    set_by: str
    state: ReviewState = ReviewState.OPEN
    outcome: Outcome | None = None
    says: Text = ""
    into: str = ""
    request: str = ""
    reviewer: str = ""
    day: date | None = None

    @property
    def due(self) -> date | None:
        """Return the day by which the review is owed."""
        return self.deadline if self.state is ReviewState.OPEN else None


class Running(Frozen):
    """The open review of a document for one cause."""

    cause: Cause
    review: str


class Watchlist(Item, register="watchlist", columns={"document": Document}):
    """The open reviews of one document: at most one for each cause."""

    document: str
    running: tuple[Running, ...] = ()

    def open(self, cause: Cause) -> str:
        """Return the id of the open review for a cause, empty where there is none."""
        return next((one.review for one in self.running if one.cause is cause), "")
