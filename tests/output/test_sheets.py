import csv
import io

import pytest

from qms.output.sheets import csv_bytes

FORMULAS = [
    "=1+1",
    "+84912",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    '=HYPERLINK("http://x.example";"y")',
    "=cmd|' /C calc'!A0",
]


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula):
    assert read(csv_bytes([["QT-01", formula]])) == [["QT-01", f"'{formula}"]]


@pytest.mark.parametrize("plain", ["QT-01", "Sở Giao thông; vận tải", 'a "b"', "a\nb", "1.0", ""])
def test_other_cells_stay_as_they_are(plain):
    assert read(csv_bytes([[plain, "x"]])) == [[plain, "x"]]


def test_the_office_program_sees_utf_8_semicolons_and_its_own_line_ends():
    assert csv_bytes([["Mã", "Tên"], ["QT-01", "đ"]]) == (
        b"\xef\xbb\xbfM\xc3\xa3;T\xc3\xaan\r\nQT-01;\xc4\x91\r\n"
    )
