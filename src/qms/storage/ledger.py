"""The SQL ledger: the trail and what follows from it, one writer at a time.

Invariant: an operation is one transaction; its entries, nodes, items and contents are
there together or not at all. Readers see whole operations only.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, func, insert, inspect, select, update

from ..changes import Item, ItemT
from ..errors import NotFound, Refused
from ..proofs.merkle import Frontier, Node
from ..registers.documents import Document, Revision
from ..trail.entry import Entry, body, leaf, moment
from ..values import Content, key, sort_key
from . import guards, tables
from .store import blob_id
from .trouble import Closed, Damaged, NoLedger, writing


class NotSearchable(NotFound):
    """This register is not searched by that column."""

    vi = "Sổ này không tra cứu theo cột đó."


class BytesMissing(Refused):
    """A file comes with its bytes, unless the system already has them."""

    clause = "7.5.3"
    vi = "Phải kèm nội dung của tệp, trừ khi hệ thống đã có nội dung đó."


class Reader:
    """One connection's view of the ledger, now or as of an entry."""

    def __init__(self, connection: Connection, as_of: int | None = None) -> None:
        self.connection = connection
        self.as_of = as_of

    def standing(self, item: type[Item]) -> Any:
        """Return the condition that holds for rows as they stand at this view."""
        home = tables.HOME[item].c
        if self.as_of is None:
            return home.until_entry.is_(None)
        later = home.until_entry.is_(None) | (home.until_entry >= self.as_of)
        return (home.since_entry < self.as_of) & later

    def identify(self, item: type[Item], code: str) -> str | None:
        """Return the id behind a code or alias (an id is returned as it is)."""
        if ":" in code:
            return code if code.startswith(f"{item.register}:") else None
        query = select(tables.code.c.id).filter_by(register=item.register, key=key(code))
        return self.connection.execute(query).scalar_one_or_none()

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item by code or id, or ``None``."""
        own = self.identify(item, code)
        home = tables.HOME[item].c
        query = select(home.body).where(home.id == own, self.standing(item))
        found = self.connection.execute(query).scalar_one_or_none() if own else None
        return None if found is None else whole(item, found)

    def select(
        self, item: type[ItemT], *where: Any, order: Any = None, limit: int | None = None
    ) -> Iterator[ItemT]:
        """Yield items under conditions, by code unless ordered otherwise."""
        home = tables.HOME[item].c
        by = (home.sort, home.id) if order is None else order
        query = select(home.body).where(self.standing(item), *where).order_by(*by).limit(limit)
        for found in self.connection.execute(query).scalars():
            yield whole(item, found)

    def equal(self, item: type[Item], name: str, value: object) -> Any:
        """Return the condition that a searchable column has a value (a code or an id)."""
        if name not in item.columns:
            raise NotSearchable(f"{item.register}.{name}")
        column, refers = tables.HOME[item].c[name], item.columns[name]
        if issubclass(refers, Item) and isinstance(value, str) and value:
            value = self.identify(refers, value) or value
        found = tables.cell(value)
        return column.is_(None) if found is None else column == found

    def in_force(self, document: str, day: date) -> Revision | None:
        """Return the revision of a document in force on a day, or ``None``."""
        home = tables.HOME[Revision].c
        own = (home.document == document) & (home.effective <= day.isoformat())
        latest = self.select(Revision, own, _open(day), order=(home.effective.desc(),), limit=1)
        return next(latest, None)

    def all_in_force(self, day: date, where: list[Any]) -> Iterator[tuple[Document, Revision]]:
        """Yield every document with its revision in force on a day, by code."""
        document, revision = tables.HOME[Document], tables.HOME[Revision]
        query = (
            select(document.c.body, revision.c.body)
            .join(revision, revision.c.document == document.c.id)
            .where(self.standing(Document), self.standing(Revision), *where)
            .where(revision.c.effective <= day.isoformat(), _open(day))
            .order_by(document.c.sort, document.c.id)
        )
        for one, other in self.connection.execute(query):
            yield whole(Document, one), whole(Revision, other)

    def owing(self, day: date) -> Iterator[Item]:
        """Yield every item, of whatever register, on which something is due up to a day."""
        for item in (item for item in tables.HOME if "due" in item.columns):
            yield from self.select(item, tables.HOME[item].c.due <= day.isoformat())

    def of_document(self, document: str) -> Iterator[Revision]:
        """Yield the revisions of a document, oldest first."""
        home, version = tables.HOME[Revision].c, tables.HOME[Revision].alias()
        first = select(func.min(version.c.since_entry)).where(version.c.id == home.id)
        order = (first.scalar_subquery(),)
        return self.select(Revision, home.document == document, order=order)

    def reached(self, at: datetime) -> int:
        """Return how many entries there were at a moment."""
        entry = tables.entry.c
        query = select(entry.index).where(entry.at <= moment(at)).order_by(entry.at.desc())
        last = self.connection.execute(query.limit(1)).scalar_one_or_none()
        return 0 if last is None else int(last) + 1

    def moment_of(self, size: int) -> datetime | None:
        """Return the moment of the last of so many entries."""
        query = select(tables.entry.c.at).where(tables.entry.c.index == size - 1)
        found = self.connection.execute(query).scalar_one_or_none()
        return None if found is None else datetime.fromisoformat(found)

    def head(self) -> Any:
        """Return the head row, or raise ``Damaged``."""
        row = self.connection.execute(select(tables.head)).one_or_none()
        if row is None:
            raise Damaged(f"{self.connection.engine.url.render_as_string()}, head")
        return row

    def size(self) -> int:
        """Return how many entries this view has."""
        return int(self.head().size) if self.as_of is None else self.as_of

    def content(self, sha256: str) -> Any:
        """Return the row of a content, or ``None``."""
        query = select(tables.content).filter_by(sha256=sha256)
        return self.connection.execute(query).one_or_none()

    def entries(self, *where: Any, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of entries in order."""
        index = tables.entry.c.index
        query = select(tables.entry.c.data).where(index >= start, *where).order_by(index)
        if self.as_of is not None:
            query = query.where(index < self.as_of)
        for data in self.connection.execution_options(yield_per=500).execute(query).scalars():
            yield bytes(data)

    def node(self, level: int, idx: int) -> bytes:
        """Return the hash of a perfect node of the tree, or raise ``Damaged``."""
        query = select(tables.node.c.hash).filter_by(level=level, idx=idx)
        found = self.connection.execute(query).scalar_one_or_none()
        if found is None:
            raise Damaged(f"node {level}/{idx}")
        return bytes(found)

    def checkpoint(self, size: int | None = None) -> bytes | None:
        """Return the newest checkpoint, of at most so many entries; ``None`` before the first."""
        own, most = tables.checkpoint.c.size, self.as_of if size is None else size
        newest = select(func.max(own))
        found = newest if most is None else newest.where(own <= most)
        return self.signed_at(found.scalar_subquery())

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Yield each checkpoint, as its size and its signed note, in order."""
        query = select(tables.checkpoint).order_by(tables.checkpoint.c.size)
        for row in self.connection.execution_options(yield_per=500).execute(query):
            yield row.size, bytes(row.note)

    def signed_at(self, size: Any) -> bytes | None:
        """Return the checkpoint of exactly so many entries, ``None`` where none was signed."""
        query = select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == size)
        note = self.connection.execute(query).scalar_one_or_none()
        return None if note is None else bytes(note)


class Transaction(Reader):
    """One operation under way. Only ``Ledger.operation`` makes one."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        row = self.head()
        self.log, self.at = str(row.log), str(row.at)
        self.frontier = Frontier.from_bytes(row.size, row.peaks)
        self._seen: dict[str, Item | None] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def identify(self, item: type[Item], code: str) -> str | None:
        """Return the id behind a code, one of this operation's too."""
        name = (item.register, key(code))
        if name not in self._keys and (found := super().identify(item, code)):
            self._keys[name] = found
        return self._keys.get(name)

    def look(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item as this operation has left it so far, or ``None``."""
        own = self.identify(item, code)
        if own is None:
            return None
        if own not in self._seen:
            self._seen[own] = super().look(item, own)
        found = self._seen[own]
        return found if isinstance(found, item) else None

    def node(self, level: int, idx: int) -> bytes:
        """Return the hash of a perfect node, one of this operation's too."""
        return self._nodes.get((level, idx)) or super().node(level, idx)

    def sign(self, note: bytes) -> None:
        """Keep the checkpoint of all entries so far."""
        row = {"size": self.frontier.size, "note": note}
        self.connection.execute(insert(tables.checkpoint), row)

    def append(
        self, entry: Entry, items: tuple[Item, ...], contents: Mapping[str, Content | None]
    ) -> None:
        """Add an entry, the items it left behind and the contents it promises."""
        data = entry.data()
        self._grow(entry, data)
        for item in items:
            self._save(item, entry.index)
        kept = {content.sha256: content for content in contents.values() if content}
        for content in kept.values():
            self._keep(content, entry.index)

    def settle(self, name: str, size: int, commit: str) -> None:
        """Note what a store holds, and let go of contents that every store has."""
        row = {"size": size, "commit": commit}
        done = self.connection.execute(update(tables.store).filter_by(name=name).values(row))
        if not done.rowcount:
            self.connection.execute(insert(tables.store).values(name=name, **row))
        held = min(self.connection.execute(select(tables.store.c.size)).scalars())
        content = tables.content.c
        waiting = (content.first < held) & content.data.is_not(None)
        self.connection.execute(update(tables.content).where(waiting).values(data=None))

    def _remember(self, *nodes: Node) -> None:
        self._nodes |= {(node.level, node.idx): node.hash for node in nodes}

    def _grow(self, entry: Entry, data: bytes) -> None:
        if entry.index == entry.operation.first:  # a rebuild has many operations
            self._nodes.clear()
            self._remember(*self.frontier.nodes())
        self.frontier, nodes = self.frontier.grow(leaf(data))
        self._remember(*nodes)
        row = {
            "index": entry.index,
            "at": entry.model_dump(mode="json", include={"at"})["at"],
            "actor": entry.actor.id,
            "kind": entry.kind,
            "item": entry.item,
            "data": data,
        }
        self.connection.execute(insert(tables.entry), row)
        self.connection.execute(insert(tables.node), [node._asdict() for node in nodes])
        self.at = row["at"]

    def close(self) -> None:
        """Write the right edge of the tree."""
        values = {"size": self.frontier.size, "peaks": self.frontier.to_bytes(), "at": self.at}
        self.connection.execute(update(tables.head).values(values))

    def _save(self, item: Item, index: int) -> None:
        table = tables.HOME[type(item)]
        now = (table.c.id == item.id) & table.c.until_entry.is_(None)
        before = self.look(type(item), item.id)
        if before is not None:
            self.connection.execute(update(table).where(now).values(until_entry=index))
        columns = {name: tables.cell(getattr(item, name)) for name in item.columns}
        row = {"id": item.id, "since_entry": index, "code": item.code, **columns}
        row |= {"sort": sort_key(item.code), "body": body(item).decode()}
        self.connection.execute(insert(table), row)
        self._seen[item.id] = item
        for spelling in item.spellings() - (before.spellings() if before else frozenset()):
            self._name(item, spelling)

    def _name(self, item: Item, spelling: str) -> None:
        self._keys[item.register, spelling] = item.id
        query = select(tables.code.c.id).filter_by(register=item.register, key=spelling)
        if self.connection.execute(query).scalar_one_or_none() is None:
            row = {"register": item.register, "key": spelling, "id": item.id}
            self.connection.execute(insert(tables.code), row)

    def _keep(self, content: Content, index: int) -> None:
        known = self.content(content.sha256)
        if known is not None and known.size == content.size:
            return
        if content.data is None:
            raise BytesMissing(content.sha256)
        row = {"sha256": content.sha256, "size": content.size, "first": index}
        row |= {"blob": blob_id(content.data), "data": content.data}
        self.connection.execute(insert(tables.content), row)


class Ledger:
    """Opens operations and readings on one database."""

    def __init__(self, url: str, lock: Path) -> None:
        self._engine = guards.engine(url)
        self.url = self._engine.url
        self._lock = lock
        self._mutex, self._closed = threading.RLock(), False
        sqlite = self.url.get_backend_name() == "sqlite"
        self._file = Path(self.url.database or "") if sqlite else None

    def check(self) -> None:
        """Raise ``NoLedger`` unless there is one, ``Damaged`` where a table is missing."""
        if self._file is not None and not (self._file.exists() and self._file.stat().st_size):
            raise NoLedger(str(self._file))
        with self.reading() as now:
            found = set(inspect(now.connection).get_table_names())
            missing = sorted(set(tables.metadata.tables) - found)
            if missing:
                about = f"{self.url.render_as_string()}, {', '.join(missing)}"
                raise Damaged(about) if "entry" in found or "head" in found else NoLedger(about)
            now.head()

    def log(self) -> str:
        """Return which trail this database holds entries of, empty where it holds none."""
        with self.reading() as now:
            if not inspect(now.connection).has_table(tables.head.name):
                return ""
            head = now.head()
        return str(head.log) if head.size else ""

    @contextmanager
    def renewed(self, log: str) -> Iterator[Transaction]:
        """Begin an empty trail in place of what was there; all of it in one transaction."""
        with self._writing() as connection:
            tables.metadata.drop_all(connection)
            tables.metadata.create_all(connection)
            empty = {"id": 1, "log": log, "size": 0, "peaks": b"", "at": ""}
            connection.execute(insert(tables.head), empty)
            now = Transaction(connection)
            yield now
            now.close()

    @contextmanager
    def operation(self) -> Iterator[Transaction]:
        """Hold the one write lock; commit at the end, roll back on an error."""
        with self.still() as connection:
            now = Transaction(connection)
            yield now
            now.close()

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """Hold the one write lock, so that nobody else writes."""
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(tables.head.c.id).with_for_update())
            yield connection

    @contextmanager
    def reading(self, as_of: int | None = None) -> Iterator[Reader]:
        """Give one consistent view: PostgreSQL would else see each commit as it comes."""
        with self._connected() as plain:
            postgres = self._engine.dialect.name == "postgresql"
            whole = {"isolation_level": "REPEATABLE READ"} if postgres else {}
            connection = plain.execution_options(**whole)
            with connection.begin():
                yield Reader(connection, as_of)

    def close(self) -> None:
        """Let go of every connection; whoever asks again meets ``Closed``."""
        self._closed = True
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        queue = self._queue()
        with self._mutex, writing(self._lock.parent), queue, self._connected() as plain:
            connection = plain.execution_options(write=True)
            with connection.begin():
                yield connection

    def _connected(self) -> Connection:
        # SQLAlchemy would connect anew, and leave open what somebody has let go of.
        if self._closed:
            raise Closed(self.url.render_as_string())
        return self._engine.connect()

    @contextmanager
    def _queue(self) -> Iterator[None]:
        # SQLite's own waiting is not fair; a queue on a file lock is. PostgreSQL queues itself.
        if self._file is None:
            yield
            return
        with self._lock.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def whole(item: type[ItemT], text: str) -> ItemT:
    """Return the item in the text of a row, or raise ``Damaged``."""
    try:
        return item.model_validate_json(text)
    except (ValueError, Refused) as error:
        raise Damaged(item.register) from error


def _open(day: date) -> Any:
    until = tables.HOME[Revision].c.until
    return until.is_(None) | (until > day.isoformat())
