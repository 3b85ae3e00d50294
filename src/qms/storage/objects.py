"""Git's object database: written in process and durably, every object proved by its id when read.

Git runs only for what lies in packs, one kept process for all of it. It gets an environment and
settings of ours, so that nothing in the repository or around us can make it run or fetch a thing.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from secrets import token_hex
from struct import unpack_from
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock, RLock

from git import Git, GitCmdObjectDB, Repo
from gitdb import IStream
from gitdb.utils.encoding import force_text

from ..errors import NotFound, Untrusted
from .trees import Object, StrangeObject, Tree

_ID = re.compile(r"[0-9a-f]{40}")

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.commitGraph=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "gc.auto=0",
)

_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    # A config may allow one protocol by name, and have what is missing fetched: these outrank it.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}


class Missing(NotFound):
    """The store does not hold this object."""

    vi = "Kho không có đối tượng này."


class Damaged(Untrusted):
    """The object's bytes are not those its id was made from."""

    vi = "Nội dung đối tượng không khớp với mã của nó."


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an object's id."""
    return _ID.fullmatch(text) is not None


def sync(path: str | Path) -> None:
    """Return when a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Plumbing(Git):
    """Git as this house runs it: plumbing only, in an environment of our own."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder

    def execute(  # type: ignore[override]
        self, command: Sequence[str], istream: int | None = None, **_: object
    ) -> Git.AutoInterrupt:
        """Return the started process; whoever asked reads its pipe."""
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        process = Popen(
            [shutil.which("git") or "git", *settings, *command[1:]],
            stdin=istream or DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={**_ENVIRONMENT, "GIT_DIR": self._folder},
        )
        return self.AutoInterrupt(process, command)


class PackIndex:
    """Which objects one pack holds: git's pack index, version 2."""

    def __init__(self, path: str) -> None:
        self._table: mmap | bytes = b""
        # A pack that went this moment, or an index that is none, holds nothing to rely on.
        with suppress(OSError, ValueError), open(path, "rb") as file:
            table = mmap(file.fileno(), 0, access=ACCESS_READ)
            if len(table) >= 1032 and table[:8] == b"\xfftOc\0\0\0\2":
                self._table = table

    def __contains__(self, id: bytes) -> bool:
        if not self._table:
            return False
        # First 256 numbers, how many ids there are up to each first byte; then the ids, sorted.
        low = unpack_from(">I", self._table, 4 + 4 * id[0])[0] if id[0] else 0
        high = unpack_from(">I", self._table, 8 + 4 * id[0])[0]
        place = bisect_left(range(high), id, low, high, key=self._id)
        return self._id(place) == id

    def _id(self, place: int) -> bytes:
        return self._table[1032 + 20 * place : 1052 + 20 * place]


