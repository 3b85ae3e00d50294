"""The register of old revisions, read without a system."""

import io
from datetime import date

import pytest

from qms.intake.register import COLUMNS, NAME, histories
from qms.registers.documents import AdoptDocument, AdoptRemoval, AdoptRevision, Rename
from tests.intake.office import file, named

USUAL = {
    "code": "QT-01",
    "title": "Hồ sơ",
    "type": "QT",
    "unit": "CQ",
    "owner": "CBISO",
    "issue": "1",
    "issued": "05/03/2019",
    "file": "QT-01.doc",
}
TEXT = file("QT-01.doc", b"\xd0\xcf old")


def sheet(*lines, separator=";", before="", columns=COLUMNS, end="\r\n"):
    heading = separator.join(COLUMNS[name] for name in columns)
    rows = (separator.join(line.get(name, "") for name in columns) for line in lines)
    return file(NAME, before + end.join((heading, *rows)) + end)


def book(*lines):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"default_date_format": "dd/mm/yyyy"}) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, COLUMNS.values())
        for number, one in enumerate(lines, 1):
            page.write_row(number, 0, (one.get(name, "") for name in COLUMNS))
        if lines[-1]["title"] == "=1/0":
            page.write_formula(len(lines), 1, "=1/0", value="#DIV/0!")
    return file("lich-su.xlsx", data.getvalue())


def line(**cells):
    return USUAL | cells


def revisions(history):
    return [one.fields for one in history if one.change is AdoptRevision]


def only(*files):
    (history,), remarks = histories(files)
    assert remarks == []
    return history


def wrong(*files):
    """Return line, field and error of each remark."""
    _, remarks = histories(files)
    return [(one.line, one.field, type(one.error).__name__) for one in remarks]


def test_a_workbook_is_a_register_too():
    typed = line(issue=1, issued=date(2019, 3, 5))

    _, revision = only(book(typed), TEXT)

    facts = (revision.fields["issue"], revision.fields["issued"], revision.fields["source"])
    assert facts == (1, date(2019, 3, 5), "lich-su.xlsx, dòng 2 (QT-01.doc)")
    assert wrong(book(line(title="=1/0")), TEXT) == [(2, "tên", "ShowsError")]
    assert wrong(file("lich-su.xlsx", b"PK\3\4")) == [(0, "", "NotASheet")]


def test_a_line_is_a_revision_with_its_facts():
    facts = {"drafted_by": "Ông A", "approved_by": "Bà B", "decision": "12/QĐ", "note": "mờ"}

    opening, revision = only(sheet(line(amendment="02", effective="2019-04-01", **facts)), TEXT)

    assert opening.change is AdoptDocument
    assert opening.fields["suffix"] == "doc"
    fields = revision.fields
    assert fields["text"].data == TEXT.data
    assert (fields["issue"], fields["amendment"]) == (1, 2)
    assert (fields["issued"], fields["effective"]) == (date(2019, 3, 5), date(2019, 4, 1))
    assert {name: fields[name] for name in facts} == facts
    assert fields["source"] == "lich-su.csv, dòng 2 (QT-01.doc)"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_usual_spreadsheet_is_read(separator, before, end):
    assert len(only(sheet(line(), separator=separator, before=before, end=end), TEXT)) == 2


def test_headings_come_in_any_order_with_or_without_accents():
    found = sheet(line(), columns=[*reversed(COLUMNS)])
    plain = file(NAME, found.data.replace("mã số".encode(), b"MA SO "))

    assert len(only(plain, TEXT)) == 2


def test_other_columns_are_left_alone():
    data = sheet(line()).data.decode().splitlines()
    found = file(NAME, f"STT;{data[0]};đã in\n1;{data[1]};x\n")

    assert len(only(found, TEXT)) == 2


def test_lines_are_put_in_the_order_of_their_days():
    later = line(amendment="1", issued="2020-01-01", file="b.doc", title="")

    history = only(sheet(later, line()), TEXT, file("b.doc", b"b"))

    assert [fields["amendment"] for fields in revisions(history)] == [0, 1]
    assert history[0].fields["title"] == "Hồ sơ"


def test_what_the_last_line_says_of_unit_and_post_holds():
    later = line(amendment="1", issued="2020-01-01", unit="TT", owner="", file="b.doc")

    opening = only(sheet(line(), later), TEXT, file("b.doc", b"b"))[0]

    assert (opening.fields["unit"], opening.fields["owner"]) == ("TT", "CBISO")


def test_codes_in_two_spellings_are_one_document():
    later = line(code="qt – 01", amendment="1", issued="2020-01-01", file="b.doc")

    assert len(revisions(only(sheet(line(), later), TEXT, file("b.doc", b"b")))) == 2


