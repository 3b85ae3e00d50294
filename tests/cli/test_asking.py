"""What a leader asks of the whole, said in words: for the eye, for a sheet, for a program."""

import io
import json
from contextlib import redirect_stdout
from datetime import date

import pytest

from qms.changes import Item
from qms.cli.answering import columns, first
from qms.cli.figures import reached
from qms.cli.language import speaking
from qms.cli.tables import Column, Table, display
from tests import spring
from tests.cli.talk import Talk


@pytest.fixture(scope="module")
def talk(stage):
    """A spring, of which the tests only ask."""
    return Talk(spring.played(stage))


def lines(told):
    assert told.exit_code == 0, told.output
    return [" ".join(line.split()) for line in told.stdout.splitlines()]


def rows(told):
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_what_is_owed_is_listed_by_day(talk):
    said = lines(talk.ask("due", "--until", "01/03/2024"))

    assert said[0] == "Đến hạn Trễ (ngày) Sổ Mã số Việc Đơn vị Người thực hiện Trạng thái"
    assert [line.split()[0] for line in said[2:]] == ["05/01/2024", "22/02/2024", "01/03/2024"]
    assert said[4].endswith("nhiệm vụ NV-1 Việc NV-1 VP CVP Chưa triển khai")
    assert "xác nhận đã đọc QT-01/1.0 Quy trình QT-01 VP Trần Văn Hùng" in said[3]


def test_what_is_owed_is_asked_of_a_person_or_a_unit(talk):
    until = ("--until", "31/12/2024", "--json")

    mine = rows(talk.ask("due", "--person", "ha", *until))
    ours = rows(talk.ask("due", "--unit", "VP", *until))

    reviewed = [f"RS-2024-01/1.00{n}" for n in (1, 3, 4)]  # a unit's work is that of its people
    assert [row["code"] for row in mine] == ["KPH-2024-001", "MT-2024-01", "NV-2", *reviewed]
    assert {row["unit"] for row in mine} == {"QLVT"}
    assert [row["code"] for row in ours] == ["QT-01/1.0", "NV-1", "YC-2024-001", "QT-01"]
    assert {row["unit"] for row in ours} == {"VP"}


def test_what_several_owe_alike_is_one_line_for_the_eye_and_each_for_a_program(talk, place):
    office = talk.office.copy(place / "so")
    said = Talk(office)
    office.clock.at = talk.office.clock.at
    for who in ("an", "chi", "dung", "giang"):
        said.does("lan", "person", "enrol", "--code", who, "--name", who)
        said.does("lan", "person", "appoint", who, "--post", "CVP", "--since", "01/01/2024")

    until = ("--until", "22/02/2024")
    assert "an, chi, dung, giang (+1)" in said.ask("due", *until).stdout
    readings = [row for row in rows(said.ask("due", *until, "--json")) if row["code"][-1] == "0"]
    assert len(readings) == 5


def test_nothing_owed_is_said(talk):
    assert talk.ask("due", "--until", "04/01/2024").stdout == "Không có gì.\n"


def test_the_numbers_say_what_is_reached(talk):
    said = lines(talk.ask("dashboard", "--on", "10/03/2024"))

    assert said[0] == "Việc Giá trị Chỉ tiêu Kết quả"
    assert said[2:] == [
        "Nhiệm vụ quá hạn 1 0 ✗ chưa đạt",
        "Sự không phù hợp chưa đóng 1 – –",
        "Hành động khắc phục quá hạn 0 0 ✓ đạt",
        "Lần rà soát tài liệu quá hạn 0 0 ✓ đạt",
        "Thủ tục có phương án đơn giản hóa 25,0 % ≥ 25 % ✓ đạt",
        "Chỉ số cải cách hành chính 81,00 ≥ 80,00 ✓ đạt",
        "Người dân, doanh nghiệp hài lòng 90,0 % – –",
        "MT-2024-01 Người dân hài lòng 90,0 % ≥ 85,0 % ✓ đạt",
    ]


def test_the_numbers_are_for_programs_without_marks(talk):
    found = {row["what"]: row["standing"] for row in rows(talk.ask("dashboard", "--json"))}

    assert found["Nhiệm vụ quá hạn"] == "chưa đạt"


