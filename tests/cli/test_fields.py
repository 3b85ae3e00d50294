"""From the fields of a change to options and back: a new register needs no line in the commands."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

import click
import pytest
from click.testing import CliRunner
from pydantic import Field

from qms.changes import Item, NotWellFormed, Opening
from qms.cli.fields import BadToml, Toml, by_option, given, option
from qms.shapes import Shape
from qms.values import Code, Content, Frozen, Personal, Text, Word


class Grade(Word):
    MAJOR = "major", "nặng"
    MINOR = "minor", "nhẹ"


class Line(Frozen):
    name: Text
    number: int = 0


class Audit(Item):
    pass


class Plan(Opening[Audit]):
    """Set the day on which a unit is audited."""

    unit: Code = Field(title="Đơn vị")
    day: date = Field(title="Ngày")
    at: datetime | None = Field(default=None, title="Lúc")
    grade: Grade = Field(default=Grade.MINOR, title="Mức")
    edition: Literal[2008, 2015] = Field(default=2015, title="Phiên bản")
    score: Decimal | None = Field(default=None, title="Điểm")
    lines: tuple[Line, ...] = Field(default=(), title="Dòng")
    first: Line | None = Field(default=None, title="Dòng đầu")
    answers: dict[Code, Text] = Field(default={}, title="Trả lời")
    sound: bool = Field(title="Đạt")
    late: bool = Field(default=False, title="Muộn")
    maybe: bool | None = Field(default=None, title="Có thể")
    days: tuple[date, ...] = Field(default=(), title="Các ngày")
    team: tuple[Code, ...] = Field(default=(), title="Đoàn")
    notes: tuple[Text, ...] | None = Field(default=None, title="Ghi chú")
    auditor: Personal = Field(default="", title="Người đánh giá")
    report: Content | None = Field(default=None, title="Báo cáo")
    papers: dict[Code, Content] = Field(default={}, title="Giấy tờ")

    def apply(self, act):
        raise NotImplementedError


NEEDED = ("--unit", "VP", "--day", "01/03/2026", "--sound")


def planned(*words):
    """Return the change that a command line makes, or what was complained of."""
    made = []
    options = [option(name, field) for name, field in Plan.model_fields.items()]

    def make(**values):
        made.append(Plan(**given(Plan, values)))

    command = click.Command("plan", params=options, callback=make)
    told = CliRunner().invoke(command, [*NEEDED, *map(str, words)], catch_exceptions=False)
    return made[0] if made else told.output


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ((), "day", date(2026, 3, 1)),
        ((), "grade", Grade.MINOR),
        ((), "edition", 2015),
        ((), "sound", True),
        ((), "late", False),
        ((), "maybe", None),
        ((), "notes", None),
        (("--no-sound",), "sound", False),
        (("--late",), "late", True),
        (("--no-maybe",), "maybe", False),
        (("--grade", "major"), "grade", Grade.MAJOR),
        (("--edition", "2008"), "edition", 2008),
        (("--score", "9.5"), "score", Decimal("9.5")),
        (
            ("--days", "2026-03-01", "--days", "2/3/2026"),
            "days",
            (date(2026, 3, 1), date(2026, 3, 2)),
        ),
        (("--team", "lan,hung", "--team", "mai"), "team", ("lan", "hung", "mai")),
        (("--notes", "a, b", "--notes", "c"), "notes", ("a, b", "c")),
        (("--notes", ""), "notes", ()),
        (("--auditor", "Lan"), "auditor", "Lan"),
        (("--at", "2026-03-01T07:00:00Z"), "at", datetime(2026, 3, 1, 7, tzinfo=UTC)),
        (("--at", "01/03/2026 14:00"), "at", datetime(2026, 3, 1, 7, tzinfo=UTC)),
    ],
)
def test_what_is_typed_is_what_the_change_takes(words, name, value):
    assert getattr(planned(*words), name) == value


def test_structures_come_from_toml_under_their_name_or_as_the_whole_file(tmp_path):
    table, whole = tmp_path / "bảng.toml", tmp_path / "một.toml"
    table.write_text('answers = { A = "một" }\n[[lines]]\nname = "x"\nnumber = 2\n', "utf-8")
    whole.write_text('name = "y"\n', "utf-8")

    plan = planned("--lines", table, "--answers", table, "--first", whole)

    assert plan.lines == (Line(name="x", number=2),)
    assert plan.first == Line(name="y")
    assert plan.answers == {"A": "một"}


def test_files_are_read_as_bytes_under_their_names(tmp_path):
    file = tmp_path / "BM.01.docx"
    file.write_bytes(b"\x00\xff")

    plan = planned("--report", file, "--papers", file, "--papers", f"KH-1={file}")

    assert plan.report.data == b"\x00\xff"
    assert {name: content.data for name, content in plan.papers.items()} == {
        "BM.01.docx": b"\x00\xff",
        "KH-1": b"\x00\xff",
    }


def test_a_word_that_is_none_of_the_choices_is_refused():
    assert "'huge' is not one of: major = nặng, minor = nhẹ" in planned("--grade", "huge")
    assert "'2011' is not one of '2008', '2015'" in planned("--edition", "2011")


def test_a_wrong_field_is_named_by_its_option():
    with pytest.raises(NotWellFormed) as caught:
        Plan(unit="VP", day="2026-03-01", sound="maybe not", lines=({"number": 1},))

    assert by_option(caught.value).says("vi") == (
        "Dòng (--lines), dòng 1, name: còn thiếu; "
        "Đạt (--sound): có “maybe not”, cần có hoặc không (true, false)."
    )


def test_every_field_that_is_wrong_is_named_one_with_a_choice_too():
    with pytest.raises(NotWellFormed) as caught:
        Plan(unit="VP", day="2026-03-01", sound=True, grade="grave", lines=({"number": 1},))

    assert by_option(caught.value).says("en") == (
        "--grade (Mức): found “grave”, wanted one of major, minor; "
        "--lines (Dòng), row 1, name: it is missing."
    )


@pytest.mark.parametrize("said", ["n = " + "9" * 5000, "n = 1e" + "9" * 25, "n = " + "[" * 5000])
def test_toml_that_stands_for_more_than_any_number_is_no_toml(tmp_path, said):
    file = tmp_path / "bảng.toml"
    file.write_text(said)

    with pytest.raises(BadToml):
        Toml("lines", Shape(Line, many=True)).convert(str(file), None, None)


def test_what_is_not_said_is_left_to_the_change():
    values = dict.fromkeys(Plan.model_fields) | {"days": (), "unit": "VP"}

    assert given(Plan, values) == {"unit": "VP"}
