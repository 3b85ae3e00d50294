"""Every question, asked as a command: for the eye, for a spreadsheet, for a program."""

import csv
import io
import json
from datetime import timedelta

import pytest

from qms.changes import HERE
from qms.registers.documents import Edit
from qms.values import Content
from tests import systems
from tests.cli.talk import Talk
from tests.systems import adopted, created, text


@pytest.fixture(scope="module")
def busy(template, tmp_path_factory):
    """A procedure in force since 2024, amended since; another one in draft: only to be read."""
    office = systems.copied(template, tmp_path_factory.mktemp("busy") / "so")
    office.clock.to("2024-03-01")
    decision = {"decision": "12/QĐ-SGTVT", "decided": office.clock.at.date()}
    office.issues("QT-05", "2024-03-01", distribution=("QLVT",), **decision)
    office.clock.to("2024-06-01")
    office.revises("QT-05", "2024-07-01", "Mới hơn")
    Talk(office).drafts("QT-06")
    return Talk(office)


def rows(told):
    """Return the rows of a table as a program reads them."""
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_the_list_says_code_title_number_days_and_state(busy):
    lines = busy.ask("list").stdout.splitlines()

    assert lines[0].split("  ")[0] == "Mã số"
    assert lines[2].split("  ")[0] == "QT-05"
    assert lines[2].endswith("1.1    01/07/2024   Có hiệu lực")
    assert lines[3].endswith("–      –            Chờ soát xét")


def test_the_list_speaks_english(busy):
    said = busy.ask("--lang", "en", "list").stdout

    assert "2024-07-01     In force" in said
    assert "in review" in said


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ([], ["QT-05", "QT-06"]),
        (["--state", "in_review"], ["QT-06"]),
        (["--state", "issued"], ["QT-05"]),
        (["--type", "BM"], []),
        (["--type", "qt"], ["QT-05", "QT-06"]),
        (["--unit", "VP", "--type", "QT"], ["QT-05", "QT-06"]),
        (["--unit", "QLVT"], []),
    ],
)
def test_the_list_is_narrowed(busy, words, codes):
    assert [row["code"] for row in rows(busy.ask("list", *words, "--json"))] == codes


def test_the_list_on_a_day_says_what_was_in_force_then(busy):
    (first, _) = rows(busy.ask("list", "--on", "15/05/2024", "--json"))

    assert (first["number"], first["effective"], first["state"]) == (
        "1.0",
        "2024-03-01",
        "Có hiệu lực",
    )


def test_a_text_that_waits_for_its_day_is_told_apart(talk):
    tomorrow = talk.today + timedelta(1)
    talk.drafts("QT-05")
    talk.signs("QT-05")
    talk.does("lan", "document", "issue", "QT-05", "--effective", str(tomorrow))

    (row,) = rows(talk.ask("list", "--json"))

    assert (row["number"], row["effective"], row["state"]) == (
        "1.0",
        tomorrow.isoformat(),
        "Chờ hiệu lực",
    )


def test_a_text_overtaken_before_its_day_is_told_and_shown_as_never_in_force(talk):
    day = f"{talk.today + timedelta(9):%d/%m/%Y}"
    talk.drafts("QT-05")
    talk.signs("QT-05")
    talk.does("lan", "document", "issue", "QT-05", "--effective", day)
    again = ("--text", talk.file("mới.md", "Mới"), "--summary", "Sớm hơn")
    talk.does("hung", "document", "submit", "QT-05", *again)
    talk.signs("QT-05")
    said = talk.as_("lan", "document", "issue", "QT-05", "--effective", str(talk.today))

    assert (
        f"QT-05/1.0 sẽ không bao giờ có hiệu lực: lần này lẽ ra có hiệu lực từ {day}."
        in said.stderr
    )
    assert "Chưa từng có hiệu lực" in talk.ask("show", "QT-05").stdout


def test_an_empty_list_says_so(talk):
    assert talk.ask("list").stdout == "Không có gì.\n"
    assert rows(talk.ask("list", "--json")) == []


def test_the_register_of_documents_answers_as_the_first_page_does(busy):
    assert busy.ask("document", "list").stdout == busy.ask("list").stdout
    assert busy.ask("document", "show", "QT-05").stdout == busy.ask("show", "QT-05").stdout
    assert busy.ask("document", "history", "QT-05").stdout == busy.ask("history", "QT-05").stdout


