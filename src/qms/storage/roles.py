"""Who owns the tables of a PostgreSQL ledger, and who works with them.

The owner founds, rebuilds, and adds the tables of a new version. The application does all else:
it may insert what an operation inserts, and could not alter the trail if it wanted to.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, text

from .database import address, engine
from .trouble import NoApplication, OwnersOnly


def application(database: str) -> str:
    """Return the address under which the application works, given that of the owner.

    Its role, ``<owner>_app``, is made with a password of its own; where it is there already,
    whoever made it knows how it signs in. SQLite knows no roles. Raise ``NoApplication`` where
    the owner may not make it.
    """
    owner = address(database) if database else None
    if owner is None or owner.get_backend_name() == "sqlite":
        return database
    opened = engine(owner)
    try:
        with opened.begin() as connection:
            role = str(connection.scalar(text("SELECT current_user || '_app'")))
            password = None if _known(connection, role) else _made(connection, role)
    finally:
        opened.dispose()
    return owner.set(username=role, password=password).render_as_string(hide_password=False)


def _known(connection: Connection, role: str) -> bool:
    query = text("SELECT FROM pg_roles WHERE rolname = :role")
    return connection.execute(query, {"role": role}).first() is not None


def _made(connection: Connection, role: str) -> str:
    password = secrets.token_urlsafe(24)
    driver: Any = connection.connection.driver_connection
    # The server gets to know no more than it needs to tell whether somebody knows it.
    kept = driver.pgconn.encrypt_password(password.encode(), role.encode()).decode()
    words = "format('CREATE ROLE %I LOGIN PASSWORD %L', CAST(:role AS text), CAST(:kept AS text))"
    statement = connection.scalar(text(f"SELECT {words}"), {"role": role, "kept": kept})
    try:
        connection.exec_driver_sql(str(statement))
    except OwnersOnly as error:
        raise NoApplication(role) from error
    return password
