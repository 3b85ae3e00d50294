from html.parser import HTMLParser

import pytest

from qms.output.blocks import blocks, linked
from qms.output.page import body
from qms.registers.documents.front import part

FRONT = """+++
code = "QT-90"
type = "QT"
title = "Thử"
unit = "VP"
owner = "CVP"
days = 1.5

[[papers]]
name = "Giấy <đề nghị>"
original = 1

[[steps]]
step = "B1"
name = "Tiếp nhận"
who = "Một cửa"
days = 0.5
result = "BM.01-QT-90 & BM.02-QT-90"

[[steps]]
step = "B2"
name = "Ký"
who = "Lãnh đạo"
days = 1.0

[[forms]]
code = "BM.01-QT-90"
title = "Phiếu"

[[records]]
name = "Hồ sơ"
keeper = "Văn thư"
permanent = true

[[records]]
name = "Sổ"
keeper = "Một cửa"
years = 5
+++
"""
LINKS = {"bm.01-qt-90": "bm.01-qt-90.html"}


class Table(HTMLParser):
    """The text of each row of a table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")


def rows(name: str) -> list[list[str]]:
    return Table(blocks(part(FRONT).front, LINKS)[name].rpartition("</figure>")[2]).rows


def test_steps_become_a_table_with_days_as_people_write_them():
    assert rows("steps") == [
        ["Bước", "Trình tự", "Trách nhiệm", "Thời gian (ngày làm việc)", "Biểu mẫu/kết quả"],
        ["B1", "Tiếp nhận", "Một cửa", "0,5", "BM.01-QT-90 & BM.02-QT-90"],
        ["B2", "Ký", "Lãnh đạo", "1", ""],
        ["Tổng thời gian giải quyết: 1,5 ngày làm việc"],
    ]


def test_papers_forms_and_records_become_tables():
    assert rows("papers")[1] == ["1", "Giấy <đề nghị>", "1", "–"]
    assert rows("forms")[1] == ["1", "BM.01-QT-90", "Phiếu"]
    assert [row[3] for row in rows("records")] == ["Thời hạn lưu", "Vĩnh viễn", "5 năm"]


def test_a_form_that_has_a_page_is_linked_and_another_is_not():
    steps = blocks(part(FRONT).front, LINKS)["steps"]

    assert '<a href="bm.01-qt-90.html">BM.01-QT-90</a> &amp; BM.02-QT-90' in steps


def test_a_code_inside_a_longer_one_is_not_linked():
    assert linked("BM.01-QT-901, xBM.01-QT-90", LINKS) == "BM.01-QT-901, xBM.01-QT-90"


@pytest.mark.parametrize("name", ["steps", "papers", "forms", "records"])
def test_a_line_with_a_block_s_name_becomes_the_block(name):
    html = body(f"{FRONT}Trước\n{{{name}}}\nSau\n", LINKS, {})

    assert f'<table class="{name}">' in html
    assert f"{{{name}}}" not in html
    assert "<p>Trước</p>" in html
    assert "<p>Sau</p>" in html


def test_the_chart_comes_with_the_steps():
    html = body(f"{FRONT}{{steps}}\n", LINKS, {})

    assert html.index("<svg") < html.index('<table class="steps">')


@pytest.mark.parametrize("text", ["Ghi {steps} vào văn bản", "    {steps}", "`{steps}`"])
def test_a_block_s_name_among_words_is_words(text):
    html = body(FRONT + text, LINKS, {})

    assert "{steps}" in html
    assert "<table" not in html


def test_a_text_without_a_front_part_keeps_the_line():
    assert body("{steps}\n", {}, {}).strip() == "<p>{steps}</p>"


def test_a_front_part_that_cannot_be_read_is_shown_letter_by_letter():
    html = body('+++\ncode = "<b>"\n+++\n# Mục đích', {}, {})

    assert "không đúng khuôn dạng" in html
    assert "&lt;b&gt;" in html
    assert "<h1" not in html
