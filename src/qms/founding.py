"""Founding: the first operation of a trail, after which only people act."""

from __future__ import annotations

import secrets
import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from .changes import HERE, Change, Role
from .folder import Folder, arising
from .registers import calendar, people, policy
from .registers.enactment import FOUNDER
from .storage.ledger import Ledger
from .storage.store import Store
from .storage.trouble import LedgerTaken, writing
from .system import QMS


def found(
    folder: str | Path,
    *,
    organisation: str,
    officer: str,
    officer_name: str = "",
    database: str = "",
    **options: Any,
) -> QMS:
    """Found the system of an organisation in a new or empty folder, and open it for its officer.

    ``officer`` is the code under which the quality officer acts; ``database`` an SQLAlchemy
    URL, SQLite inside the folder by default. Raise ``FolderTaken`` where something lies there,
    ``LedgerTaken`` where the database holds a trail; whatever fails leaves nothing behind.
    """
    changes = beginnings(organisation, officer, officer_name or officer, **_clock(options))
    path = Path(folder).absolute()
    with writing(path), arising(path) as new:
        _build(new, database, options.pop("log", ""))
        with QMS(Folder.at(new), actor=FOUNDER.id, **options) as system:
            system.perform(*changes)
    return QMS(Folder.at(path), actor=officer, **options)


def beginnings(
    organisation: str, officer: str, name: str, *, at: datetime
) -> tuple[Change[Any], ...]:
    """Return the changes that found a system: policy, unit, post, officer, organisation."""
    today = at.astimezone(HERE).date()
    return (
        policy.Adopt(code=policy.CODE, **default_policy()),
        people.OpenUnit(code="CQ", title=organisation, since=today),
        people.OpenPost(
            code="CBISO", title="Cán bộ ISO", unit="CQ", roles_held=(Role.QUALITY_OFFICER,)
        ),
        people.Enrol(code=officer, name=name),
        people.Appoint(code=officer, post="CBISO", since=today),
        people.Found(code="organisation", name=organisation),
    )


def default_policy() -> dict[str, Any]:
    """Return the policy that a department starts from."""
    text = (files("qms.registers") / "policy.toml").read_text("utf-8")
    return {**tomllib.loads(text), "calendar": calendar.vietnam()}


def _clock(options: dict[str, Any]) -> dict[str, datetime]:
    now = options.get("now")
    return {"at": now() if now else datetime.now(UTC)}


def _build(path: Path, database: str, log: str) -> None:
    place = Folder(path, f"store-{secrets.token_hex(8)}", "")
    place.write(database)
    Store.create(place.store).close()
    place.vault.mkdir()
    with Ledger(Folder.at(path).database, place.ledger_lock) as ledger:
        if ledger.log():
            raise LedgerTaken(ledger.url.render_as_string())
        with ledger.renewed(log or f"qms-{secrets.token_hex(8)}"):
            pass
