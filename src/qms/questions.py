"""What one may ask: of the present, or as of any moment of the past."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any, Final

from . import answers, briefing, dues, overview, owing, watching
from .answers import DRAFT, Found, InForce, decoded
from .changes import HERE, Act, Actor, ActorKind, Change, ItemT, Unknown
from .dues import Due, Place
from .events import BeyondTrail, Trail
from .events.choosing import day_asked, ends
from .events.extent import Views
from .registers import declarations, services
from .registers.documents import (
    Copy,
    CopyState,
    Document,
    Receipt,
    Remark,
    Revision,
    State,
    reading,
)
from .registers.documents.items import File
from .registers.management_reviews import ManagementReview
from .registers.people import Person, Post
from .storage.glance import Glance, Listed
from .storage.reader import Reader, whole
from .storage.recovery import ContentLost
from .storage.store import Store
from .storage.vault import Vault
from .taking import front
from .values import Personal, Sealed, key

Clock = Callable[[], datetime]
READER: Final = Actor(id="system", kind=ActorKind.SYSTEM)
"""In whose name rules are asked: whoever reads changes nothing."""


class UnknownActor(Unknown):
    """Nobody who acts here has this code (--actor, QMS_ACTOR)."""

    vi = "Không có người nào mang mã này trong hệ thống (--actor, QMS_ACTOR)."


class UnknownPost(Unknown):
    """No post has this code (--post)."""

    vi = "Không có vị trí nào mang mã này (--post)."


class NothingInForce(Unknown):
    """Nothing of this document is in force on this day."""

    vi = "Ngày này tài liệu không có nội dung nào đang hiệu lực."


@front
class View:
    """The quality management system as of one entry; of the present where it is ``None``."""

    def __init__(
        self,
        views: Views,
        store: Store,
        vault: Vault,
        *,
        entry: int | None = None,
        now: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._views, self._entry, self._now = views, entry, now
        self._store, self._vault = store, vault

    def as_of(self, when: datetime | date | int) -> View:
        """Return the system as it stood at a moment, at the end of a day, or after n entries.

        Its clock stands still at that moment, so that it answers for that day.
        """
        with self._read() as now:
            reached = when if isinstance(when, int) else now.reached(ends(when))
            entry = min(reached, now.size())
            if isinstance(when, int) and not 0 <= when <= now.size():
                raise BeyondTrail(f"{when} > {now.size()}")
            at = now.moment_of(entry) if isinstance(when, int) else ends(when)
        clock, kept = self._now if at is None else lambda: at, (self._store, self._vault)
        return View(self._views, *kept, entry=entry, now=clock)

    @property
    def size(self) -> int:
        """Return how many entries this view has."""
        return self._at_once().size()

    @property
    def today(self) -> date:
        """Return the day it is in Viet Nam."""
        self._views.awake()
        return self._now().astimezone(HERE).date()

    def get(self, item: type[ItemT], code: str) -> ItemT:
        """Return one item by code, alias or id, or raise ``Unknown``."""
        return answers.got(self._at_once(), item, code)

    def find(
        self, item: type[ItemT], /, *, limit: int | None = None, after: str = "", **where: Any
    ) -> list[ItemT]:
        """Return items whose searchable columns equal ``where``, by code: all, or a page.

        A column that refers to another item takes its code or its id. A page has at most
        ``limit`` items, and begins behind the one with the code ``after``.
        """
        now = self._at_once()
        cells = answers.asked(now, item, where)
        found = now.bodies(item.register, cells, limit=limit, after=after)
        return [whole(item, body) for body in found]

    def documents(
        self,
        on: date | None = None,
        *,
        in_force: bool = False,
        limit: int | None = None,
        after: str = "",
        **where: Any,
    ) -> list[Listed]:
        """Return documents by code as lists show them, with what is in force of each on a day.

        ``where`` is ``type``, ``unit``, ``owner``, ``state``, ``drafting``; ``in_force`` for
        those alone of which something is; ``limit`` and ``after`` for a page. It is read at once,
        however many there are: what no list shows, is not read.
        """
        day = day_asked(on, self.today)
        now = self._at_once()
        page: dict[str, Any] = {"in_force": in_force, "limit": limit, "after": after}
        return now.documents(day, **page | answers.asked(now, Document, where))

    @property
    def trail(self) -> Trail:
        """Return everything that was done, with its proofs."""
        kept = self._store, self._vault, self._entry
        return Trail(self._views, *kept, today=lambda: self.today)

    def name(self, person: Personal | str) -> str:
        """Return a person's name, by code, id or sealed digest; redacted where it was erased."""
        if isinstance(person, Sealed):
            return self._vault.personal(person.sha256)
        found = self._look(Person, person) if person else None
        if found is None:
            return person
        return found.name if isinstance(found.name, str) else self.name(found.name)

    def holders(self, post: str, on: date | None = None) -> list[Person]:
        """Return who holds a post on a day."""
        own, day = self.get(Post, post).id, day_asked(on, self.today)
        return [who for who in self.find(Person) if own in {one.post for one in who.posts(day)}]

    def in_force(self, code: str, on: date | None = None) -> InForce:
        """Return what is in force of a document on a day, or raise ``NothingInForce``."""
        day = day_asked(on, self.today)
        document, revision = self._at_once().in_force(code, day) or (None, None)
        if document is None:
            raise Unknown(code)
        if revision is None:
            raise NothingInForce(f"{whole(Document, document).code}, {day}")
        return InForce(document, revision, self._bytes)

    def master_list(
        self, on: date | None = None, *, limit: int | None = None, after: str = "", **where: Any
    ) -> list[InForce]:
        """Return the documents in force on a day, by code (danh mục tài liệu; 7.5.3.2).

        All, or a page of at most ``limit``, behind the one with the code ``after``.
        """
        now = self._at_once()
        cells = answers.asked(now, Document, where)
        found = now.all_in_force(day_asked(on, self.today), cells, limit=limit, after=after)
        return [InForce(document, revision, self._bytes) for document, revision in found]

    def search(
        self,
        words: str,
        on: date | None = None,
        *,
        every: bool = False,
        start: int = 0,
        limit: int = 20,
    ) -> list[Found]:
        """Return the texts in force on a day that have all of these words, or raise ``NoWords``.

        Accents or none; in quotes words follow each other; the best first, ``limit`` of them
        from ``start`` on. ``every`` looks through what is not in force on that day, too.
        """
        day, page = day_asked(on, self.today), {"start": start, "limit": limit}
        with self._read() as now:
            return answers.searched(now, self._bytes, words, day, every=every, **page)

    def revisions(self, code: str) -> list[Revision]:
        """Return the revision table of a document, oldest first (theo dõi sửa đổi)."""
        now = self._at_once()
        found = [whole(Revision, body) for body in now.revisions(code)]
        if not found:
            answers.got(now, Document, code)
        return found

    def content(
        self, code: str, revision: str = "", on: date | None = None, *, name: str = ""
    ) -> bytes:
        """Return the bytes of the text, or of the attachment of this name.

        They are of a numbered revision (``"2.1"``) or of the open ``"draft"``; else of what is
        in force on a day; else of the newest draft or revision.
        """
        files = self._files(code, revision, on)
        if not name:
            return self._bytes(files[0])
        found = next((file for file in files[1:] if key(file.name) == key(name)), None)
        if found is None:
            raise Unknown(f"{code}, {name}")
        return self._bytes(found)

    def text(self, code: str, revision: str = "", on: date | None = None) -> str:
        """Return the text of ``content``, or raise ``NotText``."""
        return decoded(self.content(code, revision, on), code)

    def draft(self, code: str) -> str:
        """Return the text of the open draft, which is what a reviewer reads."""
        return self.text(code, DRAFT)

    def diff(self, code: str, old: str, new: str = "") -> str:
        """Return a unified diff between two revisions; ``""`` is the open draft or the last."""
        newest = self._newest_files(self.get(Document, code))[0]
        left = self.text(code, old)
        right = self.text(code, new) if new else decoded(self._bytes(newest), code)
        names = (f"{code} {old}", f"{code} {new or 'mới nhất'}")
        # With the ends of lines: where those alone differ, the texts are not the same.
        old_lines, new_lines = (text.splitlines(keepends=True) for text in (left, right))
        lines = difflib.unified_diff(old_lines, new_lines, *names, lineterm="")
        return "\n".join(line.removesuffix("\n") for line in lines)

    def undecided(self) -> list[Revision]:
        """Return the revisions, in force now or later, without a decision (chưa có quyết định)."""
        owed = self.find(Revision, decided="no")
        return [
            row for row in owed if not row.void and (row.until is None or self.today < row.until)
        ]

    def due(
        self,
        until: date | None = None,
        *,
        unit: str = "",
        person: str = "",
        limit: int | None = None,
        after: str = "",
    ) -> list[Due]:
        """Return what is due up to a day (việc đến hạn) in all registers: of a unit, of a person.

        A review that nobody opened yet stands there under the code of its document. A page has at
        most ``limit``, and begins behind the one whose ``place`` is ``after``.
        """
        day, start = day_asked(until, self.today), Place.parse(after)
        with self._views.glancing(self._entry) as now:
            return owing.page(now, day, unit=unit, person=person, limit=limit, start=start)

    def dashboard(self, on: date | None = None) -> overview.Dashboard:
        """Return the numbers that a leader asks for."""
        return overview.dashboard(self.find, day_asked(on, self.today))

    def coverage(self, on: date | None = None) -> list[overview.Covered]:
        """Return clause by clause what covers the declared edition on a day."""
        return overview.coverage(self.find, day_asked(on, self.today))

    def migration(self, edition: int) -> list[overview.Moved]:
        """Return what each document's clauses become in another edition of the standard."""
        return overview.migration(self.find, edition)

    def reviews_to_open(self, until: date | None = None) -> tuple[Change[Any], ...]:
        """Return the changes that open every review owed by a day; none, once they were made."""
        return watching.reviews_to_open(self.find, self.today, day_asked(until, self.today))

    def review_inputs(self, code: str) -> tuple[Change[Any], ...]:
        """Return the changes that fill the open inputs of a management review from the registers.

        Each is dated; where no register knows anything of the period, it says so (9.3.2).
        """
        return briefing.inputs(self.find, self.get(ManagementReview, code), self.today)

    def service_differences(self, on: date | None = None) -> list[services.Difference]:
        """Return where what is in force differs from the services it handles (8.2.3, 8.2.4)."""
        return list(answers.differences(self.find(services.Service), self.master_list(on)))

    def snapshot(self, on: date | None = None) -> declarations.Snapshot:
        """Return what a declaration of conformity is made over: the documents in force."""
        declared = [
            declarations.Declared(code=one.document.code, digest=one.revision.digest)
            for one in self.master_list(on)
        ]
        return declarations.snapshot(self.size, declared)

    def able(self, process: str, step: str, on: date | None = None) -> list[Person]:
        """Return who may do a step of a process: in its post, and has shown all it asks (7.2)."""
        day, own = day_asked(on, self.today), self.get(Document, process).id
        found = answers.able(self.find, self.holders, day, process=own, step=step)
        return [self.get(Person, person) for person in found]

    def copies_to_recall(self, on: date | None = None) -> list[Copy]:
        """Return the paper copies still out of revisions that are no longer in force."""
        day = day_asked(on, self.today)
        out = self.find(Copy, state=CopyState.OUT)
        over = {copy.revision: self.get(Revision, copy.revision).until for copy in out}
        return [copy for copy in out if (until := over[copy.revision]) and until <= day]

    def receipts_owed(self, code: str, on: date | None = None) -> list[Person]:
        """Return who has yet to confirm reading what is in force of a document.

        They are the people of the units on the distribution list: those there when it was
        issued and those who came since, without those who left.
        """
        revision, day = self.in_force(code, on).revision, day_asked(on, self.today)
        read = {receipt.person for receipt in self.find(Receipt, revision=revision.id)}
        people = self.find(Person, kind="person")
        asked = dues.readers(revision, people, self.find(Post), day)
        return [person for person, _ in asked if person.id not in read]

    def overlaps(self, code: str) -> list[Document]:
        """Return other documents with the same scope or service: a warning, no more."""
        own = self.get(Document, code)
        if not (own.scope or own.services):
            return []
        where: dict[str, Any] = {} if own.services else {"scope": own.scope}
        return [
            other
            for other in self.find(Document, **where)
            if other.id != own.id
            and other.state in (State.DRAFTED, State.ISSUED)
            and (
                (own.scope and other.scope == own.scope) or set(own.services) & set(other.services)
            )
        ]

    def uses(self, form: str) -> list[Document]:
        """Return the documents that a form belongs to."""
        return [self.get(Document, parent) for parent in self.get(Document, form).parents]

    def remarks(self, code: str) -> list[Remark]:
        """Return what a reader of the newest text should know: faults first, then warnings."""
        document = self.get(Document, code)
        text, *attached = self._newest_files(document)
        data = self._bytes(text)
        with self._read() as now:
            act = Act(READER, self._now(), now.look)
            return reading.remarks(document, data, tuple(file.name for file in attached), act)

    def _newest_files(self, document: Document) -> tuple[File, ...]:
        if document.draft is not None:
            return document.draft.files
        if not document.latest:
            raise NothingInForce(document.code)
        return self.get(Revision, document.latest).files

    def _files(self, code: str, revision: str, on: date | None) -> tuple[File, ...]:
        document = self.get(Document, code)
        if revision == DRAFT:
            return answers.drafted(document)
        if revision:
            rows = [row for row in self.revisions(code) if answers.numbered(row, revision)]
            if not rows:
                raise Unknown(f"{document.code}, {revision}")
            return rows[-1].files
        try:
            return self.in_force(code, on).revision.files
        except NothingInForce:
            if on is not None:
                raise
            return self._newest_files(document)

    def kept(self, digest: str, name: str = "") -> bytes:
        """Return the bytes that git keeps under a digest, or raise ``ContentLost``."""
        row = self._at_once().content(digest)
        if row is None:
            raise ContentLost(f"{name}, {digest}" if name else digest)
        data, blob = row
        return data if data is not None else self._store.blob(blob)

    def _bytes(self, file: File) -> bytes:
        return self.kept(file.sha256, file.name)

    def _look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        body = self._at_once().body(item.register, code)
        return None if body is None else whole(item, body)

    def _read(self) -> AbstractContextManager[Reader]:
        return self._views.asking(self._entry)

    def _at_once(self) -> Glance:
        return self._views.glance(self._entry)
