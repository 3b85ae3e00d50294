"""Declarations of conformity (công bố): what is declared, of what, on which day; 4.3, 7.5.3.

A declaration keeps a snapshot: how many entries the trail had, and the digest over the whole
document set in force, by which anybody can see what was declared and whether it has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

from pydantic import Field

from ..changes import Act, Item, Meaning, Opening, Role, Step, Value
from ..errors import Refused
from ..values import Code, Digest, Frozen, OptionalCode, Text, Word, canonical, key
from .documents.approval import signed
from .people import OFFICERS
from .policy import EDITIONS

LEADERS: Final = (Role.LEADER,)
LAST: Final = "latest"


class DeclarationState(Word):
    """Where a declaration stands."""

    DRAFTED = "drafted", "Dự thảo"
    DECLARED = "declared", "Đã công bố"
    REPLACED = "replaced", "Đã công bố lại"
    WITHDRAWN = "withdrawn", "Đã rút"


class Declared(Frozen):
    """One document as it was in force when conformity was declared."""

    code: Code
    digest: Digest


class Snapshot(Value):
    """The document set of a declaration: entries of the trail, documents, digest over them."""

    entries: int = Field(ge=1, title="Số mục nhật ký tại lúc chốt")
    documents: int = Field(ge=1, title="Số tài liệu đang hiệu lực")
    digest: Digest = Field(title="Mã băm chung của bộ tài liệu")


class Declaration(
    Item, register="declaration", columns={"state": str, "edition": str, "day": date, "due": date}
):
    """One declaration that the system conforms: its scope, edition, decision and snapshot."""

    scope: Text
    standard: int
    snapshot: Snapshot
    drafter: str
    drafted: date
    replaces: str = ""
    reason: Text = ""
    state: DeclarationState = DeclarationState.DRAFTED
    day: date | None = None
    decision: Text = ""
    signer: str = ""
    link: Text = ""
    posted: date | None = None
    replaced_by: str = ""
    withdrawn: Text = ""
    ended: date | None = None

    @property
    def edition(self) -> str:
        """Return the edition of the standard, as one searches for it."""
        return str(self.standard)

    @property
    def due(self) -> date | None:
        """Return the day of a declaration that has yet to be published."""
        return self.day if self.state is DeclarationState.DECLARED and not self.link else None


class LatestDeclaration(Item, register="latest_declaration"):
    """Which declaration was made last: what is declared next replaces it while it stands."""

    declaration: str


class Again(Word):
    """Why conformity must be declared again."""

    SCOPE = "scope", "Phải công bố lại: phạm vi của hệ thống đã thay đổi"
    EDITION = "edition", "Phải công bố lại: hệ thống theo phiên bản tiêu chuẩn khác"


class NothingDeclared(Refused):
    """A declaration covers documents in force, each named once."""

    clause = "7.5.3"
    vi = "Công bố phải gắn với tài liệu đang hiệu lực, mỗi tài liệu nêu một lần."


class EditionUnknown(Refused):
    """Conformity is declared to an edition of the standard that the policy knows."""

    clause = "4.4"
    vi = "Chỉ công bố phù hợp với phiên bản 2008, 2015 hoặc 2026 của tiêu chuẩn."


class DeclarationOutOfStep(Refused):
    """This declaration is at another step."""

    clause = "4.3"
    vi = "Bản công bố đang ở bước khác."


class DeclaredAhead(Refused):
    """A declaration is entered on or after its day, and never before it was drafted."""

    clause = "4.3"
    vi = "Ngày công bố phải từ ngày lập đến hôm nay."


class OwnDeclaration(Refused):
    """Whoever drafted a declaration does not declare."""

    clause = "5.3"
    vi = "Người lập hồ sơ công bố không được tự ký công bố."


class NothingToReplace(Refused):
    """What is declared again stands declared now, and the reason is given."""

    clause = "4.3"
    vi = "Công bố lại phải nêu lý do và bản công bố đang có giá trị."


class AlreadyDeclared(Refused):
    """While a declaration stands, conformity is declared again: naming it, with the reason."""

    clause = "4.3"
    vi = "Đang có bản công bố có giá trị; phải công bố lại, nêu bản đó và lý do."


class PublishedEarlier(Refused):
    """A declaration is published on or after its day, and entered when it was."""

    clause = "7.4"
    vi = "Ngày đăng công bố phải từ ngày công bố đến hôm nay."


class DraftDeclaration(
    Opening[Declaration], kind="declaration.draft/1", item=Declaration, roles=OFFICERS
):
    """Draft a declaration over the document set in force; one that is declared again is named."""

    vi = "Lập bản công bố hệ thống phù hợp tiêu chuẩn, chốt bộ tài liệu đang hiệu lực"

    scope: Text = Field(title="Phạm vi", min_length=1)
    edition: int = Field(title="Phiên bản TCVN ISO 9001")
    snapshot: Snapshot = Field(title="Bộ tài liệu được chốt")
    replaces: OptionalCode = Field(default="", title="Công bố lại cho bản")
    reason: Text = Field(default="", title="Lý do công bố lại")

    def check(self, act: Act) -> None:
        if self.edition not in EDITIONS:
            raise EditionUnknown(f"{self.code}, {self.edition}")
        if bool(self.replaces) != bool(self.reason):
            raise NothingToReplace(self.code)
        _replacing(self.code, self.replaces, act)

    def apply(self, act: Act) -> Declaration:
        return Declaration(
            id=self.id,
            code=self.code,
            scope=self.scope,
            standard=self.edition,
            snapshot=self.snapshot,
            drafter=act.actor.id,
            drafted=act.day,
            replaces=act.need(Declaration, self.replaces).id if self.replaces else "",
            reason=self.reason,
        )


class Declare(
    Step[Declaration],
    kind="declaration.declare/1",
    item=Declaration,
    roles=LEADERS,
    meaning=Meaning.ISSUED,
):
    """Declare conformity by a decision of the leader; what it replaces no longer stands."""

    vi = "Công bố (quyết định của lãnh đạo); bản cũ hết giá trị"

    decision: Text = Field(title="Số quyết định", min_length=1)
    day: date = Field(title="Ngày công bố")

    def check(self, before: Declaration, act: Act) -> None:
        _at(before, DeclarationState.DRAFTED)
        if before.drafter in signed(act).hands:
            raise OwnDeclaration(before.code)
        if not before.drafted <= self.day <= act.day:
            raise DeclaredAhead(f"{before.code}, {self.day}")
        _replacing(before.code, before.replaces, act)

    def apply(self, before: Declaration, act: Act) -> tuple[Item, ...]:
        signed = {"decision": self.decision, "day": self.day, "signer": act.actor.id}
        now = before.model_copy(update={**signed, "state": DeclarationState.DECLARED})
        latest = LatestDeclaration(
            id=LatestDeclaration.identify(LAST), code=LAST, declaration=now.id
        )
        if not before.replaces:
            return now, latest
        old = {"state": DeclarationState.REPLACED, "replaced_by": now.id, "ended": self.day}
        return now, latest, act.need(Declaration, before.replaces).model_copy(update=old)


class Publish(Step[Declaration], kind="declaration.publish/1", item=Declaration, roles=OFFICERS):
    """Say where and since when the declaration is posted."""

    vi = "Ghi nơi đăng, ngày niêm yết bản công bố"

    link: Text = Field(title="Nơi đăng, niêm yết", min_length=1)
    day: date = Field(title="Ngày đăng")

    def check(self, before: Declaration, act: Act) -> None:
        _at(before, DeclarationState.DECLARED)
        if not (before.day or before.drafted) <= self.day <= act.day:
            raise PublishedEarlier(f"{before.code}, {self.day}")

    def apply(self, before: Declaration, act: Act) -> Declaration:
        return before.model_copy(update={"link": self.link, "posted": self.day})


class WithdrawDeclaration(
    Step[Declaration],
    kind="declaration.withdraw/1",
    item=Declaration,
    roles=LEADERS,
    meaning=Meaning.WITHDRAWN,
):
    """Take back a draft or a declaration, with the reason."""

    vi = "Rút bản công bố, kèm lý do"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Declaration, act: Act) -> None:
        _at(before, DeclarationState.DRAFTED, DeclarationState.DECLARED)

    def apply(self, before: Declaration, act: Act) -> Declaration:
        ended = {"withdrawn": self.reason, "ended": act.day}
        return before.model_copy(update={**ended, "state": DeclarationState.WITHDRAWN})


class Stale(NamedTuple):
    """What has changed since a declaration; the first two ask that it be declared again."""

    scope: bool
    edition: bool
    documents: bool

    @property
    def again(self) -> bool:
        """Tell whether conformity must be declared again: its scope or edition changed."""
        return self.scope or self.edition


class December(NamedTuple):
    """What the yearly report says of the declarations: 19/2014/QĐ-TTg, Điều 12, khoản 6."""

    year: int
    first: tuple[str, ...]
    again: tuple[str, ...]
    withdrawn: tuple[str, ...]
    standing: tuple[str, ...]
    unpublished: tuple[str, ...]
    owed: tuple[str, ...] = ()


def snapshot(entries: int, documents: Iterable[Declared]) -> Snapshot:
    """Return the snapshot of a document set in force, whatever its order.

    Raise ``NothingDeclared`` for no document, or for one that is named twice.
    """
    rows = sorted([key(document.code), document.digest] for document in documents)
    if not rows or len({code for code, _ in rows}) != len(rows):
        raise NothingDeclared(", ".join(code for code, _ in rows[:3]))
    digest = sha256(canonical(rows)).hexdigest()
    return Snapshot(entries=entries, documents=len(rows), digest=digest)


def stale(
    declaration: Declaration, scope: str, edition: int, documents: Iterable[Declared]
) -> Stale:
    """Return what has changed since a declaration, against the scope, edition and set of now."""
    now = snapshot(declaration.snapshot.entries, documents)
    return Stale(
        scope=_words(declaration.scope) != _words(scope),
        edition=declaration.standard != edition,
        documents=declaration.snapshot != now,
    )


def standing(declarations: Iterable[Declaration], on: date) -> list[Declaration]:
    """Return the declarations that stand on a day, by code."""
    return sorted((one for one in declarations if _stands(one, on)), key=lambda one: one.code)


def unpublished(declarations: Iterable[Declaration], on: date) -> list[Declaration]:
    """Return what stands on a day and was not posted anywhere by then."""
    return [one for one in standing(declarations, on) if one.posted is None or on < one.posted]


def again(declaration: Declaration, scope: str, edition: int) -> Again | None:
    """Return why what stands declared is to be declared again, ``None`` where it is not.

    A scope that the policy does not say has not changed.
    """
    if declaration.state is not DeclarationState.DECLARED:
        return None
    if declaration.standard != edition:
        return Again.EDITION
    return Again.SCOPE if scope and _words(declaration.scope) != _words(scope) else None


def december(
    declarations: Iterable[Declaration], year: int, scope: str = "", edition: int | None = None
) -> December:
    """Return what the report of a December says of the declarations of its year.

    With the scope and the edition of the policy it says which must be declared again.
    """
    known = sorted(declarations, key=lambda one: one.code)
    made = [one for one in known if one.day is not None and one.day.year == year]
    last = date(year, 12, 31)
    ended = [one for one in known if one.withdrawn and one.ended and one.ended.year == year]
    return December(
        year,
        first=tuple(one.code for one in made if not one.replaces),
        again=tuple(one.code for one in made if one.replaces),
        withdrawn=tuple(one.code for one in ended if one.day is not None),
        standing=tuple(one.code for one in standing(known, last)),
        unpublished=tuple(one.code for one in unpublished(known, last)),
        owed=tuple(
            one.code for one in known if again(one, scope, edition or one.standard) is not None
        ),
    )


def _stands(declaration: Declaration, on: date) -> bool:
    begun = declaration.day is not None and declaration.day <= on
    return begun and (declaration.ended is None or on < declaration.ended)


def _at(declaration: Declaration, *states: DeclarationState) -> None:
    if declaration.state not in states:
        raise DeclarationOutOfStep(
            f"{declaration.code} ({declaration.state.vi} / {declaration.state})"
        )


def _replacing(code: str, replaces: str, act: Act) -> None:
    """Raise ``Refused`` unless what stands declared, if anything does, is what is replaced."""
    if replaces:
        if act.need(Declaration, replaces).state is not DeclarationState.DECLARED:
            raise NothingToReplace(act.need(Declaration, replaces).code)
        return
    latest = act.look(LatestDeclaration, LAST)
    last = act.need(Declaration, latest.declaration) if latest else None
    if last is not None and last.state is DeclarationState.DECLARED:
        raise AlreadyDeclared(f"{code}, {last.code}")


def _words(text: str) -> str:
    return " ".join(text.split())
