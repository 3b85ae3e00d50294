"""What is known of a record, of holds on it and of its end; ISO 9001:2015, 7.5.3.2 d."""

from __future__ import annotations

from datetime import date
from typing import Final

from ...changes import Item, Role
from ...values import Frozen, Personal, Text, Word
from ..documents import Document, Revision
from ..documents.items import File
from ..people import OFFICERS, Unit

KEEPERS: Final = (*OFFICERS, Role.DRAFTER, Role.REVIEWER)
LEADERS: Final = (Role.LEADER,)


class RecordState(Word):
    """Where a record stands; held or not, and for how long, is a question apart."""

    KEPT = "kept", "Đang lưu"
    LISTED = "listed", "Trong danh mục xét tiêu hủy"
    DISPOSED = "disposed", "Đã tiêu hủy nội dung"


class DisposalState(Word):
    """Where a disposal stands."""

    LISTED = "listed", "Đã lập danh mục"
    APPOINTED = "appointed", "Đã lập hội đồng"
    APPRAISED = "appraised", "Hội đồng đã kết luận"
    DECIDED = "decided", "Đã quyết định tiêu hủy"
    CARRIED_OUT = "carried_out", "Đã tiêu hủy"
    DECLINED = "declined", "Không tiêu hủy"


class Record(
    Item,
    register="record",
    columns={
        "unit": Unit,
        "process": Document,
        "form": Revision,
        "dossier": str,
        "ended": str,
        "state": str,
        "due": date,
    }, room=12,
):
    """Evidence of work done: what, by which form and process, whose, kept until when."""

    title: Text
    unit: str
    process: str
    form: str = ""
    dossier: Text = ""
    applicant: Personal = ""
    day: date
    files: tuple[File, ...] = ()
    place: Text = ""
    ended: int | None = None
    years: int | None = None
    basis: Text = ""
    holds: tuple[str, ...] = ()
    corrections: int = 0
    state: RecordState = RecordState.KEPT
    disposal: str = ""

    @property
    def last_day(self) -> date | None:
        """Return the last day of its keeping, ``None`` while the work goes on or for ever."""
        if self.ended is None or self.years is None:
            return None
        return date(self.ended + self.years, 12, 31)

    @property
    def due(self) -> date | None:
        """Return the day from which its worth is to be appraised; none while it is held."""
        if self.last_day is None or self.holds or self.state is not RecordState.KEPT:
            return None
        return date(self.last_day.year + 1, 1, 1)

    def over(self, on: date) -> bool:
        """Tell whether the time of keeping is over on a day."""
        return self.last_day is not None and self.last_day < on


class Correction(Item, register="correction", columns={"record": Record, "confirmed": str}):
    """What was wrong in a record and what is right: added beside it, never in its place."""

    record: str
    says: Personal
    reason: Text
    files: tuple[File, ...] = ()
    by: str
    day: date
    confirmed: str = ""


class Hold(Item, register="hold", columns={"released": date}):
    """That these records are neither destroyed nor weeded, on whose word and why."""

    records: tuple[str, ...]
    reason: Text
    basis: Text
    since: date
    released: date | None = None
    why_released: Text = ""


class Kept(Frozen):
    """A record that the council does not give up: for more years, or for ever."""

    record: Text
    years: int | None = None


class Council(Frozen):
    """Who appraises, by which decision, and what their minutes say."""

    decision: Text
    members: tuple[str, ...]
    minutes: Text = ""
    met: date | None = None
    kept: tuple[Kept, ...] = ()


class Decision(Frozen):
    """The decision to destroy, with what the archives authority said of it."""

    number: Text
    day: date
    opinion: Text = ""


class Destruction(Frozen):
    """How, when and before whom the contents were destroyed."""

    minutes: Text
    day: date
    manner: Text
    witnesses: tuple[str, ...]


class Disposal(Item, register="disposal", columns={"state": str}):
    """One list of records whose time is over, from list to minutes of destruction."""

    records: tuple[str, ...]
    lister: str
    state: DisposalState = DisposalState.LISTED
    council: Council | None = None
    decision: Decision | None = None
    destruction: Destruction | None = None
    declined: Text = ""
