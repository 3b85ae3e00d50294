"""The sources that verification reads: the living system, and a clone alone."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from hashlib import sha256
from itertools import count, groupby
from operator import attrgetter
from posixpath import dirname
from tempfile import gettempdir
from typing import Any, Self, TypeAlias

from sqlalchemy import select

from ..changes import Item
from ..errors import NotFound, QMSError, Unreadable
from ..proofs.merkle import Frontier
from ..registers.records import Correction, Record, destroyable
from ..trail.entry import CHECKPOINT, entry_path
from ..trail.source import Edge, Label, Row, Step
from . import apart, schema, tables
from .reader import TOGETHER, Reader
from .recovery import held, said
from .store import Store
from .trouble import Damaged, called
from .vault import Vault

View: TypeAlias = Callable[[], AbstractContextManager[Reader]]
"""Opens one more view of a ledger."""


class Living(apart.Ranges):
    """A system as it is: its ledger, its store, its vault."""

    def __init__(
        self, now: Reader, store: Store, vault: Vault, later: View | None = None, apart: str = ""
    ) -> None:
        super().__init__(now.run)
        # ``apart`` is the store's own name where no other machine shares its vault.
        self._now, self._store, self._vault, self._apart = now, store, vault, apart
        self._later = later or (lambda: nullcontext(now))
        self._head: str | None = None
        self._places: Mapping[str, Any] = {}

    def still(self) -> Self:
        """Return this source, held to where git and the ledger are now.

        Both agree for whoever lets nobody write meanwhile.
        """
        with suppress(QMSError):  # a head that cannot be read is found later
            self._head = self._store.head()
            self._now.size()  # a view begins with its first question
        return self

    def size(self) -> int:
        """Return how many entries the ledger says it has."""
        return self._now.size()

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of each entry from an index on, in order."""
        return self._now.entries(start=start)

    def apart(self, height: int, count: int) -> AbstractContextManager[Callable[[], bytes]]:
        """Begin to make the tops of so many subtrees on another core, the last one first."""
        url = self._now.connection.engine.url
        if url.get_backend_name() == "sqlite":
            return apart.tops(url.database or "", "", height, count)
        instant = self._now.connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        return apart.tops(url.render_as_string(hide_password=False), instant, height, count)

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Yield each signed checkpoint with its size, in order."""
        return self._now.checkpoints()

    def expect(self, digests: Collection[str]) -> None:
        """Look up together where contents lie that are asked for next."""
        self._places = self._now.places(digests) if digests else {}

    def content(self, digest: str) -> bytes | None:
        """Return the bytes of a content, from git once it has them."""
        place = self._places.get(digest) or self._now.places([digest]).get(digest)
        if place is None:
            return None
        data = self._waiting(digest) if place.waits else _blob(self._store, place.blob)
        if data is not None and len(data) != place.size and sha256(data).hexdigest() == digest:
            raise Damaged(digest)  # the bytes are right, what the ledger says of them is not
        return data

    def evidence(self, digest: str) -> bytes | None:
        """Return the bytes of a piece of evidence, as they are."""
        return self._vault.found(digest)

    def over(self) -> frozenset[str]:
        """Return what may be destroyed by now, in a view of the ledger that begins here."""
        with self._later() as now:
            return destroyable(now.select(Record), now.select(Correction))

    def elsewhere(self) -> list[str]:
        """Return the stores of the other machines, where this one has a vault apart from them."""
        return [name for name in self._now.stores() if name != self._apart] if self._apart else []

    def edge(self) -> Edge:
        """Return what the head row says."""
        head, root = self._now.head(), b""
        with suppress(Unreadable):
            root = Frontier.from_bytes(head.size, head.peaks).root()
        return Edge(head.size, root, head.log, head.at)

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield the kept nodes in the order in which they were completed."""
        node = tables.node.c
        completed = (node.idx + 1).op("<<")(node.level)
        query = select(node.level, node.idx, node.hash).order_by(completed, node.level)
        for level, idx, digest in self._now.stream(query):
            yield level, idx, bytes(digest)

    def nodes_kept(self) -> int:
        """Return how many nodes there are."""
        return self._now.nodes_kept()

    def newest(self) -> bytes | None:
        """Return the newest checkpoint, ``None`` before the first."""
        return self._now.checkpoint()

    def rows(self) -> Iterator[Row]:
        """Yield every version of every item, by the entry that made it."""
        every = (self._versions(item) for item in tables.HOME)
        return heapq.merge(*every, key=attrgetter("since"))

    def rows_of(self, items: Collection[str]) -> Iterator[Row]:
        """Yield every version of these items, by their ids, and read no others."""
        registers = {one.register: one for one in tables.HOME}
        ordered = groupby(sorted(items), key=lambda own: own.partition(":")[0])
        for register, group in ordered:
            home, own = registers.get(register), list(group)
            if home is None:
                continue  # a trail may speak of what no table holds
            for start in range(0, len(own), TOGETHER):
                these = tables.HOME[home].c.id.in_(own[start : start + TOGETHER])
                yield from self._versions(home, these)

    def labels(self) -> Iterator[Label]:
        """Yield what the ledger says beside each entry, in order."""
        return map(Label._make, self._now.stream(_LABELS))

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Yield each key that leads to an item."""
        query = select(tables.code.c.register, tables.code.c.key, tables.code.c.id)
        return (tuple(row) for row in self._now.stream(query))

    def disagreeing(self) -> Iterator[str]:
        """Yield each index that says otherwise than its table."""
        return schema.disagreeing(self._now.connection)

    def misshapen(self) -> Iterator[str]:
        """Yield each table, index, guard and view that is not as a founding makes it."""
        return schema.misshapen(self._now.connection)

    def files(self, until: ExitStack) -> Iterator[tuple[str, str]]:
        """Yield path and blob of each file at the head."""
        return _files(self._store, lambda: self._head or self._store.head(), until)

    def beside(self) -> Iterator[str]:
        """Yield what lies in the store beside its branch."""
        return self._store.beside()

    def steps(self) -> Iterator[Step]:
        """Yield the commits, oldest first; what the ledger knows by another id says nothing."""
        rows = list(self._now.stream(select(tables.store)))
        known = {row.size: row.commit for row in rows if self._ends(row.commit, row.size)}
        later = False
        for step in steps(self._store):
            ours = known.get(step.end or 0, step.id) == step.id
            if not later:
                yield step if ours else step._replace(first=None)
            later = later or step.id == self._head

    def _ends(self, commit: str, size: int) -> bool:
        """Tell whether a commit says that it ends there, if it says anything: rows are altered."""
        with suppress(QMSError):
            return said(self._store, commit)[1] == size
        return True

    def _waiting(self, digest: str) -> bytes | None:
        row = self._now.content(digest)
        return bytes(row.data) if row and row.data is not None else None

    def _versions(self, item: type[Item], *where: Any) -> Iterator[Row]:
        home, register = tables.HOME[item].c, item.register
        beside = (home.code, home.sort, *(home[name] for name in item.columns))
        query = select(home.id, home.since_entry, home.until_entry, home.body, *beside)
        for own, since, until, body, *told in self._now.stream(
            query.where(*where).order_by(home.since_entry, home.id)
        ):
            yield Row(register, own, since, until, str(body).encode(), tuple(told))


class Clone:
    """A clone alone: what git has, with no ledger beside it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._head = store.head() or ""
        self._blobs: Blobs | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._blobs is not None:
            self._blobs.close()

    def size(self) -> int:
        """Return how many entries the newest commit says there are."""
        with suppress(QMSError):
            return held(self._store)
        with suppress(QMSError):  # somebody else's commit lies on top
            return max((step.end or 0 for step in self.steps()), default=0)
        return 0

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of each entry from an index on, in order."""
        with suppress(NotFound):
            for folder, places in groupby(map(entry_path, count(start)), dirname):
                found = dict(self._store.files(self._head, folder)) if self._head else {}
                for place in places:
                    if place not in found:
                        return
                    yield self._store.blob(found[place])

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Yield each signed checkpoint with the size that its commit says, in order."""
        before = ""
        for step in self.steps():
            if step.note and step.note != before:
                before = step.note
                yield step.end or 0, self._store.blob(step.note)

    def expect(self, digests: Collection[str]) -> None:
        """Do nothing: a clone looks up each."""

    def content(self, digest: str) -> bytes | None:
        """Return the bytes of a content that any commit brought."""
        if self._blobs is None:
            self._blobs = Blobs(self._all())
        blob = self._blobs.found(digest)
        return _blob(self._store, blob) if blob else None

    def evidence(self, digest: str) -> None:
        """Return nothing: evidence never enters git."""

    def over(self) -> frozenset[str]:
        """Return nothing: a clone has no vault."""
        return frozenset()

    def elsewhere(self) -> None:
        """Return nothing: evidence never enters git."""

    def edge(self) -> None:
        """Return nothing: a clone has no ledger."""

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield nothing: a clone keeps no nodes."""
        return iter(())

    def rows(self) -> Iterator[Row]:
        """Yield nothing: a clone has no tables."""
        return iter(())

    def rows_of(self, items: Collection[str]) -> Iterator[Row]:
        """Yield nothing: a clone has no tables."""
        return iter(())

    def labels(self) -> Iterator[Label]:
        """Yield nothing: a clone has no tables."""
        return iter(())

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Yield nothing: a clone has no tables."""
        return iter(())

    def disagreeing(self) -> Iterator[str]:
        """Yield nothing: a clone has no tables."""
        return iter(())

    def misshapen(self) -> Iterator[str]:
        """Yield nothing: a clone has no tables."""
        return iter(())

    def files(self, until: ExitStack) -> Iterator[tuple[str, str]]:
        """Yield path and blob of each file at the head."""
        return _files(self._store, lambda: self._head, until)

    def beside(self) -> Iterator[str]:
        """Yield what lies in the store beside its branch."""
        return self._store.beside()

    def steps(self) -> Iterator[Step]:
        """Yield the commits, oldest first."""
        return steps(self._store)

    def _all(self) -> Iterator[tuple[str, str]]:
        parent: str | None = None
        for commit in self._store.commits():
            for _, blob in self._store.changed(parent, commit, but="trail"):
                if blob:
                    with suppress(QMSError):  # what cannot be read is missed where it is promised
                        yield sha256(self._store.blob(blob)).hexdigest(), blob
            parent = commit


