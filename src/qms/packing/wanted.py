"""What is asked for of a pack, and what of it is left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from .. import registers
from ..changes import Change
from ..errors import NotFound, Untrusted
from ..proofs import lines
from ..proofs.checkpoint import Checkpoint
from ..proofs.note import Note
from ..trail.entry import moment

ALL: Final = "all"
"""Redacts every personal text."""


class NothingToPack(NotFound):
    """No entry is what was asked for."""

    vi = "Không có mục nhật ký nào đúng với yêu cầu."


class NothingToRedact(NotFound):
    """This is neither a field with personal texts nor an item: nothing would be redacted."""

    vi = "Không phải trường dữ liệu cá nhân hay đối tượng nào trong sổ: sẽ không che được gì."


class OtherAnchor(Untrusted):
    """A checkpoint that goes along with a pack is of its trail, and of no more entries than it."""

    vi = "Điểm kiểm chứng kèm theo gói phải của chính nhật ký này và không vượt quá phần cuối gói."


class Wanted(NamedTuple):
    """What is asked for: everything, or a period, a unit, some items (by id).

    ``redact`` leaves personal texts out: all of them, those of a field, those said in entries
    about an item. ``on`` is the day for which the documents in force are listed; if none is
    named, that of ``until``, else of the last entry that is asked for. ``anchors`` are older
    checkpoints that go along, to be led from.
    """

    since: datetime | None = None
    until: datetime | None = None
    unit: str = ""
    items: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    on: date | None = None
    anchors: tuple[bytes, ...] = ()

    def lead_to(self, end: Checkpoint) -> None:
        """Raise ``OtherAnchor`` for a checkpoint from which nothing leads to the end of a pack."""
        for anchor in self.anchors:
            said = Checkpoint.parse(Note.parse(anchor).text)
            if said.origin != end.origin or said.size > end.size:
                raise OtherAnchor(f"{lines.shown(said.origin)}, {said.size}")

    @property
    def whole(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.since or self.until or self.unit or self.items)

    def told(self) -> dict[str, Any]:
        """Return the filters as the pack says them."""
        return {
            "items": sorted(self.items),
            "since": moment(self.since) if self.since else "",
            "unit": self.unit,
            "until": moment(self.until) if self.until else "",
        }

    def hides(self, entry: dict[str, Any], field: str) -> bool:
        """Tell whether the personal texts in a field of an entry are left out."""
        about = {ALL, field, entry["item"], *entry["state"]}
        return not about.isdisjoint(self.redact)

    def check(self, known: Iterable[str]) -> None:
        """Raise ``NothingToRedact`` where one of the words would redact nothing."""
        registers.load()
        fields = {name for change in Change.kinds.values() for name in change.personal}
        unknown = set(self.redact) - fields - {ALL}
        unknown.difference_update(known)
        for word in unknown:
            raise NothingToRedact(word)
