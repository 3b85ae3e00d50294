"""What people ask of records: whose time is over, which are held, what may be destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ...values import Personal, Sealed, key
from ..documents import Document, Revision
from ..people import Unit
from .items import Correction, Hold, Record, RecordState


def ripe(records: Iterable[Record], on: date) -> list[Record]:
    """Return the records whose worth is to be appraised on a day, the longest over first."""
    found = ((one.due, one) for one in records if one.due is not None and one.due <= on)
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].code))]


def covered(
    records: Iterable[Record],
    *,
    dossier: str = "",
    process: str = "",
    unit: str = "",
    since: date = date.min,
    until: date = date.max,
) -> list[Record]:
    """Return the records of a case, process or unit made in a time: what a hold has to name.

    Process and unit by id, or by the code under which they were opened.
    """
    of_process = {process, Document.identify(process)}
    of_unit = {unit, Unit.identify(unit)}
    return [
        one
        for one in records
        if one.state is not RecordState.DISPOSED
        and since <= one.day <= until
        and (not dossier or key(one.dossier) == key(dossier))
        and (not process or one.process in of_process)
        and (not unit or one.unit in of_unit)
    ]


def held(holds: Iterable[Hold]) -> list[Hold]:
    """Return the holds that have not been released, the oldest first."""
    return sorted(
        (one for one in holds if one.released is None), key=lambda one: (one.since, one.code)
    )


def on_other_forms(records: Iterable[Record], revisions: Iterable[Revision]) -> list[Record]:
    """Return the records made on a form that was not in force on their day."""
    known = {one.id: one for one in revisions}
    return [one for one in records if one.form in known and not known[one.form].in_force(one.day)]


def destroyable(records: Iterable[Record], corrections: Iterable[Correction]) -> frozenset[str]:
    """Return the digests of what may be destroyed: of records disposed of, and of no other.

    A content that a record still kept has, too, stays; so does all that was never a record's.
    """
    every, added = list(records), list(corrections)
    disposed = {one.id for one in every if one.state is RecordState.DISPOSED}
    over = set[str]()
    needed = set[str]()
    for record in every:
        (over if record.id in disposed else needed).update(_digests(record, record.applicant))
    for correction in added:
        owner = over if correction.record in disposed else needed
        owner.update(_digests(correction, correction.says))
    return frozenset(over - needed)


def _digests(item: Record | Correction, personal: Personal) -> Iterator[str]:
    yield from (file.sha256 for file in item.files)
    if isinstance(personal, Sealed):
        yield personal.sha256
