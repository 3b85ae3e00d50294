"""Bringing git to where the ledger is, and the ledger to where git is.

Git is a projection: the same entries always make the same commit. So anybody may catch up,
at any time, twice if need be; and a clone alone gives the ledger back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import bindparam, select

from ..changes import Read
from ..errors import Conflict, NotFound, Refused, Unreadable, Untrusted
from ..proofs.checkpoint import Checkpoint
from ..proofs.note import Note, Verifier
from ..registers.log_keys import CODE, LogKey
from ..trail import signing
from ..trail.entry import CHECKPOINT, Entry, Written, entry_path, kept, laid_out, states
from ..trail.replay import replayed, stands
from ..trail.unswept import unswept
from ..values import Content
from . import tables
from .branch import Locked
from .durable import Waits
from .ledger import Ledger
from .objects import Missing
from .prepared import Prepared
from .reader import Reader
from .store import Blob, Composed, Store
from .transaction import NOTHING, Held, Transaction
from .trouble import LedgerTaken, writing
from .turn import queue

T = TypeVar("T")

Told: TypeAlias = Callable[[Transaction], T]
"""Gives something of a ledger that was made anew, or raises why it is not to be."""


class ForeignCommit(Untrusted):
    """The store holds a commit that this system did not make; it is left untouched."""

    vi = "Kho git có một lần ghi (commit) không do hệ thống này tạo; đã giữ nguyên, không sửa."


class LedgerBehind(Untrusted):
    """Git holds entries that the ledger has lost; rebuild the ledger from the store."""

    vi = "Kho git có những mục mà sổ cái không còn; hãy dựng lại sổ cái từ kho git."


class ContentLost(NotFound):
    """Neither the ledger nor the store has this content."""

    vi = "Cả sổ cái lẫn kho git đều không có nội dung này."


class OldClone(Conflict):
    """The ledger has let go of contents since this clone was made; clone a store again and join."""

    vi = (
        "Bản sao này quá cũ: thiếu một số nội dung mà sổ cái không còn giữ; "
        "hãy sao lại kho git của một máy đang dùng rồi tham gia lại (qms join)."
    )


class GivenUp(Refused):
    """This machine was given up on that day; join anew (qms -C NEW_FOLDER join --clone …)."""

    vi = (
        "Máy này đã bị đưa ra khỏi sổ cái vào ngày nêu ở đầu câu; muốn dùng tiếp, "
        "hãy tham gia lại trong một thư mục mới (qms -C THƯ_MỤC_MỚI join --clone …)."
    )


class NoTrail(Unreadable):
    """This repository holds no trail."""

    vi = "Kho git này không có nhật ký."


class WrongState(Untrusted):
    """The trail played again gives another state than it says."""

    vi = "Phát lại nhật ký cho kết quả khác với điều nhật ký ghi."


class WrongCheckpoint(Untrusted):
    """A checkpoint in git is not one that the key in force signed over the entries there."""

    vi = "Điểm kiểm chứng trong kho git không khớp với các mục, hoặc chữ ký của nó không đúng."


class Settled(NamedTuple):
    """What a store is known to hold, and what the last operation there brings it to."""

    held: Held
    due: Held

    def at(self, head: str | None) -> Held | None:
        """Return what the store holds whose branch is there, ``None`` where that is not known."""
        return next((one for one in (self.due, self.held) if one.commit == head), None)


def catch_up(ledger: Ledger, store: Store, name: str, lock: Path) -> Held:
    """Commit to git what the ledger has and git has not; return what git holds then."""
    with queue(lock):
        return follow(ledger, store, name)


def follow(ledger: Ledger, store: Store, name: str) -> Held:
    """Do the same for one who already holds the lock of the store.

    Raise ``ForeignCommit`` or ``LedgerBehind`` where git holds what the ledger has not, and
    ``OldClone`` where the ledger has let go of what a store lacks that is not where it was left.
    """
    with writing(store.path):
        store.clear_locks()
        head = store.head()
        with ledger.reading() as now:
            known = settled(now, name)
            try:
                found = _followed(now, store, known, head)
            except ContentLost as error:
                if head is None or known.at(head):
                    raise
                raise OldClone(error.about) from error
        if found.commit is not None and found.commit != head:
            store.advance(head, found.commit)
    return found


def _followed(now: Reader, store: Store, known: Settled, head: str | None) -> Held:
    found, ahead = known.at(head), list[str]()
    if found is None:
        found, ahead = _strayed(store, known)
    for operation in operations(now, found.size):
        made = composed(store, operation, found.commit, now)
        if not ahead:
            store.keep(made)
        elif ahead.pop(0) != made.id:
            raise ForeignCommit(f"{store.path}, {head}")
        found = Held(operation[-1].entry.index + 1, made.id)
    if ahead:
        follows = said(store, ahead[0])[0] == found.size
        raise (LedgerBehind if follows else ForeignCommit)(f"{store.path}, {head}")
    return found


def _strayed(store: Store, known: Settled) -> tuple[Held, list[str]]:
    """Return from where on a branch that is elsewhere is to be compared, commit by commit."""
    line = [None, *store.commits()]
    start = next((one for one in (known.due, known.held) if one.commit in line), NOTHING)
    return start, [each for each in line[line.index(start.commit) + 1 :] if each]


def settled(now: Reader, name: str) -> Settled:
    """Return what is known of a store, nothing where none is; or raise ``GivenUp``."""
    row = _SETTLED.row(now.connection, own=name)
    if row is None:
        return Settled(NOTHING, NOTHING)
    if row[0] == tables.GONE:
        raise GivenUp(f"{name}, {row[3]}")
    return Settled(*(Held(size, commit or None) for size, commit in (row[:2], row[2:])))


_STORE: Final = tables.store.c
_SETTLED: Final = Prepared(
    select(_STORE.size, _STORE.commit, _STORE.due_size, _STORE.due_commit).where(
        _STORE.name == bindparam("own")
    )
)


def operations(now: Reader, start: int) -> Iterator[tuple[Written, ...]]:
    """Yield the entries from an index on, operation by operation."""
    written = map(Written.parse, now.entries(start=start))
    for _, group in groupby(written, key=lambda one: one.entry.operation.first):
        yield tuple(group)


def contents(now: Reader, sha256: str, size: int | None = None) -> bytes | Blob:
    """Return bytes that still wait in the ledger, or the blob that the store has."""
    row = now.content(sha256)
    if row is None or size not in (None, row.size):
        raise ContentLost(sha256)
    return bytes(row.data) if row.data is not None else Blob(row.blob)


def composed(
    store: Store, operation: Sequence[Written], parent: str | None, now: Reader
) -> Composed:
    """Return the commit of one operation; nothing is written."""
    entries = [one.entry for one in operation]
    files: dict[str, bytes | Blob | None] = {one.entry.path: one.data for one in operation}
    for path, promise in laid_out(entries).items():
        files[path] = contents(now, promise.sha256, promise.size) if promise else None
    first, last = entries[0], entries[-1]
    note = now.signed_at(last.index + 1)
    if note is not None:
        files[CHECKPOINT] = note
    more = f" (+{len(entries) - 1})" if len(entries) > 1 else ""
    message = f"{first.kind} {first.item}{more}\n\nEntries: {first.index}-{last.index}\n"
    try:
        return store.compose(files, parent, message=message, author=first.actor.id, at=last.at)
    except Missing as error:
        raise ContentLost(error.about) from error


def bring(store: Store, before: Held, made: Composed, waits: Waits) -> None:
    """Write a commit and move the branch to it, for one who holds the lock of the store.

    What was to be waited for is on the disk before git speaks of it.
    """
    try:
        store.bring(before.commit, made, waits)
    except Locked:  # nobody alive: somebody was killed
        store.clear_locks()
        store.bring(before.commit, made, waits)


def counted(now: Transaction) -> int:
    """Return how many entries there are."""
    return now.frontier.size


def rebuild(store: Store, ledger: Ledger, name: str, lock: Path, told: Told[T]) -> T:
    """Make the ledger anew from a clone alone; return what is ``told`` of it before it stands.

    Every rule is judged again, every content read and hashed, every commit made again; what
    does not hold, there or by what is told, is raised and the ledger stays as it was.
    """
    with ledger.renewed(same_trail(store, ledger)) as now, queue(lock), unswept():
        size, parent = held(store), None
        now.forget(name)
        now.enrol(name, Held(size, store.head()))
        for start, commit in enumerated(store):
            parent = _taken(now, store, start, commit, parent)
        if now.frontier.size != size:
            raise NoTrail(f"{store.path}, {now.frontier.size} ≠ {size}")
        now.flush()
        with now:  # what is asked there need not be read to its end
            return told(now)


def same_trail(store: Store, ledger: Ledger) -> str:
    """Return which trail a store holds.

    Raise ``LedgerTaken`` where the ledger holds another, or the database somebody else's tables.
    """
    log = Entry.parse(store.read(entry_path(0), _head(store))).log
    if others := ledger.others():
        raise LedgerTaken(f"{ledger.url.render_as_string()}, {others}")
    if ledger.log() not in ("", log):
        raise LedgerTaken(f"{ledger.url.render_as_string()}, {log}")
    return log


def held(store: Store) -> int:
    """Return how many entries the head of a store says it has, or raise ``NoTrail``."""
    return said(store, _head(store))[1]


def enumerated(store: Store) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the entries (first, end) that each commit says it brings, and its id."""
    for commit in store.commits():
        yield said(store, commit), commit


