"""What documents are: the items of document control and where their bytes lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from pydantic import Field

from ...changes import Item, Role, Value, day_of
from ...values import Code, Content, Digest, Frozen, Personal, Text, Word, file_name, key, manifest
from ..people import Post, Unit

DRAFTERS = (Role.DRAFTER, Role.QUALITY_OFFICER)
REVIEWERS = (Role.REVIEWER,)
APPROVERS = (Role.APPROVER, Role.LEADER)
KEEPERS = (Role.QUALITY_OFFICER,)
ISSUERS = (Role.QUALITY_OFFICER, Role.LEADER)


class State(Word):
    """Where a document stands; in force or not is a question of dates, not of state."""

    DRAFTED = "drafted", "Chưa ban hành"
    ISSUED = "issued", "Đã ban hành"
    WITHDRAWN = "withdrawn", "Bãi bỏ"
    ABANDONED = "abandoned", "Hủy dự thảo"


class DraftState(Word):
    """Where the open draft of a document stands."""

    DRAFT = "draft", "Dự thảo"
    IN_REVIEW = "in_review", "Chờ soát xét"
    IN_APPROVAL = "in_approval", "Chờ phê duyệt"
    APPROVED = "approved", "Đã phê duyệt"


class RequestState(Word):
    """Where a change request stands."""

    REQUESTED = "requested", "Đề nghị"
    ACCEPTED = "accepted", "Chấp nhận"
    DECLINED = "declined", "Từ chối"
    CARRIED_OUT = "carried_out", "Đã thực hiện"


class CopyState(Word):
    """Where a numbered paper copy is."""

    OUT = "out", "Đang giữ"
    RETURNED = "returned", "Đã thu hồi"
    LOST = "lost", "Thất lạc"


class File(Frozen):
    """One file of a document, by digest; the first one is the text."""

    name: str
    sha256: Digest
    size: int

    @property
    def content(self) -> Content:
        """Return the content, without its bytes."""
        return Content(sha256=self.sha256, size=self.size)


class Signature(Frozen):
    """Who signed a digest, in which post, when, and for whom where the post was delegated."""

    person: str
    post: str
    at: datetime
    on_behalf_of: str = ""

    @property
    def hands(self) -> frozenset[str]:
        """Return whoever signed, and whoever they signed for."""
        return frozenset({self.person, self.on_behalf_of} - {""})


class Draft(Frozen):
    """The text that is being written, from its first words to its approval."""

    state: DraftState = DraftState.DRAFT
    files: tuple[File, ...]
    drafter: str = ""
    writers: tuple[str, ...] = ()
    summary: Text = ""
    place: Text = ""
    request: str = ""
    reviewers: tuple[str, ...] = ()
    submitted: Signature | None = None
    endorsements: tuple[Signature, ...] = ()
    returned: Text = ""
    approval: Signature | None = None
    issue: int = 0
    amendment: int = 0

    @property
    def digest(self) -> Digest:
        """Return what each signature covers: the digest over all files of the draft."""
        return manifest({file.name: file.content for file in self.files})

    @property
    def authors(self) -> frozenset[str]:
        """Return everybody whose words are in the draft, and whoever they signed for."""
        signed = self.submitted.hands if self.submitted else frozenset[str]()
        return frozenset({self.drafter, *self.writers} - {""}) | signed

    @property
    def hands(self) -> frozenset[str]:
        """Return everybody who wrote or endorsed the draft, and whoever they signed for."""
        return self.authors.union(*(signature.hands for signature in self.endorsements))


class Decision(Frozen):
    """The written decision behind an issue or a withdrawal."""

    number: Text
    day: date
    signer: Personal = ""


class Withdrawal(Frozen):
    """Since when a document is out of force, and why."""

    day: date
    reason: Text
    decision: Decision | None = None
    legacy: bool = False


class Document(
    Item,
    register="document",
    columns={
        "unit": Unit,
        "owner": Post,
        "type": str,
        "state": str,
        "drafting": str,
        "scope": str,
    },
    room=80,  # QT-05/12.3/45/B67, QT-05/12.3/45/lan
):
    """A controlled document: its identity, its open draft, its last revision."""

    title: Text
    type: Code
    unit: str
    owner: str
    clauses: tuple[Text, ...] = ()
    legal: tuple[Text, ...] = ()
    services: tuple[Code, ...] = ()
    keywords: tuple[Text, ...] = ()
    scope: Text = ""
    parents: tuple[str, ...] = ()
    suffix: str = "md"
    state: State = State.DRAFTED
    draft: Draft | None = None
    latest: str = ""
    issue: int = 0
    amendment: int = 0
    revisions: int = 0
    copies: int = 0
    withdrawal: Withdrawal | None = None

    @property
    def drafting(self) -> str:
        """Return the state of the open draft, empty where there is none."""
        return self.draft.state.value if self.draft else ""


class Legacy(Frozen):
    """What is known of a revision that was issued before this system was here."""

    source: Text
    author: Personal = ""
    written: datetime | None = None
    drafted_by: Personal = ""
    reviewed_by: Personal = ""
    approved_by: Personal = ""
    note: Text = ""


class Revision(
    Item,
    register="revision",
    columns={"document": Document, "effective": date, "until": date, "decided": str},
    indexes=(("document", "effective"), ("effective",), ("decided",)),
):
    """One issued text; in force from ``effective`` until before ``until``."""

    document: str
    previous: str = ""
    title: Text
    issue: int
    amendment: int
    files: tuple[File, ...]
    summary: Text = ""
    place: Text = ""
    request: str = ""
    drafted: Signature | None = None
    reviewed: tuple[Signature, ...] = ()
    approved: Signature | None = None
    issued: date
    decision: Decision | None = None
    effective: date
    until: date | None = None
    distribution: tuple[str, ...] = ()
    legacy: Legacy | None = None

    @property
    def digest(self) -> Digest:
        """Return the digest over all files of the revision, which the signatures cover."""
        return manifest({file.name: file.content for file in self.files})

    @property
    def decided(self) -> str:
        """Return ``"no"`` while the written decision is still owed (chưa có quyết định).

        ``"late"`` says that the decision is of a day after the text took effect.
        """
        if self.decision is None:
            return "no"
        return "late" if self.effective < self.decision.day else "yes"

    @property
    def void(self) -> bool:
        """Tell whether this revision was put aside before it took effect."""
        return self.until is not None and self.until <= self.effective

    @property
    def backdated(self) -> bool:
        """Tell whether the text took effect before it was approved here."""
        return self.approved is not None and self.effective < day_of(self.approved.at)

    def in_force(self, on: date) -> bool:
        """Tell whether this revision is in force on a day."""
        return self.effective <= on and (self.until is None or on < self.until)


class Impact(Value):
    """What a requested change touches."""

    documents: tuple[Code, ...] = Field(default=(), title="Tài liệu")
    forms: tuple[Code, ...] = Field(default=(), title="Biểu mẫu")
    services: tuple[Code, ...] = Field(default=(), title="Thủ tục hành chính")
    people: tuple[Text, ...] = Field(default=(), title="Người")


class Request(
    Item, register="request", columns={"document": Document, "state": str, "drafter": str}
):
    """A wish to change or to write a document, until somebody decided on it."""

    document: str = ""
    title: Text = ""
    reason: Text
    place: Text = ""
    impact: Impact = Impact()
    proposer: str
    day: date
    state: RequestState = RequestState.REQUESTED
    drafter: str = ""
    due: date | None = None
    declined: Text = ""


class Copy(
    Item, register="copy", columns={"document": Document, "revision": Revision, "state": str}
):
    """One numbered paper copy of a revision, and who holds it."""

    document: str
    revision: str
    holder: str
    handed: date
    state: CopyState = CopyState.OUT
    ended: date | None = None
    note: Text = ""


class Receipt(Item, register="receipt", columns={"revision": Revision, "person": str}):
    """That somebody has read and understood a revision."""

    revision: str
    person: str
    day: date


def path(document: Document | str, folder: str = "procedures") -> str:
    """Return where the files of a document lie, without suffix; the id decides, not the code.

    Two hexadecimal digits spread a hundred thousand documents over 256 folders.
    """
    return f"{folder}/{_place(document if isinstance(document, str) else document.id)}"


@lru_cache(4_096)
def _place(own: str) -> str:
    shard = sha256(key(own).encode()).hexdigest()[:2]
    return f"{shard}/{file_name(own.partition(':')[2])}"


def places(document: str, files: Iterable[str], folder: str) -> list[str]:
    """Return where a document's files lie, by their names: the text, then its attachments.

    Attachments lie apart under ``+``, a name that no text has: else the text of ``N1`` with
    suffix ``txt`` would stand where the attachments of ``N1.txt`` need a folder.
    """
    base = path(document, folder)
    shard, _, name = base.rpartition("/")
    text, *attachments = files
    apart = (f"{shard}/+/{name}/{file_name(attached)}" for attached in attachments)
    return [f"{base}.{text.rpartition('.')[2]}", *apart]


def located(document: str, files: tuple[File, ...], folder: str) -> dict[str, Content]:
    """Return path and content of a document's files: the text, then its attachments."""
    contents = [file.content for file in files]
    return dict(zip(places(document, _names(files), folder), contents, strict=True))


def removed(document: str, files: tuple[File, ...], folder: str) -> dict[str, Content | None]:
    """Return the removal of a document's files."""
    return dict.fromkeys(places(document, _names(files), folder))


def _names(files: tuple[File, ...]) -> Iterator[str]:
    return (file.name for file in files)
