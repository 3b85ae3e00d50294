"""Who owns the tables of a PostgreSQL ledger, and who works with them.

The owner founds, rebuilds, and adds the tables of a new version. The application does all else:
it may insert what an operation inserts, and could not alter the trail if it wanted to.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, inspect, text

from ..errors import QMSError
from . import tables
from .database import address, engine
from .ledger import Ledger
from .trouble import ApplicationThere, Busy, NoApplication, NotLetIn, OldServer, OwnersOnly

OLDEST: Final = 16
"""The version of PostgreSQL since which CREATEROLE is power over one's own roles alone."""

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
# What everybody may in a database, as the words that give it back; nothing where that is nothing.
_OPEN: Final = text(
    "SELECT format('GRANT %s ON DATABASE %I TO PUBLIC', string_agg(may, ', '), current_database())"
    " FROM unnest(ARRAY['TEMPORARY', 'CONNECT']) AS may"
    " WHERE has_database_privilege('public', current_database(), may) HAVING count(*) > 0"
)
_UNMADE: Final = text(
    "SELECT format('REVOKE USAGE ON SCHEMA %I FROM %I;"
    " REVOKE CONNECT ON DATABASE %3$I FROM %2$I; DROP ROLE %2$I',"
    " current_schema(), CAST(:role AS text), current_database())"
)


def application(database: str) -> str:
    """Return the address under which the application works, given that of the owner.

    Its role, ``<owner>_app``, is made with a password of its own; where it is there already, it
    signs in as libpq knows how, unless that was a founding that came to no end. SQLite knows no
    roles. Raise ``NoApplication`` where the owner may not make it, ``ApplicationThere`` where
    nobody said how it signs in.
    """
    with _asked(database) as connection:
        if connection is None:
            return database
        role = str(connection.scalar(_ROLE))
        verb = _verb(connection, role, database)
        password = _made(connection, verb, role) if verb else None
        connection.commit()
    # What is set to nothing stays as it is: this must not become the password of the owner.
    works = address(database).set(username=role)._replace(password=password)
    if not verb:
        works = works._replace(password=_known(works))
    return works.render_as_string(hide_password=False)


@contextmanager
def alone(database: str) -> Iterator[None]:
    """Let nobody else found in a database of PostgreSQL meanwhile.

    Where the work inside fails, the role that it made for the application goes again, and
    everybody may connect who could before. Raise ``OldServer`` where whoever may make that role
    has power over those of others.
    """
    with _asked(database) as connection:
        if connection is None:
            yield
            return
        if (version := connection.dialect.server_version_info or (0,)) < (OLDEST,):
            raise OldServer(f"PostgreSQL {version[0]}")
        connection.execute(_ALONE)
        role = connection.scalar(_ROLE)
        known = connection.scalar(_KNOWN, {"role": role})
        before = connection.scalar(_OPEN)
        try:
            yield
        except BaseException:
            with suppress(QMSError):
                if _unbegun(database):
                    _given_back(connection, before)
                    if known is None:
                        _withdrawn(connection, str(role))
                    connection.commit()
            raise


def _unbegun(database: str) -> bool:
    """Tell whether no trail began in a database."""
    with Ledger(database, Path()) as ledger:
        return not ledger.log()


def _given_back(connection: Connection, before: str | None) -> None:
    """Let everybody do again in a database what they could before."""
    if before and before != connection.scalar(_OPEN):
        connection.exec_driver_sql(before)


def _withdrawn(connection: Connection, role: str) -> None:
    """Drop a role that was made for a trail which never began, and the empty tables with it."""
    if connection.scalar(_KNOWN, {"role": role}) is None:
        return
    if inspect(connection).has_table(tables.head.name):  # else no table here is ours
        tables.metadata.drop_all(connection)
    connection.exec_driver_sql(str(connection.scalar(_UNMADE, {"role": role})))


@contextmanager
def _asked(database: str) -> Iterator[Connection | None]:
    """Give a connection to a server, nothing where there is none: SQLite knows no roles."""
    url = address(database) if database else None
    if url is None or url.get_backend_name() == "sqlite":
        yield None
        return
    opened = engine(url)
    try:
        with opened.connect() as connection:
            yield connection
    finally:
        opened.dispose()


def _known(works: URL) -> str | None:
    """Return the password with which a role signs in that was there before, if with any."""
    opened = engine(works)
    try:
        with opened.connect() as connection:
            driver: Any = connection.connection.driver_connection
            return driver.info.password or None
    except (Busy, NotLetIn) as error:
        raise ApplicationThere(str(works.username)) from error
    finally:
        opened.dispose()


def _verb(connection: Connection, role: str, database: str) -> str:
    """Return what to do with the role: make it, take over what a founding left, or nothing."""
    own = connection.scalar(_KNOWN, {"role": role})
    if own is None:
        return "CREATE"
    left = _unbegun(database) and connection.scalar(_USED, {"own": own})
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
