"""One operation under way: what it reads is remembered, what it writes goes down together.

Rows are gathered and written a thousand entries at a time, so that many changes in one
operation cost little more than their rows; whoever looks sees them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, case, delete, func, null, select, text, update

from ..changes import Item, ItemT, Read, unread
from ..errors import Refused
from ..proofs.merkle import Frontier, Node, Place
from ..registers.documents import Document
from ..registers.enactment import Acting
from ..trail.entry import State, Written, cell, leaf, moment
from ..values import Content, key, sort_key
from . import search, statements, tables
from .known import Known
from .prepared import Prepared
from .reader import Kept, Reader, whole
from .rows import Rows, inserting
from .store import blob_id

TOGETHER: Final = 1_000
"""How many entries are gathered before they are written."""

AT_HAND: Final = 16 << 20
"""Bytes of contents that an operation keeps at hand until git has them."""

BEYOND: Final = "\U0010ffff"
"""What no key comes behind."""


class BytesMissing(Refused):
    """A file comes with its bytes, unless the system already has them."""

    clause = "7.5.3"
    vi = "Phải kèm nội dung của tệp, trừ khi hệ thống đã có nội dung đó."


class NotJoined(Refused):
    """This machine does not work on this ledger; join (qms -C NEW_FOLDER join --clone …)."""

    vi = (
        "Máy này chưa tham gia sổ cái; hãy tham gia trong một thư mục mới "
        "(qms -C THƯ_MỤC_MỚI join --clone …)."
    )


class Held(NamedTuple):
    """How many entries a store holds, and up to which commit."""

    size: int
    commit: str | None


NOTHING: Final = Held(0, None)
"""What a new store holds."""


class Transaction(Reader):
    """One operation under way. Only ``Ledger.operation`` makes one."""

    def __init__(self, connection: Connection, known: Known | None = None) -> None:
        super().__init__(connection)
        row = self.head()
        self.log, self.at = str(row.log), str(row.at)
        self.frontier = Frontier.from_bytes(row.size, row.peaks)
        self.written: list[Written] = []
        self.may = Acting()
        self.waits = 0
        """From which entry on contents wait here: what came before, every store has."""
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._known = known or Known()
        self._seen: dict[str, Item | None] = {}
        self._names: dict[tuple[str, str], str | None] = {}
        self._free: dict[str, tuple[str, str]] = {}
        """From where until where each register calls nothing so, but what this brings itself."""
        self._saved: dict[str, tuple[int, Item]] = {}
        self._contents: dict[str, Kept] = {}
        self._weight = 0
        """Bytes that are gathered, about, of this operation and those before it."""
        self._stores: dict[str, dict[str, Any] | None] = {}
        self._only = row.size == 0
        """Whether nothing was before: then the tables hold no more than this has brought."""
        self._unwritten = Rows()
        self._note: bytes | None = None
        self._leaf = b""
        self._same = self._known.edge == (row.size, row.peaks)
        if not self._same and not self._goes_on():
            self._known.forget()

    def identify(self, item: type[Item], code: str) -> str | None:
        """Return the id behind a code, one of this operation's too."""
        if ":" in code:
            return code if code.startswith(f"{item.register}:") else None
        name = (item.register, key(code))
        found = self._names.get(name) or self._known.names.get(name)
        if found is None and name not in self._names and not self._only:
            found = self._names[name] = self._called(*name)
        return found

    def _called(self, register: str, key: str) -> str | None:
        """Return what a register calls so, and know for whoever asks next up to where it is free.

        Whoever adopts a thousand new codes would ask a thousand times else.
        """
        first, end = self._free.get(register, ("", ""))
        if first <= key < end:
            return None
        row = _NEXT_NAME.row(self.connection, register=register, key=key)
        there, own = row or (BEYOND, None)
        if there == key:
            return str(own)
        self._free[register] = key, there
        return None

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item as this operation has left it so far, or ``None``."""
        own = code if code in self._seen else self.identify(item, code)
        if own is None:
            return None
        if own not in self._seen and not self._only:
            self._seen[own] = self._read(item, own)
        found = self._seen.get(own)
        return found if isinstance(found, item) else None

    def _read(self, item: type[ItemT], own: str) -> Item | None:
        if self._names.get((item.register, own.partition(":")[2]), own) is None:
            return None  # nothing was ever called so, and an id is what something was called first
        since, known = self._known.items.get(own, (-1, None))
        if known is not None and self._same:
            return known
        row = _looking(item).row(self.connection, own=own, known=since)
        if row is None or row[1] is None:
            return known if row else None
        found = whole(item, row[1])
        self._known.put(found, row[0])
        return found

    def _goes_on(self) -> bool:
        size, _ = self._known.edge
        return 0 < size <= self.frontier.size and self.nodes([(0, size - 1)]) == [self._known.leaf]

    def content(self, sha256: str) -> Kept | None:
        """Return the row of a content, one of this operation's too, or ``None``."""
        found = self._contents.get(sha256) or super().content(sha256)
        if found is not None:
            self._contents[sha256] = found
        return found

    def nodes(self, places: Sequence[Place]) -> list[bytes]:
        """Return the hashes of perfect nodes, in order, those of this operation too."""
        there = iter(super().nodes([place for place in places if place not in self._nodes]))
        return [self._nodes.get(place) or next(there) for place in places]

    def signed_at(self, size: Any) -> bytes | None:
        """Return the checkpoint of exactly so many entries, ``None`` where none was signed."""
        return self._note if size == self.frontier.size else super().signed_at(size)

    def sign(self, note: bytes) -> None:
        """Keep the checkpoint of all entries so far."""
        self._unwritten.trail.append(
            (tables.checkpoint, {"size": self.frontier.size, "note": note})
        )
        self._note = note

    def append(
        self,
        written: Written,
        states: tuple[State, ...],
        contents: Mapping[str, Content | None],
        read: Read = unread,
    ) -> None:
        """Add an entry, the items it left behind and the contents it promises.

        ``read`` gives the bytes of contents that came before, to be found by their words.
        """
        index = written.entry.index
        if index == written.entry.operation.first:  # a rebuild has many operations
            if self._weight > AT_HAND:
                self._let_go()
            self.written.clear()
            self._nodes.clear()
            self._note = None
        self._grow(written)
        owed = list(search.owed([state.item for state in states], self.look))
        for state in states:
            self._save(state, index)
        self.may.met(state.item for state in states)
        kept = {content.sha256: content for content in contents.values() if content}
        for content in kept.values():
            self._keep(content, index)
        brought = {digest: of.data for digest, of in kept.items() if of.data is not None}
        for place, (revision, again) in enumerate(owed):
            document = self.look(Document, revision.document)
            assert document is not None
            passage = search.Passage(index, place, revision, document, again)
            self.index(passage, lambda digest: brought.get(digest) or read(digest))
        self._weight += AT_HAND // TOGETHER
        if len(self.written) % TOGETHER == 0:
            self.flush()
            if sum(len(kept.data or b"") for kept in self._contents.values()) > AT_HAND:
                self._contents.clear()

    def index(self, passage: search.Passage, read: Read) -> None:
        """Let a revision be found by its words."""
        words = search.Words.of(
            passage.document, search.texts(passage.revision, read), self._known.forms
        )
        row: dict[str, Any] = {"number": passage.number, "id": passage.revision.id}
        row |= {"since_entry": passage.since, "until_entry": None}
        home = tables.passage
        if self.connection.dialect.name == "sqlite":
            self._unwritten.new[search.FTS].append({"rowid": passage.number, **words.row()})
        else:
            home, row["words"] = search.VECTORS, words.vector()
        self._unwritten.follow(home, row, passage.again)

    def index_all(self, read: Read) -> None:
        """Let every revision be found that an earlier version issued."""
        for done, passage in enumerate(search.passages(self), 1):
            self.index(passage, read)
            if done % TOGETHER == 0:
                self.flush()

    def _let_go(self) -> None:
        self.flush()  # what comes next reads from here what it has to do with
        self._contents.clear()
        self._weight = 0

    def flush(self) -> None:
        """Write what was gathered."""
        self._unwritten.write(self.connection)
        self._unwritten = Rows()

    def settle(self, name: str, held: Held, due: Held) -> None:
        """Note what a store holds, and what this operation brings it to.

        Contents that every store holds are let go of. Raise ``NotJoined`` for one that none
        wait for.
        """
        row = self._stores[name] = _row(name, held, due)
        if not _SETTLE.do(self.connection, own=name, **row):
            raise NotJoined(name)
        _LET_GO.do(self.connection)

    def enrol(self, name: str, held: Held = NOTHING) -> None:
        """Let contents wait for a store from now on; it holds so much already."""
        row = self._stores[name] = _row(name, held, held)
        inserting(tables.store).do(self.connection, **row)
        self.waits = self.connection.scalars(select(func.min(tables.store.c.size))).one()

    def give_up(self, name: str, day: date) -> None:
        """Let no content wait for a store any longer, and remember on which day it was given up."""
        self.settle(name, Held(tables.GONE, None), Held(0, day.isoformat()))

    def forget(self, name: str) -> None:
        """Let no content wait for a store that never came to be."""
        self._stores[name] = None
        self.connection.execute(delete(tables.store).where(tables.store.c.name == name))
        _LET_GO.do(self.connection)

    def close(self) -> None:
        """Write the right edge of the tree."""
        self.flush()
        size, peaks = self.frontier.size, self.frontier.to_bytes()
        _CLOSE.do(self.connection, size=size, peaks=peaks, at=self.at)

    def is_in(self, then: Connection) -> bool:
        """Tell whether the last entry of this operation is in the ledger, byte by byte.

        Where it made none, whether every store is there as it has left it.
        """
        if not self.written:
            return all(_stored(then, name) == row for name, row in self._stores.items())
        last = self.written[-1]
        query = select(tables.entry.c.data).where(tables.entry.c.index == last.entry.index)
        found = then.scalar(query)
        return found is not None and bytes(found) == last.data

    def remember(self) -> None:
        """Let later operations know what this one has met; only for one that was committed."""
        if not self._leaf:
            return
        if not self._same:  # others wrote in between: what was not looked at since may be old
            for own in self._known.items.keys() - self._seen.keys():
                del self._known.items[own]
        for since, item in self._saved.values():
            self._known.put(item, since)
        self._known.call({name: own for name, own in self._names.items() if own})
        self._known.edge = (self.frontier.size, self.frontier.to_bytes())
        self._known.leaf = self._leaf

    def _remember(self, *nodes: Node) -> None:
        self._nodes |= {(node.level, node.idx): node.hash for node in nodes}

    def _grow(self, written: Written) -> None:
        entry, data = written
        self.written.append(written)
        self.frontier, nodes = self.frontier.grow(leaf(data))
        self._remember(*nodes)
        self._leaf = nodes[0].hash
        self.at = moment(entry.at)
        row = {"index": entry.index, "at": self.at, "actor": entry.actor.id, "kind": entry.kind}
        row |= {"item": entry.item, "data": data}
        self._unwritten.trail.append((tables.entry, row))
        self._unwritten.new[tables.node] += [node._asdict() for node in nodes]

    def _save(self, state: State, index: int) -> None:
        item, data = state
        before = self.look(type(item), item.id)
        columns = {name: cell(getattr(item, name)) for name in item.columns}
        row = {"id": item.id, "since_entry": index, "until_entry": None, "code": item.code}
        row |= {"sort": sort_key(item.code), "body": data.decode(), **columns}
        self._unwritten.follow(tables.HOME[type(item)], row, before is not None)
        self._seen[item.id] = item
        self._saved[item.id] = index, item
        for spelling in item.spellings() - (before.spellings() if before else frozenset()):
            self._name(item, spelling)

    def _name(self, item: Item, spelling: str) -> None:
        name = (item.register, spelling)
        if self.identify(type(item), spelling) is None:
            row = {"register": item.register, "key": spelling, "id": item.id}
            self._unwritten.new[tables.code].append(row)
        self._names[name] = item.id

    def _keep(self, content: Content, index: int) -> None:
        if content.data is None:
            known = self.content(content.sha256)
            if known is None or known.size != content.size:
                raise BytesMissing(content.sha256)
        elif content.sha256 not in self._contents:
            kept = Kept(content.sha256, content.size, blob_id(content.data), index, content.data)
            self._contents[kept.sha256] = kept
            self._weight += kept.size
            waiting = kept if index >= self.waits else kept._replace(data=None)
            self._unwritten.new[tables.content].append(waiting._asdict())


