"""Whoever alters a cell of any column of any table is found out with the database alone."""

import sqlite3
from random import Random

import pytest

from qms.registers.people import Enrol
from qms.storage import tables
from tests.systems import adopted, created

from .alterations import changed
from .campaign import verified

pytestmark = pytest.mark.sqlite

RELIED_ON_BY_NOBODY = {
    "content.first": "from which entry on waiting bytes may go; that they are there is looked at",
    "passage": "texts as search wants them; made again from the contents (qms rebuild)",
    "store": "what git is known to hold; asked of git itself, and made again",
}


def cells(office):
    """Yield each column of each table that has rows, and its last cell"""
    for table in sorted(tables.metadata.tables):
        for _, column, *_ in office.sql(f"PRAGMA table_info({table})"):
            query = f'SELECT rowid, "{column}" FROM {table} ORDER BY rowid DESC LIMIT 1'
            for row, value in office.sql(query):
                yield table, column, row, value


def altered(office, table, column, row, value):
    """Alter one cell; tell whether the database took it."""
    for new in (changed(value, Random(9001)), 10_000, b"x"):
        try:
            office.sql(f'UPDATE {table} SET "{column}" = :new WHERE rowid = {row}', new=new)
        except sqlite3.IntegrityError:
            continue
        return True
    return False


def codes(office):
    return {finding.code for finding in verified(office, "database", None)}


def test_each_column_that_anybody_relies_on_is_looked_at(office, place):
    office.does("hung", created("QT-01", attachments={"PL.txt": "PL"}))
    office.does("lan", *adopted("QT-02", "2016-01-01"))
    office.does("lan", Enrol(code="tam", name="Vũ Tâm"))  # git has the contents from here on
    before, unnoticed, tried = codes(office), set(), 0
    kept = office.backup()
    for table, column, row, value in list(cells(office)):
        if not altered(office, table, column, row, value):
            continue
        tried += 1
        if codes(office) == before:
            unnoticed.add(table if table in RELIED_ON_BY_NOBODY else f"{table}.{column}")
        for end in ("-wal", "-shm"):
            (office.folder / f"ledger.db{end}").unlink(missing_ok=True)
        kept()

    assert tried > 80
    assert unnoticed == set(RELIED_ON_BY_NOBODY)