def test_what_is_reached_and_missed_is_coloured_on_a_terminal(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    told = Table((Column("x", "x"),), [(reached(True),), (reached(False),)])
    with speaking("en"), io.StringIO() as out, redirect_stdout(out):
        out.isatty = lambda: True
        display(told)
        said = out.getvalue()

    assert "\x1b[32m✓ reached" in said
    assert "\x1b[31m✗ missed" in said


def drawn(monkeypatch, table, **environment):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with speaking("vi"), io.StringIO() as out, redirect_stdout(out):
        out.isatty = lambda: True
        display(table)
        return out.getvalue()


WIDE = Table(
    (Column("code", "Mã số"), Column("title", "Tên tài liệu"), Column("day", "Hiệu lực từ")),
    [("BM.01-QT-12", "Đơn đề nghị đổi giấy phép lái xe", date(2026, 1, 31))],
)


def test_a_narrow_terminal_breaks_no_code_and_no_day(monkeypatch):
    fitted = drawn(monkeypatch, WIDE, COLUMNS="40")
    narrow = drawn(monkeypatch, WIDE, COLUMNS="24")

    assert "BM.01-QT-12 " in fitted
    assert "31/01/2026" in fitted
    assert len(fitted.splitlines()) == 4
    assert narrow.splitlines() == [
        "BM.01-QT-12",
        "  Tên tài liệu: Đơn đề nghị đổi giấy phép lái xe",
        "  Hiệu lực từ: 31/01/2026",
    ]


def test_a_terminal_too_narrow_for_titles_that_are_not_folded_squeezes_no_words(monkeypatch):
    narrow = drawn(monkeypatch, WIDE, COLUMNS="29")

    assert "  Hiệu lực từ: 31/01/2026" in narrow.splitlines()


def test_a_terminal_without_colours_is_given_none(monkeypatch):
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    assert "\x1b" not in drawn(monkeypatch, WIDE, COLUMNS="80", TERM="dumb")


def test_the_standard_is_covered_clause_by_clause(talk):
    said = lines(talk.ask("coverage", "--on", "10/03/2024"))

    assert "7.2 Năng lực QT-01 1 – Chưa được đánh giá" in said
    assert (
        "4.3 Phạm vi hệ thống quản lý chất lượng – 0 –"
        " Chưa có tài liệu đang hiệu lực, Chưa được đánh giá" in said
    )
    whole = rows(talk.ask("coverage", "--all", "--json"))
    assert len(whole) == 95


def test_a_new_edition_is_compared(talk):
    said = lines(talk.ask("migration", "2026"))

    assert said[2:] == [
        "QT-01 7.2 Chuyển được tự động 7.2 –",
        "QT-01 7.5.3 Chuyển được tự động 7.5.3 –",
        "QT-02 9.2 Chuyển được tự động 9.2 –",
        "QT-02 4.2 Cần người xem xét 4.2 lưu ý về khí hậu; chọn yêu cầu của bên quan tâm mà hệ"
        " thống sẽ giải quyết",
        "Chuyển được tự động: 3; Cần người xem xét: 1; Không có điều khoản tương ứng: 0",
    ]
    assert "climate" in talk.ask("--lang", "en", "migration", "2026").stdout


def test_the_same_edition_is_not_compared(talk):
    told = talk.ask("migration", "2015")

    assert told.exit_code == 4
    assert "hai phiên bản liền nhau" in told.stderr


def test_the_numbers_of_the_past_are_asked_as_everything_else(talk):
    said = lines(talk.ask("--as-of", "02/01/2024", "dashboard"))

    assert said[2:] == [
        "Nhiệm vụ quá hạn 0 0 ✓ đạt",
        "Sự không phù hợp chưa đóng 0 – –",
        "Hành động khắc phục quá hạn 0 0 ✓ đạt",
        "Lần rà soát tài liệu quá hạn 0 0 ✓ đạt",
    ]


DAYS = {"deadline", "due", "answer_due", "month", "review", "until"}
WHOSE = {"owner", "assignee", "lead", "holder", "person", "people", "drafter", "unit", "post"}


@pytest.mark.parametrize("register", sorted(Item.registers))
def test_the_list_of_a_register_shows_deadline_state_and_who(register):
    names = [one.key for one in columns(Item.registers[register])]
    shown = [names[at] for at in first(names)]

    assert shown == [name for name in names if name in shown]
    assert shown[:2] == names[:2]
    assert {"state", "deadline", "title", "what", "found"} & {*names} <= {*shown}
    for some in (DAYS, WHOSE):
        assert not some & {*names} or some & {*shown}


def test_the_days_of_force_and_the_last_measure_are_shown():
    for register, wanted in (
        ("external", {"since", "until"}),
        ("plan", {"since", "until"}),
        ("objective", {"target", "last", "until"}),
    ):
        names = [one.key for one in columns(Item.registers[register])]
        assert wanted <= {names[at] for at in first(names)}
