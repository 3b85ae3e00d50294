"""Sheets that are brought by command: each line a change, or one row of a list."""

import csv
import io

import pytest

from tests.cli.talk import say

SERVICES = """Danh mục thủ tục;;;
Mã số;Tên thủ tục;Lĩnh vực;Mức dịch vụ công trực tuyến;Quyết định công bố;Ngày công bố;Thời hạn
1.001;Cấp giấy phép;Đường bộ;Toàn trình;9/QĐ;01/03/2023;2,5
1.002;Cấp lại;Đường bộ;Một phần;9/QĐ;31/02/2023;3
"""
CRITERIA = """Số tiêu chí, tiêu chí thành phần;Lĩnh vực;Tiêu chí;Điểm tối đa;Đơn vị chịu trách nhiệm
1.1;Chỉ đạo;Kế hoạch;60;VP
1.2;Chỉ đạo;Báo cáo;40;VP
"""


@pytest.fixture
def put(tmp_path):
    """Return a way to write a file and its path."""

    def put(name, text):
        place = tmp_path / name
        place.write_text(text, "utf-8")
        return str(place)

    return put


def test_each_line_of_a_sheet_is_taken_or_named(talk, put):
    sheet = put("dich-vu.csv", SERVICES)

    told = talk.as_("lan", "bring", "service", "announce", sheet, "--with", "unit=VP")

    assert told.exit_code == 1
    assert "✓ 1.001: Ghi thủ tục hành chính đã công bố" in told.stdout
    assert told.stdout.endswith("1 thay đổi.\n")
    assert told.stderr.splitlines() == [
        "✗ [Ngày công bố] 31/02/2023: Ngày không đúng dạng dd/mm/yyyy hoặc yyyy-mm-dd."
        " – dich-vu.csv:4"
    ]
    assert "2" not in talk.ask("service", "list", "--unit", "QLVT").stdout


def test_a_title_is_exported_and_brought_again_with_what_some_take_for_the_end_of_a_line(talk, put):
    title = "Cấp\u2028giấy\u2029phép"
    sheet = SERVICES.replace("Cấp giấy phép", title).rpartition("1.002")[0]
    words = ("bring", "service", "announce", put("dich-vu.csv", sheet), "--with", "unit=VP")
    assert talk.as_("lan", *words).exit_code == 0

    told = talk.ask("service", "list", "--csv").stdout.lstrip("\ufeff")
    (row,) = csv.DictReader(io.StringIO(told, newline=""), delimiter=";")
    assert row["Tên thủ tục"] == title
    again = put("lai.csv", told.replace("1.001", "1.003").replace(" (ngày làm việc)", ""))
    brought = talk.as_("lan", "bring", "service", "announce", again)
    assert "✓ 1.003" in brought.stdout, brought.output
    assert talk.ask("service", "list", "--csv").stdout.count(title) == 2


def test_all_or_nothing_is_nothing_where_one_line_is_wrong(talk, put):
    sheet = put("dich-vu.csv", SERVICES)
    words = ("bring", "service", "announce", sheet, "--with", "unit=VP", "--whole")

    told = talk.as_("lan", *words)

    assert told.exit_code == 3
    assert "Có phần không nhận được" in told.stderr
    assert talk.ask("service", "list").stdout == "Không có gì.\n"


def test_bringing_is_rehearsed(talk, put):
    sheet = put("dich-vu.csv", SERVICES.replace("31/02", "28/02"))
    words = ("bring", "service", "announce", sheet, "--with", "unit=VP")

    told = talk.does("lan", *words, "--dry-run")

    assert told.startswith("Chạy thử, chưa ghi gì.")
    assert talk.ask("service", "list").stdout == "Không có gì.\n"
    assert talk.does("lan", *words).endswith("2 thay đổi.\n")


def test_an_empty_sheet_says_its_headings():
    told = say("bring", "objective", "measure", "--template")

    (heading,) = csv.reader(io.StringIO(told.stdout.removeprefix("\ufeff")), delimiter=";")
    assert heading[:4] == ["Mã số", "Ngày đo", "Nguồn số liệu", "Giá trị"]


def test_a_list_within_a_change_is_a_sheet_too(talk, put):
    words = ("reform_index", "open", "--year", "2030", "--title", "Bộ", "--due", "01/12/2030")

    broken = talk.as_("lan", *words, "--criteria", put("a.csv", CRITERIA.replace("60", "0")))
    assert broken.exit_code == 3
    assert "[Điểm tối đa] quá nhỏ – a.csv:2" in broken.stderr

    talk.does("lan", *words, "--criteria", put("b.csv", CRITERIA))
    assert "1.2" in talk.ask("reform_index", "show", "CCHC-2030").stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("nothing", "announce"), 4, "Không có sổ này"),
        (("service", "dance"), 2, "announce, announce-again"),
        (("service", "announce", "gone.csv"), 4, "gone.csv: không có tệp"),
        (("service", "announce", "x.csv", "--with", "colour=red"), 2, "MỤC=GIÁ-TRỊ"),
        (("service", "announce", "x.csv", "--with", "unit"), 2, "MỤC=GIÁ-TRỊ"),
        (("risk", "identify", "--template"), 3, "không ghi được vào các ô"),
    ],
)
def test_what_cannot_be_brought_is_said(talk, words, code, says):
    told = talk.as_("lan", "bring", *words)

    assert told.exit_code == code, told.stderr
    assert says in told.stderr