def test_the_page_of_a_document_says_who_signs_what(busy):
    said = busy.ask("show", "QT-06").stdout

    assert "Người soạn thảo  Trần Văn Hùng" in said
    assert "Người soát xét   Lê Thị Mai" in said
    assert busy.office.digest("QT-06") in said


def test_the_page_of_a_document_says_its_revisions(busy):
    said = busy.ask("show", "QT-05").stdout

    assert "lần 1.1, từ 01/07/2024" in said
    assert "chưa có quyết định" in said
    assert "1.0    01/03/2024   01/07/2024  12/QĐ-SGTVT (01/03/2024)  Phạm Quốc Bình" in said


def test_the_page_of_a_document_on_a_day_says_until_when(busy):
    said = busy.ask("show", "QT-05", "--on", "01/05/2024").stdout

    assert "lần 1.0, từ 01/03/2024 đến trước 01/07/2024" in said


def test_the_page_warns_of_overlaps(talk):
    talk.office.does("lan", *adopted("QT-07", "2016-01-01", services=("1.000703",)))
    talk.office.does("lan", *adopted("QT-08", "2016-01-01", services=("1.000703",)))

    assert "! Trùng phạm vi với QT-08: Quy trình QT-08" in talk.ask("show", "QT-07").stdout


def test_history_says_who_when_what_and_each_field(busy):
    said = busy.ask("history", "QT-06").stdout

    assert "Trần Văn Hùng" in said
    assert "Ký soạn thảo và trình soát xét" in said
    assert "Dự thảo · trạng thái: Dự thảo → Chờ soát xét" in said
    assert "Tên tài liệu: Quy trình QT-06" in said


def test_history_is_told_in_viet_nam_s_time(busy):
    assert "01/03/2024 08:00:0" in busy.ask("history", "QT-05").stdout


def test_history_says_from_when_and_by_which_decision_it_was_issued(busy):
    said = busy.ask("history", "QT-05").stdout

    assert "Ngày hiệu lực: 01/03/2024" in said
    assert "Số quyết định: 12/QĐ-SGTVT" in said
    assert said.count("Ngày hiệu lực:") == 2


def test_history_of_any_register_is_told_by_code_alone(busy):
    assert "Họ và tên: Đỗ Thu Hà" in busy.ask("history", "ha").stdout
    assert "Phòng Quản lý vận tải" in busy.ask("history", "QLVT").stdout
    assert busy.ask("history", "QT-99").exit_code == 4


def test_history_of_a_code_that_several_registers_use_asks_which(talk):
    words = ("--code", "VP", "--title", "Văn phòng", "--unit", "VP")
    talk.does("lan", "post", "open", *words)

    told = talk.ask("history", "VP")

    assert told.exit_code == 4
    assert "VP: post:vp, unit:vp: Nhiều sổ cùng dùng mã số này" in told.stderr
    assert "Văn phòng Sở" in talk.ask("history", "VP", "--register", "unit").stdout
    assert "Văn phòng Sở" in talk.ask("history", "unit:vp").stdout


def test_history_in_english(busy):
    said = busy.ask("--lang", "en", "history", "QT-06").stdout

    assert "Sign the draft as its drafter and send it to review" in said
    assert "Draft · state: draft → in review" in said


def test_history_for_a_program_names_entry_kind_and_field(busy):
    told = rows(busy.ask("history", "QT-06", "--json"))

    changed = next(row for row in told if row["field"] == "Dự thảo · trạng thái" and row["before"])
    assert changed["kind"] == "document.submit/1"
    assert changed["actor"] == "Trần Văn Hùng"
    assert (changed["before"], changed["after"]) == ("Dự thảo", "Chờ soát xét")


def test_history_of_a_person_names_them(talk):
    said = talk.ask("history", "--register", "person", "ha").stdout

    assert "Họ và tên: Đỗ Thu Hà" in said
    assert "vị trí: CV" in said
    assert said == talk.ask("person", "history", "ha").stdout


def test_there_is_no_history_of_what_is_no_register(talk):
    assert talk.ask("history", "--register", "nothing", "x").exit_code == 4


