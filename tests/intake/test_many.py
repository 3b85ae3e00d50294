"""Many at once from a sheet: every line is taken or named, CSV and XLSX alike."""

import csv
import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.changes import AlreadyThere, NotWellFormed, Unknown
from qms.errors import QMSError
from qms.intake import cells, many, sheets
from qms.intake.files import NotUTF8
from qms.intake.proposals import NotWhole
from qms.registers import objectives as o
from qms.registers import reform_index as r
from qms.registers import services as s
from qms.registers import tasks as t
from qms.registers.enactment import RoleMissing
from qms.registers.people import Appoint, Enrol, OpenPost
from qms.registers.policy import Scale
from tests.intake.office import SINCE, file, office

HEADINGS = (
    "Mã số",
    "Tên thủ tục",
    "Lĩnh vực",
    "Mức dịch vụ công trực tuyến",
    "Đơn vị giải quyết",
    "Quyết định công bố",
    "Ngày công bố",
    "Thời hạn",
    "Thành phần hồ sơ",
)
ONE = ("1.001", "Cấp", "Đường bộ", "Toàn trình", "TT", "9/QĐ", "01/03/2019", "2,5", "Đơn; Ảnh")


def sheet(*lines, headings=HEADINGS, above=()):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([*above, headings, *lines])
    return file("dich-vu.csv", text.getvalue())


def workbook(*lines, above=(), numbers=True):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"default_date_format": "dd/mm/yyyy"})
    page = book.add_worksheet("Danh mục")
    for number, line in enumerate((*above, HEADINGS, *lines)):
        page.write_row(number, 0, line)
    book.close()
    return file("dich-vu.xlsx", data.getvalue())


