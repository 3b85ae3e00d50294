"""Who may not audit what: their own unit, documents and signatures; ISO 9001:2015, 9.2.2 c."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ...changes import Act, Role
from ...errors import Refused
from ..documents import Document, Revision
from ..nonconformities.steps import hands, working
from ..people import Person, Post, Unit
from .items import Member


class OwnUnit(Refused):
    """Auditors do not audit their own unit."""

    clause = "9.2.2 c"
    vi = "Chuyên gia đánh giá không được đánh giá đơn vị của mình."


class OwnDocument(Refused):
    """Auditors do not audit what they answer for."""

    clause = "9.2.2 c"
    vi = "Chuyên gia đánh giá không được đánh giá tài liệu do mình chủ trì."


class OwnSignature(Refused):
    """Auditors do not audit what they wrote, reviewed or approved."""

    clause = "9.2.2 c"
    vi = "Chuyên gia đánh giá không được đánh giá tài liệu mình đã soạn thảo, soát xét, phê duyệt."


class WaiverByLeader(Refused):
    """That somebody is not independent is waived by a leader, and never for oneself."""

    clause = "9.2.2 c"
    vi = "Chỉ lãnh đạo khác mới được chấp nhận người không độc lập, kèm lý do."


def member(
    code: str, unit: str, processes: tuple[str, ...], day: date, waiver: str, act: Act
) -> Member:
    """Return somebody as a member of the team, or raise why they may not be.

    What keeps them from it may be waived, with the reason.
    """
    person = working(code, act)
    conflict = next(conflicts(person, unit, processes, day, act), None)
    if conflict is None:
        return Member(person=person.id)
    if not waiver:
        raise conflict
    if Role.LEADER not in act.roles or person.id in hands(act):
        raise WaiverByLeader(conflict.about)
    return Member(person=person.id, waiver=waiver, waived_by=act.actor.id)


def conflicts(
    person: Person, unit: str, processes: tuple[str, ...], day: date, act: Act
) -> Iterator[Refused]:
    """Yield all that keeps somebody from auditing a unit and its documents on a day."""
    held = {*person.posts(act.day), *person.posts(day)}
    posts = [act.need(Post, appointment.post) for appointment in held]
    if any(_within(post.unit, unit, act) for post in posts):
        yield OwnUnit(f"{person.code}, {act.need(Unit, unit).code}")
    own = {post.id for post in posts}
    for document in (act.need(Document, process) for process in processes):
        if document.owner in own:
            yield OwnDocument(f"{person.code}, {document.code}")
        if person.id in signers(document, act):
            yield OwnSignature(f"{person.code}, {document.code}")


def signers(document: Document, act: Act) -> frozenset[str]:
    """Return everybody who wrote, reviewed or approved any text of a document."""
    signed = set(document.draft.hands) if document.draft else set[str]()
    code = document.latest
    while code:
        revision = act.need(Revision, code)
        for signature in (revision.drafted, *revision.reviewed, revision.approved):
            signed |= signature.hands if signature else set()
        code = revision.previous
    return frozenset(signed)


def _within(unit: str, audited: str, act: Act) -> bool:
    while unit and unit != audited:
        unit = act.need(Unit, unit).parent
    return unit == audited
