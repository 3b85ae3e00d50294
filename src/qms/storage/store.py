"""The git store: bytes at paths, in a bare repository with one branch.

Nothing here knows what a document is. The same files on the same parent, by the same author at
the same second, are the same commit; only the folders that change are read and written, and the
branch moves by compare-and-swap. No index, no porcelain, no work tree.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple, Self

from ..errors import NotFound, QMSError
from . import layout
from .branch import Branch, commit_id
from .durable import Waits
from .layout import BRANCH
from .maintenance import Maintained, at_work, maintained
from .objects import DRAFT, SOON, Damaged, Objects, TreeCache, held
from .trees import (
    DEEPEST,
    Blob,
    Commit,
    FileAndFolder,
    Folder,
    Object,
    Row,
    StrangeObject,
    Tree,
    Wish,
    blob_id,
    names,
    nested,
)
from .trouble import writing

if TYPE_CHECKING:
    from .repository import Repository

__all__ = ["Blob", "Composed", "Store", "blob_id"]

ROOM = 48 << 20  # bytes of trees kept in memory

NEAR = 8  # commits: each is asked what it says, what it follows, and what lies where

NOTHING = Tree(b"", {})

_LOCKS = ("HEAD.lock", "config.lock", "packed-refs.lock", "packed-refs.new", f"{BRANCH}.lock")


class NoFile(NotFound):
    """There is no such file in this commit."""

    vi = "Không có tệp này trong lần ghi."


class Composed(NamedTuple):
    """A commit that nobody has written yet: its id, its folder, and all that it brings."""

    id: str
    tree: str
    objects: Mapping[str, Object]


class Store:
    """A bare git repository with one branch; threads may share it."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()
        with writing(self.path):
            layout.check(self.path)
        self._objects = Objects(f"{self.path}/objects")
        self._branch = Branch(self.path)
        self._commit = lru_cache(NEAR)(partial(_commit, self._objects))
        self._trees = TreeCache(ROOM)
        self._newest, self._kept = Composed("", "", {}), ""
        self._wrote = False

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """Return a new store, on the disk; what somebody killed left half made is completed."""
        folder = Path(path).absolute()
        layout.lay(folder)
        return cls(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def beside(self) -> Iterator[str]:
        """Yield what lies here and is neither the branch nor what that leads to."""
        return layout.beside(self.path)

    def close(self) -> None:
        """Let go of git's processes, and of the files that are open; who wrote gathers before."""
        if self._wrote:
            with suppress(OSError, QMSError):
                self._objects.gather()
        self._objects.shut()
        if "_repository" in vars(self):
            self._repository.close()

    def head(self) -> str | None:
        """Return the commit the branch is at, as the files say now; None before the first."""
        return self._branch.head()

    def compose(
        self,
        files: Mapping[str, bytes | Blob | None],
        parent: str | None,
        *,
        message: str,
        author: str,
        at: datetime,
    ) -> Composed:
        """Return a commit: the parent's files with these put in or, where None, taken out.

        Nothing is written.
        """
        new: dict[str, Object] = {}
        before = None if parent is None else self._tree_of(parent)
        tree = self._fold(before, nested(files), new) or _add(new, Object("tree", b""))
        commit = Commit(tree, () if parent is None else (parent,), message)
        id = _add(new, commit.sealed(author=author, at=at))
        self._newest = Composed(id, tree, new)
        return self._newest

    def keep(self, made: Composed) -> None:
        """Write what a commit brings; on return it is on the disk."""
        with Waits() as waits:
            self._objects.keep(made.objects, waits)
        self._wrote = True
        self.gather()
        self._kept = made.id

    def advance(self, old: str | None, new: str) -> None:
        """Move the branch from one commit to another, or raise `Moved` or `Locked`."""
        if new != self._kept:
            self._commit(new)
        with Waits() as waits, self._branch.moving(old, new, waits):
            waits.over()

    def bring(self, old: str | None, made: Composed, waits: Waits) -> None:
        """Write what a commit brings, then move the branch to it; or raise as ``advance`` does.

        All that was to be waited for is on the disk before git speaks of the commit.
        """
        with self._branch.moving(old, made.id, waits):
            self._objects.keep(made.objects, waits)
            self._wrote = True

    def gather(self) -> None:
        """Put many small packs into one while others write; what fails is left to the next."""
        with suppress(OSError, QMSError):
            self._objects.gather(SOON)

    def clear_locks(self) -> tuple[str, ...]:
        """Remove what somebody killed has left, and return its names.

        Only for who holds the ledger's lock: then nobody alive has any of it.
        """
        drafts = [
            f"{folder}/{name}"
            for folder in ("objects", "objects/pack")
            for name in sorted(os.listdir(self.path / folder))
            if name.startswith("tmp_") and (self.path / folder / name).is_file()
        ]
        if drafts and at_work(self.path / "objects/pack"):
            drafts = [name for name in drafts if f"/{DRAFT}pack-" in name]  # else theirs
        stale = [name for name in _LOCKS if (self.path / name).exists()] + drafts
        for name in stale:
            (self.path / name).unlink(missing_ok=True)
        return tuple(stale)

    def blob(self, id: str) -> bytes:
        """Return the bytes of a file by their id."""
        return self._objects.read("blob", id)

    def read(self, path: str, commit: str) -> bytes:
        """Return the bytes of a file as of a commit."""
        blob = self.found(path, commit)
        if blob is None:
            raise NoFile(path)
        return self.blob(blob)

    def found(self, path: str, commit: str) -> str | None:
        """Return the id of a file's bytes as of a commit, ``None`` where there is none."""
        row = self._find(path, commit)
        return row.id if row and not row.folder else None

    def files(self, commit: str, under: str = "") -> Iterator[tuple[str, str]]:
        """Yield each file of a commit, or of one folder in it, with its blob's id."""
        top = self._find(under, commit)
        if top and top.folder:
            for path, id in self._changed(None, top, under):
                if id:
                    yield path, id

    def changed(self, old: str | None, new: str, but: str = "") -> Iterator[tuple[str, str | None]]:
        """Yield each path whose bytes differ, with its new blob's id; None where it is gone.

        Into one folder, ``but``, nobody looks.
        """
        before = None if old is None else self._find("", old)
        for name, one, other in self._under(before).differing(self._under(self._find("", new))):
            if name != but:
                yield from self._changed(one, other, name)

    def message(self, commit: str) -> str:
        """Return what was written about a commit."""
        return self._commit(commit).message

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the commits that a commit was made on."""
        return self._commit(commit).parents

    def commits(self) -> Iterator[str]:
        """Yield the commits of the branch along first parents, the oldest first."""
        head = self.head()
        if head is not None:
            for line in self._repository.told("rev_list", "--first-parent", "--reverse", head):
                yield commit_id(line.removesuffix(b"\n"))

    @contextmanager
    def checking(self) -> Iterator[Callable[[], object]]:
        """Have git check meanwhile, and no longer; yield what waits for it.

        That raises ``Damaged`` where an object is not what its id says, or missing.
        """
        words = "--full", "--no-dangling", "--no-progress"
        with writing(self.path):
            packs = os.open(self.path / "objects/pack", os.O_RDONLY)
        try:
            fcntl.flock(packs, fcntl.LOCK_SH)
            # Git itself holds them still, for as long as it runs and no longer.
            process = self._repository.git.fsck(*words, istream=packs)
        finally:
            os.close(packs)
        try:
            yield lambda: list(self._repository.said(process, BRANCH))
        finally:
            process.terminate()
            process.stdout.close()
            process.proc.wait()

    def still(self) -> AbstractContextManager[None]:
        """Let no pack go away meanwhile; others write all the same."""
        return held(self.path / "objects/pack")

    def bundle(self, file: Path) -> str:
        """Write the branch as it is now, with all its history, to a bundle; return its commit.

        The form is git's bundle v2, made by us: ``git bundle create`` refuses when the branch
        moves meanwhile. Raise ``Damaged`` where git cannot, or the store is empty.
        """
        head = self.head()
        if head is None:
            raise Damaged(BRANCH)
        with self.still(), file.open("xb") as out:
            out.write(f"# v2 git bundle\n{head} {BRANCH}\n\n".encode())
            out.writelines(self._packing(head, "--stdout"))
        return head

    def unbundle(self, file: Path) -> None:
        """Take over what a bundle holds into a new store, or raise ``Damaged``."""
        found = b"".join(self._repository.told("bundle", "unbundle", str(file)))
        self.advance(None, commit_id(found[:40]))

    def maintain(self) -> Maintained:
        """Have git pack anew, and small, what the branch leads to; others write meanwhile.

        Raise ``NotWritable`` where nothing may be written, ``Damaged`` where git cannot; then
        nothing was lost.
        """
        packs = self.path / "objects/pack"
        # Git does not say why it failed; so that is tried before.
        with writing(packs), TemporaryFile(dir=packs):
            return maintained(packs, self._packed_anew)

    def _packed_anew(self) -> str | None:
        head = self.head()
        if head is None:
            return None
        said = b"".join(self._packing(head, f"{self.path}/objects/pack/pack"))
        return f"pack-{commit_id(said.strip())}"

    def _packing(self, head: str, place: str) -> Iterator[bytes]:
        """Have git pack all that a commit leads to; yield what it says."""
        with TemporaryFile() as asked:
            asked.write(f"{head}\n".encode())
            asked.seek(0)
            words = "--revs", "--delta-base-offset", "--quiet", place
            yield from self._repository.told("pack_objects", *words, istream=asked.fileno())

    @cached_property
    def _repository(self) -> Repository:
        from .repository import Repository  # late: what is neither walked nor packed needs no git

        return Repository(str(self.path))

    def _tree_of(self, commit: str) -> str:
        newest = self._newest
        if newest.id == commit:
            return newest.tree
        self._objects.look()
        return self._commit(commit).tree

    def _tree(self, id: str) -> Tree:
        tree = self._trees.get(id)
        if tree is None:
            tree = Tree.parse(id, self._objects.read("tree", id))
            self._trees.put(id, tree)
        return tree

    def _under(self, row: Row | None) -> Tree:
        return self._tree(row.id) if row and row.folder else NOTHING

    def _find(self, path: str, commit: str) -> Row | None:
        row: Row | None = Row(True, self._commit(commit).tree)
        for name in names(path) if path else ():
            row = self._tree(row.id).get(name) if row and row.folder else None
        return row

    def _changed(
        self, old: Row | None, new: Row | None, path: str
    ) -> Iterator[tuple[str, str | None]]:
        if old == new:
            return
        if path.count("/") >= DEEPEST:
            raise StrangeObject(path)
        if new and not new.folder:
            yield path, new.id
        elif old and not old.folder:
            yield path, None
        for name, before, after in self._under(old).differing(self._under(new)):
            yield from self._changed(before, after, f"{path}/{name}" if path else name)

    def _fold(self, old: str | None, wishes: Folder, new: dict[str, Object]) -> str | None:
        """Return the tree of a folder after the wishes; None when nothing is left in it."""
        before = self._tree(old) if old else NOTHING
        rows: dict[str, Row | None] = {}
        for name, wish in wishes.items():
            row = before.get(name)
            if row and row.folder != isinstance(wish, dict):
                raise FileAndFolder(name)
            rows[name] = self._granted(row, wish, new)
        after = before.patched(rows)
        if after.data == before.data or not after.data:
            return old if after.data else None
        id = _add(new, Object("tree", after.data))
        self._trees.put(id, after, old or "")
        return id

    def _granted(self, row: Row | None, wish: Wish, new: dict[str, Object]) -> Row | None:
        if wish is None:
            return None
        if isinstance(wish, bytes):
            return Row(False, _add(new, Object("blob", wish)))
        if isinstance(wish, Blob):
            self.blob(wish.id)  # what is not here cannot be had by naming it
            return Row(False, wish.id)
        tree = self._fold(row.id if row else None, wish, new)
        return Row(True, tree) if tree else None


def _commit(objects: Objects, id: str) -> Commit:
    return Commit.parse(id, objects.read("commit", id))


def _add(new: dict[str, Object], given: Object) -> str:
    id = given.id
    new[id] = given
    return id