_ENTRIES = re.compile(r"^Entries: (\d{1,12})-(\d{1,12})$", re.MULTILINE)


def said(store: Store, commit: str) -> tuple[int, int]:
    """Return which entries a commit says it brings (first, end), or raise ``ForeignCommit``."""
    found = _ENTRIES.search(store.message(commit))
    if found is None:
        raise ForeignCommit(f"{store.path}, {commit}")
    return int(found[1]), int(found[2]) + 1


def _head(store: Store) -> str:
    head = store.head()
    if head is None:
        raise NoTrail(str(store.path))
    return head


def _taken(
    now: Transaction, store: Store, said: tuple[int, int], commit: str, parent: str | None
) -> str:
    start, end = said
    if start != now.frontier.size:
        raise ForeignCommit(f"{store.path}, {commit}")
    paths = map(entry_path, range(start, end))
    operation = tuple(Written.parse(store.read(path, commit)) for path in paths)
    brought = _brought(store, commit, [one.entry for one in operation])
    for written in operation:
        _replay(now, written, _hydrated(brought, written.entry), partial(_read, now, store))
    before, note = (one and store.found(CHECKPOINT, one) for one in (parent, commit))
    if note and note != before:
        now.sign(_vouched(now, store.blob(note)))
    if composed(store, operation, parent, now).id != commit:
        raise ForeignCommit(f"{store.path}, {commit}")
    return commit


