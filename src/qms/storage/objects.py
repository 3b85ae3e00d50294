"""Git's object database: written in process and durably, every object proved by its id when read.

What is kept together lies in one pack. Only so many packs of one size come together: then whoever
wrote last puts them into one, unless somebody holds the packs: has git read them all, or copies
them. So there are few of each size, however many operations there were, and each object is moved
no more often than there are sizes.
"""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from threading import Lock, RLock
from typing import Final

from ..errors import NotFound, Untrusted
from . import packs
from .durable import Waits, sync
from .packs import ENDS, TIERS, Broken, Pack, Row
from .trees import Object, StrangeObject, Tree
from .trouble import writing

_ID = re.compile(r"[0-9a-f]{40}")

MOST: Final = 64
"""How many packs of one tier there may be."""

SOON: Final = 1
"""How many tiers whoever wrote last looks after at once; after the others, who closes a store."""

AT_ONCE: Final = 16 << 20
"""Bytes after which one pack takes in no more others: somebody waits for it."""

OPEN: Final = 16
"""How many packs stay open: those asked last."""

DRAFT: Final = "tmp_"
"""How drafts are called; of what an operation brings, nobody alive has one without the lock."""

_ROOM: Final = packs.HEAVIEST + 1_024
"""Bytes of an object with its head that are read where it lies alone."""

GATHERED: Final = "tmp_gathered_"
"""How the draft of a gathering is called, whose lock is that of the packs."""


class Missing(NotFound):
    """The store does not hold this object."""

    vi = "Kho không có đối tượng này."


class Damaged(Untrusted):
    """The object's bytes are not those its id was made from."""

    vi = "Nội dung đối tượng không khớp với mã của nó."


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an object's id."""
    return _ID.fullmatch(text) is not None


