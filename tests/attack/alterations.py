"""What somebody with the disk in hand may alter, each by a dice of its own; all guards are gone.

An alteration returns ``False`` where the dice fell on nothing that could be altered.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any, Final

import psycopg

import qms
from qms.errors import QMSError
from qms.folder import Folder
from qms.storage.database import address
from tests import postgres
from tests.forging import Told, rechained
from tests.systems import Foreign, Office, Plain, connected

Alter = Callable[[Office, Random], bool]

TRAIL: Final = ("entry", "node", "head", "checkpoint")
"""The tables that are the trail; the others follow from it."""


def tables(office: Office) -> list[str]:
    """Return the tables that hold rows and are believed.

    What a store holds is only remembered, and made again; so is what is searched by.
    """
    with connected(office.folder) as plain:
        names = [name for name in plain.tables() if name not in ("store", "passage")]
    names = [name for name in names if not name.startswith("search")]
    return [name for name in names if office.sql(f"SELECT count(*) FROM {name}")[0][0]]


def changed(value: Any, dice: Random) -> Any:
    """Return another value: a bit flipped, a number moved, nothing made something."""
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + 1 + dice.randrange(9)
    data = bytearray(value if isinstance(value, bytes) else str(value).encode())
    if not data:
        return "x"
    at = dice.randrange(len(data))
    data[at] ^= 1 << dice.randrange(7)
    if isinstance(value, bytes):
        return bytes(data)
    text = data.decode("utf-8", "replace")
    return text if text != value else value + "x"


def a_cell(office: Office, dice: Random) -> bool:
    """A byte in any column of any row of any table."""
    table = dice.choice(tables(office))
    with connected(office.folder) as plain:
        column = dice.choice(plain.columns(table))
    row = a_row(office, table, dice)
    value = office.sql(f'SELECT "{column}" FROM {table} WHERE {row}')[0][0]
    if value is None and (table, column) == ("content", "data"):
        return False  # bytes that wait nowhere: what is put there is not read, and let go of
    try:
        office.sql(f'UPDATE {table} SET "{column}" = :new WHERE {row}', new=changed(value, dice))
    except (sqlite3.IntegrityError, psycopg.Error):
        return False
    return True


def a_row(office: Office, table: str, dice: Random) -> str:
    """Return the condition that holds for some row of a table."""
    name = row_name()
    count = office.sql(f"SELECT count(*) FROM {table}")[0][0]
    found = office.sql(f"SELECT {name} FROM {table} LIMIT 1 OFFSET {dice.randrange(count)}")
    return f"{name} = '{found[0][0]}'"


def row_name() -> str:
    """Return what names a row of any table."""
    return Foreign.row if postgres.HERE else Plain.row


def a_row_dropped(office: Office, dice: Random) -> bool:
    """Any row of any table."""
    table = dice.choice(tables(office))
    office.sql(f"DELETE FROM {table} WHERE {a_row(office, table, dice)}")
    return True


def two_rows_swapped(office: Office, dice: Random) -> bool:
    """Two entries, or two versions of items, that change places."""
    table, column = dice.choice([("entry", "data"), ("document", "body"), ("person", "body")])
    rows = office.sql(f"SELECT {row_name()}, {column} FROM {table}")
    one, other = dice.sample(rows, 2)
    if one[1] == other[1]:
        return False
    for (row, _), (_, value) in ((one, other), (other, one)):
        there = f"{row_name()} = '{row}'"
        office.sql(f"UPDATE {table} SET {column} = :value WHERE {there}", value=value)
    return True


def an_entry_replayed(office: Office, dice: Random) -> bool:
    """An old entry that is appended once more."""
    size = len(office.entries())
    old = dice.randrange(size)
    columns = "at, actor, kind, item, data"
    office.sql(f'INSERT INTO entry SELECT {size}, {columns} FROM entry WHERE "index" = {old}')
    return True


def the_tail_cut(office: Office, dice: Random) -> bool:
    """The last entries, with whatever they left in tables, nodes and head; git is left."""
    cut = 1 + dice.randrange(5)
    rechained(office, lambda entries: entries.__delitem__(slice(-cut, None)), key=False)
    return True


def an_index_that_lies(office: Office, dice: Random) -> bool:
    """An index of SQLite made of no rows, or of another column, under the words it had."""
    if postgres.HERE:
        return False  # there nobody writes an index but the server itself
    name, said = _an_index(office, dice)
    other = dice.choice((f"{said} AND 0", said.replace("(sort", "(lower(body)")))
    if other == said:
        return False
    for words in (other, said):
        _says(office, name, words)
        with connected(office.folder) as plain:
            if words == other:
                plain.run(f"REINDEX {name}")
    return True


def an_index_of_other_rows(office: Office, dice: Random) -> bool:
    """An index that tells some rows only, under the name of one of ours."""
    name, said = _an_index(office, dice)
    office.sql(f"DROP INDEX {name}", f"{said} AND since_entry < 3".replace(" UNIQUE", ""))
    return True


def a_guard_taken_away(office: Office, dice: Random) -> bool:
    """A guard of a table that nobody puts back."""
    table = dice.choice(TRAIL[:2])
    guard = f"ALTER TABLE {table} DISABLE TRIGGER {table}_kept"
    with connected(office.folder) as plain:
        plain.run(guard if postgres.HERE else f"DROP TRIGGER {table}_guard_UPDATE")
    return True


def something_put_in(office: Office, dice: Random) -> bool:
    """A trigger, an index, and where a file is the database a table or a view, of somebody else."""
    index = 'CREATE INDEX fast ON entry ("index", kind)'
    trigger = "CREATE TRIGGER other AFTER INSERT ON entry "
    if postgres.HERE:
        every = (index, f"{trigger} EXECUTE FUNCTION qms_refuse('other')")
    else:
        views = ("CREATE TABLE other (id)", "CREATE VIEW other AS SELECT * FROM document")
        every = (index, f"{trigger} BEGIN SELECT 1; END", *views)
    with connected(office.folder) as plain:
        plain.run(dice.choice(every))
    return True


def something_put_beside_the_branch(office: Office, dice: Random) -> bool:
    """A text that git shows in the place of another, a name it takes for the branch, a hook."""
    text = office.git("hash-object", "-w", "--stdin", data=b"forged").strip()
    entry = office.git("rev-parse", "main:trail/00/00/00/01.json").strip()
    head = office.git("rev-parse", "refs/heads/main").strip()
    hook = office.store / "hooks/post-update"
    every = (
        lambda: office.git("replace", entry, text),
        lambda: office.git("tag", "main", f"{head}~1"),
        lambda: (office.git("branch", "other", head), office.git("pack-refs", "--all")),
        lambda: (hook.parent.mkdir(exist_ok=True), hook.write_text("#!/bin/sh\n")),
    )
    dice.choice(every)()
    return True


def _an_index(office: Office, dice: Random) -> tuple[str, str]:
    table = dice.choice(("document", "revision", "person", "unit", "post"))
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
    if postgres.HERE:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table"
    every = [(name, said) for name, said in office.sql(query, table=table) if said]
    names = (f"{table}_now", f"{table}_sorted")
    return dice.choice([(name, said) for name, said in every if name in names])


def _says(office: Office, name: str, said: str) -> None:
    words = "UPDATE sqlite_master SET sql = :said WHERE name = :name"
    office.sql("PRAGMA writable_schema = ON", words, name=name, said=said)


def an_old_database(office: Office, old: Office) -> None:
    """Put an older copy of the database back."""
    if postgres.HERE:
        name = postgres.HERE[0].create(str(address(old.address).database))
        Folder.at(office.folder).write(postgres.HERE[0].address(name, "qms_app"))
        return
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (office.folder / name).unlink(missing_ok=True)
        if (old.folder / name).exists():
            shutil.copy(old.folder / name, office.folder / name)


def an_old_git(office: Office, old: Office) -> None:
    """Put an older copy of git back."""
    shutil.rmtree(office.store)
    shutil.copytree(old.store, office.store)


def a_file(folder: str) -> Alter:
    """Return the flip of one bit in any file of a folder."""

    def alter(office: Office, dice: Random) -> bool:
        files = sorted(part for part in (office.folder / folder).rglob("*") if part.is_file())
        files = [part for part in files if part.stat().st_size and part.suffix != ".idx"]
        if not files:
            return False
        place = dice.choice(files)
        data = bytearray(place.read_bytes())
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        place.chmod(0o644)
        place.write_bytes(data)
        return True

    return alter


def evidence_gone(office: Office, dice: Random) -> bool:
    """A file of the vault that is removed."""
    files = sorted(part for part in (office.folder / "vault").rglob("*") if part.is_file())
    if not files:
        return False
    dice.choice(files).unlink()
    return True


def a_commit_amended(office: Office, dice: Random) -> bool:
    """The newest commit, made again with another text in it."""
    from tests.forging import amended

    paths = [
        path for path in office.git("ls-tree", "-r", "--name-only", "main").split("\n") if path
    ]
    amended(office, {dice.choice(paths): b"khac %d" % dice.randrange(10**9)})
    return True


def git_moved_back(office: Office, dice: Random) -> bool:
    """The branch, moved back to an older commit."""
    back = 1 + dice.randrange(3)
    office.git("update-ref", "refs/heads/main", office.git("rev-parse", f"main~{back}"))
    return True


def the_end_taken_back(*, key: bool) -> Alter:
    """Return the cutting of the last operation, everywhere, with the key or without."""

    def alter(office: Office, dice: Random) -> bool:
        cut = dice.randrange(1, 3)

        def shorten(entries: list[Told]) -> None:
            for _ in range(cut):
                first = entries[-1]["operation"][0]
                del entries[first:]

        rechained(office, shorten, key=key)
        played_again(office)
        return True

    return alter


def played_again(office: Office) -> None:
    """Make tables and git agree with the trail that now stands, as the system itself would."""
    office.git("update-ref", "-d", "refs/heads/main")
    office.sql("UPDATE store SET size = 0, \"commit\" = ''")
    try:
        with qms.open(office.folder, actor="lan", now=office.clock) as system:
            system.catch_up()
            system.rebuild()
    except QMSError:
        pass
