"""Sheets that are brought by command: each line a change, or one row of a list."""

import csv
import io
import re
from datetime import date
from enum import Enum
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qms import registers
from qms.changes import Item, Opening
from qms.cli import answering, bringing
from qms.cli.changing import newest
from qms.cli.figures import Counted
from qms.cli.language import speaking
from qms.cli.tables import Column, Table, as_csv
from qms.intake import cells, many, sheets
from qms.intake.files import File
from qms.intake.naming import Names
from qms.intake.proposals import presently
from qms.output.sheets import csv_bytes, several
from qms.output.workbook import write_xlsx
from qms.registers import nonconformities as n
from qms.registers.documents.content import fold
from qms.registers.people import Enrol
from qms.values import Text
from tests.cli.talk import say
from tests.kinds import codes, texts

registers.load()

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
        " – dich-vu.csv:4",
        "! Chưa nhận; sửa rồi chỉ nhập lại: dich-vu.csv:4.",
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
    again = put("lai.csv", told.replace("1.001", "1.003"))
    brought = talk.as_("lan", "bring", "service", "announce", again)
    assert "✓ 1.003" in brought.stdout, brought.output
    assert talk.ask("service", "list", "--csv").stdout.count(title) == 2


CALLED = {
    "post open": {"roles": "roles_held"},
    "finding note": {"kind": "kind_of_finding"},
    "finding record": {"kind": "kind_of_finding"},
    "task assign": {"deadline": "due"},
    "training owe": {"deadline": "due"},
    "conclusion decide": {"deadline": "due"},
    "review open": {"deadline": "due", "origins": "origin"},
    "campaign open": {"deadline": "due"},
    "trail_review begin": {"deadline": "due"},
}
"""Where a register keeps a field under another name than the change that says it."""

UNLISTED = {
    "person enrol": {"tool"},
    "anchor keep": {"witnesses"},
    "document adopt": {"owner", "suffix", "aliases", "parents", "services"},
    "receipt acknowledge": {"document"},
    "nonconformity report": {"minutes"},
    "inspection order": {"members", "waiver"},
    "management_review plan": {"inputs"},
    "trail_review begin": {"actors"},
}
"""What a list does not show, and has to be written beside it."""


def listed(heads, takes, called, *rows):
    """Return what a list of a register writes of items, one for each row of fields."""
    fields = [called.get(one.key, one.key) for one in heads]
    cells = [[seen(takes[of], row[of]) if of in row else "" for of in fields] for row in rows]
    return as_csv(Table(heads, cells))


def shown(heads, takes, called):
    """Return the columns of a sheet that a list has."""
    fields = [called.get(one.key, one.key) for one in heads]
    return {field: takes[field] for field in fields if field in takes}