def test_another_name_with_the_same_number_and_bytes_is_no_revision():
    renamed = line(title="Kiểm soát hồ sơ", issued="2020-01-01")

    history = only(sheet(line(), renamed), TEXT)

    assert [one.change for one in history] == [AdoptDocument, AdoptRevision, Rename]
    assert history[2].fields["title"] == "Kiểm soát hồ sơ"


def test_a_name_that_comes_with_a_revision_is_given_before_it():
    later = line(title="Kiểm soát hồ sơ", amendment="1", issued="2020-01-01", file="b.doc")

    history = only(sheet(line(), later), TEXT, file("b.doc", b"b"))

    assert [one.change for one in history[2:]] == [Rename, AdoptRevision]


def test_a_line_may_only_remove():
    removal = {"code": "QT-01", "removed": "31/12/2021"}

    history = only(sheet(line(), removal), TEXT)

    assert history[-1].change is AdoptRemoval
    assert history[-1].fields["day"] == date(2021, 12, 31)


def test_a_line_may_issue_and_remove():
    history = only(sheet(line(removed="31/12/2021")), TEXT)

    assert [one.change for one in history] == [AdoptDocument, AdoptRevision, AdoptRemoval]


def test_a_line_said_twice_is_named():
    assert wrong(sheet(line(), line()), TEXT) == [(3, "", "SaidTwice")]


def test_a_folder_without_register_is_named():
    assert wrong(TEXT) == [(0, "", "NoRegister")]


def test_a_register_that_is_not_utf8_is_named():
    assert wrong(file(NAME, b"m\xc3\xa3\nQT-\xff")) == [(2, "", "NotUTF8")]


def test_missing_and_repeated_columns_are_each_named():
    found = file(NAME, "mã số;mã số;tên;loại;đơn vị;vị trí;lần ban hành\n")

    assert wrong(found) == [(1, "", "NoColumn"), (1, "", "NoColumn"), (1, "", "RepeatedColumn")]
    assert wrong(file(NAME, ""))[0] == (1, "", "NoColumn")


def test_every_wrong_cell_of_every_line_is_named_by_its_heading():
    bad = line(issue="hai", issued="31/02/2020", effective="3/2020", file="../x")
    blank = line(code="", issue="", file="thieu.doc")

    assert wrong(sheet(bad, line(), blank), TEXT) == [
        (2, "lần ban hành", "BadNumber"),
        (2, "ngày ban hành", "BadDay"),
        (2, "ngày hiệu lực", "BadDay"),
        (2, "tệp", "OutsidePath"),
        (4, "mã số", "Blank"),
        (4, "lần ban hành", "Blank"),
        (4, "tệp", "NoFile"),
    ]


@pytest.mark.parametrize("path", ["/etc/passwd", "a/../../x", "C:\\x.doc", "..\\x.doc"])
def test_a_file_outside_the_folder_is_refused(path):
    assert wrong(sheet(line(file=path)), TEXT)[0] == (2, "tệp", "OutsidePath")


def test_a_file_is_found_however_its_path_is_typed():
    inner = file("Mục cũ/QT.doc", b"x")

    assert len(only(sheet(line(file=".\\Mu\u0323c cũ\\QT.doc")), inner)) == 2


def test_broken_lines_are_named_and_the_others_are_read():
    data = sheet(line()).data.decode()
    wide = data + ";".join("x" * (len(COLUMNS) + 2)) + "\r\n"
    open_quote = data + '"QT-02;\r\n'

    assert wrong(file(NAME, wide), TEXT) == [(3, "", "BrokenLine")]
    assert wrong(file(NAME, open_quote), TEXT) == [(3, "", "BrokenLine")]


def test_a_line_knows_its_place_though_cells_hold_line_breaks():
    noted = line(summary='"sửa\r\nhai dòng"')

    assert wrong(sheet(noted, line(issue="x")), TEXT) == [(4, "lần ban hành", "BadNumber")]


def test_a_file_that_no_line_names_is_mentioned_but_is_no_fault():
    _, (remark,) = histories([sheet(line()), TEXT, file("khac.doc", b"")])

    assert named([remark]) == [("khac.doc", "Unlisted")]
    assert not remark.fault


def test_hostile_cells_do_no_harm():
    hostile = ["=cmd()", "\x00", "x" * 140_000, "9" * 6_000, "'; DROP TABLE entry; --", "\ud7ff"]
    lines = [line(code=cell, issue=cell, issued=cell, file=cell) for cell in hostile]

    _, remarks = histories([sheet(*lines), TEXT])

    assert {remark.line for remark in remarks} >= {2, 5, 6, 7}
    assert all(len(remark.vi) < 500 for remark in remarks)