@cache
def _looking(item: type[Item]) -> Prepared:
    # Whoever knows an item since an entry is told its body only when it is another by now.
    home = tables.HOME[item].c
    known = case((home.since_entry == bindparam("known"), None), else_=home.body).label("body")
    own = home.id == bindparam("own")
    return Prepared(select(home.since_entry, known).where(own, home.until_entry.is_(None)))


def _settling() -> Prepared:
    names = ("size", "commit", "due_size", "due_commit")
    row: dict[str, Any] = {name: bindparam(name) for name in names}
    own = tables.store.c.name == bindparam("own")
    return Prepared(update(tables.store).where(own).values(row))


def _stored(connection: Connection, name: str) -> dict[str, Any] | None:
    query = select(tables.store).where(tables.store.c.name == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else row._asdict()


def _row(name: str, held: Held, due: Held) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "size": held.size, "commit": held.commit or ""}
    return row | {"due_size": due.size, "due_commit": due.commit or ""}


def _letting_go() -> Prepared:
    content = tables.content.c
    held = select(func.min(tables.store.c.size)).scalar_subquery()
    waiting = update(tables.content).where(content.first < held, content.data.is_not(None))
    return Prepared(waiting.values(data=null()))


def _closing() -> Prepared:
    row: dict[str, Any] = {name: bindparam(name) for name in ("size", "peaks", "at")}
    return Prepared(update(tables.head).values(row))


_SETTLE, _LET_GO, _CLOSE = _settling(), _letting_go(), _closing()
_NEXT_NAME = Prepared(text(statements.NEXT_NAME))
