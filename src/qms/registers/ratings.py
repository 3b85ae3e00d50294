"""How likelihood and consequence are weighed, of risks and of opportunities: ISO 9001:2015, 6.1.1.

The scales are the policy's; they are here because a risk is rated by the scale of its day.
"""

from __future__ import annotations

from typing import Final, Self

from pydantic import Field, model_validator

from ..changes import Value
from ..errors import Refused
from ..values import Text, Word


class RiskKind(Word):
    """Whether it may harm or help; the two are never set off against each other."""

    RISK = "risk", "Rủi ro"
    OPPORTUNITY = "opportunity", "Cơ hội"


class Level(Word):
    """How much a score weighs."""

    LOW = "low", "Thấp"
    MIDDLE = "middle", "Trung bình"
    HIGH = "high", "Cao"


class Rating(Value):
    """How likely, and how much then, both from 1 to 5; of an opportunity how feasible."""

    likelihood: int = Field(ge=1, le=5, title="Khả năng (1 đến 5)")
    consequence: int = Field(ge=1, le=5, title="Hậu quả hoặc lợi ích (1 đến 5)")

    @property
    def points(self) -> int:
        """Return likelihood times consequence."""
        return self.likelihood * self.consequence


class Threshold(Value):
    """From how many points on something is of a level, and how often it is looked at then."""

    level: Level = Field(title="Mức")
    least: int = Field(ge=1, le=25, title="Từ số điểm")
    months: int = Field(ge=1, le=24, title="Xem lại ít nhất sau số tháng")


class UnevenScale(Refused):
    """A scale names each level once, from the highest down to one point."""

    clause = "6.1.1"
    vi = "Thang điểm phải nêu mỗi mức một lần, từ mức cao nhất xuống đến 1 điểm."


class Scale(Value):
    """How ratings of one kind weigh; a consequence from ``gravest`` on weighs as the highest."""

    kind: RiskKind = Field(title="Loại")
    thresholds: tuple[Threshold, ...] = Field(title="Các mức, từ cao xuống thấp")
    gravest: int | None = Field(
        default=None, ge=1, le=5, title="Hậu quả từ điểm này luôn ở mức cao nhất"
    )
    basis: Text = Field(default="", title="Căn cứ")

    @model_validator(mode="after")
    def _even(self) -> Self:
        named = [row.level for row in self.thresholds]
        points = [row.least for row in self.thresholds]
        if named != list(reversed(Level)) or points != sorted(set(points), reverse=True):
            raise UnevenScale(self.kind)
        if points[-1] != 1:
            raise UnevenScale(f"{self.kind}, {points[-1]}")
        return self

    def weighed(self, rating: Rating) -> Threshold:
        """Return the threshold that a rating has reached."""
        if self.gravest is not None and rating.consequence >= self.gravest:
            return self.thresholds[0]
        return next(row for row in self.thresholds if row.least <= rating.points)


def _scale(kind: RiskKind, rows: tuple[tuple[int, int], ...], **more: int) -> Scale:
    levels = zip(reversed(Level), rows, strict=True)
    thresholds = tuple(
        Threshold(level=level, least=least, months=months) for level, (least, months) in levels
    )
    return Scale(kind=kind, thresholds=thresholds, **more)


SCALES: Final = (
    _scale(RiskKind.RISK, ((10, 1), (5, 3), (1, 12)), gravest=5),
    _scale(RiskKind.OPPORTUNITY, ((12, 3), (6, 3), (1, 12))),
)
"""What weighs where the policy says nothing else: points and months, high, middle and low."""
