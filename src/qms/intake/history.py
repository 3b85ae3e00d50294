"""The history that documents had before this system, in one operation: ISO 9001:2015, 7.5.3.2 c.

It is told by a folder with a register (``register``) or by an older git repository
(``repository``). Both give histories: what adopts a document, then each of its revisions,
renamings and removals, oldest first. What the system has already is left out, so that the
same history can be brought twice; the rest is judged by the rules of adoption.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..changes import Change, Look
from ..questions import View
from ..registers.documents import AdoptRemoval, AdoptRevision, Document, Recode, Rename, Revision
from ..storage.foreign import Foreign
from ..values import Content, key
from . import register, repository
from .files import files
from .proposals import (
    Import,
    NotAdopted,
    Passed,
    Proposal,
    Remark,
    judged,
    parents_first,
    presently,
)
from .repository import Given

__all__ = ["Given", "Known", "of_register", "of_repository", "still_to_come"]


class ShutOut(Passed):
    """A later revision of this document is taken: an older one left out cannot come after it."""

    vi = (
        "Lần ban hành mới hơn của tài liệu này được nhận: lần cũ hơn còn sót sẽ không nhập thêm "
        "được nữa. Nên sửa dòng sai trước, hoặc dùng --whole."
    )


class Known(NamedTuple):
    """What a system holds of a document: itself and its revisions."""

    document: Document
    revisions: Sequence[Revision]

    def has(self, proposal: Proposal) -> bool:
        """Tell whether a revision or a removal was adopted before."""
        fields = proposal.fields
        if proposal.change is AdoptRemoval:
            return any(row.until == fields["day"] for row in self.revisions)
        text = fields.get("text")
        if proposal.change is not AdoptRevision or not isinstance(text, Content):
            return False
        said = (fields["issue"], fields["amendment"], fields["issued"], text.sha256)
        return any(
            said == (row.issue, row.amendment, row.issued, row.files[0].sha256)
            for row in self.revisions
        )


def of_register(folder: str | Path, view: View) -> Import:
    """Return what the register of a folder (``lich-su.csv``) would bring into a system."""
    found, remarks = files(Path(folder))
    histories, more = register.histories(found)
    brought = _import(histories, [*remarks, *more], view)
    told = map(register.worded, brought.remarks)
    return brought._replace(remarks=tuple(sorted(told, key=lambda one: (one.path, one.line))))


def of_repository(path: str | Path, view: View, given: Given) -> Import:
    """Return what an older git repository would bring into a system.

    ``given`` says what a repository does not: whose documents these are.
    """
    with Foreign(path) as foreign:
        histories, remarks = repository.histories(
            foreign.commits(), foreign.blob, given, view.today
        )
    brought = _import(histories, remarks, view)
    # One remark on a document is enough; its commits are not lines that somebody wrote.
    kept = (one for one in brought.remarks if not isinstance(one.error, NotAdopted))
    return brought._replace(remarks=tuple(kept))


def still_to_come(history: Sequence[Proposal], known: Known | None) -> Iterator[Proposal]:
    """Yield what a history tells beyond what is known."""
    if known is None:
        yield from history
        return
    opening, *events = history
    if key(opening.code) not in known.document.spellings():
        reason = f"{opening.path}: {known.document.code}"
        yield opening.step(Recode, known.document.code, new_code=opening.code, reason=reason)
    told = max((n for n, event in enumerate(events, 1) if known.has(event)), default=0)
    title = known.document.title
    for number, event in enumerate(events, 1):
        if event.change is Rename:
            again = number < told or event.fields["title"] == title
        else:
            again = known.has(event)
        if not again:
            yield event


def ordered(histories: Iterable[Sequence[Proposal]]) -> Iterator[Sequence[Proposal]]:
    """Yield histories with parents before what belongs to them, then what stands in a circle."""
    by_key = {key(history[0].code): history for history in histories}
    parents = {one[0].code: one[0].codes("parents") for one in by_key.values()}
    for code in parents_first(parents):
        yield by_key.pop(key(code))
    yield from by_key.values()


def _import(histories: Iterable[Sequence[Proposal]], remarks: list[Remark], view: View) -> Import:
    look, at = presently(view)
    new = [
        proposal
        for history in ordered(histories)
        for proposal in still_to_come(history, _known(view, look, history[0]))
    ]
    brought = judged(new, look, at)
    remarks = [*remarks, *brought.remarks]
    return brought._replace(remarks=(*remarks, *_shut_out(brought.changes, remarks)))


def _shut_out(changes: Iterable[Change[Any]], remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Yield, once a document, that what is missing of its history stays missing."""
    taken = {key(change.code) for change in changes if isinstance(change, AdoptRevision)}
    left_out = {key(one.code): one for one in remarks if one.fault and one.code}
    for code in sorted(taken & left_out.keys()):
        yield left_out[code]._replace(error=ShutOut(left_out[code].code), field="")


def _known(view: View, look: Look, opening: Proposal) -> Known | None:
    """Return what a system holds of a document, under its code or an older one."""
    codes = (opening.code, *opening.codes("aliases"))
    document = next(filter(None, (look(Document, code) for code in codes)), None)
    if document is None:
        return None
    return Known(document, view.find(Revision, document=document.id))
