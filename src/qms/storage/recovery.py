"""Bringing git to where the ledger is, and the ledger to where git is.

Git is a projection: the same entries always make the same commit. So anybody may catch up,
at any time, twice if need be; and a clone alone gives the ledger back.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from ..errors import NotFound, Unreadable, Untrusted
from ..trail import signing
from ..trail.entry import CHECKPOINT, Entry, entry_path, laid_out, state_of
from ..trail.replay import replayed
from ..values import Content
from . import tables
from .ledger import Ledger, Reader, Transaction
from .objects import Missing
from .store import Blob, Store
from .trouble import LedgerTaken, writing


class ForeignCommit(Untrusted):
    """The store holds a commit that this system did not make; it is left untouched."""

    vi = "Kho git có một lần ghi (commit) không do hệ thống này tạo; đã giữ nguyên, không sửa."


class LedgerBehind(Untrusted):
    """Git holds entries that the ledger has lost; rebuild the ledger from the store."""

    vi = "Kho git có những mục mà sổ cái không còn; hãy dựng lại sổ cái từ kho git."


class ContentLost(NotFound):
    """Neither the ledger nor the store has this content."""

    vi = "Cả sổ cái lẫn kho git đều không có nội dung này."


class NoTrail(Unreadable):
    """This repository holds no trail."""

    vi = "Kho git này không có nhật ký."


class WrongState(Untrusted):
    """The trail played again gives another state than it says."""

    vi = "Phát lại nhật ký cho kết quả khác với điều nhật ký ghi."


class Held(NamedTuple):
    """How many entries a store holds, and up to which commit."""

    size: int
    commit: str | None


def catch_up(ledger: Ledger, store: Store, name: str, lock: Path) -> Held:
    """Commit to git what the ledger has and git has not; return what git holds then."""
    with queue(lock):
        return follow(ledger, store, name)


def follow(ledger: Ledger, store: Store, name: str) -> Held:
    """Do the same for one who already holds the lock of the store.

    Raise ``ForeignCommit`` or ``LedgerBehind`` where git holds what the ledger has not.
    """
    with writing(store.path):
        store.clear_locks()
        head = store.head()
        with ledger.reading() as now:
            found = _followed(now, store, _start(now, store, name, head), head)
        if found.commit is not None and found.commit != head:
            store.advance(head, found.commit)
    return found


def _start(now: Reader, store: Store, name: str, head: str | None) -> Held:
    known = settled(now, name)
    if known.commit == head or (head is not None and said(store, head)[1] > known.size):
        return known
    # Git is where it was earlier: every commit is made again, from the first.
    return Held(0, None)


def _followed(now: Reader, store: Store, start: Held, head: str | None) -> Held:
    found, reached = start, start.commit == head
    for entries in operations(now, start.size):
        found = Held(entries[-1].index + 1, committed(store, entries, found.commit, now))
        reached = reached or found.commit == head
    if not reached:
        raise _strange(store, found)
    return found


def _strange(store: Store, found: Held) -> Untrusted:
    line = [None, *store.commits()]
    about = f"{store.path}, {line[-1]}"
    if found.commit not in line[:-1]:
        return ForeignCommit(about)
    after = line[line.index(found.commit) + 1] or ""
    return (LedgerBehind if said(store, after)[0] == found.size else ForeignCommit)(about)


def settled(now: Reader, name: str) -> Held:
    """Return what a store is known to hold; nothing for one that is new here."""
    return enrolled(now, name) or Held(0, None)


def enrolled(now: Reader, name: str) -> Held | None:
    """Return what a store is known to hold, ``None`` for one that the ledger does not know."""
    row = now.connection.execute(select(tables.store).filter_by(name=name)).one_or_none()
    return Held(row.size, row.commit or None) if row else None


def operations(now: Reader, start: int) -> Iterator[tuple[Entry, ...]]:
    """Yield the entries from an index on, operation by operation."""
    entries = map(Entry.parse, now.entries(start=start))
    for _, group in groupby(entries, key=lambda entry: entry.operation.first):
        yield tuple(group)


def contents(now: Reader, sha256: str) -> bytes | Blob:
    """Return bytes that still wait in the ledger, or the blob that the store has."""
    row = now.content(sha256)
    if row is None:
        raise ContentLost(sha256)
    return bytes(row.data) if row.data is not None else Blob(row.blob)


def committed(store: Store, entries: tuple[Entry, ...], parent: str | None, now: Reader) -> str:
    """Return the commit of one operation, whose objects are then in the store."""
    files: dict[str, bytes | Blob | None] = {entry.path: entry.data() for entry in entries}
    for path, kept in laid_out(entries).items():
        files[path] = contents(now, kept.sha256) if kept else None
    first, last = entries[0], entries[-1]
    note = now.signed_at(last.index + 1)
    if note is not None:
        files[CHECKPOINT] = note
    more = f" (+{len(entries) - 1})" if len(entries) > 1 else ""
    message = f"{first.kind} {first.item}{more}\n\nEntries: {first.index}-{last.index}\n"
    try:
        return store.commit(files, parent, message=message, author=first.actor.id, at=last.at)
    except Missing as error:
        raise ContentLost(error.about) from error


def rebuild(store: Store, ledger: Ledger, name: str, lock: Path) -> int:
    """Make the ledger anew from a clone alone; return the number of entries.

    Every rule is judged again, every content read and hashed, every commit made again; what
    does not hold is raised and the ledger stays as it was.
    """
    with ledger.renewed(same_trail(store, ledger)) as now, queue(lock):
        size, parent = held(store), None
        for start, commit in enumerated(store):
            parent = _taken(now, store, start, commit, parent)
        if now.frontier.size != size:
            raise NoTrail(f"{store.path}, {now.frontier.size} ≠ {size}")
        now.settle(name, size, parent or "")
    return size


def same_trail(store: Store, ledger: Ledger) -> str:
    """Return which trail a store holds; raise ``LedgerTaken`` where the ledger holds another."""
    log = Entry.parse(store.read(entry_path(0), _head(store))).log
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
    blobs = dict(store.changed(parent, commit))
    entries = tuple(
        Entry.parse(store.read(entry_path(index), commit)) for index in range(start, end)
    )
    brought = _brought(store, blobs, entries)
    for entry in entries:
        _replay(now, entry, _hydrated(brought, entry))
    if (blob := blobs.get(CHECKPOINT)) is not None:
        now.sign(store.blob(blob))
    if committed(store, entries, parent, now) != commit:
        raise ForeignCommit(f"{store.path}, {commit}")
    return commit


def _brought(
    store: Store, blobs: Mapping[str, str | None], entries: tuple[Entry, ...]
) -> dict[str, Content]:
    wanted = {path: kept.sha256 for path, kept in laid_out(entries).items() if kept}
    found = (
        (Content.of(store.blob(blob)), wanted[path])
        for path, blob in blobs.items()
        if blob is not None and path in wanted
    )
    return {content.sha256: content for content, digest in found if content.sha256 == digest}


def _hydrated(brought: Mapping[str, Content], entry: Entry) -> dict[str, Content]:
    files = entry.files.items()
    return {path: brought[kept.sha256] for path, kept in files if kept and kept.sha256 in brought}


def _replay(now: Transaction, entry: Entry, contents: Mapping[str, Content]) -> None:
    if entry.root != now.frontier.root().hex() or entry.index != now.frontier.size:
        raise WrongState(f"entry {entry.index}")
    signing.check(entry, now.look)
    outcome = replayed(entry, now.look)
    if state_of(outcome.items) != entry.state:
        raise WrongState(f"entry {entry.index}")
    now.append(entry, outcome.items, contents)


@contextmanager
def queue(lock: Path) -> Iterator[None]:
    """Wait until nobody else writes to the store, and keep others from it meanwhile."""
    with writing(lock), lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