class Objects(GitCmdObjectDB):
    """GitPython's object database, with every object written in process and proved when read."""

    def __init__(self, root_path: str, git: Git) -> None:
        super().__init__(root_path, git)
        self._folder = root_path
        self._lock = RLock()
        self._packs: dict[str, PackIndex] = {}

    def read(self, kind: str, id: str) -> bytes:
        """Return an object's bytes, or raise `Missing`, `Damaged` or `StrangeObject`."""
        if not is_id(id):
            raise Missing(ascii(id))
        found = self._loose(id) or self._packed(id)
        if found.kind != kind:
            raise StrangeObject(id)
        return found.data

    def store(self, istream: IStream) -> IStream:
        """Keep one object that comes by way of GitPython."""
        given = Object(force_text(istream.type), istream.read())
        self.keep({given.id: given})
        istream.binsha = bytes.fromhex(given.id)
        return istream

    def keep(self, objects: Mapping[str, Object]) -> None:
        """Write the objects that are not here yet; on return all of them are durable.

        One barrier for all: every object is written, every one synced, then each gets its name,
        in the order given, and the folders are synced. Whoever is killed in between leaves drafts,
        or objects that nothing speaks of.
        """
        loose = self._unpacked(objects)
        new = [id for id in loose if not self._intact(id)]
        folders = {os.path.dirname(self._file(id)) for id in loose}
        made = [folder for folder in folders if not os.path.isdir(folder)]
        for folder in made:
            os.makedirs(folder, exist_ok=True)
        with ExitStack() as undo:
            drafts = [self._draft(objects[id], undo) for id in new]
            for draft in drafts:
                sync(draft)
            for draft, id in zip(drafts, new, strict=True):
                os.rename(draft, self._file(id))
            undo.pop_all()
        for id in set(loose).difference(new):
            # Here, but perhaps in memory only: whoever wrote it may have been killed.
            sync(self._file(id))
        for folder in folders | ({self._folder} if made else set()):
            sync(folder)

    def _file(self, id: str) -> str:
        return f"{self._folder}/{id[:2]}/{id[2:]}"

    def _draft(self, given: Object, undo: ExitStack) -> str:
        # The name is git's, so that `git prune` too knows what it is.
        draft = f"{self._folder}/tmp_obj_{token_hex(8)}"
        undo.callback(Path(draft).unlink, missing_ok=True)
        # Trees and commits are mostly ids, which do not compress.
        packed = zlib.compress(given.whole, 1 if given.kind == "blob" else 0)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as file:
            file.write(packed)
            file.flush()
            if hasattr(os, "posix_fadvise"):
                # Begin to write out but do not wait: the syncs that follow share the disk's work.
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return draft

    def _intact(self, id: str) -> bool:
        # What a power failure cut short is written again.
        with suppress(Damaged):
            return os.path.exists(self._file(id)) and self._loose(id) is not None
        return False

    def _loose(self, id: str) -> Object | None:
        try:
            with open(self._file(id), "rb") as file:
                whole = zlib.decompressobj().decompress(file.read())
        except FileNotFoundError:
            return None
        except zlib.error as error:
            raise Damaged(id) from error
        head, _, data = whole.partition(b"\0")
        return _proved(id, head.split(b" ")[0].decode("latin-1"), data)

    def _packed(self, id: str) -> Object:
        if self._unpacked([id]):
            raise Missing(id)
        with self._lock:
            for _ in range(2):  # somebody may have killed the kept process: then a new one
                with suppress(OSError, ValueError):
                    found = self.stream(bytes.fromhex(id))
                    return _proved(id, force_text(found.type), found.read())
                self._git.clear_cache()
        raise Damaged(id)

    def _unpacked(self, ids: Sequence[str] | Mapping[str, Object]) -> list[str]:
        folder = f"{self._folder}/pack"
        found = [name for name in os.listdir(folder) if name.endswith(".idx")]
        with self._lock:
            packs = {name: self._packs.get(name) or PackIndex(f"{folder}/{name}") for name in found}
            self._packs = packs
        return [id for id in ids if not any(bytes.fromhex(id) in pack for pack in packs.values())]


def _proved(id: str, kind: str, data: bytes) -> Object:
    found = Object(kind, data)
    if found.id != id:
        raise Damaged(id)
    return found


class Repository(Repo):
    """GitPython's repository, in this folder whatever the environment says."""

    odb: Objects

    def __init__(self, path: str) -> None:
        # Not super().__init__: GIT_DIR, GIT_COMMON_DIR and GIT_OBJECT_DIRECTORY lead it elsewhere,
        # and it follows the includes of a config that may be anybody's.
        self.git_dir = self._common_dir = self.working_dir = path
        self._bare = True
        self.git = Plumbing(path)
        self.odb = Objects(f"{path}/objects", self.git)


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

    def put(self, id: str, tree: Tree) -> None:
        """Keep a tree, and let go of those unused for longest."""
        with self._lock:
            if id not in self._trees:
                self._trees[id] = tree
                self._left -= len(tree.data)
            while self._left < 0:
                self._left += len(self._trees.popitem(last=False)[1].data)
