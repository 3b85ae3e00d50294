"""Everything of one system in one file, made while work goes on, and got back from it.

The file holds git (a bundle, which carries the whole trail), the vault and the public key.
Tables are not copied: they follow from the trail, and what was made again from it is proven.
Private keys never leave their place; so whoever steals the file can read, and sign nothing.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, Self

from .errors import NotFound, Refused, Unreadable, Untrusted
from .folder import Folder, arising
from .restoring import copied, replayed
from .storage.objects import sync
from .storage.recovery import said
from .storage.store import Store
from .storage.trouble import writing
from .storage.vault import Vault
from .values import LARGEST

FORMAT: Final = 1
NAME: Final = "backup.json"
BUNDLE: Final = "store.bundle"
VAULT: Final = "vault/"
PUBLIC: Final = "log.pub"

_NAMES: Final = re.compile(r"backup\.json|store\.bundle|log\.pub|vault/[0-9a-f]{64}")


class BackupTaken(Refused):
    """A backup is written to a file that is not there yet."""

    vi = "Chỉ ghi bản sao lưu vào tệp chưa có."


class NoBackup(NotFound):
    """There is no such backup."""

    vi = "Không có tệp sao lưu này."


class NotABackup(Unreadable):
    """This file is no backup of a quality management system."""

    vi = "Tệp này không phải bản sao lưu của hệ thống quản lý chất lượng."


class OtherThanSaid(Untrusted):
    """What came back from a backup is not what the backup says it holds."""

    vi = "Dữ liệu khôi phục được không khớp với điều bản sao lưu ghi."


class Backup(NamedTuple):
    """What a backup says of itself: how many entries, up to which commit of git."""

    size: int
    commit: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return what these bytes say, or raise ``NotABackup``."""
        try:
            told = json.loads(data)
            found = cls(int(told["size"]), str(told["commit"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise NotABackup(NAME) from None
        if data != found.data():
            raise NotABackup(NAME)
        return found

    def data(self) -> bytes:
        """Return the bytes that say it."""
        told = {"format": FORMAT, **self._asdict()}
        return json.dumps(told, indent=1, sort_keys=True).encode() + b"\n"


def backup(folder: str | Path, file: str | Path) -> Backup:
    """Write everything of a system to a new file, while others work on; return what it holds.

    Raise ``BackupTaken`` where there is such a file. Killed half-way, it leaves none.
    """
    place, target = Folder.at(Path(folder)), Path(file).absolute()
    if target.exists():
        raise BackupTaken(str(target))
    draft = target.with_name(f".{target.name}.part")
    try:
        with writing(target):
            found = _written(place, draft)
            sync(draft)
            draft.rename(target)
            sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return found


def restore(file: str | Path, folder: str | Path) -> Backup:
    """Make a system anew from a backup, in a new or empty folder; return what it holds.

    The trail is played again and each content hashed, so that what comes back is proven to be
    what was there at that entry. Raise ``Untrusted`` where it is not; then nothing is left behind.
    """
    path = Path(folder)
    with writing(path), arising(path) as new, _opened(Path(file)) as archive:
        found = Backup.parse(_member(archive, NAME, 1_000))
        with _unbundled(archive, new) as clone:
            copied(clone, new)
        size = replayed(Folder.at(new))
        with Store(Folder.at(new).store) as store:
            if (size, store.head()) != found:
                raise OtherThanSaid(f"{file}, {found.size}")
        _fill(archive, Vault(Folder.at(new).vault))
    return found


def _written(place: Folder, draft: Path) -> Backup:
    with zipfile.ZipFile(draft, "w") as archive, TemporaryDirectory(dir=draft.parent) as beside:
        bundle = Path(beside) / BUNDLE
        with Store(place.store) as store:
            commit = store.bundle(bundle)
            found = Backup(said(store, commit)[1], commit)
        archive.write(bundle, BUNDLE)
        vault = Vault(place.vault)
        for digest in vault.digests():
            data = vault.found(digest)
            if data is not None:  # destroyed meanwhile, as decided
                archive.writestr(f"{VAULT}{digest}", data)
        if (place.keys / PUBLIC).exists():
            archive.write(place.keys / PUBLIC, PUBLIC)
        archive.writestr(NAME, found.data())
    return found


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            plain = all(not part.compress_type for part in archive.infolist())  # no bomb
            if not plain or len(set(names)) < len(names) or not all(map(_NAMES.fullmatch, names)):
                raise NotABackup(str(file))
            yield archive
    except FileNotFoundError:
        raise NoBackup(str(file)) from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise NotABackup(f"{file}: {error}") from None


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise NotABackup(name)
    return data


@contextmanager
def _unbundled(archive: zipfile.ZipFile, new: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=new) as beside:
        bundle, clone = Path(beside) / BUNDLE, Path(beside) / "clone.git"
        with archive.open(BUNDLE) as member, bundle.open("wb") as copy:
            shutil.copyfileobj(member, copy)
        with Store.create(clone) as store:
            store.unbundle(bundle)
        bundle.unlink()
        yield clone


def _fill(archive: zipfile.ZipFile, vault: Vault) -> None:
    for name in archive.namelist():
        if name.startswith(VAULT) and vault.put(
            _member(archive, name, LARGEST)
        ) != name.removeprefix(VAULT):
            raise OtherThanSaid(name)