def like(**cells):
    """Return a line with other cells, by the beginning of their headings."""
    names = {"code": 0, "title": 1, "level": 3, "unit": 4, "day": 6, "days": 7, "papers": 8}
    line = list(ONE)
    for name, cell in cells.items():
        line[names[name]] = cell
    return tuple(line)


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A department whose inspector drafts: only asked, nothing is performed."""
    with office(tmp_path_factory.mktemp("many") / "so") as system:
        system.perform(
            Enrol(code="son", name="Sơn"),
            OpenPost(code="TTV", title="Thanh tra viên", unit="TT", roles_held=("drafter",)),
            Appoint(code="son", post="TTV", since=SINCE),
        )
        yield system


def proposed(brought, system, change=s.Announce, **given):
    return many.proposed(brought, change, system, who=system.actor, given=given)


def told(plan):
    return [(one.line, one.field, type(one.error).__name__) for one in plan.remarks]


@pytest.mark.parametrize("make", [sheet, workbook])
def test_each_line_is_one_change(make, system):
    plan = proposed(make(ONE, like(code="1.002", level="một phần", papers="")), system)

    assert told(plan) == []
    assert [change.code for change in plan.changes] == ["1.001", "1.002"]
    assert plan.changes[0].half_days == 5
    assert plan.changes[0].papers == ("Đơn", "Ảnh")
    assert plan.changes[0].announced == date(2019, 3, 1)
    assert [change.level for change in plan.changes] == [s.Level.FULL, s.Level.PARTIAL]


def test_headings_stand_in_any_order_without_accents_below_titles(system):
    headings = [heading.upper().replace("Ấ", "A") for heading in reversed(HEADINGS)]
    above = [("DANH MỤC THỦ TỤC",), ("Kèm theo Quyết định",)]

    plan = proposed(sheet(ONE[::-1], headings=headings, above=above), system)

    assert (told(plan), [change.code for change in plan.changes]) == ([], ["1.001"])


def test_columns_that_no_field_has_are_mentioned_at_once_and_passed_over(system):
    plan = proposed(sheet((*ONE, "7", "x"), headings=(*HEADINGS, "STT", "Ghi chú")), system)

    assert told(plan) == [(1, "", "UnknownColumn")]
    assert plan.remarks[0].error.about == "STT, Ghi chú"
    assert plan.whole() == plan.changes != ()


def test_every_line_that_cannot_be_taken_is_named_and_the_rest_is_taken(system):
    plan = proposed(
        sheet(
            like(day="31/02/2019", days="2,3"),
            like(level="mức 9"),
            like(title=""),
            like(unit="KHONG"),
            like(code="1.002"),
            like(code="1.002"),
            like(days="-1"),
            (*ONE, "thừa"),
            like(code="../x"),
        ),
        system,
    )

    assert told(plan) == [
        (2, "Ngày công bố", "BadDay"),
        (2, "Thời hạn", "NotInParts"),
        (3, "Mức dịch vụ công trực tuyến", "BadWord"),
        (4, "Tên thủ tục", "Blank"),
        (5, "Đơn vị giải quyết", "NoSuchName"),
        (7, "Mã số", "AlreadyThere"),
        (8, "Thời hạn", "NotWellFormed"),
        (9, "", "BrokenLine"),
        (10, "Mã số", "BadCode"),
    ]
    assert [change.code for change in plan.changes] == ["1.002"]
    with pytest.raises(NotWhole, match=r"^dich-vu.*:2, .*:3, .*:4 \(\+5\): Some"):
        plan.whole()


def test_what_all_lines_share_is_said_once(system):
    headings = tuple(heading for heading in HEADINGS if heading != "Đơn vị giải quyết")
    line = tuple(cell for cell in ONE if cell != "TT")

    plan = proposed(sheet(line, headings=headings), system, unit="TT")

    assert (told(plan), plan.changes[0].unit) == ([], "TT")


def test_a_sheet_that_lacks_a_column_says_which(system):
    plan = proposed(sheet(("1.001",), headings=("Mã số",)), system)

    assert plan.changes == ()
    assert {name for _, _, name in told(plan)} == {"NoColumn"}
    assert [one.error.about for one in plan.remarks][:2] == ["Tên thủ tục", "Lĩnh vực"]


def test_a_column_that_stands_twice_is_named(system):
    plan = proposed(sheet((*ONE, "x"), headings=(*HEADINGS, "Tên thủ tục")), system)

    assert told(plan) == [(1, "", "RepeatedColumn")]


def test_a_sheet_without_lines_says_so(system):
    assert told(proposed(sheet(), system)) == [(1, "", "NothingListed")]
    assert told(proposed(file("trống.csv", ""), system))[0][2] == "NoColumn"


def test_whoever_may_not_make_the_change_takes_nothing(system):
    look, at = many.presently(system)
    who = many.Actor(id="person:son")
    asked = many.Proposal("x.csv", s.Announce, {"code": "1.001"}, 2)

    plan = many.judged([asked], look, at, who)

    assert [type(one.error) for one in plan.remarks] == [RoleMissing]


def test_lines_that_take_the_next_number_are_judged_one_after_another(system):
    tasks = [("Việc", "Báo cáo", "TT", "CTT", "01/12/2030")] * 2
    headings = ("Nhiệm vụ", "Kết quả phải đạt", "Đơn vị thực hiện", "Vị trí chủ trì", "Thời hạn")

    plan = proposed(sheet(*tasks, ("", *tasks[0][1:]), headings=headings), system, t.Assign)

    assert told(plan) == [(4, "Nhiệm vụ", "Blank")]
    assert [change.code for change in plan.changes] == ["", ""]
    entries = system.rehearse(*plan.changes)
    assert len({entry.item for entry in entries}) == 2


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("Giá trị", "97,5", 97_500),
        ("Giá trị", "97.125", 97_125),
        ("Giá trị", "-3", -3000),
        ("Giá trị (phần nghìn đơn vị đo)", "97500", 97_500),
        ("value", "97500", 97_500),
    ],
)
def test_a_number_in_parts_is_written_whole_or_as_it_is_kept(heading, cell, value):
    headings = ("Mã số", "Ngày đo", "Nguồn số liệu", heading)

    found = many.read(sheet(("MT-1", "1/3/2026", "Sổ", cell), headings=headings), o.Measure)

    assert found.remarks == ()
    assert found.lines[0].fields["value"] == value


@pytest.mark.parametrize("cell", ["97,12345", "nhiều", "1e3", "1.000.000", "97,5 %"])
def test_what_is_no_number_in_parts_is_named(cell):
    headings = ("Mã số", "Ngày đo", "Nguồn số liệu", "Giá trị")

    found = many.read(sheet(("MT-1", "1/3/2026", "Sổ", cell), headings=headings), o.Measure)

    assert [type(one.error) for one in found.remarks] == [cells.NotInParts]


@pytest.mark.parametrize(
    ("cell", "truth"), [("có", True), ("X", True), ("Đạt", True), ("không", False), ("0", False)]
)
def test_yes_and_no_are_said_in_words(cell, truth):
    headings = ("Mã số", "Được duyệt", "Số quyết định, văn bản")

    found = many.read(sheet(("RS-1/1", cell, "9/QĐ"), headings=headings), s.DecideProposal)

    assert found.lines[0].fields["approved"] is truth


def test_what_is_neither_yes_nor_no_is_named():
    headings = ("Mã số", "Được duyệt", "Số quyết định, văn bản")

    found = many.read(sheet(("RS-1/1", "có lẽ", "9/QĐ"), headings=headings), s.DecideProposal)

    assert [type(one.error) for one in found.remarks] == [cells.BadTruth]


def test_a_list_of_rows_is_made_of_a_sheet():
    headings = ("Số tiêu chí, tiêu chí thành phần", "Lĩnh vực", "Tiêu chí", "Điểm tối đa")
    unit = "Đơn vị chịu trách nhiệm"

    values, remarks = many.made(
        sheet(
            ("1.1", "Chỉ đạo", "Kế hoạch", "2,5", "TT"),
            ("1.2", "Chỉ đạo", "Báo cáo", "0", "TT"),
            ("..", "Chỉ đạo", "Báo cáo", "1", "TT"),
            headings=(*headings, unit),
        ),
        r.Criterion,
    )

    assert [value.most for value in values] == [250]
    assert [(one.line, one.field, type(one.error).__name__) for one in remarks] == [
        (3, "Điểm tối đa", "NotWellFormed"),
        (4, "", "BadCode"),
    ]


def test_counts_of_answers_are_made_of_a_sheet():
    lines = [("Rất hài lòng", "40"), ("hai long", "50"), ("dissatisfied", "10")]

    values, remarks = many.made(sheet(*lines, headings=("Mức đánh giá", "Số phiếu")), o.Count)

    assert (o.satisfied(values), remarks) == (90_000, [])


def test_counts_of_answers_stand_in_columns_beside_each_other():
    headings = ("Mã số", "Ngày đo", "Nguồn số liệu", "Rất hài lòng", "Không hài lòng")
    told = ("MT-1", "1/3/2026", "Phiếu", "40", "10")

    found = many.read(sheet(told, (*told[:4], "mười"), headings=headings), o.Measure)

    (line,) = found.lines
    assert o.Measure(**line.fields).counts == (
        o.Count(rating=o.Rating.VERY_SATISFIED, number=40),
        o.Count(rating=o.Rating.DISSATISFIED, number=10),
    )
    assert [(one.line, one.field) for one in found.remarks] == [(3, "Không hài lòng")]


def test_what_does_not_fit_into_cells_is_refused():
    assert not cells.fits(Scale)
    with pytest.raises(cells.NotListed):
        cells.template(Scale)
    with pytest.raises(cells.NotListed):
        cells.columns(r.Open)


def test_an_empty_sheet_has_the_needed_headings_first():
    assert cells.template(o.Measure)[:3] == ["Mã số", "Ngày đo", "Nguồn số liệu"]


def test_a_cell_that_was_guarded_against_computing_is_read_as_it_was():
    row = list(ONE)
    row[1] = "'=1+1"

    found = many.read(sheet(row), s.Announce)

    assert found.lines[0].fields["title"] == "=1+1"


def test_a_workbook_says_days_numbers_and_truth_as_people_type_them(system):
    line = list(like(code="1.003", day=date(2019, 3, 1), days=2.5))

    plan = proposed(workbook(line), system)

    assert told(plan) == []
    assert (plan.changes[0].announced, plan.changes[0].half_days) == (date(2019, 3, 1), 5)


def test_a_code_that_a_workbook_holds_as_a_number_is_named(system):
    plan = proposed(workbook(like(code=1.00153), like(code=7)), system)

    assert told(plan) == [(2, "Mã số", "CodeAsNumber")]
    assert [change.code for change in plan.changes] == ["7"]


def test_the_hour_that_a_workbook_says_with_a_day_is_no_harm(system):
    hour = datetime(2019, 3, 1, 14, 30)  # noqa: DTZ001 (a cell has no zone)

    plan = proposed(workbook(like(day=hour, title=hour)), system)

    assert (told(plan), plan.changes[0].announced) == ([], date(2019, 3, 1))
    assert plan.changes[0].title == "01/03/2019 14:30"


def test_a_formula_without_a_result_and_an_error_are_named_by_their_cells(system):
    sound = workbook(like(title="=1+1"), like(days="=1/0")).data
    with zipfile.ZipFile(io.BytesIO(sound)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    page = parts["xl/worksheets/sheet1.xml"]
    page = page.replace(b"<f>1+1</f><v>0</v>", b"<f>1+1</f><v></v>")  # as openpyxl leaves it
    page = re.sub(
        rb'(<c r="H3")( s="\d+")?><f>1/0</f><v>0', rb'\1 t="e"><f>1/0</f><v>#DIV/0!', page
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as new:
        for name, body in {**parts, "xl/worksheets/sheet1.xml": page}.items():
            new.writestr(name, body)

    plan = proposed(file("dich-vu.xlsx", data.getvalue()), system)

    assert told(plan) == [(2, "Tên thủ tục", "NoResult"), (3, "Thời hạn", "ShowsError")]
    assert [one.error.about for one in plan.remarks] == ["Danh mục!B2 =1+1", "Danh mục!H3 #DIV/0!"]


@pytest.mark.parametrize("name", ["x.csv", "x.xls"])
def test_a_workbook_is_one_whatever_its_name_says(name, system):
    plan = proposed(file(name, workbook(ONE).data), system)

    assert (told(plan), len(plan.changes)) == ([], 1)


def test_a_csv_is_one_whatever_its_name_says(system):
    plan = proposed(file("x.xlsx", sheet(ONE).data), system)

    assert (told(plan), len(plan.changes)) == ([], 1)
    assert reason(file("x.xls", b"<table><tr><td>a;b</td></tr></table>")) is sheets.NotASheet


def reason(brought):
    with pytest.raises(QMSError, match=brought.path) as found:
        many.read(brought, s.Announce)
    return found.type


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 99])
def test_what_is_no_workbook_is_named(data):
    pytest.importorskip("python_calamine")
    assert reason(file("x.xlsx", data)) is sheets.NotASheet


@pytest.mark.parametrize("name", ["x.xls", "x.docx", "x"])
def test_another_kind_of_file_is_named(name):
    assert reason(file(name, b"x")) is sheets.NotASheet


def test_a_sheet_that_is_not_utf_8_is_named():
    with pytest.raises(NotUTF8) as caught:
        many.read(file("x.csv", b"M\xc3\xa3\nQT-\xff"), s.Announce)
    assert caught.value.about == "x.csv:2, byte 7"


def test_a_few_bytes_that_stand_for_more_cells_than_any_memory_are_named():
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    page = book.add_worksheet()
    page.write(0, 0, "a")
    page.write(1_048_575, 16_383, "b")
    book.close()

    assert reason(file("x.xlsx", data.getvalue())) is sheets.NotASheet


def test_a_workbook_of_nothing_but_noughts_unpacks_to_no_harm():
    pytest.importorskip("python_calamine")
    sound = workbook(ONE).data
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(data, "w", 8) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = body.replace(b"</worksheet>", b" " * 300_000_000 + b"</worksheet>")
            new.writestr(name, body)

    with suppress(sheets.NotASheet):
        assert many.read(file("x.xlsx", data.getvalue()), s.Announce).lines


def test_a_computer_without_the_extra_says_which(monkeypatch):
    monkeypatch.setattr(sheets.subprocess, "run", lambda *_a, **_k: Done(4))

    assert reason(file("x.xlsx", b"PK\3\4")) is sheets.NoWorkbooks


class Done:
    def __init__(self, code):
        self.returncode, self.stdout = code, b""


CELLS = st.one_of(st.sampled_from([*ONE, "", "=1", "\x00", '"', "a;b"]), st.text(max_size=12))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, max_size=11), max_size=6))
def test_whatever_stands_in_a_sheet_is_taken_or_named(system, lines):
    text = "\n".join(";".join(row) for row in ([*HEADINGS], *lines))
    brought = file("x.csv", text.encode("utf-8", "surrogatepass"))

    plan = proposed(brought, system)

    assert all(one.vi and one.en for one in plan.remarks)
    assert len(plan.changes) <= len(text.splitlines())
    if plan.changes:
        assert len(system.rehearse(*plan.changes)) == len(plan.changes)


def test_the_named_errors_of_sheets_speak_both_languages():
    for error in (AlreadyThere, NotWellFormed, Unknown, cells.BadTruth, sheets.NoWorkbooks):
        assert error("x").says("vi") != error("x").says("en")
