"""Lists a page at a time, without what a list does not need."""

import json
import shlex
import subprocess
import sys

import pytest

from qms.answers import NotSearchable
from qms.changes import Unknown
from qms.cli import kinds, paging
from qms.registers import documents as d
from tests.cli.talk import QUIET, Talk
from tests.systems import adopted


@pytest.fixture
def five(office):
    with office.open() as system:
        for number in range(1, 6):
            system.perform(*adopted(f"QT-{number}", "2016-01-01", unit="VP"))
    return Talk(office)


def codes(told):
    assert told.exit_code == 0, told.output
    return [line.split()[0] for line in told.stdout.splitlines()[2:]]


@pytest.mark.parametrize("words", [("list",), ("document", "list"), ("in-force",)])
def test_documents_come_a_page_at_a_time(five, words):
    first = five.ask(*words, "--limit", "2")
    second = five.ask(*words, "--limit", "2", "--after", "QT-2")
    last = five.ask(*words, "--limit", "2", "--after", "qt-4")

    assert [codes(page) for page in (first, second, last)] == [
        ["QT-1", "QT-2"],
        ["QT-3", "QT-4"],
        ["QT-5"],
    ]
    assert first.stderr == "Còn nữa: --after QT-2, hoặc --all.\n"
    assert last.stderr == ""


@pytest.mark.parametrize("code", ["QT 01 ISO", "QT-8.3&8.5", "QT(1)"])
def test_how_to_go_on_can_be_typed_as_it_is_written(five, code):
    for own in (code, "XX-1"):
        five.office.does("lan", *adopted(own, "2016-01-01", unit="VP"))
    listed = five.office.asks(lambda system: system.documents())
    place = [one.code for one in listed].index(code) + 1

    told = five.ask("list", "--limit", str(place))

    assert shlex.split(told.stderr)[3] == f"{code},"


def test_a_register_comes_a_page_at_a_time(five):
    first = five.ask("unit", "list", "--limit", "1")
    (code,) = codes(first)

    assert codes(five.ask("unit", "list"))[1:] == codes(five.ask("unit", "list", "--after", code))
    assert f"--after {code}" in first.stderr


def test_what_is_due_comes_a_page_at_a_time(five):
    whole = five.ask("due", "--until", "2024-12-31", "--json")
    first = five.ask("due", "--until", "2024-12-31", "--limit", "2", "--json")
    place = first.stderr.split("--after ")[1].split(", ")[0]
    rest = five.ask("due", "--until", "2024-12-31", "--after", place, "--json")

    rows = [json.loads(told.stdout) for told in (first, rest)]
    assert [len(page) for page in rows] == [2, 3]
    assert rows[0] + rows[1] == json.loads(whole.stdout)
    assert five.ask("due", "--after", "QT-1").exit_code == 6


def test_what_is_no_terminal_is_given_all(five):
    assert len(json.loads(five.ask("list", "--json").stdout)) == 5
    assert len(codes(five.ask("list", "--all"))) == 5


def test_a_terminal_is_shown_a_page(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    assert paging.page(None, None, False, None) == (50, "")
    assert paging.page(None, "QT-1", True, None) == (None, "QT-1")
    assert paging.page(7, None, False, None) == (7, "")
    assert paging.page(None, None, False, "csv") == (None, "")


def test_a_page_behind_what_is_not_there_is_refused(five):
    told = five.ask("list", "--after", "QT-404")

    assert told.exit_code == 4
    assert "QT-404" in told.stderr


def test_a_type_that_policy_does_not_know_is_told(five):
    told = five.ask("list", "--type", "XY")

    assert told.exit_code == 4
    assert "XY" in told.stderr


def test_a_list_of_the_past_is_that_of_its_day(five):
    assert codes(five.ask("--as-of", "0", "list")) == []
    assert codes(five.ask("--as-of", "34", "list", "--limit", "1")) == ["QT-1"]


def test_a_list_of_the_past_says_what_was_in_force_then(office):
    office.issues("QT-7", "2024-03-01")
    talk = Talk(office)
    size = str(office.asks(lambda system: system.size))

    (then,) = json.loads(talk.ask("--as-of", size, "list", "--json").stdout)
    assert then["state"] == "Chờ hiệu lực"
    assert codes(talk.ask("in-force")) == ["QT-7"]


def test_words_are_read_as_the_registers_say_them():
    assert kinds.words("documents/items.py", "State") == {one.value: one.vi for one in d.State}
    assert {one.value: one.vi for one in d.DraftState} == paging.DRAFTS


@pytest.mark.sqlite
@pytest.mark.parametrize("asked", ["list", "in-force"])
def test_a_page_loads_neither_sql_nor_the_registers(five, asked):
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n"
        "from qms.cli import main; main()"
    )
    words = (sys.executable, "-c", script, "-C", str(five.office.folder), asked, "--limit", "2")

    told = subprocess.run(words, env=QUIET, capture_output=True, text=True, check=True)

    assert "QT-2" in told.stdout
    loaded = set(told.stderr.split())
    assert {"sqlite3", "qms.storage.glance"} <= loaded
    assert loaded.isdisjoint({"sqlalchemy", "pydantic", "git", "qms.values", "qms.system"})


def test_a_list_is_asked_for_by_columns_that_it_has(five):
    with five.office.open() as system:
        for where in ({"code = 'x' OR 1=1 --": "x"}, {"status": "issued"}):
            with pytest.raises(NotSearchable):
                system.documents(**where)
        assert len(system.documents(drafting=None)) == 5
        assert len(system.documents(type="qt", unit="VP")) == 5
        with pytest.raises(Unknown):
            system.documents(unit="KHONG")
        assert [one.code for one in system.documents(id="QT-3")] == ["QT-3"]


@pytest.mark.parametrize(("limit", "rows"), [(-1, 0), (0, 0), (2, 2), (2**70, 5)])
def test_a_page_has_as_many_rows_as_a_database_can_count(five, limit, rows):
    with five.office.open() as system:
        assert len(system.documents(limit=limit)) == rows
        assert len(system.find(d.Document, limit=limit)) == rows
        assert system.search("quy trinh", limit=limit, start=2**70) == []
