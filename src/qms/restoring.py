"""Getting a system back from what is left, joining one, and checking one from outside."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from .days import today
from .errors import NotFound, QMSError, Refused, Unreadable
from .folder import NAME, Folder, NotAFolder, NotOpened, arising, given
from .packing import entries_in, judged, size_of, told, told_by
from .proofs.checkpoint import Checkpoint, Trust
from .registers import anchors
from .registers.anchors import Standing
from .storage import roles
from .storage.checkpoints import Checkpoints
from .storage.disposal import promised
from .storage.durable import sync
from .storage.fresh import instead
from .storage.instant import seen
from .storage.ledger import Ledger
from .storage.reader import Machine
from .storage.recovery import LedgerBehind, T, Told, catch_up, counted, same_trail
from .storage.recovery import rebuild as rebuilt
from .storage.sources import Clone
from .storage.store import Store
from .storage.trouble import NoLedger, writing
from .storage.vault import Vault
from .system import QMS
from .taking import taking
from .trail import reached, soundness, verification
from .trail.findings import Finding
from .trail.verification import Progress


class NoVault(NotFound):
    """There is no vault in this place."""

    vi = "Ở nơi này không có kho hồ sơ."


class OtherVault(NotFound):
    """Nothing that the trail promises lies in this vault; mount its folder, or name theirs."""

    vi = (
        "Kho hồ sơ này không có nội dung nào mà nhật ký cam kết; "
        "hãy gắn (mount) thư mục, hoặc nêu đúng kho mà các máy dùng chung."
    )


class NoStore(NotFound):
    """No store of this ledger has this name (see its qms.toml)."""

    vi = "Sổ cái này không có kho git nào mang tên đó (xem qms.toml của máy ấy)."


class LastStore(Refused):
    """The only store of a ledger cannot leave it."""

    clause = "7.5.3.1"
    vi = "Kho git duy nhất của sổ cái không thể rời khỏi sổ cái."


class NothingThere(NotFound):
    """There is no folder, clone or pack here."""

    vi = "Ở đây không có thư mục hệ thống, bản sao kho git hay gói kiểm toán nào."


class OnlyWhole(Refused):
    """A pack is verified whole each time; a folder or a clone can be verified further."""

    clause = "7.5.3.2 c"
    vi = "Gói kiểm tra luôn phải kiểm tra toàn bộ, không kiểm tra tiếp từ lần trước."


@taking
def rebuild(folder: str | Path, *, clone: str | Path | None = None, database: str = "") -> int:
    """Make the ledger of a folder anew from its store alone; return the number of entries.

    With a clone, the folder is new, its ledger in ``database`` as with ``found``: the clone is
    copied in first. What only the ledger has goes to git before; a damaged database is put
    aside, never deleted. Raise ``Untrusted`` where git does not hold together, ``LedgerTaken``
    where the database holds another trail: then nothing has changed.
    """
    path = Path(folder)
    if clone is None:
        with writing(path):
            return replayed(Folder.at(path), counted)
    database = database or given()
    with roles.alone(database), writing(path), arising(path) as new:
        copied(Path(clone), new, database)
        return replayed(Folder.at(new, new=True), counted, database)


@taking
def join(
    folder: str | Path,
    *,
    clone: str | Path,
    database: str,
    actor: str,
    keys: str = "",
    vault: str = "",
    **options: Any,
) -> QMS:
    """Let one more machine work on a ledger, in a new folder; open it for one actor.

    ``database`` is what the ``qms.toml`` of the others says, ``clone`` a clone of the store of
    any of them. They share the folder ``vault``, and ``keys`` where this one is to sign the
    trail, too. Raise ``NoLedger`` or ``LedgerTaken`` where the database holds no trail or
    another, ``OwnerAtWork`` where its role owns the tables, ``OldClone`` where contents have left
    the ledger since the clone was made, ``NoVault`` or ``OtherVault`` where the vault is not
    theirs; ``NotOpened`` where all is done and only opening failed.
    """
    path = Path(folder).absolute()
    if vault and not (path / vault).is_dir():
        raise NoVault(str(path / vault))
    with writing(path), arising(path) as new:
        place = Folder.new(new)
        with Ledger(database, place.ledger_lock) as ledger, Store(clone) as old:
            ledger.check()
            same_trail(old, ledger)
            if vault and not _shared(Vault(path / vault), ledger):
                raise OtherVault(str(path / vault))
            with _awaited(ledger, place.store_name):
                _fill_from(Path(clone), place)
                place.write(database, keys, vault)
                QMS(Folder.at(new), actor=actor, **options).close()
    try:
        return QMS(Folder.at(path), actor=actor, **options)
    except QMSError as error:
        raise NotOpened(error.about) from error


@taking
def leave(folder: str | Path, store: str = "") -> str:
    """Let a machine leave a ledger that others work on; return the name of its store.

    No contents wait in the ledger for that store any longer. It is that of the folder, whose
    ``qms.toml`` is set aside so that nobody opens it again, or, by its name, that of a machine
    which is lost. Whoever comes back meets ``GivenUp``, and joins anew. Raise ``NoStore`` where
    the ledger knows no such store, ``LastStore`` where it knows no other.
    """
    place = Folder.at(Path(folder))
    own = store or place.store_name
    with writing(place.path), Ledger(place.database, place.ledger_lock) as ledger:
        ledger.check()
        with ledger.operation() as now:
            known = now.stores()
            if own not in known:
                raise NoStore(f"{own}: {', '.join(known)}")
            if len(known) == 1:
                raise LastStore(own)
            now.give_up(own, today())
        if own == place.store_name:
            (place.path / NAME).rename(place.path / f"{NAME}.left")
            sync(place.path)
    return own


def _shared(vault: Vault, ledger: Ledger) -> bool:
    """Tell whether a vault has anything of what a trail promises, or nothing has to be there."""
    with ledger.reading() as now:
        here = any(vault.found(digest) is not None for digest in promised(now.entries()))
        return here or not any(promised(now.entries()))


@taking
def machines(folder: str | Path) -> list[Machine]:
    """Return the machines of the ledger of a folder, and how far each has come."""
    place = Folder.at(Path(folder))
    with Ledger(place.database, place.ledger_lock) as ledger:
        ledger.check()
        with ledger.reading() as now:
            return list(now.machines(place.store_name))


@contextmanager
def _awaited(ledger: Ledger, name: str) -> Iterator[None]:
    """Let contents wait for a store from before it is there; no longer where the work fails."""
    with ledger.operation() as now:
        now.enrol(name)
    try:
        yield
    except BaseException:
        with ledger.operation() as now:
            now.forget(name)
        raise


@taking
def verify(
    source: str | Path,
    trust: Trust | None = None,
    progress: Progress = lambda done, of: None,
    since: str | Path | None = None,
) -> Iterator[Finding]:
    """Yield everything that does not hold in a system's folder, a clone of its store, or a pack.

    ``trust`` says whose signatures count and what was seen before; by default what lies with the
    keys of the folder. A clone has none: then a warning says that nobody outside vouched for it.

    ``since`` is a file that you keep: how far you found all sound. It is made where it is not
    yet, and written again where no error is found. What it speaks of must be the same, byte by
    byte; then rules, signatures and texts that stand no more are judged only behind it.
    """
    path = Path(source)
    if path.is_file():
        if since is not None:
            raise OnlyWhole(str(path))
        yield from judged(path, trust, progress)
        return
    file = Path(since) if since is not None else None
    before = _reached(file) if file and file.exists() else None
    after = yield from _verified(path, trust, progress, before)
    if file and after:
        instead(file, reached.data(after))


@taking
def sound(folder: str | Path, trust: Trust | None = None) -> Iterator[Finding]:
    """Yield what does not hold of a trail's bytes, their tree, and the newest checkpoint.

    Of a system's folder; ``trust`` as for ``verify``, which looks at all the rest as well.
    """
    with seen(Folder.at(Path(folder)), trust) as (living, known):
        yield from soundness.verify(living, known, living.apart)


def _verified(
    path: Path, trust: Trust | None, progress: Progress, since: Checkpoint | None
) -> Generator[Finding, None, Checkpoint | None]:
    if not (path / NAME).exists():
        if not path.exists():
            raise NothingThere(str(path))
        if not (path / "HEAD").exists():
            raise NotAFolder(str(path))
        with Store(path) as store, Clone(store) as clone:
            return (yield from verification.verify(clone, trust, progress, since))
    place = Folder.at(path)
    with seen(place, trust) as (living, known):
        return (yield from verification.verify(living, known, progress, since))


def _reached(file: Path) -> Checkpoint:
    try:
        return reached.parse(file.read_bytes())
    except IsADirectoryError:
        raise reached.NotReached(str(file)) from None
    except reached.NotReached as error:
        about = (str(file), error.about)
        raise reached.NotReached(", ".join(filter(None, about))) from error


def standing(
    source: str | Path, trust: Trust | None, on: date, doubted: Collection[str] = ()
) -> Standing | None:
    """Return how old the newest checkpoint is that is kept outside, and how many entries follow.

    Those count that the trail says are kept, and those that ``trust`` has ``kept``; not those
    whose code or file is ``doubted``. ``None`` where there is none.
    """
    path = Path(source)
    named = trust.named() if trust else ()
    kept = [note for name, note in named if name not in doubted]
    with ExitStack() as open_:
        if path.is_file():
            entries, size = entries_in(path), size_of(path)
        elif (path / NAME).exists():
            place = Folder.at(path)
            ledger = open_.enter_context(Ledger(place.database, place.ledger_lock))
            now = open_.enter_context(ledger.reading())
            entries, size = now.picked(*told_by(kept)), now.size()
        else:
            clone = Clone(open_.enter_context(Store(path)))
            entries, size = clone.entries(), clone.size()
        held = (anchor for anchor in told(entries, kept) if anchor.code not in doubted)
        return anchors.standing(held, size, on)


def replayed(place: Folder, told: Told[T], database: str = "") -> T:
    """Make the ledger of a folder anew from its store; return what is ``told`` of it then."""
    owned = database or place.database
    with Store(place.store) as store:
        try:
            with suppress(NoLedger, LedgerBehind):
                brought_along(place, store, owned)
            return _fill(place, store, owned, told)
        except Unreadable:
            with Ledger(owned, place.ledger_lock) as damaged, damaged.aside():
                return _fill(place, store, owned, told)


def brought_along(place: Folder, store: Store, database: str = "") -> None:
    """Bring git to where the ledger of a folder is, or raise what keeps anybody from that."""
    with Ledger(database or place.database, place.ledger_lock) as ledger:
        ledger.check()
        same_trail(store, ledger)
        with ledger.reading() as now:
            Checkpoints(place).promise(now)
        catch_up(ledger, store, place.store_name, place.store_lock)


def _fill(place: Folder, store: Store, database: str, told: Told[T]) -> T:
    with Ledger(database, place.ledger_lock) as ledger:
        return rebuilt(store, ledger, place.store_name, place.store_lock, told)


def copied(clone: Path, path: Path, database: str = "") -> None:
    """Put what a clone holds into a folder that comes into being."""
    place = Folder.new(path)
    _fill_from(clone, place)
    if database:
        with Store(place.store) as store, Ledger(database, place.ledger_lock) as ledger:
            same_trail(store, ledger)
    place.write(roles.application(database))


def _fill_from(clone: Path, place: Folder) -> None:
    place.vault.mkdir()
    with Store(clone) as old, old.still(), Store.create(place.store) as new:
        head = old.head()
        # Objects only: what a clone has configured, hooked or aliased stays behind.
        away = shutil.ignore_patterns("tmp_*")  # what somebody is writing there right now
        shutil.copytree(clone / "objects", new.path / "objects", dirs_exist_ok=True, ignore=away)
        if head is not None:
            new.advance(None, head)