def sample(takes):
    """Return a value that a column takes."""
    last = list(takes.type)[-1] if issubclass(takes.type, Enum) else "X-1"
    one = {int: takes.parts * 3 // 2, date: date(2026, 3, 1), bool: True}.get(takes.type, last)
    return (one, one) if takes.many else one


def typed(takes):
    """Return what somebody types who says it beside the sheet."""
    return TYPED.get(takes.type, str(sample(takes._replace(many=False))))


TYPED = {int: "1", date: "01/03/2026", bool: "có"}


def seen(column, kept):
    return Counted.of(kept, column.takes.parts) if column.takes.parts > 1 else kept


def any_of(column):
    """Return what draws values of a column as they are kept; none that stands for nothing."""
    takes, drawn = column.takes, codes if column.takes.code else TEXTS
    if issubclass(takes.type, Enum):
        drawn = st.sampled_from(takes.type)
    drawn = {int: st.integers(-(10**6), 10**6), date: st.dates(), bool: st.booleans()}.get(
        takes.type, drawn
    )
    if takes.many:
        return st.lists(drawn, min_size=1, max_size=4).map(tuple)
    return drawn.filter(lambda said: said != "")


TEXTS = (st.text("ab;,\"'=+-@＝ \n\tĐ", max_size=9) | texts).map(TypeAdapter(Text).validate_python)


OPENINGS = [
    (register, verb)
    for register in Item.registers
    for verb, change in newest(register).items()
    if issubclass(change, Opening) and cells.fits(change)
]


@pytest.mark.sqlite
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("register", "verb"), OPENINGS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_list_writes_is_read_into_the_same_fields(register, verb, language, data):
    change, name = newest(register)[verb], f"{register} {verb}"
    takes, called = {one.field: one for one in cells.columns(change)}, CALLED.get(name, {})
    told = shown(bringing._heads(change), takes, called)
    kept = {field: any_of(one) for field, one in told.items()}
    rows = data.draw(st.lists(st.fixed_dictionaries(kept), min_size=1, max_size=3))
    with speaking(language):
        written = File("x.csv", listed(bringing._heads(change), takes, called, *rows))
        beside = {field: typed(takes[field].takes) for field in takes.keys() - told.keys()}
        sheet = many.read(written, change, beside, bringing._listed(change))

    assert set(beside) == UNLISTED.get(name, set())
    assert [one for one in sheet.remarks if one.fault] == []
    said = [{field: line.fields[field] for field in told} for line in sheet.lines]
    assert said == rows


CELLS = st.lists(TEXTS, min_size=1, max_size=4).map(several) | TEXTS
CELLS = CELLS.filter(lambda said: not {"\ufffe", "\uffff"} & set(said))  # XML has no place for them


@pytest.mark.sqlite
@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30))
def test_a_list_that_was_saved_as_a_workbook_is_read_alike(lines):
    pytest.importorskip("python_calamine")
    written = csv_bytes([("Mã số", "Tên", "Ghi chú"), *lines])
    opened = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))
    saved = io.BytesIO()
    write_xlsx(opened[0], opened[1:], saved)

    read = [row.cells for row in sheets.rows(File("x.csv", written))]
    assert [row.cells for row in sheets.rows(File("x.xlsx", saved.getvalue()))] == read


@pytest.mark.sqlite
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("register", Item.registers)
def test_no_two_columns_share_a_heading(register, language):
    fitting = [change for change in newest(register).values() if cells.fits(change)]
    with speaking(language):
        lists = [one.title for one in answering.columns(Item.registers[register])]
        sheets = [cells.template(change) for change in fitting]

    for headings in (lists, *sheets):
        assert len(set(map(fold, headings))) == len(headings)


@pytest.mark.sqlite
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("register", "verb"), OPENINGS)
def test_no_heading_of_a_list_takes_that_of_an_empty_sheet(register, verb, language):
    change = newest(register)[verb]
    empty = File("x.csv", csv_bytes([cells.template(change)]))
    with speaking(language):
        sheet = many.read(empty, change, {}, bringing._listed(change))

    assert [type(one.error) for one in sheet.remarks] == [many.NothingListed]


def test_what_stands_is_not_taken_for_what_is_to_be(talk, put):
    talk.drafts("QT-05")
    heads, line = "Mã số;Tên tài liệu;Tên mới;Lý do", "QT-05;Quy trình QT-05;Tiếp dân;Gọi cho gọn"

    told = talk.as_("lan", "bring", "document", "rename", put("ten.csv", f"{heads}\n{line}\n"))

    assert told.exit_code == 0, told.output
    assert told.stderr.splitlines() == [
        "· Tên tài liệu: Ở đây không có mục nào mang tên như vậy; cột được bỏ qua. – ten.csv:1"
    ]
    assert "Tiếp dân" in talk.ask("show", "QT-05").stdout


def test_people_and_grades_are_brought_by_the_names_under_which_a_list_shows_them(talk, put):
    said = {"unit": "VP", "day": date(2024, 1, 2), "source": "self_found", "found": "Trễ hạn"}
    talk.office.does("lan", n.Report(code="KPH-1", **said), n.Report(code="KPH-2", **said))
    talk.office.does("lan", n.Accept(code="KPH-1", grade="major", owner="hung"))
    listed = talk.ask("nonconformity", "list", "--csv").stdout.lstrip("\ufeff")
    heading, shown, _two = listed.splitlines()
    assert ";Nặng;" in shown
    assert ";Trần Văn Hùng;" in shown

    heads = heading.replace("Người chịu trách nhiệm", "Người chịu trách nhiệm xử lý")
    sheet = put("kph.csv", "\n".join((heads, shown.replace("KPH-1", "KPH-2"))))
    talk.does("lan", "bring", "nonconformity", "accept", sheet)

    told = talk.ask("nonconformity", "list", "--grade", "Nặng", "--owner", "hung", "--csv").stdout
    assert "KPH-1;" in told
    assert "KPH-2;" in told