def test_the_past_is_read_as_it_stood(busy):
    then = busy.ask("--as-of", "15/03/2024", "list", "--json")
    moment = busy.ask("--as-of", "2024-02-01 08:00", "list", "--json")
    entry = busy.ask("--as-of", "3", "person", "list", "--json")

    assert [row["number"] for row in rows(then)] == ["1.0"]
    assert rows(moment) == []
    assert rows(entry) == []


def test_what_is_in_force_is_the_master_list(busy):
    (row,) = rows(busy.ask("in-force", "--on", "2024-05-01", "--json"))

    assert row == {
        "code": "QT-05",
        "title": "Quy trình QT-05",
        "unit": "VP",
        "number": "1.0",
        "effective": "2024-03-01",
        "decision": "12/QĐ-SGTVT",
        "issued": "2024-03-01",
        "until": "2024-07-01",
        "issue": 1,
        "amendment": 0,
    }


def test_what_is_not_in_force_exits_4(busy):
    told = busy.ask("in-force", "QT-05", "--on", "01/01/2020")

    assert told.exit_code == 4
    assert "không có nội dung nào đang hiệu lực" in told.stderr


def test_csv_opens_in_a_spreadsheet(busy):
    data = busy.ask("in-force", "--csv").stdout_bytes

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert table[0][:3] == ["Mã số", "Tên tài liệu", "Đơn vị"]
    assert table[1][:5] == ["QT-05", "Quy trình QT-05", "VP", "1.1", "2024-07-01"]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x"])
def test_csv_computes_nothing(talk, title):
    talk.office.does("lan", *adopted("QT-07", "2016-01-01", title=title))

    data = talk.ask("list", "--csv").stdout_bytes.decode("utf-8-sig")

    assert data.splitlines()[1].startswith(f"QT-07;'{title};")


def test_who_owes_a_reading_is_listed(busy):
    assert [row["name"] for row in rows(owed(busy, "2024-05-01"))] == ["Đỗ Thu Hà"]
    assert [row["name"] for row in rows(owed(busy, "2024-08-01"))] == ["Đỗ Thu Hà"]


def owed(busy, day):
    """Ask who has yet to read what was in force on a day."""
    return busy.ask("owes", "QT-05", "--on", day, "--json")


def test_paper_copies_to_be_called_back_are_listed(talk):
    day = str(talk.today)
    talk.issues("QT-05")
    talk.does("lan", "document", "hand-out", "QT-05", "--holder", "CV", "--day", day)
    talk.does("lan", "document", "withdraw", "QT-05", "--reason", "Hết", "--day", day)

    (row,) = rows(talk.ask("recall-list", "--json"))

    assert (row["code"], row["document"], row["holder"]) == ("QT-05/1.0/B01", "QT-05", "CV")
    assert "B01" in talk.ask("copy", "list", "--state", "out").stdout


def test_what_has_no_decision_yet_is_listed(busy):
    (row,) = rows(busy.ask("undecided", "--json"))

    assert (row["document"], row["number"]) == ("QT-05", "1.1")


def test_a_text_comes_out_byte_for_byte(talk):
    data = "Cũ \r\n".encode("utf-16")
    old, *revisions = adopted("QT-07", "2016-01-01")
    revision = revisions[0].model_copy(update={"text": type(revisions[0].text).of(data)})
    talk.office.does("lan", old, revision)

    assert talk.ask("text", "QT-07").stdout_bytes == data


def test_a_text_is_asked_by_number_or_day(busy):
    assert busy.ask("text", "QT-05").stdout_bytes == text("Mới hơn").encode()
    assert busy.ask("text", "QT-05", "--revision", "1.0").stdout_bytes == text("Nội dung").encode()
    assert busy.ask("text", "QT-05", "--on", "1/5/2024").stdout_bytes == text("Nội dung").encode()


def test_a_reviewer_reads_the_draft_and_its_attachments(talk):
    attached = {"PL-01.txt": "Phụ lục"}
    talk.office.does("hung", created("QT-08", "Nháp"))
    talk.office.does("hung", Edit(code="QT-08", text=text("Nháp hai"), attachments=attached))

    assert (
        talk.ask("text", "QT-08", "--revision", "draft").stdout_bytes == text("Nháp hai").encode()
    )
    words = ("text", "QT-08", "--revision", "draft", "--attachment", "PL-01.txt")
    assert talk.ask(*words).stdout_bytes == "Phụ lục".encode()


