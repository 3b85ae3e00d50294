"""What a reader of the newest text of a document should know: ISO 9001:2015, 7.5.2, 7.5.3."""

from __future__ import annotations

from collections.abc import Iterator

from ...changes import Act
from ...values import key
from .. import policy
from ..people import Post, Unit
from . import content
from .content import Remark, remark
from .front import Front, part
from .issuing import in_force
from .items import Document, Revision


def remarks(document: Document, data: bytes, attached: tuple[str, ...], act: Act) -> list[Remark]:
    """Return what a text lacks and where it differs from the register, faults first."""
    kind = policy.of(act).type(document.type)
    if document.suffix == "md":
        found = list(_of_text(document, data, attached, act))
    else:  # as ``submit`` judges it
        found = [remark("W9", ", ".join((f".{document.suffix}", *kind.sections)))]
    if document.latest and document.draft is None:
        found += _of_issue(act.need(Revision, document.latest))
    return sorted(found, key=lambda one: one.code)


def _of_text(
    document: Document, data: bytes, attached: tuple[str, ...], act: Act
) -> Iterator[Remark]:
    found = list(content.remarks(data, policy.of(act).type(document.type), attached))
    yield from found
    if not any(one.code in ("E1", "E3") for one in found):
        front = part(data.decode()).front
        yield from _of_front(document, front, act) if front else ()


def _of_front(document: Document, front: Front, act: Act) -> Iterator[Remark]:
    yield from content.clause_remarks(front, policy.of(act).edition)
    yield from _differing(document, front, act)
    for form in content.forms(front):
        known = act.look(Document, form)
        if known is None:
            yield remark("W2", form)
        elif in_force(known, act.day, act) is None:
            yield remark("W3", form)


def _differing(document: Document, front: Front, act: Act) -> Iterator[Remark]:
    unit, owner = act.need(Unit, document.unit), act.need(Post, document.owner)
    rows = (
        ("code", front.code, document.code),
        ("type", front.type, document.type),
        ("unit", front.unit, unit.code),
        ("owner", front.owner, owner.code),
    )
    for name, said, known in rows:
        if key(said) != key(known):
            yield remark("W7", f"{name}: {said} ≠ {known}")
    if front.title != document.title:
        yield remark("W7", f"title: {front.title} ≠ {document.title}")
    lists = (
        ("clauses", front.clauses, document.clauses),
        ("legal", front.legal, document.legal),
        ("services", front.services, document.services),
    )
    for name, text, register in lists:
        apart = set(map(key, text)) ^ set(map(key, register))
        if apart:
            yield remark("W7", f"{name}: {', '.join(sorted(apart))}")


def _of_issue(last: Revision) -> Iterator[Remark]:
    about = f"{last.code}, {last.effective:%d/%m/%Y}"
    if last.backdated:
        yield remark("W6", about)
    if last.decision is not None and last.decided == "late":
        yield remark("W8", f"{about} < {last.decision.day:%d/%m/%Y}")