def test_who_is_appointed_is_said_by_name_or_code_under_a_heading_that_says_whose(talk, put):
    heads = talk.ask("bring", "person", "appoint", "--template").stdout.strip("\ufeff\r\n")
    assert heads == "Người;Vị trí;Từ ngày;Đến trước ngày"
    assert "Người (mã số)" in talk.ask("person", "appoint", "--help").stdout

    since = "01/01/2030"
    named = put("ten.csv", f"{heads}\nTrần Văn Hùng;GD;{since}\n")
    coded = put("ma.csv", f"Mã số;Vị trí;Từ ngày\nha;GD;{since}\n")
    for sheet in (named, coded):
        talk.does("lan", "bring", "person", "appoint", sheet)

    told = talk.as_(
        "lan", "bring", "person", "appoint", put("ai.csv", f"{heads}\nAi đó;GD;{since}\n")
    )
    assert told.stderr.startswith("✗ [Người] Ai đó: Trong sổ không có mã số hoặc tên này.")


def test_several_people_are_brought_of_whom_one_has_a_comma_in_the_name(talk):
    talk.office.does("lan", Enrol(code="hoa", name="Lê Hoà, ThS"))
    order, heads = newest("inspection")["order"], (Column("members", "Thành viên"),)
    known = cells.columns(order)
    beside = {one.field: typed(one.takes) for one in known if one.field != "members"}

    with talk.office.open() as system:
        data = as_csv(Table(heads, [(answering.cell(system, ("person:hoa", "person:hung")),)]))
        sheet = many.read(File("x.csv", data), order, beside, {"Thành viên": "members"})
        said, (look, _at) = sheet.lines[0].fields["members"], presently(system)
        meant = Names(system).meant(order, "members", said, look)

    assert said == ("Lê Hoà, ThS", "Trần Văn Hùng")
    assert meant == ("hoa", "hung")


def test_a_name_that_two_have_is_refused_and_both_codes_are_said(talk, put):
    talk.office.does("lan", Enrol(code="hung2", name="Trần Văn Hùng"))
    sheet = put("kph.csv", "Mã số;Người chịu trách nhiệm xử lý\nKPH-1;Trần Văn Hùng\n")

    told = talk.as_("lan", "bring", "nonconformity", "entrust", sheet, "--with", "reason=x")

    assert told.exit_code == 1
    assert told.stderr.startswith(
        "✗ [Người chịu trách nhiệm xử lý] Trần Văn Hùng (hung, hung2): Tên này ứng với nhiều"
        " mã số; hãy ghi mã số thay cho tên."
    )


def test_what_a_step_asks_for_is_not_made_up_from_a_list(talk, put):
    announced = SERVICES.rpartition("1.002")[0]
    services = put("dich-vu.csv", announced)
    talk.does("lan", "bring", "service", "announce", services, "--with", "unit=VP")
    listed = put("bo.csv", "Mã số;Quyết định công bố\n1.001;9/QĐ\n")
    both = put("ca-hai.csv", "Mã số;Quyết định công bố;Quyết định bãi bỏ\n1.001;9/QĐ;99/QĐ\n")

    alone = talk.as_("lan", "bring", "service", "repeal", listed)
    talk.does("lan", "bring", "service", "repeal", both)

    assert alone.exit_code == 1
    assert "Quyết định bãi bỏ" in alone.stderr
    assert "99/QĐ" in talk.ask("service", "show", "1.001").stdout


def test_all_or_nothing_is_nothing_where_one_line_is_wrong(talk, put):
    sheet = put("dich-vu.csv", SERVICES)
    words = ("bring", "service", "announce", sheet, "--with", "unit=VP", "--whole")

    told = talk.as_("lan", *words)

    assert told.exit_code == 3
    assert "Có phần không nhận được" in told.stderr
    assert "Từ chối: dich-vu.csv:" in told.stderr
    assert ".:" not in told.stderr
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
    assert heading[6:8] == ["Rất hài lòng", "Hài lòng"]  # of counted answers each has its column