@contextmanager
def held(folder: str | Path, how: int = fcntl.LOCK_SH) -> Iterator[None]:
    """Hold a folder, that of the packs so that none goes; raise ``BlockingIOError`` as asked."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


class Objects:
    """The objects of one repository; threads may share them."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._lock = RLock()
        self._packs: dict[str, Pack] = {}

    def read(self, kind: str, id: str) -> bytes:
        """Return an object's bytes, or raise `Missing`, `Damaged` or `StrangeObject`."""
        found = self.get(id)
        if found.kind != kind:
            raise StrangeObject(id)
        return found.data

    def get(self, id: str) -> Object:
        """Return an object of any kind, or raise `Missing` or `Damaged`."""
        if not is_id(id):
            raise Missing(ascii(id))
        with writing(self._folder):
            found = self._packed(id) or self._loose(id) or self._sought(id)
            if found is None:
                raise (Damaged if self._holds(id) else Missing)(id)
        return found

    def look(self) -> None:
        """Look first into what others have written since, when an object is asked for next."""
        self._listed()

    def shut(self) -> None:
        """Keep no file open, until an object is asked for next."""
        for pack in self._packs.values():
            pack.shut()

    def _sought(self, id: str) -> Object | None:
        """Look again for as long as others write packs, and take some in."""
        before, found = set[str](), None
        while found is None and before != (now := self._listed()):
            before, found = now, self._packed(id) or self._loose(id)
        return found

    def keep(self, objects: Mapping[str, Object], waits: Waits) -> None:
        """Write objects in one pack; on return they are durable, and what was waited for is.

        A pack gets its name when it is on the disk: whoever is killed leaves drafts, or
        objects that nothing speaks of, and the same objects again are the same pack.
        """
        name = packs.name(map(bytes.fromhex, objects))
        base = f"{self._folder}/pack"
        if all(os.path.exists(f"{base}/{name}.{end}") for end in ("idx", "pack")):
            waits.over()
        else:
            rows = (packs.row(*one) for one in objects.items())
            self._write(rows, waits, f"{DRAFT}{name}")
        # Here, but perhaps in memory only: whoever wrote it may have been killed.
        sync(base)

    def gather(self, tiers: int = len(TIERS)) -> None:
        """Put packs of one of the first tiers into one, if there are enough and nobody holds them.

        Others may write meanwhile. Each goes only when all it holds is on the disk once more.
        """
        taken: set[str] = set()
        with self._ripe(tiers) as ripe:
            rows = self._taken(ripe, taken)
            first = next(rows, None)
            if first is None:  # no pack is whole
                return
            for end in ("pack", "idx"):  # who was killed has left it, and nobody may write into it
                _gone(f"{self._folder}/pack/{GATHERED}pack-{end}")
            with Waits() as waits:
                whole = self._write(chain([first], rows), waits, f"{GATHERED}pack")
            sync(f"{self._folder}/pack")
            # One of them may be it: who was killed has gathered the others before.
            self._remove(taken - {whole})

    def _write(self, rows: Iterable[Row], waits: Waits, draft: str) -> str:
        """Write a pack; return its name."""
        base = f"{self._folder}/pack"
        # No draft ends as an index does: git would open it, whatever it is called before.
        drafts = {end: f"{base}/{draft}-{end}" for end in ("pack", "idx")}
        with ExitStack() as undo:
            for name in drafts.values():
                undo.callback(_gone, name)
            waits.add(handle := _new(drafts["pack"]))
            with open(handle, "w+b", closefd=False) as file:
                made = packs.woven(file, rows)
            waits.write(_new(drafts["idx"]), made.ids)
            waits.over()
            for end, name in drafts.items():  # git looks for the index first
                os.rename(name, f"{base}/{made.name}.{end}")
            undo.pop_all()
        self._first(made.name, Pack(f"{base}/{made.name}", made.ids))
        return made.name

    @contextmanager
    def _ripe(self, upto: int) -> Iterator[list[Pack]]:
        """Give packs of one tier, if there are enough and nobody holds them."""
        if not self._enough(upto):
            yield []
            return
        with ExitStack() as hold:
            try:
                hold.enter_context(held(f"{self._folder}/pack", fcntl.LOCK_EX | fcntl.LOCK_NB))
            except BlockingIOError:
                yield []
            else:
                self._listed()
                yield [pack for pack in self._enough(upto) if not pack.kept]

    def _enough(self, upto: int) -> list[Pack]:
        """Return the packs of the first tier that has enough of them."""
        known = self._packs.values()
        if len(known) < MOST:
            return []
        tiers = ([pack for pack in known if pack.tier == tier] for tier in range(upto))
        return next((tier for tier in tiers if len(tier) >= MOST), [])

    def _taken(self, ripe: Iterable[Pack], taken: set[str]) -> Iterator[Row]:
        """Yield what packs hold; say meanwhile which were taken."""
        left = AT_ONCE
        for pack in ripe:
            if left <= 0 or len(taken) == MOST:
                return
            try:
                for row in pack.rows():
                    left -= len(row.data)
                    yield row
                taken.add(pack.name)
            except Broken:
                pack.leave()
            pack.shut()

    def _remove(self, names: Set[str]) -> None:
        for name in names:
            for end in ENDS:
                _gone(f"{self._folder}/pack/{name}.{end}")
        with self._lock:
            self._packs = {name: pack for name, pack in self._packs.items() if name not in names}

    def _listed(self) -> set[str]:
        """Look again which packs there are; others write some, and git packs anew."""
        folder = f"{self._folder}/pack"
        with writing(folder):
            names = {name[:-4] for name in os.listdir(folder) if name.endswith(".idx")}
        with self._lock:
            whole = (one for one in self._packs.items() if one[0] in names)
            known = {name: pack for name, pack in whole if not pack.hollow}
            # What is asked for lies in what others have written last, most often.
            new = [Pack(f"{folder}/{name}") for name in names - known.keys()]
            new.sort(key=attrgetter("written"), reverse=True)
            self._packs = {pack.name: pack for pack in new} | known
            for behind in islice(self._packs.values(), OPEN, None):
                behind.shut()
        return names

    def _packed(self, id: str) -> Object | None:
        digest = bytes.fromhex(id)
        for place, (name, pack) in enumerate(self._packs.items()):
            with suppress(Broken):
                found = pack.read(digest)
                if found is not None and found.id == id:
                    self._first(name, pack)
                    return found
            if place >= OPEN:
                pack.shut()
        return None

    def _first(self, name: str, pack: Pack) -> None:
        # What is asked for next lies near by, most often.
        if next(iter(self._packs), "") != name:
            with self._lock:
                others = {one: other for one, other in self._packs.items() if one != name}
                self._packs = {name: pack} | others
                for behind in islice(self._packs.values(), OPEN, OPEN + 1):
                    behind.shut()

    def _loose(self, id: str) -> Object | None:
        try:
            with open(self._file(id), "rb") as file:
                whole = zlib.decompressobj().decompress(file.read(_ROOM), _ROOM)
        except (FileNotFoundError, zlib.error):
            return None
        head, _, data = whole.partition(b"\0")
        found = Object(head.split(b" ")[0].decode("latin-1"), data)
        return found if found.id == id else None

    def _holds(self, id: str) -> bool:
        digest = bytes.fromhex(id)
        for place, pack in enumerate(self._packs.values()):
            if digest in pack:
                return True
            if place >= OPEN:
                pack.shut()
        return os.path.exists(self._file(id))

    def _file(self, id: str) -> str:
        return f"{self._folder}/{id[:2]}/{id[2:]}"


def _new(file: str) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o444)


def _gone(file: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(file)


class TreeCache:
    """The trees used last, up to a number of bytes."""

    def __init__(self, room: int) -> None:
        self._left = room
        self._trees: OrderedDict[str, Tree] = OrderedDict()
        self._lock = Lock()

    def get(self, id: str) -> Tree | None:
        """Return a tree, if it is here."""
        with self._lock:
            if id in self._trees:
                self._trees.move_to_end(id)
            return self._trees.get(id)

    def put(self, id: str, tree: Tree, before: str = "") -> None:
        """Keep a tree in the place of what it was before; let go of those unused for longest."""
        with self._lock:
            if before in self._trees:
                self._left += self._trees.pop(before).room
            if id not in self._trees:
                self._trees[id] = tree
                self._left -= tree.room
            while self._left < 0:
                self._left += self._trees.popitem(last=False)[1].room
