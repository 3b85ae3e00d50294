"""What goes wrong: one sentence, its exit code, and never a traceback."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import click
import pytest

from docs import generate
from qms.cli.exits import MEANS
from qms.cli.failures import FoundAfterwards, Untold, line, sentence, told
from qms.cli.language import speaking
from qms.registers.documents import EffectiveOutOfOrder
from qms.storage import turn
from tests.cli.talk import QUIET, say, shell


def one_line(told, starts):
    """Tell whether one line was said, and how it begins."""
    return told.stderr.count("\n") == 1 and told.stderr.startswith(starts)


def test_a_refusal_says_its_rule_and_clause_and_exits_3(talk):
    told = talk.as_("ha", "unit", "rename", "VP", "--title", "Văn phòng")

    assert told.exit_code == 3
    assert one_line(told, "Từ chối: ha")
    assert told.stderr.endswith("(ISO 9001:2015, 5.3)\n")


def test_a_refusal_speaks_english_where_asked(talk):
    told = talk.as_("ha", "--lang", "en", "unit", "rename", "VP", "--title", "Văn phòng")

    assert told.exit_code == 3
    assert "None of this actor's posts may make this change." in told.stderr


def test_what_is_not_there_exits_4(talk, tmp_path):
    told = talk.ask("show", "QT-404")
    elsewhere = say("-C", str(tmp_path), "list")
    nobody = talk.as_("nobody", "undecided")

    assert one_line(told, "Không tìm thấy: QT-404")
    assert one_line(elsewhere, "Không tìm thấy: ")
    assert {told.exit_code, elsewhere.exit_code, nobody.exit_code} == {4}


def test_a_clock_that_was_set_back_exits_5(talk):
    talk.office.sql("UPDATE head SET at = '2999-01-01T00:00:00.000000Z'")

    told = talk.as_("ha", "request", "file", "--reason", "Luật mới")

    assert told.exit_code == 5
    assert one_line(told, "Chưa được: ")


def test_a_missing_file_exits_4(talk, tmp_path):
    told = talk.as_("hung", "document", "edit", "QT-05", "--text", str(tmp_path / "không.md"))

    assert told.exit_code == 4
    assert one_line(told, "Lỗi: ")
    assert "không có tệp hoặc thư mục này" in told.stderr


def test_a_source_that_is_not_there_exits_4_and_is_not_said_to_be_a_folder(talk, tmp_path):
    told = talk.ask("verify", str(tmp_path / "không.zip"))

    assert told.exit_code == 4
    assert "hay gói kiểm toán nào" in told.stderr


def test_a_folder_in_place_of_a_file_exits_6(talk, tmp_path):
    told = talk.as_("hung", "document", "edit", "QT-05", "--text", str(tmp_path))

    assert told.exit_code == 6
    assert "đây là thư mục" in told.stderr


def test_a_description_of_the_folder_that_is_damaged_exits_6(talk):
    (talk.office.folder / "qms.toml").write_text("format = ", "utf-8")

    assert talk.ask("list").exit_code == 6


def test_a_file_that_is_no_toml_exits_6(talk):
    file = talk.file("hỏng.toml", b"\xff= ")

    told = talk.as_("lan", "policy", "revise", "policy", "--reason", "x", "--stamps", file)

    assert told.exit_code == 6
    assert "không phải TOML" in told.stderr


def test_a_database_that_is_damaged_exits_6(talk):
    talk.office.sql("DELETE FROM head")

    told = talk.ask("list")

    assert told.exit_code == 6
    assert told.stderr.count("\n") == 1


def test_a_commit_that_is_not_ours_exits_7(talk):
    talk.issues("QT-05")
    tree = talk.office.git("write-tree").strip()
    person = ("-c", "user.name=x", "-c", "user.email=x@x")
    commit = talk.office.git(*person, "commit-tree", tree, "-m", "foreign").strip()
    talk.office.git("update-ref", "refs/heads/main", commit)

    told = talk.ask("show", "QT-05")

    assert told.exit_code == 7
    assert one_line(told, "Không đáng tin: ")


def test_a_field_of_another_form_is_named_by_its_option(talk):
    talk.drafts("QT-05")
    digest = ("--digest", talk.digest("QT-05"))

    told = talk.as_("binh", "document", "approve", "QT-05", *digest, "--issue", "0")
    english = talk.as_("binh", "--lang", "en", "document", "approve", "QT-05", "--digest", "x")

    assert (told.exit_code, english.exit_code) == (3, 3)
    assert "Lần ban hành (--issue): có 0, cần ít nhất 1" in told.stderr
    assert "--digest (Mã băm nội dung đã đọc): found “x”, wanted text like e3b0" in english.stderr


def test_a_wrong_key_in_toml_is_named_with_its_place(talk):
    file = talk.file("dấu.toml", b'[[stamps]]\ncondition = "draft"\nword = "x"\n')

    told = talk.as_("lan", "policy", "revise", "policy", "--reason", "x", "--stamps", file)

    assert told.exit_code == 3
    assert "Dấu (--stamps), dòng 1, Chữ trên dấu (words): còn thiếu" in told.stderr
    assert "Dấu (--stamps), dòng 1, word: không có trường này" in told.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["document", "show"], "Thiếu đối số 'MÃ'."),
        (["document", "submitt", "QT-05"], "Không có lệnh 'submitt'. Có phải là: 'submit'?"),
        (["lst"], "Không có lệnh 'lst'. Có phải là: 'list'?"),
        (["show", "--n", "QT"], "Không có tùy chọn '--n'. Có phải là: '--on'?"),
        (["list", "--on", "31/02/2026"], "'31/02/2026' không phải ngày"),
        (["--as-of", "hôm qua", "list"], "'hôm qua' không phải ngày, thời điểm hay số mục"),
        (["--as-of", "2026-01-01 25:00", "list"], "không phải thời điểm"),
        (["list", "--state", "lost"], "'lost' không phải một trong"),
        (["unit", "rename", "VP"], "Thiếu tùy chọn '--title'."),
        (["document", "approve", "QT-05", "--issue", "x"], "'x' không phải số nguyên"),
        (["show", "QT-05", "QT-06"], "Thừa đối số (QT-06)"),
        (["person", "enrol", "A1", "--name", "An"], "A1: mã số mới ghi sau --code."),
        (["show", ""], "đây không phải mã số: ''."),
        (["show", "\udcff"], "đây không phải mã số: '\\udcff'."),
        (["--actor", "\udcff", "list"], "đây không phải mã số"),
        (["list", "--unit"], "Tùy chọn '--unit' phải kèm giá trị."),
    ],
)
def test_a_slip_of_the_tongue_is_told_in_vietnamese_and_exits_2(talk, words, says):
    told = talk.ask(*words)

    assert told.exit_code == 2
    assert says in told.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "place", "offered"),
    [
        ("qms person enrol A1 --n", 4, b"plain,--name\n"),
        ("qms person enrol A1 ", 4, b"\n"),
        ("qms unit rename VP --t", 4, b"plain,--title\n"),
    ],
)
def test_a_slip_does_not_stop_the_shell_from_completing(words, place, offered):
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(place), "_QMS_COMPLETE": "bash_complete"}
    told = shell(env=asked)

    assert (told.returncode, told.stdout, told.stderr) == (0, offered, b"")


@pytest.mark.parametrize("word", ["\udcff", "a\x1b[2J", "x" * 5000])
def test_words_that_cannot_be_kept_are_refused_and_do_not_steer_the_terminal(talk, word):
    told = talk.as_("ha", "request", "file", "--reason", word)

    assert told.exit_code == 3
    assert told.stderr.count("\n") == 1
    assert "\x1b" not in told.stderr


def test_a_file_that_is_too_large_is_refused(talk):
    talk.drafts("QT-05")
    file = talk.file("lớn.md", b"")
    os.truncate(file, 200_000_000)

    told = talk.as_("hung", "document", "revise", "QT-05", "--summary", "x", "--text", file)

    assert told.exit_code == 3
    assert "20 MB" in told.stderr


def test_a_full_disk_exits_5(office):
    with open("/dev/full", "wb") as full:
        called = [sys.executable, "-m", "qms", "-C", office.folder, "unit", "list"]
        told = subprocess.run(called, stdout=full, stderr=subprocess.PIPE, check=False, env=QUIET)

    assert told.returncode == 5
    assert told.stderr.decode() == "Lỗi: đĩa đã đầy; chưa ghi gì.\n"


def full(office, *words):
    """Say a command where the place that its answer goes to takes nothing more."""
    called = [sys.executable, "-m", "qms", "-C", office.folder, *words]
    with open("/dev/full", "wb") as nowhere:
        return subprocess.run(called, stdout=nowhere, stderr=subprocess.PIPE, env=QUIET)


OPENED = ("--actor", "lan", "unit", "open", "--code", "ZZ1", "--title", "Tổ Z")
OPENED += ("--since", "2024-01-01")


def test_what_was_done_and_cannot_be_said_exits_8(talk, tmp_path):
    told = full(talk.office, *OPENED)
    written = full(talk.office, "backup", tmp_path / "sao.zip")

    assert told.returncode == written.returncode == 8
    assert told.stderr.decode() == f"Đã xong: {Untold.vi}\n"
    assert "Tổ Z" in talk.ask("unit", "list").stdout
    assert (tmp_path / "sao.zip").exists()


@pytest.mark.parametrize("words", [(*OPENED, "--dry-run"), ("verify",)], ids=["rehearsed", "asked"])
def test_where_nothing_was_done_a_full_disk_exits_5(talk, words):
    told = full(talk.office, *words)

    assert (told.returncode, told.stderr) == (5, "Lỗi: đĩa đã đầy; chưa ghi gì.\n".encode())
    assert "ZZ1" not in talk.ask("unit", "list").stdout


def test_what_was_brought_and_cannot_be_said_exits_8(talk):
    sheet = talk.file("don-vi.csv", "Mã số;Tên đơn vị;Từ ngày\nZZ1;Tổ Z;01/01/2024\n".encode())
    told = full(talk.office, "--actor", "lan", "bring", "unit", "open", sheet)

    assert told.returncode == 8
    assert "ZZ1" in talk.ask("unit", "list").stdout


def test_what_is_wrong_and_found_after_the_work_was_done_exits_8(talk):
    office = talk.office
    shutil.move(office.keys, office.folder.parent / "khóa")
    office.sql("UPDATE checkpoint SET note = :note", note=b"x")

    told = talk.as_("lan", *OPENED[2:])

    assert told.exit_code == 8
    assert one_line(told, "Đã xong: ")
    assert told.stderr.endswith(f"{FoundAfterwards.vi}\n")
    assert "✓ ZZ1" in told.stdout
    assert "Tổ Z" in talk.ask("unit", "list").stdout


def test_where_no_word_reaches_anybody_the_exit_code_does(talk):
    called = [sys.executable, "-m", "qms", "-C", talk.office.folder, *OPENED]
    with open("/dev/full", "wb") as nowhere:
        told = subprocess.run(called, stdout=nowhere, stderr=nowhere, check=False, env=QUIET)

    assert told.returncode == 8


READ = [["policy", "show", "policy"], ["follow", "--wait", "0"], ["--help"], ["list"]]
READ += [["trail", "--csv"]]


def test_whoever_watches_is_told_that_others_are_waited_for(talk, monkeypatch):
    said = threading.Event()

    def soon(_, tell):
        return threading.Timer(0.05, lambda: (tell(), said.set()))

    def waited(code, until):
        with system._ledger.still():
            words = ("person", "enrol", "--code", code, "--name", "Mới")
            told = another.submit(talk.as_, "lan", *words)
            said.wait(until)
        return told.result()

    monkeypatch.setattr(turn, "Timer", soon)
    with talk.office.open() as system, ThreadPoolExecutor(1) as another:
        piped = waited("moi", 0.2)
        monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=0)
        watched = waited("moi2", 30)

    assert (piped.exit_code, watched.exit_code) == (0, 0)
    assert "đang chờ" not in piped.output
    assert "đang chờ" in watched.stderr


@pytest.mark.parametrize("words", [*READ, ["no-such"]], ids=" ".join)
def test_a_reader_that_goes_away_hears_nothing_and_the_command_exits_141(office, words):
    called = [sys.executable, "-m", "qms", "-C", office.folder, *words]
    gone, pipe = os.pipe()
    os.close(gone)  # nobody reads from the first byte on
    try:
        told = subprocess.run(called, stdout=pipe, stderr=pipe, check=False, env=QUIET)
    finally:
        os.close(pipe)

    assert told.returncode == 141


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_a_reader_that_goes_away_is_no_matter_for_whoever_looks_on(office, words):
    called = [sys.executable, "-m", "qms", "-C", office.folder, *words]
    gone, pipe = os.pipe()
    os.close(gone)
    try:
        told = subprocess.run(called, stdout=pipe, stderr=subprocess.PIPE, check=False, env=QUIET)
    finally:
        os.close(pipe)

    assert (told.returncode, told.stderr) == (141, b"")


def test_a_command_whose_output_is_closed_does_what_it_should(office):
    called = f"exec {sys.executable} -m qms -C {office.folder} list >&- 2>&-"

    assert subprocess.run(["sh", "-c", called], check=False, env=QUIET).returncode == 0


def test_a_program_may_carry_out_a_command_in_any_of_its_threads():
    threaded = (
        "from threading import Thread\n"
        "from qms.cli import main\n"
        "thread = Thread(target=main, args=(['--version'],))\n"
        "thread.start()\n"
        "thread.join()"
    )
    told = subprocess.run([sys.executable, "-c", threaded], capture_output=True, env=QUIET)

    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout.startswith(b"qms ")


@pytest.mark.parametrize("place", ["qms.cli.language", "qms.cli.root", "click", "gettext"])
def test_ctrl_c_while_the_command_is_being_loaded_exits_130(place):
    interrupts = (
        "import sys, signal\n"
        "class Finder:\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {place!r}: signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from qms.cli import main\n"
        "main(['list'])"
    )
    told = subprocess.run([sys.executable, "-c", interrupts], capture_output=True, env=QUIET)

    assert (told.returncode, told.stdout, told.stderr) == (130, b"", b"")


@pytest.mark.sqlite
def test_ctrl_c_that_sqlite_takes_for_a_no_is_told_as_nothing_else(office):
    interrupts = (
        "import signal, sqlite3, sys\n"
        "from qms.storage import direct\n"
        "def pressed(*_):\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "direct.for_good = pressed\n"
        "from qms.cli import main\n"
        f"main(['-C', {str(office.folder)!r}, 'list'])"
    )
    told = subprocess.run([sys.executable, "-c", interrupts], capture_output=True, env=QUIET)

    assert (told.returncode, told.stdout, told.stderr) == (130, b"", b"")


def test_every_exit_code_has_its_meaning():
    assert {error.exit_code for error in generate.errors()} <= set(MEANS)
    assert all(says for both in MEANS.values() for says in both)


def test_an_interrupted_command_says_nothing_and_exits_130(office):
    called = [sys.executable, "-m", "qms", "-C", office.folder, "--actor", "hung"]
    called += ["document", "edit", "QT-05", "--text", "-"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(called, **pipes, env=QUIET) as process:
        # More than a pipe holds: when it is written, the command is there and reads.
        process.stdin.write(bytes(200_000))
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate()

    assert process.returncode == 130
    assert (said, complained.strip()) == (b"", b"")


def test_a_computer_without_git_is_told_in_one_sentence(office):
    nowhere = {"PATH": "/nowhere"}
    told = shell("-C", str(office.folder), "verify", env=nowhere)

    assert shell("-C", str(office.folder), "list", env=nowhere).returncode == 0
    assert told.returncode == 4
    assert told.stderr.decode().startswith("Lỗi: máy này chưa cài đặt: ")
    assert b"Bad git executable" in told.stderr
    assert told.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [
        (errno.EACCES, 5, "không có quyền đọc hoặc ghi."),
        (errno.ENAMETOOLONG, 6, "tên này quá dài."),
        (errno.ENOLCK, 6, "No locks available."),
        (errno.EROFS, 5, "đĩa này không ghi được."),
        (errno.EDQUOT, 5, "đĩa đã đầy; chưa ghi gì."),
    ],
)
def test_what_the_computer_refuses_is_one_sentence(capsys, number, code, says):
    with speaking("vi"), pytest.raises(click.exceptions.Exit) as left, told():
        raise OSError(number, os.strerror(number), "/x\ny")

    assert left.value.exit_code == code
    assert capsys.readouterr().err == f"Lỗi: /x y: {says}\n"


def test_python_and_the_command_are_one():
    assert shell("--version").stdout == say("--version").stdout_bytes


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Văn bản không có nội dung. Nội dung chưa đạt để ký. (ISO"),
        (b"\xff", "byte 0: Tệp không phải văn bản UTF-8. Nội dung chưa đạt để ký. (ISO"),
        ("Mu\u0323c".encode(), "Văn bản không ở dạng Unicode dựng sẵn (NFC). Nội dung chưa"),
    ],
)
def test_a_text_that_cannot_be_signed_is_told_in_one_language(talk, data, says):
    facts = ("--title", "Y", "--type", "HD", "--unit", "VP", "--owner", "CVP")
    given = talk.file("lạ.md", data)
    drafted = talk.as_("hung", "document", "create", "--code", "HD-9", *facts, "--text", given)
    told = talk.as_("hung", "document", "submit", "HD-9", "--reviewers", "mai")

    assert drafted.exit_code == 0
    assert (drafted.stderr != "") == (data != b"")
    assert told.exit_code == 3
    assert f": {says}" in told.stderr or f", {says}" in told.stderr
    assert ": :" not in told.stderr
    assert ", :" not in told.stderr
    english = talk.as_("hung", "--lang", "en", "document", "submit", "HD-9")
    assert "This text is not ready to be signed." in english.stderr
    assert "Nội dung" not in english.stderr


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there is no terminal")
def test_a_text_cannot_steer_a_terminal_and_a_pipe_has_every_byte(talk):
    facts = ("--title", "Y", "--type", "HD", "--unit", "VP", "--owner", "CVP")
    given = talk.file("lạ.md", b"\x1b[2Jxin\n")
    talk.does("hung", "document", "create", "--code", "HD-9", *facts, "--text", given)
    words = [sys.executable, "-m", "qms", "-C", str(talk.office.folder), "text", "HD-9"]
    screen, terminal = os.openpty()
    subprocess.run(words, stdout=terminal, stderr=terminal, check=True, env=QUIET)
    os.close(terminal)

    assert os.read(screen, 1000).decode() == "�[2Jxin\r\n"
    assert subprocess.run(words, capture_output=True, check=True, env=QUIET).stdout == (
        b"\x1b[2Jxin\n"
    )


def test_a_sheet_that_is_not_there_is_named_as_every_file(talk, tmp_path):
    told = talk.as_("lan", "bring", "task", "assign", str(tmp_path / "không.csv"))
    folder = talk.as_("lan", "bring", "task", "assign", str(tmp_path))

    assert told.exit_code == 4
    assert "không.csv: không có tệp" in told.stderr
    assert folder.exit_code == 6
    assert str(tmp_path) in folder.stderr


def test_a_day_to_come_is_answered_with_a_warning(talk):
    told = talk.ask("--as-of", "01/01/2099", "list")
    today = talk.ask("--as-of", talk.today.isoformat(), "list")

    assert (told.exit_code, told.stdout) == (0, today.stdout)
    assert told.stderr.endswith("Ngày ấy chưa tới: đây là những gì biết được đến hôm nay.\n")
    assert today.stderr == ""


def test_an_organisation_without_a_name_is_not_founded(tmp_path):
    told = say("-C", str(tmp_path / "so"), "found", " ", "--officer", "lan")
    named = say("-C", str(tmp_path / "so"), "found", "Sở", "--officer", "Lan Nguyễn!")

    assert one_line(told, "Từ chối: Phải ghi tên cơ quan, đơn vị có hệ thống này.")
    assert one_line(named, "Từ chối: Lan Nguyễn!: Mã số chỉ gồm")
    assert not (tmp_path / "so").exists()


def test_a_line_cannot_steer_a_terminal():
    assert line("a\x1b]0;x\x07b\u202ec\nd") == "a ]0;x b c d"


@pytest.mark.parametrize(
    ("about", "shown"),
    [
        ("QT-05, 2026-04-01 ≤ 2026-04-02", "QT-05, 01/04/2026 ≤ 02/04/2026"),
        ("2026-04-01: ≤ 2026-05-01", "01/04/2026: ≤ 01/05/2026"),
        ("DG-2026-04-01, 2026-04-01T10:00", "DG-2026-04-01, 2026-04-01T10:00"),
        ("2026-04-01/KH, 12026-04-01", "2026-04-01/KH, 12026-04-01"),
    ],
)
def test_days_in_a_vietnamese_sentence_are_read_as_people_write_them(about, shown):
    with speaking("vi"):
        assert sentence(EffectiveOutOfOrder(about)).startswith(f"{shown}: Ngày hiệu lực")
    with speaking("en"):
        assert sentence(EffectiveOutOfOrder(about)).startswith(f"{about}: ")