def test_a_commitment_goes_from_an_empty_sheet_to_the_paper_that_is_signed(talk, tmp_path):
    empty = say("bring", "commitment", "draft", "--template")
    assert empty.stdout == "\ufeffNội dung cam kết;Chỉ tiêu\n"
    assert "qms commitment draft --targets TỆP" in empty.stderr

    sheet = tmp_path / "chi-tieu.csv"
    odd = "<img src=x> [a](b) **c** d_e `f` A & B \\ &lt; g"
    sheet.write_text(f'{empty.stdout}Trả hồ sơ | đúng hạn;98 %\n"{odd}";< 5 %\n', "utf-8")
    period = ("--since", "01/01/2030", "--until", "31/12/2030", "--targets", str(sheet))
    words = ("commitment", "draft", "--code", "CK_1", "--unit", "VP", "--head", "CVP")
    talk.does("lan", *words, *period)
    talk.does("hung", "commitment", "sign-as-head", "CK_1", "--day", f"{talk.today:%d/%m/%Y}")

    paper = talk.ask("commitment", "paper", "CK_1").stdout
    assert "Thời gian: từ 01/01/2030 đến hết 31/12/2030" in paper
    assert "| Trả hồ sơ \\| đúng hạn | 98 % |" in paper
    signed = f"Trần Văn Hùng, đã ký ngày {talk.today:%d/%m/%Y}"
    assert paper.endswith(f"| {signed} | (ký, ghi rõ họ tên, ngày ký) |\n")

    page = tmp_path / "cam-ket.html"
    talk.ask("commitment", "paper", "CK_1", "--page", str(page))
    told = page.read_text("utf-8")
    assert "<title>Bản cam kết CK_1</title>" in told
    assert [odd, "< 5 %"] == [unescape(cell) for cell in re.findall("<td>(.*)</td>", told)][6:8]
    assert "<td>Trả hồ sơ | đúng hạn</td>" in told


def test_a_list_within_a_change_is_a_sheet_too(talk, put):
    words = ("reform_index", "open", "--year", "2030", "--title", "Bộ", "--due", "01/12/2030")

    broken = talk.as_("lan", *words, "--criteria", put("a.csv", CRITERIA.replace("60", "0")))
    assert broken.exit_code == 3
    assert "[Điểm tối đa] có 0, cần ít nhất 0,01. – a.csv:2" in broken.stderr

    talk.does("lan", *words, "--criteria", put("b.csv", CRITERIA))
    assert "1.2" in talk.ask("reform_index", "show", "CCHC-2030").stdout


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("x.pdf", "x.pdf: Tệp không phải bảng tính CSV, XLSX, XLS hoặc ODS, hoặc không đọc được."),
        ("x.csv", "x.csv:1, byte 0: Tệp này không phải văn bản UTF-8;"),
    ],
)
def test_what_is_no_sheet_is_said_once_and_exits_6(talk, name, says):
    told = talk.as_("lan", "bring", "service", "announce", talk.file(name, b"\xff\xfeM"))

    assert told.exit_code == 6
    assert told.stderr.startswith(f"Không đọc được: {says}")
    assert (told.stderr.count("\n"), told.stderr.count(name)) == (1, 1)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("nothing", "announce"), 4, "Không có sổ này"),
        (("service", "dance"), 2, "announce, announce-again"),
        (("service", "announce", "gone.csv"), 4, "gone.csv: không có tệp"),
        (
            ("service", "announce", "x.csv", "--with", "colour=red"),
            2,
            "không có mục này; có: code, title,",
        ),
        (("service", "announce", "x.csv", "--with", "unit"), 2, "MỤC=GIÁ-TRỊ"),
        (("risk", "identify", "--template"), 3, "không ghi được vào các ô"),
    ],
)
def test_what_cannot_be_brought_is_said(talk, words, code, says):
    told = talk.as_("lan", "bring", *words)

    assert told.exit_code == code, told.stderr
    assert says in told.stderr
