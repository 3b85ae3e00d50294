"""Every change of every register, said as a command."""

import json
from datetime import timedelta

import pytest

from qms.cli.kinds import verbs
from tests.cli.talk import say
from tests.systems import LONG_AGO, text

RENAMED = ("--title", "Tên", "--reason", "Thử")
NEW = ("--title", "Thử", "--type", "QT", "--unit", "VP", "--owner", "CVP", "--text")


def unsaid(talk, *registers):
    """Return the changes of some registers that the trail of an office does not hold."""
    done = {kind.split("/")[0] for (kind,) in talk.office.sql("SELECT DISTINCT kind FROM entry")}
    known = {f"{register}.{verb}" for register in registers for verb in verbs()[register]}
    return known - done


def test_what_was_done_is_done_today_unless_said_and_a_legal_day_is_always_said(talk):
    talk.issues("QT-05", "--distribution", "VP,QLVT")

    talk.does("lan", "document", "hand-out", "QT-05", "--holder", "CVP")
    unsaid = talk.as_("lan", "document", "withdraw", "QT-05", "--reason", "x")

    (copy,) = json.loads(talk.ask("copy", "list", "--json").stdout)
    assert copy["handed"] == talk.today.isoformat()
    assert (unsaid.exit_code, "--day" in unsaid.stderr) == (2, True)


def test_a_procedure_goes_into_force_by_commands_alone(talk):
    talk.issues("QT-05", "--distribution", "VP,QLVT")

    held = json.loads(talk.ask("in-force", "QT-05", "--json").stdout)

    assert [(row["code"], row["number"], row["effective"]) for row in held] == [
        ("QT-05", "1.0", talk.today.isoformat())
    ]


def test_recipients_are_those_of_the_approved_text_unless_said(talk):
    front = 'code = "QT-05"\ntype = "QT"\ntitle = "Thử"\nunit = "VP"\nowner = "CVP"\n'
    named = f'+++\n{front}distribution = ["QLVT"]\n+++\n{text("Nội dung")}'
    place = talk.file("qt-05.md", named.encode())
    talk.does("hung", "document", "create", "--code", "QT-05", *NEW, place)
    talk.does("hung", "document", "submit", "QT-05", "--reviewers", "mai")
    talk.signs("QT-05")
    said = talk.as_("lan", "document", "issue", "QT-05", "--effective", str(talk.today))

    assert "Nơi nhận, theo đầu văn bản: QLVT" in said.stderr
    assert "Nơi nhận     QLVT" in talk.ask("show", "QT-05").stdout


def test_a_text_is_kept_under_the_ending_of_its_file_unless_said(talk):
    word = talk.file("qt-06.DOCX", b"PK\x03\x04\xff")
    done = talk.as_("hung", "document", "create", "--code", "QT-06", *NEW, word)
    said = talk.as_(
        "hung", "document", "create", "--code", "QT-07", *NEW, word, "--suffix", "md", "--dry-run"
    )

    assert "qt-06.docx" in talk.ask("show", "QT-06").stdout
    checked = talk.ask("check", "QT-06").stdout
    assert "W9  .docx, Mục đích" in checked
    assert "E1" not in checked
    assert (done.stderr, "không phải văn bản UTF-8" in said.stderr) == ("", True)


@pytest.mark.slow
def test_every_change_of_people_can_be_said(talk):
    since, later = LONG_AGO.isoformat(), f"{talk.today + timedelta(30):%d/%m/%Y}"
    talk.does("lan", "unit", "open", "--code", "KHTC", "--title", "Tài chính", "--since", since)
    talk.does("lan", "unit", "rename", "KHTC", "--title", "Kế hoạch – Tài chính")
    talk.does("lan", "post", "open", "--code", "KT", "--title", "Kế toán", "--unit", "KHTC")
    talk.does("lan", "post", "entrust", "KT", "--roles-held", "reader", "--roles-held", "drafter")
    talk.does("lan", "post", "move", "KT", "--unit", "VP")
    talk.does("lan", "person", "enrol", "--code", "thu", "--name", "Ngô Minh Thu")
    talk.does("lan", "person", "rename", "thu", "--name", "Ngô Thị Thu")
    talk.does("lan", "person", "appoint", "thu", "--post", "KT", "--since", since)
    talk.does("lan", "person", "relieve", "thu", "--post", "KT", "--until", later)
    delegated = ("--post", "CVP", "--to", "ha", "--since", str(talk.today), "--until", later)
    talk.does("hung", "person", "delegate", "hung", *delegated)
    talk.does("lan", "person", "leave", "thu", "--until", later)
    talk.does("lan", "post", "close", "KT", "--until", later)
    talk.does("lan", "unit", "succeed", "KHTC", "--until", later, "--successor", "VP")
    for item, verb in (("person", "leave"), ("post", "end"), ("unit", "end")):
        code = {"person": "thu", "post": "KT", "unit": "KHTC"}[item]
        reason = ("--until", later, "--reason", "Ghi nhầm ngày")
        talk.does("lan", item, f"correct-{verb}", code, *reason)

    assert "Ngô Thị Thu" in talk.ask("person", "show", "thu").stdout
    assert not unsaid(talk, "unit", "post", "person")