def test_a_text_goes_into_a_new_file_only(busy, tmp_path):
    place = tmp_path / "QT-05.md"

    assert busy.ask("text", "QT-05", "-o", str(place)).exit_code == 0
    assert place.read_bytes() == text("Mới hơn").encode()
    again = busy.ask("text", "QT-05", "--revision", "1.0", "-o", str(place))
    assert again.exit_code == 3
    assert place.read_bytes() == text("Mới hơn").encode()


def test_two_revisions_are_compared(busy):
    said = busy.ask("diff", "QT-05", "1.0", "1.1").stdout.splitlines()

    assert "-Nội dung" in said
    assert "+Mới hơn" in said


def test_a_comparison_cannot_steer_the_terminal(talk):
    old, *revisions = adopted("QT-07", "2016-01-01", "2017-01-01")
    second = revisions[1].model_copy(update={"text": type(revisions[1].text).of(b"\x1b[2J")})
    talk.office.does("lan", old, revisions[0], second)

    assert "\x1b" not in talk.ask("diff", "QT-07", "1.0", "1.1").stdout


@pytest.mark.parametrize("new", [b"a\r\nb\n", b"a\nb"])
def test_texts_of_which_only_the_ends_of_lines_differ_are_not_the_same(talk, new):
    old, first, second = adopted("QT-07", "2016-01-01", "2017-01-01")
    texts = (Content.of(b"a\nb\n"), Content.of(new))
    revisions = zip((first, second), texts, strict=True)
    told = [one.model_copy(update={"text": text}) for one, text in revisions]
    talk.office.does("lan", old, *told)

    said = talk.ask("diff", "QT-07", "1.0", "1.1")

    assert len([line for line in said.stdout.splitlines()[3:] if line[0] in "+-"]) == 2
    assert said.stderr == ""


def test_what_does_not_differ_is_said_aside(busy):
    told = busy.ask("diff", "QT-05", "1.1")

    assert (told.stdout, told.stderr) == ("", "Không có gì khác nhau.\n")


def test_a_text_is_checked(talk):
    talk.drafts("QT-05")
    sound = talk.ask("check", "QT-05")
    talk.does("hung", "document", "recall", "QT-05", "--reason", "x")
    faulty = ("--text", talk.file("thiếu.md", "## 1. Mục đích\n\n……\n".encode()))
    talk.does("hung", "document", "edit", "QT-05", *faulty)

    told, english = talk.ask("check", "QT-05"), talk.ask("--lang", "en", "check", "QT-05")

    assert (sound.exit_code, sound.stdout) == (0, "✓ Không có điểm nào cần lưu ý.\n")
    assert (told.exit_code, english.exit_code) == (1, 1)
    assert "✗ E4  Phạm vi: Thiếu mục bắt buộc." in told.stdout
    assert "A placeholder is left." in english.stdout


@pytest.mark.parametrize("register", ["unit", "post", "person", "policy", "organisation"])
def test_every_register_is_listed_and_shown(talk, register):
    (first, *_) = rows(talk.ask(register, "list", "--json"))

    told = talk.ask(register, "show", first["code"])

    assert told.exit_code == 0
    assert first["code"] in told.stdout
    assert talk.ask(register, "list").stdout.startswith("Mã số")
    assert talk.ask(register, "history", first["code"], "--csv").exit_code == 0


@pytest.mark.parametrize("register", ["request", "copy", "receipt", "revision", "counter"])
def test_a_register_without_items_says_so(talk, register):
    assert talk.ask(register, "list").stdout == "Không có gì.\n"


def test_a_register_is_narrowed_by_its_columns(talk):
    programs = rows(talk.ask("person", "list", "--kind", "tool", "--json"))

    assert [row["name"] for row in programs] == ["Hệ thống một cửa"]
    assert talk.ask("person", "list", "--kind", "cat").exit_code == 2


def test_a_moment_is_shown_in_viet_nam(talk):
    talk.drafts("QT-05")
    at = talk.office.asks(lambda system: next(iter(system.trail.history("QT-05"))).entry.at)

    assert f"{at.astimezone(HERE):%d/%m/%Y %H:%M:%S}" in talk.ask("history", "QT-05").stdout
