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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final, NamedTuple, Self

from .errors import NotFound, Refused, Unreadable, Untrusted
from .folder import Folder, arising, given
from .proofs import lines
from .proofs.checkpoint import Checkpoint, Trust, opened
from .proofs.merkle import Frontier
from .proofs.note import Note, Verifier
from .registers.log_keys import CODE, LogKey
from .restoring import brought_along, copied, replayed
from .storage import disposal, keys, roles
from .storage.fresh import fresh
from .storage.reader import Reader
from .storage.recovery import said
from .storage.sources import Clone
from .storage.store import Store
from .storage.transaction import Transaction
from .storage.trouble import writing
from .storage.vault import Vault
from .trail.entry import CHECKPOINT
from .values import LARGEST

FORMAT: Final = 2
NAME: Final = "backup.json"
BUNDLE: Final = "store.bundle"
VAULT: Final = "vault/"
PUBLIC: Final = "log.pub"
LONGEST: Final = 40_000
"""Bytes that a backup may say of itself, its checkpoint included."""

_NAMES: Final = re.compile(r"backup\.json|store\.bundle|log\.pub|vault/[0-9a-f]{64}")


class NoBackup(NotFound):
    """There is no such backup."""

    vi = "Không có tệp sao lưu này."


class AFolder(Unreadable):
    """This is a folder, not a file."""

    vi = "Đây là thư mục, không phải tệp."


class NotABackup(Unreadable):
    """This file is no backup of a quality management system, or it was damaged."""

    vi = "Tệp này không phải bản sao lưu của hệ thống quản lý chất lượng, hoặc đã bị hỏng."


class OtherThanSaid(Untrusted):
    """What came back from a backup is not what the backup says it holds."""

    vi = "Dữ liệu khôi phục được không khớp với điều bản sao lưu ghi."


class LedgerAhead(Refused):
    """This database holds more of this trail than the backup; name an empty one."""

    vi = "Cơ sở dữ liệu này có nhiều mục của nhật ký hơn bản sao lưu; hãy nêu cơ sở dữ liệu trống."