@pytest.mark.slow
def test_every_change_of_documents_can_be_said(talk):
    day, text = str(talk.today), ("--text", talk.file("mới.md", "Nội dung mới"))
    late = str(talk.today + timedelta(5))
    reason = ("--reason", "Thông tư mới")

    talk.does("ha", "request", "file", "--document", "", *reason)
    talk.does("lan", "request", "decline", f"YC-{talk.today.year}-001", *reason)
    talk.issues("QT-05", "--distribution", "VP,QLVT")
    talk.does(
        "lan", "document", "record-decision", "QT-05", "--decision", "12/QĐ", "--decided", day
    )
    talk.does("ha", "receipt", "acknowledge", "--document", "QT-05")
    talk.does("lan", "document", "hand-out", "QT-05", "--holder", "CV", "--day", day)
    talk.does("lan", "document", "hand-out", "QT-05", "--holder", "GD", "--day", day)
    talk.does("lan", "copy", "take-back", "QT-05/1.0/B01", "--day", day)
    talk.does("lan", "copy", "report-lost", "QT-05/1.0/B02", "--day", day, "--note", "Chuyển phòng")

    talk.does("ha", "request", "file", "--document", "QT-05", *reason)
    request = f"YC-{talk.today.year}-002"
    talk.does("lan", "request", "accept", request, "--drafter", "hung", "--due", "31/12/2099")
    talk.does(
        "hung", "document", "revise", "QT-05", *text, "--summary", "Mới", "--request", request
    )
    talk.does("hung", "document", "edit", "QT-05", *text, "--summary", "Mới hơn")
    talk.does("hung", "document", "submit", "QT-05")
    talk.does("hung", "document", "recall", "QT-05", *reason)
    talk.does("hung", "document", "submit", "QT-05")
    talk.does("mai", "document", "return", "QT-05", *reason)
    talk.does("hung", "document", "abandon", "QT-05", *reason)

    talk.does("lan", "document", "recode", "QT-05", "--new-code", "QT-5A", *reason)
    talk.does("lan", "document", "rename", "QT-05", "--title", "Tên mới", *reason)
    talk.does("lan", "document", "transfer", "QT-05", "--owner", "GD", *reason)
    talk.does("lan", "document", "classify", "QT-05", "--clauses", "7.5", "--clauses", "8.1")
    talk.does("binh", "document", "withdraw", "QT-05", "--day", late, *reason)
    talk.does("binh", "document", "reinstate", "QT-05", "--effective", late, *reason)

    facts = ("--title", "Cũ", "--type", "QT", "--unit", "VP", "--owner", "CVP", "--aliases", "A,B")
    old = ("--issue", "1", "--issued", "06/4/2016", "--source", "bản giấy")
    written = ("--written", "06/04/2016 14:30")
    talk.does("lan", "document", "adopt", "--code", "QT-99", *facts)
    talk.does("lan", "document", "adopt-revision", "QT-99", *text, *old, *written)
    talk.does("lan", "document", "adopt-removal", "QT-99", "--day", "07/4/2016", "--source", "giấy")

    assert not unsaid(talk, "document", "request", "copy", "receipt")
    assert talk.office.asks(lambda system: system.verify()) == []


def test_a_policy_is_revised_from_a_toml_file(talk):
    file = talk.file("chính sách.toml", b'[[stamps]]\ncondition = "draft"\nwords = "NH\xc3\x81P"\n')

    talk.does("lan", "policy", "revise", "policy", "--reason", "Mẫu dấu mới", "--stamps", file)

    assert "NHÁP" in talk.ask("policy", "show", "policy").stdout
    assert not unsaid(talk, "policy")


def test_a_request_says_what_it_touches_in_toml(talk):
    talk.issues("QT-05")
    file = talk.file(
        "ảnh hưởng.toml", b'documents = ["QT-05"]\npeople = ["V\xc4\x83n th\xc6\xb0"]\n'
    )

    talk.does("ha", "request", "file", "--reason", "Luật mới", "--impact", file)

    assert "Văn thư" in talk.ask("request", "show", f"YC-{talk.today.year}-001").stdout


def test_a_second_founding_is_refused(talk):
    assert talk.as_("lan", "organisation", "found", "--name", "Sở khác").exit_code == 3
    assert not unsaid(talk, "organisation")


