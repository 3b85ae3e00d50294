"""Whether an address leads to a server of PostgreSQL, and why that lets nobody in.

libpq hands on what a server says of a connection in that server's own language, without the
SQLSTATE (PostgreSQL, appendix A). That stands in what libpq notes of the conversation: whoever is
turned away knocks once more, and listens.
"""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from .trouble import BadAddress, Busy, NoDatabase, NotLetIn, NotUnicode, StrangeOption, Unreached

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn
    from sqlalchemy import URL
    from sqlalchemy.engine import Dialect, ExceptionContext

_PATIENCE: Final = 10
"""Seconds that a server may take to say why."""

_SAYS: Final = re.compile(rb'\tErrorResponse\t[^\n]*? C "(\w{5})"')
_NAMED: Final = {
    **dict.fromkeys(("28000", "28P01", "42501"), NotLetIn),
    "3D000": NoDatabase,
}
_PORTS: Final = 65_535


def words(url: URL, dialect: Dialect) -> dict[str, Any]:
    """Return what libpq is told of an address.

    Raise ``BadAddress`` where a secret stands among its options, which every message shows, and
    ``StrangeOption`` where one is none of libpq's, or a port is none.
    """
    from psycopg.pq import Conninfo

    known = {one.keyword.decode(): one.dispchar for one in Conninfo.get_defaults()}
    if any(known.get(name) == b"*" for name in url.query):
        raise BadAddress(url.drivername)
    more = dialect.create_connect_args(url)[1]  # psycopg is told more than libpq
    said = {name: value for name, value in more.items() if name in known}
    ports = str(said.get("port", "" if url.port is None else url.port)).split(",")
    strange = [name for name in url.query if name not in known]
    strange += ["port" for port in (*ports, *_told(said.get("host"))) if not _is_port(port)]
    if strange:
        raise StrangeOption(f"{url.drivername}: {ascii(strange[0])[1:-1]}")
    return said


def _told(hosts: str | None) -> list[str]:
    """Return what stands as a port behind the names of hosts: a folder or IPv6 has none."""
    found = (host.partition(":") for host in (hosts or "").split(",") if not host.startswith("/"))
    return [port for _, colon, port in found if colon and ":" not in port]


def _is_port(text: str) -> bool:
    return not text or (text.isdecimal() and 0 < int(text) <= _PORTS)


def unicode(connection: Any, record: object) -> None:
    """Raise ``NotUnicode`` where a database that lets us in keeps its text in other bytes."""
    said = connection.info
    if (encoding := said.parameter_status("server_encoding")) != "UTF8":
        about = f"{said.dbname}: {encoding}"
        connection.close()
        raise NotUnicode(about)


def turned_away(context: ExceptionContext, told: Mapping[str, Any]) -> None:
    """Raise by its name why no connection came about, as far as that can be known.

    ``NotLetIn`` and ``NoDatabase`` where the server says so, ``Busy`` where it says that it
    cannot now; else ``Unreached``, which names all that it may be.
    """
    error: Any = context.original_exception
    kinds = {kind.__name__ for kind in type(error).__mro__}  # as PEP 249 calls them
    if context.connection is not None or context.is_pre_ping or "OperationalError" not in kinds:
        return
    if error.sqlstate:
        return  # it was let in, and refused what it asked first
    said = set() if "ConnectionTimeout" in kinds else _heard(told)
    named = {_NAMED.get(state, Busy) for state in said}
    if getattr(error.pgconn, "needs_password", False):
        named = {NotLetIn}
    kind = Unreached if not named else named.pop() if len(named) == 1 else Busy
    about = context.engine.url.render_as_string() if context.engine else ""
    if kind is NotLetIn and "user" in told:  # of the two that work here it may be either
        about = f"{told['user']}: {about}"
    raise kind(f"{about}: {next(iter(str(error).splitlines()), '')}") from error


def _heard(told: Mapping[str, Any]) -> set[str]:
    """Return the same, or nothing where even to knock fails: there is an error to tell already."""
    import psycopg

    try:
        return answers(told)
    except (OSError, psycopg.Error):
        return set()


def answers(told: Mapping[str, Any]) -> set[str]:
    """Return the SQLSTATE of each refusal that whoever knocks is given; none without an answer."""
    if sys.platform != "linux":  # nowhere else does psycopg hand on what libpq notes
        return set()
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import PGconn

    with open(os.memfd_create("libpq"), "w+b") as noted:
        knock = PGconn.connect_start(make_conninfo("", **told).encode())
        knock.trace(noted.fileno())
        try:
            _waited(knock)
        finally:
            knock.untrace()
            knock.finish()
        noted.seek(0)
        return {state.decode() for state in _SAYS.findall(noted.read())}


def _waited(knock: PGconn) -> None:
    from psycopg.pq import PollingStatus

    ways = {PollingStatus.READING: select.POLLIN, PollingStatus.WRITING: select.POLLOUT}
    until = monotonic() + _PATIENCE
    while (way := ways.get(PollingStatus(knock.connect_poll()))) and monotonic() < until:
        end = select.poll()
        end.register(knock.socket, way)
        end.poll(max(0, until - monotonic()) * 1_000)