class Backup(NamedTuple):
    """What a backup says of itself: how many entries, up to which commit of git.

    ``checkpoint`` is the signed note there, empty where none is; ``vault`` is one digest of
    all contents of the vault: SHA-256 of their digests, sorted, each on a line.
    """

    size: int
    commit: str
    checkpoint: str
    vault: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return what these bytes say, or raise ``NotABackup``."""
        try:
            told = json.loads(data)
            words = (str(told[name]) for name in ("commit", "checkpoint", "vault"))
            found = cls(int(told["size"]), *words)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise NotABackup(NAME) from None
        if data != found.data():
            raise NotABackup(NAME)
        return found

    def data(self) -> bytes:
        """Return the bytes that say it."""
        told = {"format": FORMAT, **self._asdict()}
        return json.dumps(told, indent=1, sort_keys=True).encode() + b"\n"


class Restored(NamedTuple):
    """What came back and was proven: entries, contents of the vault, the checkpoint over both.

    ``lost`` are the digests that the trail promises, that the backup does not have and that
    nobody decided to destroy; ``strange`` those that no entry speaks of, which were left out.
    ``signed`` is how many entries the checkpoint covers, 0 without one; ``keys`` are the public
    keys that signed it, empty where neither the backup nor the caller brought one.
    """

    size: int
    commit: str
    contents: int
    signed: int
    keys: tuple[str, ...]
    lost: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def backup(folder: str | Path, file: str | Path) -> Backup:
    """Write everything of a system to a new file, while others work on; return what it holds.

    Raise ``FileThere`` where there is such a file, were it made meanwhile, and what any question
    raises where the ledger cannot be asked or is behind git: what it alone has would be missing.
    Killed half-way, it leaves none.
    """
    place, target = Folder.at(Path(folder)), Path(file).absolute()
    with (
        fresh(target, mode=0o600) as out,
        TemporaryDirectory(dir=target.parent, prefix=".") as beside,
    ):
        return _written(place, out, Path(beside) / BUNDLE)


def restore(
    file: str | Path, folder: str | Path, trust: Trust | None = None, *, database: str = ""
) -> Restored:
    """Make a system anew from a backup, in a new or empty folder; return what was proven.

    ``database`` says where its ledger is, as with ``found``: by default SQLite in the folder.
    The trail is played again, each content hashed and held against what the trail promises, and
    the checkpoint against the tree and the public key: that of ``trust``, else the one in the
    backup, which whoever made the file chose. Raise ``Untrusted`` where anything differs,
    ``LedgerAhead`` where the database has more of this trail; then nothing is left behind.
    """
    path, database = Path(folder), database or given()
    with (
        _opened(Path(file)) as archive,
        roles.alone(database),
        writing(path),
        arising(path) as new,
    ):
        found = Backup.parse(_member(archive, NAME, LONGEST))
        with _unbundled(archive, new) as clone:
            copied(clone, new, database)
        place = Folder.at(new, new=True)
        with Store(place.store) as store, Clone(store) as whole:
            head = store.head()
            if head is None or (whole.size(), head, _note(store, head)) != found[:3]:
                raise OtherThanSaid(f"{file}, {found.size}")
            promised = set(disposal.promised(whole.entries()))
        listed, known = _contents(archive), trust or _enclosed(archive)
        if _listed(listed) != found.vault:
            raise OtherThanSaid(f"{file}, {VAULT}")
        _fill(archive, Vault(place.vault), listed & promised)
        signed, by, over = replayed(place, partial(_proven, found, known), database)
    lost, strange = promised - listed - over, listed - promised
    told = (signed, by, tuple(sorted(lost)), tuple(sorted(strange)))
    return Restored(found.size, found.commit, len(listed & promised), *told)


def _note(store: Store, commit: str) -> str:
    blob = store.found(CHECKPOINT, commit)
    return "" if blob is None else lines.text(store.blob(blob))


def _listed(digests: Iterable[str]) -> str:
    return sha256("".join(f"{digest}\n" for digest in sorted(digests)).encode()).hexdigest()


def _enclosed(archive: zipfile.ZipFile) -> Trust | None:
    if PUBLIC not in archive.namelist():
        return None
    return keys.trusting(_member(archive, PUBLIC, LONGEST), PUBLIC)


def _covered(note: str) -> int:
    return Checkpoint.parse(Note.parse(note.encode()).text).size if note else 0


def _proven(
    said: Backup, trust: Trust | None, now: Transaction
) -> tuple[int, tuple[str, ...], frozenset[str]]:
    """Return what vouches for a trail that was played again, and what may be destroyed of it."""
    if now.frontier.size > said.size:  # the ledger that was there has brought git along
        raise LedgerAhead(f"{now.frontier.size} > {said.size}")
    return *_vouched(said, trust, now), disposal.over(now)


def _vouched(said: Backup, trust: Trust | None, now: Transaction) -> tuple[int, tuple[str, ...]]:
    """Return how many entries a checkpoint covers and whose keys vouch for that."""
    if trust is None:  # the replay has held it against tree and key of the trail itself
        return _covered(said.checkpoint), ()
    try:
        found = opened(said.checkpoint.encode(), _handed_on(trust, now))
    except (Unreadable, Untrusted) as error:
        raise OtherThanSaid(f"{NAME}: {error}") from error
    size, root = found.checkpoint.size, found.checkpoint.root
    if size > said.size or Frontier.read(now.nodes, size).root() != root:
        raise OtherThanSaid(f"{NAME}, {size}")
    return size, tuple(key.text() for key in found.signed)


def _handed_on(trust: Trust, now: Reader) -> Trust:
    """Return what is trusted, and the keys to which those handed on in a checkpoint of both."""
    key = now.look(LogKey, LogKey.identify(CODE))
    chain = tuple(map(Verifier.parse, (*key.former, key.vkey))) if key else ()
    for before, new in pairwise(chain):
        if before in trust.keys and new not in trust.keys and _follows(now, before, new):
            trust = trust._replace(keys=(*trust.keys, new))
    return trust


def _follows(now: Reader, before: Verifier, new: Verifier) -> bool:
    for size, data in now.checkpoints():
        note = Note.parse(data)
        if {before.id, new.id} <= {signature.id for signature in note.signatures}:
            with suppress(Untrusted):
                root, both = Checkpoint.parse(note.text).root, note.check((before, new))
                if len(both) == 2 and Frontier.read(now.nodes, size).root() == root:
                    return True
    return False


def _written(place: Folder, out: IO[bytes], bundle: Path) -> Backup:
    with zipfile.ZipFile(out, "w") as archive, Store(place.store) as store:
        kept, last, gone = set[str](), set[str](), {""}
        while gone - last:  # what cannot be read twice running was not destroyed meanwhile
            last = gone
            commit, gone = _gathered(archive, place, store, bundle, kept)
        archive.write(bundle, BUNDLE)
        size, note = said(store, commit)[1], _note(store, commit)
        if (public := _public(place, note)) is not None:
            archive.writestr(PUBLIC, public)
        found = Backup(size, commit, note, _listed(kept))
        archive.writestr(NAME, found.data())
    return found


def _gathered(
    archive: zipfile.ZipFile, place: Folder, store: Store, bundle: Path, kept: set[str]
) -> tuple[str, set[str]]:
    """Bundle git and put what the vault has into the archive; return the commit.

    And what was there before and is not now: it was destroyed as decided, and that decision is
    in a later commit.
    """
    vault = Vault(place.vault)
    before = set(vault.digests())
    brought_along(place, store)  # else what others wrote may be missing, and nobody knows
    bundle.unlink(missing_ok=True)
    commit = store.bundle(bundle)
    for digest in sorted(set(vault.digests()) - kept):
        if (data := vault.found(digest)) is not None:
            archive.writestr(f"{VAULT}{digest}", data)
            kept.add(digest)
    return commit, before - kept


def _public(place: Folder, note: str) -> bytes | None:
    """Return the public key, where it signed this note: a key may be replaced meanwhile."""
    try:
        data = (place.keys / PUBLIC).read_bytes()
        opened(note.encode(), keys.trusting(data, PUBLIC))
    except (FileNotFoundError, Unreadable, Untrusted):
        return None
    return data


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
    except IsADirectoryError:
        raise AFolder(str(file)) from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise NotABackup(str(file)) from error


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


def _contents(archive: zipfile.ZipFile) -> set[str]:
    """Return the digests under which contents lie there."""
    names = archive.namelist()
    return {name.removeprefix(VAULT) for name in names if name.startswith(VAULT)}


def _fill(archive: zipfile.ZipFile, vault: Vault, wanted: Iterable[str]) -> None:
    """Put contents in their places."""
    for digest in sorted(wanted):
        name = f"{VAULT}{digest}"
        if vault.put(_member(archive, name, LARGEST)) != digest:
            raise OtherThanSaid(name)
