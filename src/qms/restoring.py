"""Getting a system back from what is left, and checking one from outside."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from .folder import NAME, Folder, FolderTaken, NotAFolder
from .storage.ledger import Damaged, Ledger
from .storage.recovery import rebuild as rebuilt
from .storage.sources import Clone, Living
from .storage.store import Store
from .storage.vault import Vault
from .trail import verification
from .trail.findings import Finding


def rebuild(folder: str | Path, *, clone: str | Path | None = None) -> int:
    """Make the ledger of a folder anew from its store alone; return the number of entries.

    With a clone, the folder is new: the clone is copied in first. A damaged database is put
    aside, never deleted. Raise ``Untrusted`` where git does not hold together.
    """
    path = Path(folder)
    if clone is not None:
        _copy(Path(clone), path)
    place = Folder.at(path)
    with Store(place.store) as store:
        try:
            return _fill(place, store)
        except Damaged:
            _put_aside(place)
            return _fill(place, store)


def verify(source: str | Path) -> Iterator[Finding]:
    """Yield everything that does not hold in a system's folder or in a bare clone of its store."""
    path = Path(source)
    if not (path / NAME).exists():
        if not (path / "HEAD").exists():
            raise NotAFolder(str(path))
        with Store(path) as store:
            yield from verification.verify(Clone(store))
        return
    place = Folder.at(path)
    with Ledger(place.database, place.ledger_lock) as ledger, Store(place.store) as store:
        ledger.check()
        with ledger.reading() as now:
            yield from verification.verify(Living(now, store, Vault(place.vault)))


def _fill(place: Folder, store: Store) -> int:
    with Ledger(place.database, place.ledger_lock) as ledger:
        return rebuilt(store, ledger, place.store_name)


def _copy(clone: Path, path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FolderTaken(str(path))
    source = clone / ".git" if (clone / ".git").is_dir() else clone
    with Store(source) as old:
        head = old.head()
    path.mkdir(parents=True, exist_ok=True)
    place = Folder(path, f"store-{secrets.token_hex(8)}", "")
    place.vault.mkdir()
    with Store.create(place.store) as new:
        # Objects only: what a clone has configured, hooked or aliased stays behind.
        shutil.copytree(source / "objects", place.store / "objects", dirs_exist_ok=True)
        if head is not None:
            new.advance(None, head)
    place.write()


def _put_aside(place: Folder) -> None:
    for file in place.path.glob("ledger.db*"):
        if ".damaged-" not in file.name:
            file.rename(file.with_name(f"{file.name}.damaged-{secrets.token_hex(4)}"))
