"""A small Sở GTVT to test on: founded once a session, copied for each test, its clock in hand.

lan   cán bộ ISO (quality officer)      hung  Chánh Văn phòng (drafter)
mai   Phó Giám đốc (reviewer)           binh  Giám đốc (approver, leader)
ha    chuyên viên vận tải (reader)      may   a program, in a drafter's post
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import qms
from qms import documents as d
from qms import people as p
from qms.folder import Folder, keys_of
from qms.proofs.checkpoint import Trust
from qms.storage import database
from qms.storage.keys import public
from qms.system import QMS
from qms.trail.entry import Entry
from tests import postgres

LONG_AGO = date(2020, 1, 1)
FIRST = datetime(2024, 1, 2, 1, tzinfo=UTC)
"""Eight in the morning of 2 January 2024 in Viet Nam: when the template is founded."""

PEOPLE = (
    p.OpenUnit(code="VP", title="Văn phòng Sở", since=LONG_AGO),
    p.OpenUnit(code="QLVT", title="Phòng Quản lý vận tải", since=LONG_AGO),
    p.OpenPost(code="CVP", title="Chánh Văn phòng", unit="VP", roles_held=("drafter",)),
    p.OpenPost(code="PGD", title="Phó Giám đốc", unit="CQ", roles_held=("reviewer",)),
    p.OpenPost(code="GD", title="Giám đốc", unit="CQ", roles_held=("approver", "leader")),
    p.OpenPost(code="CV", title="Chuyên viên", unit="QLVT", roles_held=("reader",)),
    p.OpenPost(code="PM", title="Phần mềm một cửa", unit="VP", roles_held=("drafter",)),
    p.Enrol(code="hung", name="Trần Văn Hùng"),
    p.Enrol(code="mai", name="Lê Thị Mai"),
    p.Enrol(code="binh", name="Phạm Quốc Bình"),
    p.Enrol(code="ha", name="Đỗ Thu Hà"),
    p.Enrol(code="may", name="Hệ thống một cửa", tool=True),
    p.Appoint(code="hung", post="CVP", since=LONG_AGO),
    p.Appoint(code="mai", post="PGD", since=LONG_AGO),
    p.Appoint(code="binh", post="GD", since=LONG_AGO),
    p.Appoint(code="ha", post="CV", since=LONG_AGO),
    p.Appoint(code="may", post="PM", since=LONG_AGO),
)

_SECTIONS = (
    "Mục đích",
    "Phạm vi",
    "Tài liệu viện dẫn",
    "Định nghĩa, viết tắt",
    "Nội dung",
    "Biểu mẫu",
    "Hồ sơ lưu",
)


NOTHING_HELD = """UPDATE store SET size = 0, "commit" = '', due_size = 0, due_commit = ''"""
"""Lets a ledger know of no commit."""


def text(body: str) -> str:
    """Return a procedure that may be signed."""
    return "\n".join(f"## {n}. {name}\n\n{body}\n" for n, name in enumerate(_SECTIONS, 1))


_GUARDS = "SELECT * FROM sqlite_master WHERE type = 'trigger'"
_PUT_BACK = """tbl_name IN (SELECT name FROM sqlite_master)
AND name NOT IN (SELECT name FROM sqlite_master)"""


class Plain:
    """A connection of somebody who knows nothing of the system: sqlite3, or psycopg as root."""

    row = "rowid"
    """What names a row of any table."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._disarmed = False

    def run(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement in the words of SQLite."""
        return list(self.connection.execute(statement, values).fetchall())

    def tables(self) -> list[str]:
        """Return the name of each table."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return [name for (name,) in self.run(query)]

    def columns(self, table: str) -> list[str]:
        """Return the name of each column of a table."""
        return [name for _, name, *_ in self.run(f"PRAGMA table_info({table})")]

    def disarm(self) -> None:
        """Take all guards away, in one piece: dropped one by one they would take most of a test."""
        with self._schema():
            self.run(f"CREATE TEMP TABLE IF NOT EXISTS guard AS {_GUARDS} AND false")
            self.run(f"INSERT INTO guard {_GUARDS}")
            self.run("DELETE FROM sqlite_master WHERE type = 'trigger'")
        self._disarmed = True

    def rearm(self) -> None:
        """Put them back, as whoever covers their tracks would; not those whose table is gone."""
        if self._disarmed:
            with self._schema():
                self.run(f"INSERT INTO sqlite_master SELECT * FROM guard WHERE {_PUT_BACK}")
            self.run("DROP TABLE guard")
            self._disarmed = False

    @contextmanager
    def _schema(self) -> Iterator[None]:
        self.run("PRAGMA writable_schema = ON")
        self.run("BEGIN IMMEDIATE")
        yield
        self.run("COMMIT")
        self.run("PRAGMA writable_schema = RESET")


class Foreign(Plain):
    """The same on PostgreSQL, which has other words."""

    row = "ctid"

    def run(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement in the words of SQLite."""
        words = re.sub(r"x'([0-9a-f]*)'", r"'\\\\x\1'::bytea", statement).replace("%", "%%")
        words = re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", words).replace("AS BLOB", "AS bytea")
        ran = self.connection.execute(words, values)
        return list(ran.fetchall()) if ran.description else []

    def tables(self) -> list[str]:
        """Return the name of each table."""
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        return [name for (name,) in self.run(query)]

    def columns(self, table: str) -> list[str]:
        """Return the name of each column of a table."""
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
        return [name for (name,) in self.run(f"{query} AND table_name = :table", table=table)]

    def disarm(self) -> None:
        """Take all guards away."""
        self.run("SET session_replication_role = replica")


@contextmanager
def connected(folder: Path) -> Iterator[Plain]:
    """Give a connection to the database of a system, past the system."""
    where = database.address(Folder.at(folder).database)
    if where.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(where.database), isolation_level=None)) as plain:
            other = Plain(plain)
            yield other
            other.rearm()
    else:
        with postgres.HERE[0].connect(str(where.database)) as plain:
            yield Foreign(plain)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = FIRST) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def to(self, day: str) -> None:
        """Go to eight in the morning of a day, in Viet Nam."""
        self.at = datetime.fromisoformat(f"{day}T01:00:00+00:00")

    def pass_by(self, **time: float) -> None:
        """Let some time go by."""
        self.at += timedelta(**time)


class Office:
    """The folder of one system, and a way to act in it as anybody."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock

    def copy(self, folder: Path) -> Office:
        """Return a copy of this system as it stands, its keys too."""
        duplicate(self.folder, folder)
        shutil.copytree(self.keys, keys_of(folder))
        return Office(folder, Clock(self.clock.at))

    def open(self, actor: str = "lan", **options: Any) -> QMS:
        """Return the system, open for an actor."""
        return qms.open(self.folder, actor=actor, now=self.clock, **options)

    def does(self, actor: str, *changes: qms.changes.Change[Any]) -> tuple[Entry, ...]:
        """Perform as somebody."""
        with self.open(actor) as system:
            return system.perform(*changes)

    def asks(self, question: Callable[[QMS], Any]) -> Any:
        """Return the answer to a question."""
        with self.open() as system:
            return question(system)

    def digest(self, code: str) -> str:
        """Return the digest of the open draft, as whoever has read it knows it."""
        draft = self.asks(lambda system: system.get(d.Document, code)).draft
        return str(draft.digest)

    def signs(self, code: str, **number: Any) -> None:
        """Let mai endorse and binh approve what hung submitted."""
        digest = self.digest(code)
        self.does("mai", d.Endorse(code=code, digest=digest))
        self.does("binh", d.Approve(code=code, digest=digest, **number))

    def issues(self, code: str, effective: str, *, body: str = "Nội dung", **words: Any) -> None:
        """Let a new document go through all three signatures into force."""
        self.does("hung", created(code, body), d.Submit(code=code))
        self.signs(code)
        self.does("lan", d.Issue(code=code, effective=date.fromisoformat(effective), **words))

    def revises(self, code: str, effective: str, body: str) -> None:
        """Let the next text of a document go through all three signatures into force."""
        self.does("hung", d.Submit(code=code, text=text(body), summary=body))
        self.signs(code)
        self.does("lan", d.Issue(code=code, effective=date.fromisoformat(effective)))

    @property
    def keys(self) -> Path:
        """Return the folder of the keys."""
        return keys_of(self.folder)

    def trust(self) -> Trust:
        """Return what an auditor holds of this system: its public key."""
        return public(self.keys / "log.pub")

    @property
    def database(self) -> Path:
        """Return the file of the ledger, where it is one."""
        return self.folder / "ledger.db"

    @property
    def address(self) -> str:
        """Return the address of the database."""
        return Folder.at(self.folder).database

    @property
    def store(self) -> Path:
        """Return the git repository."""
        return self.folder / "store.git"

    def git(self, *words: str, data: bytes = b"", **around: str) -> str:
        """Return what git itself says of the store."""
        return git(self.store, *words, data=data, **around)

    def fsck(self) -> str:
        """Return what ``git fsck`` complains of."""
        return fsck(self.store)

    def sql(self, *statements: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run SQL past the system, its guards taken away; return the rows of the last one."""
        with connected(self.folder) as connection:
            connection.disarm()
            rows: list[tuple[Any, ...]] = []
            for statement in statements:
                rows = connection.run(statement, **values)
            return rows

    def entries(self) -> list[Entry]:
        """Return every entry of the trail."""
        with connected(self.folder) as connection:
            rows = connection.run('SELECT data FROM entry ORDER BY "index"')
            return [Entry.parse(bytes(data)) for (data,) in rows]

    def backup(self) -> Callable[[], object]:
        """Keep the ledger as it is; return what puts it back."""
        if not postgres.HERE:
            kept = self.database.read_bytes()
            return lambda: self.database.write_bytes(kept)
        server, place = postgres.HERE[0], Folder.at(self.folder)
        name = server.create(str(database.address(self.address).database))
        return lambda: place.write(server.address(name, "qms_app"))

    def loses_its_ledger(self) -> None:
        """Let the ledger be gone, as if it had never been."""
        if not postgres.HERE:
            self.database.unlink()
            return
        with connected(self.folder) as connection:
            for name in connection.tables():
                connection.run(f"DROP TABLE {name} CASCADE")

    def put_aside(self) -> int:
        """Return how many damaged ledgers were put aside."""
        if not postgres.HERE:
            return len(list(self.folder.glob("ledger.db.damaged-*")))
        with connected(self.folder) as connection:
            return len(connection.run("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'damaged-%'"))

    def operations(self) -> int:
        """Return how many operations the trail tells of."""
        return len({entry.operation for entry in self.entries()})

    def standing(self) -> dict[str, Any]:
        """Return all that a refusal must leave as it was."""
        vault = sorted(str(path) for path in (self.folder / "vault").rglob("*"))
        return {"rows": counts(self), "head": head(self.store), "vault": vault}


def created(code: str, body: str = "Nội dung", **facts: Any) -> d.Create:
    """Return the drafting of a new procedure of the office."""
    words = {"title": f"Quy trình {code}", "type": "QT", "unit": "VP", "owner": "CVP"}
    return d.Create(code=code, text=text(body), **words | facts)


def adopted(code: str, *issued: str, **facts: Any) -> list[qms.changes.Change[Any]]:
    """Return the adoption of an old document, once amended for each day after the first."""
    words = {"title": f"Quy trình {code}", "type": "QT", "unit": "VP", "owner": "CVP"}
    revisions = [
        d.AdoptRevision(
            code=code,
            text=f"{code} {n}".encode(),
            issue=1,
            amendment=n,
            issued=date.fromisoformat(day),
            source="bản giấy",
        )
        for n, day in enumerate(issued)
    ]
    return [d.AdoptDocument(code=code, **words | facts), *revisions]


def founded(folder: Path) -> Path:
    """Found the template: Sở GTVT with its people."""
    clock, salts = Clock(), itertools.count()
    options = {"now": clock, "salt": lambda: f"{next(salts):032x}", "draw": lambda n: b"k" * n}
    names = {"organisation": "Sở GTVT", "officer": "lan", "officer_name": "Nguyễn Thị Lan"}
    with qms.found(folder, log="qms-test", **names, **options) as system:
        system.perform(*PEOPLE)
    return folder


def copied(template: Path, folder: Path) -> Office:
    """Return a copy of the template, half an hour after it was founded."""
    return Office(template, Clock(FIRST + timedelta(minutes=30))).copy(folder)


def duplicate(old: Path, new: Path) -> None:
    """Copy a folder, and its database where that lies elsewhere."""
    shutil.copytree(old, new)
    place = Folder.at(old)
    if not place.database.startswith("sqlite"):
        server = postgres.HERE[0]
        name = server.create(database.address(place.database).database or "")
        place._replace(path=new).write(server.address(name, "qms_app"))


def git(folder: Path, *words: str, data: bytes = b"", **around: str) -> str:
    """Return what git says in a repository, undisturbed by whatever is configured around it."""
    alone = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "x",
        "GIT_AUTHOR_EMAIL": "x",
        "GIT_COMMITTER_NAME": "x",
        "GIT_COMMITTER_EMAIL": "x",
        **around,
    }
    done = subprocess.run(
        ["git", "-C", folder, *words], input=data, capture_output=True, env=alone, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def fsck(folder: Path) -> str:
    """Return what ``git fsck`` complains of."""
    return git(folder, "fsck", "--strict", "--no-dangling", "--no-progress")


def unpacked(store: Path) -> Path:
    """Put every object of a repository into a file of its own; return where the files lie."""
    away = shutil.move(store / "objects/pack", store / "away")
    (store / "objects/pack").mkdir()
    for pack in Path(away).glob("*.pack"):
        git(store, "unpack-objects", "-q", data=pack.read_bytes())
    shutil.rmtree(away)
    return store / "objects"


def head(store: Path) -> str:
    """Return where the branch is, empty where it is nowhere."""
    return git(store, "for-each-ref", "--format=%(objectname)", "refs/heads/main")


def counts(office: Office) -> dict[str, int]:
    """Return the number of rows of each table but what is known of the stores.

    How FTS5 spreads its words over its own tables depends on when they came.
    """
    rows = {name: len(rows) for name, rows in rows_of(office).items()}
    return {name: n for name, n in rows.items() if name != "store" and "search_" not in name}


def rows_of(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with connected(office.folder) as connection:
        return {
            name: sorted(connection.run(f"SELECT * FROM {name}"), key=repr)
            for name in connection.tables()
        }


def commits(store: Path) -> list[str]:
    """Return the commits of a store, the oldest first."""
    return git(store, "rev-list", "--reverse", "main").split()