def _vouched(now: Transaction, note: bytes) -> bytes:
    """Return a note that stands over all entries so far, or raise ``WrongCheckpoint``."""
    size, key = now.frontier.size, now.look(LogKey, CODE)
    try:
        read = Note.parse(note)
        stands = Checkpoint.parse(read.text) == (now.log, size, now.frontier.root(), ())
        if key is not None:
            read.check((Verifier.parse(key.vkey),))
    except (Unreadable, Untrusted) as error:
        raise WrongCheckpoint(f"{size}: {error}") from error
    if not stands:
        raise WrongCheckpoint(str(size))
    return note


def _brought(store: Store, commit: str, entries: Iterable[Entry]) -> dict[str, Content]:
    wanted = laid_out(entries).items()
    there = ((store.found(path, commit), promise) for path, promise in wanted if promise)
    found = ((Content.of(store.blob(blob)), promise) for blob, promise in there if blob)
    return {content.sha256: content for content, promise in found if kept(content) == promise}


def _hydrated(brought: Mapping[str, Content], entry: Entry) -> dict[str, Content]:
    files = entry.files.items()
    return {path: brought[kept.sha256] for path, kept in files if kept and kept.sha256 in brought}


def _read(now: Transaction, store: Store, sha256: str) -> bytes:
    found = contents(now, sha256)
    return found if isinstance(found, bytes) else store.blob(found.id)


def _replay(
    now: Transaction, written: Written, contents: Mapping[str, Content], read: Read
) -> None:
    entry = written.entry
    if entry.root != now.frontier.root().hex() or entry.index != now.frontier.size:
        raise WrongState(f"entry {entry.index}")
    signing.check(entry, now.look)
    outcome = replayed(entry, now.look, now.may)
    after = states(outcome.items)
    if not stands(entry, outcome, after):
        raise WrongState(f"entry {entry.index}")
    now.append(written, after, contents, read)