def test_attachments_keep_their_name_or_get_another(talk):
    plain, named = talk.file("BM.01.docx", b"mot"), talk.file("hai.docx", b"hai")
    facts = ("--title", "Thử", "--type", "QT", "--unit", "VP", "--owner", "CVP")
    both = ("--attachments", plain, "--attachments", f"BM.02.docx={named}")

    text = ("--text", talk.file("nháp.md"))
    talk.does("hung", "document", "create", "--code", "QT-07", *facts, *text, *both)

    page = talk.ask("show", "QT-07").stdout
    assert "BM.01.docx (3 B)" in page
    assert "BM.02.docx (3 B)" in page


def test_two_attachments_of_one_name_are_a_slip(talk):
    file = talk.file("BM.01.docx", b"mot")
    twice = ("--attachments", file, "--attachments", file)

    told = talk.as_("hung", "document", "edit", "QT-05", "--text", talk.file("a.md"), *twice)

    assert told.exit_code == 2
    assert "Hai phụ lục trùng tên." in told.stderr


def test_a_text_may_come_through_a_pipe(talk):
    facts = ("--title", "Thử", "--type", "QT", "--unit", "VP", "--owner", "CVP", "--text", "-")

    talk.does("hung", "document", "create", "--code", "QT-07", *facts, given="Chữ".encode())

    assert talk.ask("text", "QT-07").stdout_bytes == "Chữ".encode()


def test_a_field_may_have_the_name_of_what_a_command_makes(talk):
    talk.issues("QT-05")
    owed = ("--people", "ha", "--change", "Mẫu mới", "--due", "31/12/2030")

    told = talk.does("lan", "training", "owe", "--revision", "QT-05/1.0", *owed, "--dry-run")

    assert "DT-" in told


def test_a_list_is_narrowed_by_a_column_that_is_called_form(talk):
    talk.issues("QT-05")
    made = ("--unit", "VP", "--process", "QT-05", "--day", f"{talk.today:%d/%m/%Y}")
    said = ("--code", "HS-1", "--title", "Biên bản", "--place", "Tủ 1")
    talk.does("lan", "record", "retain", *said, *made)

    assert "HS-1" in talk.ask("record", "list", "--process", "QT-05").stdout
    assert json.loads(talk.ask("record", "list", "--form", "QT-05/1.0", "--json").stdout) == []


def test_a_list_is_emptied_by_an_empty_word(talk):
    talk.drafts("QT-05")
    talk.does("lan", "document", "classify", "QT-05", "--keywords", "lưu trữ")
    talk.does("lan", "document", "classify", "QT-05", "--keywords", "")

    assert "lưu trữ" not in talk.ask("show", "QT-05").stdout


@pytest.mark.parametrize("day", ["2026-03-01", "01/03/2026", "1/3/2026"])
def test_days_are_written_either_way(talk, day):
    talk.does("lan", "unit", "open", "--code", "TT", "--title", "Thanh tra", "--since", day)

    assert "01/03/2026" in talk.ask("unit", "show", "TT").stdout


def test_a_rehearsal_says_what_would_happen_and_writes_nothing(talk):
    before = talk.office.standing()

    said = talk.does("hung", "document", "create", "--code", "QT-07", *NEW, "-", "--dry-run")

    assert "Chạy thử, chưa ghi gì" in said
    assert "Trần Văn Hùng" in said
    assert "+ drafts/" in said
    assert talk.office.standing() == before


def test_a_rehearsal_is_refused_as_the_change_would_be(talk):
    told = talk.as_("ha", "document", "create", "--code", "QT-07", *NEW, "-", "--dry-run")

    assert told.exit_code == 3


def test_the_code_that_was_given_is_said(talk):
    said = talk.does("ha", "request", "file", "--reason", "Luật mới", "--title", "Văn thư")

    assert f"YC-{talk.today.year}-001: Đề nghị sửa đổi" in said


def test_nobody_changes_the_past(talk):
    told = talk.as_("lan", "--as-of", "3", "document", "rename", "QT-05", *RENAMED)

    assert told.exit_code == 2
    assert "--as-of" in told.stderr


def test_a_change_needs_somebody_who_makes_it(talk):
    told = talk.ask("document", "rename", "QT-05", *RENAMED)

    assert told.exit_code == 2
    assert "QMS_ACTOR" in told.stderr


def test_actor_folder_and_language_may_stand_in_the_environment(talk):
    set_up = {"QMS_ACTOR": "ha", "QMS_FOLDER": str(talk.office.folder), "QMS_LANG": "en"}
    told = say("request", "file", "--reason", "Luật mới", **set_up)

    assert told.exit_code == 0
    assert "Ask for a change of a document" in told.stdout


def test_a_post_may_be_named(talk):
    assert talk.as_("lan", "--post", "CBISO", "request", "file", "--reason", "x").exit_code == 0
    told = talk.as_("lan", "--post", "GD", "request", "file", "--reason", "x")

    assert told.exit_code == 3
    assert "lan, GD: Người này không giữ vị trí đó vào ngày này." in told.stderr
