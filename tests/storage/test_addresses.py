"""An address of PostgreSQL: what it may say, and what is told where it lets nobody in."""

import re
import socket
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from qms.storage import database
from qms.storage.trouble import (
    BadAddress,
    Busy,
    NoDatabase,
    NotLetIn,
    StrangeOption,
    Unreached,
)
from tests import postgres
from tests.cli.talk import say
from tests.harm import limited
from tests.storage.test_roles import locked
from tests.wire import SOCKET

HOME = "postgresql+psycopg://so:mat-khau@csdl"
SECRETS = ("password=bi-mat", "dbname=so&password=bi-mat", "sslpassword=bi-mat", "x=bi@mat")


@pytest.mark.parametrize("options", SECRETS)
def test_a_secret_among_the_options_is_refused_and_not_shown(options):
    with pytest.raises(BadAddress) as told:
        database.engine(database.address(f"{HOME}/so?{options}"))

    assert told.value.exit_code == 6
    assert told.value.about == "postgresql+psycopg"


@pytest.mark.parametrize("end", ["so?options=%00", "s%00o"])
def test_no_part_of_an_address_holds_a_zero_byte(end):
    with pytest.raises(BadAddress):
        database.address(f"{HOME}/{end}")


STRANGE = {
    "/so?nosuch=1": "nosuch",
    "/so?autocommit=1": "autocommit",
    "/so?n%1b[2Ja=1": "n\\x1b[2Ja",
    ":65536/so": "port",
    ":0/so": "port",
    "/so?port=70000": "port",
    "/so?host=a:70000&host=b:5432": "port",
    "/so?host=a:b": "port",
}


@pytest.mark.parametrize("end", STRANGE)
def test_an_option_that_no_server_knows_is_named(end):
    with pytest.raises(StrangeOption) as told:
        database.engine(database.address(f"{HOME}{end}"))

    assert told.value.exit_code == 6
    assert told.value.about == f"postgresql+psycopg: {STRANGE[end]}"


@pytest.mark.parametrize("end", [":cong/so", "/so?port=cong", "/so?host=a:x&host=b:y"])
def test_a_port_is_a_number(end):
    with pytest.raises(BadAddress) as told:
        database.engine(database.address(f"{HOME}{end}"))

    assert "mat-khau" not in told.value.about


@pytest.mark.parametrize(
    "end",
    [
        ":5432/so?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "/so?host=a&host=b&target_session_attrs=read-write",
        "/so?host=a:5432&host=b:5433",
        "/so?host=/run/postgresql&port=5433",
        "/so?host=fd00::1",
        "/so?service=so&passfile=/srv/mat-khau",
    ],
)
def test_what_libpq_knows_an_address_may_say(end):
    database.engine(database.address(f"{HOME}{end}")).dispose()


# ── What a server says ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def door(place):
    """A server that turns everybody away, in German; the SQLSTATE is asked of the test."""
    says = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place / SOCKET))
        listening.listen()
        threading.Thread(target=_turn_away, args=(listening, says), daemon=True).start()
        yield place, says
        listening.shutdown(socket.SHUT_RDWR)


def _turn_away(listening, says):
    with suppress(OSError):
        while True:
            near, _ = listening.accept()
            with near:
                near.recv(1 << 16)
                fields = ("SFATAL", "VFATAL", f"C{says[0]}", 'MKein Zutritt, C "3D000"')
                body = b"".join(field.encode() + b"\0" for field in fields) + b"\0"
                near.sendall(b"E" + (len(body) + 4).to_bytes(4, "big") + body)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("28P01", NotLetIn),
        ("28000", NotLetIn),
        ("42501", NotLetIn),
        ("3D000", NoDatabase),
        ("53300", Busy),
        ("57P03", Busy),
    ],
)
def test_what_a_server_says_in_any_language_is_told_by_its_state(door, state, kind):
    place, says = door
    says.append(state)
    opened = database.engine(database.address(f"postgresql+psycopg://so@/so?host={place}"))

    with pytest.raises((Busy, NotLetIn, NoDatabase)) as told:
        opened.connect()

    assert type(told.value) is kind
    assert "Kein Zutritt" in told.value.about
    assert told.value.about.startswith("so: postgresql") == (kind is NotLetIn)
    if kind is NoDatabase:
        assert told.value.says("vi").startswith("Máy chủ này không có cơ sở dữ liệu")


@pytest.mark.parametrize("end", ["127.0.0.1:1/so", "/so?host=/nowhere", "127.0.0.1/so?sslmode=x"])
def test_where_nobody_answers_all_that_it_may_be_is_named(end):
    opened = database.engine(database.address(f"postgresql+psycopg://so:mat-khau@{end}"))

    with pytest.raises(Unreached) as told:
        opened.connect()

    assert told.value.exit_code == 5
    assert "mat-khau" not in told.value.about
    for word in ("run", "server", "port", "role", "password", "name"):
        assert word in told.value.says("en")
    for word in ("chưa chạy", "máy chủ", "cổng", "vai trò", "mật khẩu", "tên"):
        assert word in told.value.says("vi")


def test_where_not_even_knocking_is_possible_the_first_failure_is_told():
    opened = database.engine(database.address("postgresql+psycopg://so:mat-khau@127.0.0.1:1/so"))
    with suppress(Unreached):
        opened.connect()  # all that has to be loaded is

    assert limited(opened.connect, 0) == "Unreached"


# ── As an administrator meets it ────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def guarded(quick_folder):
    with quick_folder() as folder, postgres.served(Path(folder), **postgres.QUICK) as own:
        own.sql("CREATE ROLE so LOGIN CREATEROLE PASSWORD 'dung'")
        own.sql("CREATE DATABASE so OWNER so")
        own.sql("CREATE DATABASE kin OWNER so")
        own.sql("REVOKE CONNECT ON DATABASE kin FROM PUBLIC, so")
        yield locked(own)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("role", "name", "code"),
    [
        ("so:sai", "so", 3),
        ("so", "so", 3),
        ("khong:dung", "so", 3),
        ("so:dung", "kin", 3),
        ("so:dung", "khong", 4),
        ("so:dung", "so&port=1", 5),
        ("so:dung", "so&nosuch=1", 6),
        ("so:dung", "so&password=bi-mat", 6),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_why_nobody_comes_in_is_told_in_one_line(guarded, place, role, name, code, language):
    name, more, rest = name.partition("&")
    given = f"postgresql+psycopg://{role}@/{name}?host={guarded.folder}{more}{rest}"
    words = ("found", "Sở GTVT", "--officer", "lan", "--database", given)

    told = say("--lang", language, "-C", str(place / "so"), *words)

    assert told.exit_code == code, told.output
    assert len(told.output.splitlines()) == 1
    assert not re.search("Traceback|:dung|:sai|bi-mat", told.output)
    assert not (place / "so").exists()


@pytest.mark.postgres
def test_an_owner_who_is_named_alone_signs_in_as_libpq_knows_how(guarded, place, monkeypatch):
    monkeypatch.setenv("QMS_OWNER", "so")
    monkeypatch.setenv("PGPASSWORD", "dung")
    given = f"postgresql+psycopg://so_app:rieng@/so?host={guarded.folder}"

    with closing(database.Database(given, place / "lock")) as opened, opened.owning() as connection:
        assert connection.scalar(text("SELECT current_user")) == "so"
