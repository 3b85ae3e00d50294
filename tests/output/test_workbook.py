"""A workbook says what its rows say, to whoever reads it, and computes nothing."""

import io
from datetime import UTC, date, datetime, timedelta, timezone
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qms.output.workbook import write_xlsx

calamine = pytest.importorskip("python_calamine")


def read(data):
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def written(*rows, titles=("Số", "Lời")):
    file = io.BytesIO()
    write_xlsx(titles, rows, file)
    return file.getvalue()


@given(some.text(some.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1))
def test_a_text_comes_back_as_it_was(text):
    ((_, (number, said)),) = read(written((7, text)))

    assert number == 7
    assert said == text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=1+1", "=1+1"),
        ("<f>1</f> & \"'", "<f>1</f> & \"'"),
        ("một\nhai\tba", "một\nhai\tba"),
        (" trước và sau ", " trước và sau "),
        ("_x0041_", "_x0041_"),
        ("a\x00b\x1fc", "a\ufffdb\ufffdc"),
        ("a\udfffb", "a\ufffdb"),
    ],
)
def test_what_a_reader_might_take_otherwise(text, said):
    ((_, row),) = read(written((1, text)))

    assert row[1] == said


def test_every_part_is_well_formed_and_every_name_is_found():
    from xml.etree import ElementTree

    with ZipFile(io.BytesIO(written((1, "a")))) as book:
        parts = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}

    named = {one.get("PartName", "/").lstrip("/") for one in parts["[Content_Types].xml"]} - {""}
    assert named | {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"} == set(
        parts
    )
    targets = {one.get("Target") for one in parts["xl/_rels/workbook.xml.rels"]}
    assert {f"xl/{target}" for target in targets} <= set(parts)


def test_a_number_behind_a_day_is_a_number():
    ((_, row),) = read(written((date(2026, 3, 1), 7)))

    assert row == [date(2026, 3, 1), 7]


def test_the_same_rows_make_the_same_bytes():
    assert written((1, "a")) == written((1, "a"))


def test_a_day_is_a_day_and_a_moment_a_moment():
    here = timezone(timedelta(hours=7))
    moment = datetime(2026, 3, 1, 14, 30, 5, tzinfo=here)
    data = written((date(2026, 3, 1), moment), (moment.astimezone(UTC), "2026-03-01"))

    ((_, first, second),) = read(data)
    assert first == [date(2026, 3, 1), datetime(2026, 3, 1, 14, 30, 5)]  # noqa: DTZ001
    assert second == [datetime(2026, 3, 1, 7, 30, 5), "2026-03-01"]  # noqa: DTZ001
    with ZipFile(io.BytesIO(data)) as book:
        styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="dd/mm/yyyy"' in styles
    assert 'formatCode="dd/mm/yyyy\\ hh:mm:ss"' in styles
