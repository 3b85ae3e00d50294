"""A ledger of any size, grown row by row from two documents that the system itself adopted.

Before them it has people, and tasks with a day, that operations entered: one for so many documents.
It answers every question as one that was filled by operations would, and is there in minutes. The
tree is that of its entries, and signed; no git stands behind what was added.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from qms import people as p
from qms import tasks as t
from qms.changes import Change
from qms.folder import Folder
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.merkle import Frontier, leaf_hash
from qms.questions import View
from qms.storage import keys
from qms.storage.ledger import Ledger
from qms.storage.store import Store
from qms.storage.vault import Vault
from qms.trail.entry import moment
from qms.values import sort_key

from . import offices

BEGAN: Final = datetime(2024, 1, 3, tzinfo=UTC)
"""Later than whatever operations entered: time goes on from entry to entry."""
PACE: Final = timedelta(seconds=60)
"""Between two entries: a million take two years."""

OF_DOCUMENTS: Final = 20
"""Documents for which there is a task that is due some day of this year, and one more person."""

PEOPLE: Final = ("lan", "hung", "mai", "binh")
FILLED: Final = offices.FIRST + timedelta(hours=1)
_NEWEST: Final = 'SELECT at FROM entry ORDER BY "index" DESC LIMIT 1'
TABLES: Final = ("document", "revision", "code", "entry")


def grown(folder: Path, documents: int, each: int) -> Path:
    """Return an office whose ledger has so many documents, each with so many revisions."""
    return offices.kept(folder, lambda own: _made(own, documents, each))


def _made(folder: Path, documents: int, each: int) -> None:
    offices.adopted(offices.founded(folder), owed(documents), now=offices.Clock(FILLED))
    offices.adopted(folder, offices.adoptions(2, each), now=offices.Clock(FILLED + PACE))
    with sqlite3.connect(folder / "ledger.db") as database:
        database.create_collation("qms_operation", lambda *_: 1)
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        _multiply(database, documents, each + 1)
        edge = _treed(database)
        (last,) = database.execute(_NEWEST).fetchone()
        database.execute(
            "UPDATE head SET size = ?, peaks = ?, at = ?", (edge.size, edge.to_bytes(), last)
        )
        note = _signed(Folder.at(folder), edge)
        database.execute("INSERT INTO checkpoint VALUES (?, ?)", (edge.size, note))
        database.commit()
        database.execute("ANALYZE")
    database.close()


def owed(documents: int) -> Iterator[Change[Any]]:
    """Yield the people and the tasks of an office with so many documents."""
    for number in range(documents // OF_DOCUMENTS):
        yield p.Enrol(code=f"nv-{number:06}", name=f"Nhân viên {number}")
        yield t.Assign(
            code=f"NV-{number:06}",
            title=f"Nhiệm vụ {number}",
            result="Báo cáo",
            unit="VP",
            owner="CVP",
            due=datetime.now(UTC).date() + timedelta(number * 7 % 360),
        )


@contextmanager
def viewed(folder: Path) -> Iterator[View]:
    """Give all that one may ask of a ledger that was grown."""
    place = Folder.at(folder)
    with Ledger(place.database, place.ledger_lock) as ledger, Store(place.store) as store:
        yield View(ledger, store, Vault(place.vault))


def day(number: int) -> date:
    """Return since when the last text of a document is in force: one of the last 360 days.

    Until then the text before it was.
    """
    return datetime.now(UTC).date() - timedelta(number * 7 % 360)


def _multiply(database: sqlite3.Connection, documents: int, entries: int) -> None:
    names = {table: _columns(database, table) for table in TABLES}
    patterns = [{table: _rows(database, table, number) for table in TABLES} for number in (0, 1)]
    newest = [
        max(row[names["revision"].index("since_entry")] for row in own["revision"])
        for own in patterns
    ]
    for table in TABLES:
        marks = ", ".join("?" * len(names[table]))
        made = (
            _grown(names[table], row, number, entries, newest[number % 2])
            for number in range(2, documents)
            for row in patterns[number % 2][table]
        )
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", made)


def _treed(database: sqlite3.Connection) -> Frontier:
    """Write the nodes of the tree over all entries; return its right edge."""
    edge = Frontier()

    def nodes() -> Iterator[tuple[int, int, bytes]]:
        nonlocal edge
        for (data,) in database.execute('SELECT data FROM entry ORDER BY "index"'):
            edge, made = edge.grow(leaf_hash(data))
            yield from ((one.level, one.idx, one.hash) for one in made)

    database.execute("DELETE FROM node")
    database.executemany("INSERT INTO node (level, idx, hash) VALUES (?, ?, ?)", nodes())
    return edge


def _signed(place: Folder, edge: Frontier) -> bytes:
    """Return the checkpoint of all entries, as the system's own key signs it."""
    signer = keys.read(place.keys / "log.key")
    return Checkpoint(signer.verifier.name, edge.size, edge.root()).signed(signer).data()


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def _rows(database: sqlite3.Connection, table: str, number: int) -> list[tuple[Any, ...]]:
    column = "item" if table == "entry" else "id"
    return database.execute(
        f"SELECT * FROM {table} WHERE {column} LIKE ? ORDER BY rowid", (f"%qt-{number:06}%",)
    ).fetchall()


def _grown(
    names: list[str], row: tuple[Any, ...], number: int, entries: int, newest: int
) -> list[Any]:
    said = dict(zip(names, row, strict=True))
    replaced = said.get("until") and said["since_entry"] == newest
    further = (number - number % 2) * entries
    for name, value in said.items():
        if isinstance(value, str):
            said[name] = _renamed(value, number)
        elif name in ("index", "since_entry", "until_entry") and value is not None:
            said[name] = value + further
    if "sort" in said:
        said["sort"] = sort_key(said["code"])
    if said.get("effective") and (replaced or said["until"] is None):
        _dated(said, "until" if replaced else "effective", day(number))
    if "data" in said:
        _entered(said, number, further)
    return list(said.values())


def _dated(said: dict[str, Any], name: str, on: date) -> None:
    old, said[name] = said[name], str(on)
    said["body"] = said["body"].replace(f'"{name}":"{old}"', f'"{name}":"{on}"')


def _renamed(text: str, number: int) -> str:
    own = f"t-{number % 2:06}", f"T-{number % 2:06}"
    return text.replace(own[0], f"t-{number:06}").replace(own[1], f"T-{number:06}")


def _entered(said: dict[str, Any], number: int, further: int) -> None:
    at, index = moment(BEGAN + said["index"] * PACE), said["index"]
    who = f"person:{PEOPLE[number % len(PEOPLE)]}"
    data = _renamed(said["data"].decode(), number)
    for old, new in (
        (f'"index":{index - further},', f'"index":{index},'),
        (f'"at":"{said["at"]}"', f'"at":"{at}"'),
        (f'"id":"{said["actor"]}"', f'"id":"{who}"'),
    ):
        data = data.replace(old, new, 1)
    said.update(at=at, actor=who, data=data.encode())


def numbers(documents: int) -> Iterator[int]:
    """Yield documents in no order."""
    return (number * 7_919 % documents for number in itertools.count(1))
