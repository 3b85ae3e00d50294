"""Founding: the first operation of a trail, after which only people act."""

from __future__ import annotations

import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from .changes import HERE, Change, Role
from .errors import Conflict, Refused, Unreadable
from .folder import NAME, Folder, NotOpened, arising, given, keys_of
from .proofs import lines
from .proofs.note import is_name
from .questions import Clock
from .registers import calendar, log_keys, people, policy
from .registers.enactment import FOUNDER
from .storage import roles
from .storage.checkpoints import Checkpoints, Draw
from .storage.durable import sync
from .storage.ledger import Ledger
from .storage.store import Store
from .storage.trouble import LedgerTaken, NoRoom, writing
from .system import QMS, GitBehind
from .taking import taking

MARK: Final = "founding"
"""The file among the keys that says which system they are made for, until that stands."""

LONGEST: Final = 200
"""Characters that the name of a trail may have."""


class NoOrganisation(Refused):
    """Whoever founds a system says whose it is: the name of the organisation."""

    clause = "4.3"
    vi = "Phải ghi tên cơ quan, đơn vị có hệ thống này."


class BadLogName(Refused):
    """The name of a trail is its key's name, too: no spaces, no plus, at most 200 characters."""

    vi = "Tên nhật ký (cũng là tên khóa) không có dấu cách, dấu cộng và không quá 200 ký tự."


class KeysTaken(Refused):
    """Keys lie in this folder already, and are never overwritten; name another, or move them."""

    clause = "7.5.3.1 b"
    vi = (
        "Thư mục này đã có khóa và khóa không bao giờ bị ghi đè; hãy chọn nơi khác "
        "hoặc dời các khóa ấy đi."
    )


@taking
def found(
    folder: str | Path,
    *,
    organisation: str,
    officer: str,
    officer_name: str = "",
    database: str = "",
    keys: str = "",
    under: Mapping[str, Any] | None = None,
    log: str = "",
    now: Clock = lambda: datetime.now(UTC),
    draw: Draw = os.urandom,
    **options: Any,
) -> QMS:
    """Found the system of an organisation in a new or empty folder, and open it for its officer.

    ``officer`` is the code under which the quality officer acts; ``database`` an SQLAlchemy
    URL, by default that of ``QMS_DATABASE``, else SQLite inside the folder; of PostgreSQL the
    owner's, who makes the role that does everything but founding and rebuilding; ``keys`` the
    folder for the key that signs the trail, beside the folder by default; ``under`` the first
    policy, by default that which a department starts from. Raise ``FolderTaken`` or
    ``KeysTaken`` where something lies there, ``LedgerTaken`` where the database holds a trail;
    whatever fails leaves nothing behind that keeps anybody from founding again.
    """
    if not organisation.strip():
        raise NoOrganisation
    log = _named(log or f"qms-{secrets.token_hex(8)}")
    path, options = Path(folder).absolute(), options | {"now": now, "draw": draw}
    database = database or given()
    with roles.alone(database), _arising(path, keys_of(path, keys)) as (new, apart):
        place = _build(new, database, keys, log)._replace(keys=apart)
        vkey = Checkpoints(place._replace(path=path), draw).create(log)
        name = officer_name or officer
        with QMS(place, actor=FOUNDER.id, **options) as system, _all_or_none():
            system.perform(*beginnings(organisation, officer, name, vkey, at=now(), under=under))
    try:
        return QMS(Folder.at(path, new=True), actor=officer, **options)
    except (Conflict, Unreadable) as error:
        raise NotOpened(error.about) from error


def beginnings(
    organisation: str,
    officer: str,
    name: str,
    vkey: str,
    *,
    at: datetime,
    under: Mapping[str, Any] | None = None,
) -> tuple[Change[Any], ...]:
    """Return the changes that found a system: policy, unit, post, officer, key, organisation."""
    today = at.astimezone(HERE).date()
    return (
        policy.Adopt(code=policy.CODE, **(under or default_policy())),
        people.OpenUnit(code="CQ", title=organisation, since=today),
        people.OpenPost(
            code="CBISO", title="Cán bộ ISO", unit="CQ", roles_held=(Role.QUALITY_OFFICER,)
        ),
        people.Enrol(code=officer, name=name),
        people.Appoint(code=officer, post="CBISO", since=today),
        log_keys.AdoptLogKey(code=log_keys.CODE, vkey=vkey),
        people.Found(code="organisation", name=organisation),
    )


def default_policy() -> dict[str, Any]:
    """Return the policy that a department starts from."""
    text = (files("qms.registers") / "policy.toml").read_text("utf-8")
    return {**tomllib.loads(text), "calendar": calendar.vietnam()}


@contextmanager
def _all_or_none() -> Iterator[None]:
    try:
        yield
    except GitBehind as error:  # what is there already goes away with the rest
        raise NoRoom(error.about) from error


def _named(log: str) -> str:
    if not is_name(log) or len(log) > LONGEST:
        raise BadLogName(lines.shown(log))
    return log


@contextmanager
def _arising(path: Path, keys: Path) -> Iterator[tuple[Path, Path]]:
    """Give a place for a system and one for its keys; both come to stand, or none does."""
    done = False
    try:
        with writing(path), arising(path) as new:
            _set_aside(keys)
            if keys.exists() and any(keys.iterdir()):
                raise KeysTaken(str(keys))
            with arising(keys) as apart:
                apart.chmod(0o700)
                (apart / MARK).write_text(str(path), "utf-8")
                yield new, apart
            done = True
    except BaseException:
        if done:
            shutil.rmtree(keys, ignore_errors=True)
        raise
    with suppress(OSError):  # the system stands, and says so
        (keys / MARK).unlink()
    try:
        for folder in {path.parent, keys.parent}:
            sync(folder)
    except OSError as error:
        raise NotOpened(str(path)) from error


def _set_aside(keys: Path) -> None:
    """Put the keys of a founding aside that was killed before its system came to stand."""
    for mark in (*keys.glob(MARK), *keys.glob(f".{keys.name}.*/{MARK}")):
        if not (Path(mark.read_text("utf-8")) / NAME).exists():
            keys.rename(keys.with_name(f"{keys.name}.left-{secrets.token_hex(4)}"))
            return


def _build(path: Path, database: str, keys: str, log: str) -> Folder:
    place = Folder.new(path)
    if database:
        with Ledger(database, place.ledger_lock) as ledger:
            if other := ledger.others() or ledger.log():  # what is its own, a founding drops first
                raise LedgerTaken(f"{ledger.url.render_as_string()}, {other}")
    place.write(roles.application(database), keys)
    Store.create(place.store).close()
    place.vault.mkdir()
    place = Folder.at(path, new=True)
    with (
        Ledger(database or place.database, place.ledger_lock) as ledger,
        ledger.renewed(log) as now,
    ):
        now.enrol(place.store_name)
    return place