class Blobs:
    """Which blob of git has which digest: on the disk, for there is one to every text ever."""

    def __init__(self, found: Iterable[tuple[str, str]]) -> None:
        with _named(), ExitStack() as failed:
            self._kept = sqlite3.connect("")  # a file without a name, gone when it is closed
            failed.callback(self.close)
            self._kept.execute("CREATE TABLE blob (digest TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID")
            with self._kept:
                self._kept.executemany("INSERT OR REPLACE INTO blob VALUES (?, ?)", found)
            failed.pop_all()

    def found(self, digest: str) -> str | None:
        """Return the blob with a digest, ``None`` where there is none."""
        with _named():
            query = "SELECT id FROM blob WHERE digest = ?"
            row = self._kept.execute(query, (digest,)).fetchone()
        return row and str(row[0])

    def close(self) -> None:
        """Let go of it."""
        self._kept.close()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if named := called(error, gettempdir()):
            raise named from error
        raise


def _files(
    store: Store, head: Callable[[], str | None], until: ExitStack
) -> Iterator[tuple[str, str]]:
    """Yield the files of a commit; at their end, raise ``Damaged`` where git itself finds harm.

    It begins to look for harm at once, beside us, and does so no longer than ``until``.
    """
    checked = until.enter_context(store.checking())

    def found() -> Iterator[tuple[str, str]]:
        if commit := head():
            yield from store.files(commit)
            checked()

    return found()


def _blob(store: Store, blob: str) -> bytes | None:
    try:
        return store.blob(blob)
    except NotFound:
        return None


def steps(store: Store) -> Iterator[Step]:
    """Yield the commits of a store, oldest first, with what each says it brings."""
    for commit in store.commits():
        first, end, note = None, None, ""
        with suppress(QMSError):
            first, end = said(store, commit)
        with suppress(QMSError):
            note = store.found(CHECKPOINT, commit) or ""
        yield Step(commit, first, end, len(store.parents(commit)), note)


_LABELS = select(*(tables.entry.c[name] for name in ("index", "at", "actor", "kind", "item")))
_LABELS = _LABELS.order_by(tables.entry.c.index)
