"""Who owns the tables of a PostgreSQL ledger, and who works with them.

The owner founds, rebuilds, and adds the tables of a new version. The application does all else:
it may insert what an operation inserts, and could not alter the trail if it wanted to.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from .database import address, engine
from .ledger import Ledger
from .trouble import NoApplication, OwnersOnly

_ROLE: Final = text("SELECT current_user || '_app'")
_ALONE: Final = text("SELECT pg_advisory_xact_lock(9002)")
_KNOWN: Final = text("SELECT oid FROM pg_roles WHERE rolname = :role")
# Where a role has rights, each database by its number.
_USED: Final = text(
    "SELECT bool_and(dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    " FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = :own AND dbid <> 0"
)
# In one transaction with a right in this database: so it is known whose founding left it.
_MADE: Final = text(
    "SELECT format('%s ROLE %I LOGIN PASSWORD %L; GRANT USAGE ON SCHEMA %I TO %2$I',"
    " CAST(:verb AS text), CAST(:role AS text), CAST(:kept AS text), current_schema())"
)


def application(database: str) -> str:
    """Return the address under which the application works, given that of the owner.

    Its role, ``<owner>_app``, is made with a password of its own; where it is there already,
    whoever made it knows how it signs in, unless that was a founding that came to no end. SQLite
    knows no roles. Raise ``NoApplication`` where the owner may not make it.
    """
    owner = address(database) if database else None
    if owner is None or owner.get_backend_name() == "sqlite":
        return database
    opened = engine(owner)
    try:
        with opened.begin() as connection:
            role = str(connection.scalar(_ROLE))
            verb = _verb(connection, role, database)
            password = _made(connection, verb, role) if verb else None
    finally:
        opened.dispose()
    return owner.set(username=role, password=password).render_as_string(hide_password=False)


@contextmanager
def alone(database: str) -> Iterator[None]:
    """Let nobody else found in a database of PostgreSQL meanwhile."""
    owner = address(database) if database else None
    if owner is None or owner.get_backend_name() == "sqlite":
        yield
        return
    opened = engine(owner)
    try:
        with opened.connect() as connection:
            connection.execute(_ALONE)
            yield
    finally:
        opened.dispose()


def _verb(connection: Connection, role: str, database: str) -> str:
    """Return what to do with the role: make it, take over what a founding left, or nothing."""
    own = connection.scalar(_KNOWN, {"role": role})
    if own is None:
        return "CREATE"
    with Ledger(database, Path()) as ledger:
        left = not ledger.log() and connection.scalar(_USED, {"own": own})
    return "ALTER" if left else ""


def _made(connection: Connection, verb: str, role: str) -> str:
    password = secrets.token_urlsafe(24)
    driver: Any = connection.connection.driver_connection
    # The server gets to know no more than it needs to tell whether somebody knows it.
    kept = driver.pgconn.encrypt_password(password.encode(), role.encode()).decode()
    statement = connection.scalar(_MADE, {"verb": verb, "role": role, "kept": kept})
    try:
        connection.exec_driver_sql(str(statement))
    except OwnersOnly as error:
        raise NoApplication(role) from error
    return password
