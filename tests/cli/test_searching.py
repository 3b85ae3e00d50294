"""``qms search``: what an officer types, and what an officer reads."""

import csv
import io
import json

import pytest

from qms.cli.searching import _marked
from tests import systems
from tests.cli.talk import Talk
from tests.systems import adopted


@pytest.fixture(scope="module")
def busy(template, tmp_path_factory):
    """QT-05 was and is in force with two texts; QT-06 is."""
    office = systems.copied(template, tmp_path_factory.mktemp("busy") / "so")
    office.clock.to("2024-03-01")
    office.issues("QT-05", "2024-03-01", body="Thi công trên đường bộ đang khai thác")
    office.clock.to("2024-06-01")
    office.revises("QT-05", "2024-07-01", "Thi công trên đường thủy")
    office.clock.to("2024-03-01")
    office.clock.to("2024-07-02")
    office.issues("QT-06", "2024-07-02", body="Tuyến xe buýt trên đường sắt, cách hè bộ hành")
    return Talk(office)


def test_a_text_is_told_with_code_title_number_days_and_place(busy):
    lines = busy.ask("search", "duong", "thuy").stdout.splitlines()

    assert lines == [
        "QT-05  Quy trình QT-05",
        "    1.1 · Có hiệu lực từ 01/07/2024",
        "    1. Mục đích: Thi công trên đường thủy",
    ]


def test_what_was_found_is_in_colour(busy):
    with busy.office.open() as system:
        (found,) = system.search("duong thuy")
        ((_, place),) = found.places

    assert _marked(place).endswith("\x1b[31m\x1b[1mđường thủy\x1b[0m")


def test_what_the_shell_unquoted_is_a_phrase(busy):
    both = busy.ask("search", "đường", "bộ", "--all", "--json")
    phrase = busy.ask("search", "đường bộ", "--all", "--json")
    quoted = busy.ask("search", '"đường bộ"', "--all", "--json")

    assert [row["code"] for row in json.loads(both.stdout)] == ["QT-05", "QT-06"]
    assert [row["code"] for row in json.loads(phrase.stdout)] == ["QT-05"]
    assert quoted.stdout == phrase.stdout


def test_a_day_may_be_asked_about(busy):
    for option in ("--on", "--day"):
        said = busy.ask("search", "thi công", option, "15/03/2024").stdout
        assert "1.0 · Có hiệu lực từ 01/03/2024" in said


def test_all_says_of_each_whether_it_is_in_force(busy):
    now = busy.ask("search", "thi công", "--all").stdout
    before = busy.ask("search", "thi công", "--all", "--on", "01/06/2024").stdout

    assert "1.0 · Hết hiệu lực từ 01/07/2024" in now
    assert "1.1 · Chưa có hiệu lực, có từ 01/07/2024" in before


def test_it_speaks_english(busy):
    said = busy.ask("--lang", "en", "search", "thi công", "--all").stdout

    assert "In force from 2024-07-01" in said
    assert "No longer in force from 2024-07-01" in said


def test_a_program_is_told_values(busy):
    (row,) = json.loads(busy.ask("search", "duong thuy", "--json").stdout)

    assert row == {
        "code": "QT-05",
        "title": "Quy trình QT-05",
        "number": "1.1",
        "in_force": True,
        "effective": "2024-07-01",
        "until": None,
        "attachment": "",
        "heading": "1. Mục đích",
        "says": "Thi công trên đường thủy",
        "as_typed": True,
    }


def test_a_spreadsheet_is_given_a_table(busy):
    data = busy.ask("search", "duong thuy", "--csv").stdout_bytes.decode("utf-8-sig")

    table = list(csv.reader(io.StringIO(data), delimiter=";"))
    assert table[0][-3:] == ["Thuộc mục", "Trích đoạn", "Đúng dấu"]
    assert table[1][:4] == ["QT-05", "Quy trình QT-05", "1.1", "có"]


def test_pages_follow_each_other(talk):
    for n in range(3):
        talk.office.does("lan", *adopted(f"QT-{n}", "2016-01-01"))

    first = talk.ask("search", "quy trình", "--limit", "2")
    last = talk.ask("search", "quy trình", "--limit", "2", "--page", "2")

    assert first.stdout.count("Quy trình") == 2
    assert "Còn nữa: --page 2." in first.stderr
    assert last.stdout.count("Quy trình") == 1
    assert last.stderr == ""


def test_nothing_found_says_so(busy):
    assert busy.ask("search", "hải quan").stdout == "Không có gì.\n"


@pytest.mark.parametrize("words", [(), ("",), ('"',), ("…", "-", ".")])
def test_no_words_are_refused(busy, words):
    told = busy.ask("search", *words)

    assert told.exit_code == 3
    assert "Hãy nêu từ một đến bốn mươi từ cần tìm" in told.stderr


def test_the_past_is_searched_as_it_stood(busy):
    assert busy.ask("--as-of", "15/04/2024", "search", "thủy").stdout == "Không có gì.\n"


def test_verify_compares_the_index_with_the_texts_where_asked(talk):
    talk.issues("QT-05")
    talk.office.sql("DELETE FROM passage")

    assert talk.ask("verify").exit_code == 0
    assert "S06" not in talk.ask("verify").output
    told = talk.ask("verify", "--search")

    assert told.exit_code == 0
    assert "S06  revision:qt-05/1.0: Chỉ mục tìm kiếm khác với nội dung" in told.output
    assert "1 cảnh báo" in told.output
