"""The twelve inputs of a management review, each dated or “không phát sinh”: 9.3.2."""

from __future__ import annotations

import re
from datetime import date

from pydantic import Field

from ...changes import Act, Step
from ...errors import Refused
from ...values import Done, Text
from .items import GATHERERS, OPEN, Filled, Input, ManagementReview, at, codes


class InputOutsidePeriod(Refused):
    """An input is of a day within the period of the review, and not of one to come."""

    clause = "9.3.2"
    vi = "Đầu vào phải có ngày nằm trong kỳ xem xét và không ở tương lai."


class FollowUpOwed(Refused):
    """Where the last review drew conclusions, the first input says what became of each."""

    clause = "9.3.2 a"
    vi = "Lần trước có kết luận: đầu vào thứ nhất phải nêu mã và kết quả từng kết luận."


class FillInput(
    Step[ManagementReview], kind="management_review.fill/1", item=ManagementReview, roles=GATHERERS
):
    """Fill one input with what is known of it on a day of the period."""

    vi = "Ghi nội dung một đầu vào"

    input: Input = Field(title="Đầu vào")
    content: Text = Field(title="Nội dung, số liệu", min_length=1)
    day: Done = Field(title="Số liệu tính đến ngày")

    def check(self, before: ManagementReview, act: Act) -> None:
        _fillable(before, self.day, act)
        if self.input is Input.FOLLOW_UP:
            unsaid = [code for code in _before(before, act) if not _names(code, self.content)]
            if unsaid:
                raise FollowUpOwed(f"{before.code}, {unsaid[0]}")

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        by = act.actor.id
        return _with(before, Filled(input=self.input, content=self.content, day=self.day, by=by))


class NothingArose(
    Step[ManagementReview],
    kind="management_review.nothing-arose/1",
    item=ManagementReview,
    roles=GATHERERS,
):
    """Say of one input that nothing arose until a day of the period."""

    vi = "Ghi một đầu vào “không phát sinh”"

    input: Input = Field(title="Đầu vào")
    day: Done = Field(title="Tính đến ngày")

    def check(self, before: ManagementReview, act: Act) -> None:
        _fillable(before, self.day, act)
        owed = _before(before, act) if self.input is Input.FOLLOW_UP else []
        if owed:
            raise FollowUpOwed(f"{before.code}, {owed[0]}")

    def apply(self, before: ManagementReview, act: Act) -> ManagementReview:
        return _with(before, Filled(input=self.input, nothing=True, day=self.day, by=act.actor.id))


def _before(review: ManagementReview, act: Act) -> list[str]:
    return codes(act.need(ManagementReview, review.previous)) if review.previous else []


def _names(code: str, content: str) -> bool:
    return re.search(rf"{re.escape(code)}(?!\d)", content) is not None


def _fillable(review: ManagementReview, day: date, act: Act) -> None:
    at(review, *OPEN)
    if not review.since <= day <= min(review.until, act.day):
        raise InputOutsidePeriod(f"{review.code}, {day}")


def _with(review: ManagementReview, filled: Filled) -> ManagementReview:
    there = {one.input: one for one in review.inputs} | {filled.input: filled}
    inputs = tuple(there[one] for one in Input if one in there)
    return review.model_copy(update={"inputs": inputs, "minutes": None, "writer": ""})
