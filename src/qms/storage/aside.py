"""Putting a damaged database aside, never deleting it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect

from . import schema, tables
from .database import Database
from .trouble import LedgerTaken


@contextmanager
def aside(database: Database) -> Iterator[None]:
    """Put what is there aside; put it back where the work inside fails."""
    move = _files if database.sqlite else _schemas
    with move(database, f"damaged-{secrets.token_hex(4)}"):
        yield


@contextmanager
def _files(database: Database, mark: str) -> Iterator[None]:
    path = Path(str(database.url.database))
    away = {file: file.with_name(f"{file.name}.{mark}") for file in _parts(path)}
    for file, other in away.items():
        file.rename(other)
    try:
        yield
    except BaseException:
        for file in _parts(path):
            file.unlink()
        for file, other in away.items():
            other.rename(file)
        raise


def _parts(path: Path) -> list[Path]:
    return [file for end in ("", "-wal", "-shm") if (file := Path(f"{path}{end}")).exists()]


@contextmanager
def _schemas(database: Database, mark: str) -> Iterator[None]:
    with database.owning() as connection:
        if others := schema.foreign(connection, founded=True):  # which stands in the way
            raise LedgerTaken(f"{database.url.render_as_string()}, {', '.join(others)}")
        home = str(inspect(connection).default_schema_name)
        connection.exec_driver_sql(f'CREATE SCHEMA "{mark}"')
        _move(connection, home, mark)
    try:
        yield
    except BaseException:
        with database.owning() as connection:
            tables.metadata.drop_all(connection)
            _move(connection, mark, home)
            connection.exec_driver_sql(f'DROP SCHEMA "{mark}"')
        raise


def _move(connection: Connection, old: str, new: str) -> None:
    for name in inspect(connection).get_table_names(schema=old):
        if name in tables.metadata.tables:
            connection.exec_driver_sql(f'ALTER TABLE "{old}"."{name}" SET SCHEMA "{new}"')
