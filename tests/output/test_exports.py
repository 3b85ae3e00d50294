"""The trail as files: every entry, nothing computed, nothing left of what failed."""

import json
import tracemalloc
from datetime import datetime

import pytest

from qms.output import exports, workbook
from qms.output.exports import OtherForm, export
from qms.registers import documents as d
from qms.registers import people as p
from qms.storage.fresh import FileThere
from qms.storage.trouble import NotWritable
from tests.systems import adopted, created


@pytest.fixture(scope="module")
def system(stage):
    stage.does("lan", p.Enrol(code="ba", name="=1+1"), p.Appoint(code="ba", post="CVP", since=d0()))
    stage.does("ba", created("QT-06", title='=HYPERLINK("x")'), d.File(reason="+1", title="@x"))
    with stage.open() as system:
        yield system


def d0():
    from datetime import date

    return date(2024, 1, 1)


def sheets_of(place):
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(place)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_a_workbook_has_texts_where_a_formula_was_said(system, tmp_path):
    place = tmp_path / "trail.xlsx"

    export(system.trail.entries(), place)

    (table,) = sheets_of(place)
    assert table[0] == list(exports.COLUMNS)
    assert [row[0] for row in table[1:]] == list(range(system.size))
    assert table[-1][2] == "=1+1"
    assert {type(row[1]) for row in table[1:]} == {datetime}
    assert json.loads(table[-2][10])["title"] == '=HYPERLINK("x")'
    assert b"<f>" not in place.read_bytes()


def test_a_workbook_goes_on_on_the_next_sheet(system, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 10)

    export(system.trail.entries(), tmp_path / "trail.xlsx")

    sheets = sheets_of(tmp_path / "trail.xlsx")
    assert [row[0] for table in sheets for row in table[1:]] == list(range(system.size))
    assert [len(table) for table in sheets] == [11, 11, system.size - 19]


def test_what_a_cell_has_no_room_for_is_cut(system, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "LONGEST", 40)

    export(system.trail.entries(limit=1), tmp_path / "trail.xlsx")

    ((_, row),) = sheets_of(tmp_path / "trail.xlsx")
    assert row[10][-1] == "…"
    assert len(row[10]) == 40


def test_csv_guards_every_cell(system, tmp_path):
    export(system.trail.entries(), tmp_path / "trail.csv")

    assert ";'=1+1;" in (tmp_path / "trail.csv").read_text("utf-8-sig").splitlines()[-1]


def test_of_nothing_there_are_headings_only(system, tmp_path):
    for form in ("csv", "jsonl", "xlsx"):
        export(system.trail.entries(limit=0), tmp_path / f"trail.{form}")

    assert (tmp_path / "trail.csv").read_text("utf-8-sig").count("\n") == 1
    assert (tmp_path / "trail.jsonl").read_bytes() == b""
    assert sheets_of(tmp_path / "trail.xlsx") == [[list(exports.COLUMNS)]]


def test_another_form_is_refused(system, tmp_path):
    with pytest.raises(OtherForm):
        export(system.trail.entries(), tmp_path / "trail.doc")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_refused(system, tmp_path):
    (tmp_path / "trail.csv").write_text("mine")
    with pytest.raises(FileThere):
        export(system.trail.entries(), tmp_path / "trail.csv")
    assert (tmp_path / "trail.csv").read_text() == "mine"


def test_what_fails_leaves_no_file(system, tmp_path, monkeypatch):
    def full(*_):
        raise NotWritable("disk")

    monkeypatch.setattr(exports, "write_xlsx", full)

    with pytest.raises(NotWritable):
        export(system.trail.entries(), tmp_path / "trail.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_a_long_trail_takes_no_more_memory_than_a_short_one(office, tmp_path, form, monkeypatch):
    monkeypatch.setattr("qms.events.extent.PAGE", 100)
    with office.open() as system:
        system.perform(*(change for n in range(250) for change in adopted(f"QT-{n}", "2016-01-01")))
        taken = []
        for limit in (250, 250, 500):
            tracemalloc.start()
            export(system.trail.entries(limit=limit), tmp_path / f"{len(taken)}.{form}")
            taken.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert taken[2] < 1.2 * taken[1] + 100_000
