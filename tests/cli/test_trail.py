"""The trail in commands: as a list, as a feed, as files."""

import csv
import io
import json
import re

import pytest

from qms.proofs.checkpoint import Trust
from qms.proofs.note import Verifier
from qms.registers import documents as d
from qms.trail.proof import History, Proof
from tests import systems
from tests.cli.talk import Talk, shell
from tests.systems import created


@pytest.fixture(scope="module")
def busy(template, tmp_path_factory):
    """A procedure in force, another one whose title would compute something: only to be read."""
    office = systems.copied(template, tmp_path_factory.mktemp("busy") / "so")
    office.clock.to("2024-03-01")
    office.issues("QT-05", "2024-03-01")
    office.clock.to("2024-03-04")
    office.does("hung", created("QT-06", title='=HYPERLINK("x")'), d.File(reason="+1", title="@x"))
    return Talk(office)


@pytest.fixture(scope="module")
def before(busy):
    """The last entry before QT-05 was drafted; seven came since."""
    return len(busy.office.entries()) - 8


def rows(told):
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def kinds(busy, *words):
    return [row["kind"] for row in rows(busy.ask("trail", *words, "--json"))]


def test_the_trail_says_when_who_and_what(busy):
    lines = busy.ask("trail").stdout.splitlines()

    assert lines[0].split() == ["Mục", "Lúc", "Người", "thực", "hiện", "Việc", "Mã", "số"]
    last = next(line for line in lines if "QT-06" in line)
    assert "04/03/2024 08:00:00" in last
    assert "Trần Văn Hùng" in last
    assert "Soạn thảo tài liệu mới" in last


def test_the_trail_speaks_english(busy):
    said = busy.ask("--lang", "en", "trail", "--after", "-1", "--limit", "1").stdout

    assert "system" in said
    assert "2024-01-02 08:00:00" in said


def test_the_last_entries_are_shown_where_nobody_says_how_many(busy, monkeypatch):
    monkeypatch.setattr("qms.cli.trail.LAST", 2)

    assert len(busy.ask("trail").stdout.splitlines()) == 2 + 2
    assert len(busy.ask("trail", "--limit", "5").stdout.splitlines()) == 2 + 5


def test_the_trail_is_narrowed(busy, before):
    issued = ["document.create/1", "document.submit/1", "document.endorse/1"]
    issued += ["document.approve/1", "document.issue/1"]

    assert kinds(busy, "--item", "QT-05") == issued
    assert kinds(busy, "--by", "mai") == ["document.endorse/1"]
    assert kinds(busy, "--kind", "document.issue") == ["document.issue/1"]
    assert kinds(busy, "--unit", "VP", "--since", "2/3/2024") == ["document.create/1"]
    assert kinds(busy, "--since", "04/03/2024", "--until", "2024-03-04") == [
        "document.create/1",
        "request.file/1",
    ]
    assert kinds(busy, "--until", "02/01/2024 07:59") == []
    assert kinds(busy, "--text", "hyperlink") == ["document.create/1"]
    assert kinds(busy, "--after", str(before), "--limit", "2") == issued[:2]
    assert kinds(busy, "--item", "QT-05", "--limit", "2") == issued[-2:]
    assert kinds(busy, "--item", "QT-05", "--limit", "9") == issued
    assert kinds(busy, "--text", "hyperlink", "--limit", "1") == ["document.create/1"]
    assert kinds(busy, "--limit", "0") == kinds(busy, "--by", "ha", "--limit", "3") == []


def test_the_trail_of_the_past_ends_there(busy):
    assert len(rows(busy.ask("--as-of", "3", "trail", "--json"))) == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--item", "QT-99"], 4),
        (["--by", "nobody"], 4),
        (["--kind", "document.explode"], 4),
        (["--since", "12"], 2),
        (["--limit", "-1"], 2),
        (["--output", "trail.doc"], 3),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(busy, words, code):
    told = busy.ask("trail", *words)

    assert told.exit_code == code
    assert told.stderr.strip()


def test_a_file_of_lines_is_the_leaves_of_the_tree(busy, tmp_path):
    place = tmp_path / "trail.jsonl"

    assert busy.ask("trail", "--output", str(place)).stdout == f"✓ Đã ghi: {place}\n"
    assert place.read_bytes().split(b"\n")[:-1] == [entry.data() for entry in busy.office.entries()]


def test_a_spreadsheet_has_a_row_for_each_entry_and_computes_nothing(busy, before, tmp_path):
    place = tmp_path / "trail.csv"
    assert busy.ask("trail", "--output", str(place)).exit_code == 0
    data = place.read_bytes()

    assert data == busy.ask("trail", "--csv").stdout_bytes
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert table[0][:5] == ["Mục", "Lúc", "Người thực hiện", "Việc", "Mã số"]
    assert len(table) == 1 + len(busy.office.entries())
    assert table[-2][:2] == [str(before + 6), "2024-03-04 08:00:00.000000+07:00"]
    assert json.loads(table[-2][10])["title"] == '=HYPERLINK("x")'
    assert not any(cell.startswith(tuple("=+-@")) for row in table for cell in row)


def test_a_workbook_is_written_where_it_is_asked_for(busy, tmp_path):
    pytest.importorskip("xlsxwriter")
    place = tmp_path / "trail.XLSX"

    assert busy.ask("trail", "--output", str(place)).exit_code == 0
    assert place.read_bytes().startswith(b"PK")


def test_a_file_that_is_there_is_left_alone(busy, tmp_path):
    place = tmp_path / "trail.csv"
    place.write_text("mine")

    told = busy.ask("trail", "--output", str(place))

    assert (told.exit_code, place.read_text()) == (3, "mine")


def test_the_feed_is_told_in_lines(busy, before):
    lines = busy.ask("follow", "--after", str(before), "--wait", "0").stdout.splitlines()

    says = "01/03/2024 08:00:00  Trần Văn Hùng  QT-05: Soạn thảo tài liệu mới"
    assert lines[0] == f"#{before + 1}  {says}"
    assert len(lines) == 7


def test_the_feed_is_one_event_a_line_for_a_program(busy):
    lines = busy.ask("follow", "--wait", "0", "--json").stdout.split("\n")[:-1]

    told = [json.loads(line) for line in lines]
    assert [int(event["id"]) for event in told] == list(range(len(busy.office.entries())))
    assert all(event["specversion"] == "1.0" for event in told)


def test_a_feed_after_an_entry_that_is_not_there_is_refused(busy):
    assert busy.ask("follow", "--after", "1000", "--wait", "0").exit_code == 4


def test_a_feed_is_read_by_another_program(busy, before):
    folder = str(busy.office.folder)
    told = shell("-C", folder, "follow", "--after", str(before + 5), "--wait", "0")

    assert (told.returncode, told.stderr) == (0, b"")
    assert len(told.stdout.splitlines()) == 2


def test_an_entry_is_proven_to_a_stranger(busy, before, tmp_path):
    place = tmp_path / "issue.tlog-proof"

    assert busy.ask("prove", str(before), "-o", str(place)).stdout == f"✓ Đã ghi: {place}\n"

    proof = Proof.parse(place.read_bytes())
    key = (busy.office.keys / "log.pub").read_text("utf-8").strip()
    trust = Trust("qms-test", (Verifier.parse(key),))
    assert proof.check(busy.office.entries()[before].data(), trust)
    assert busy.ask("prove", str(before)).stdout_bytes == place.read_bytes()
    assert busy.ask("prove", str(before), "-o", str(place)).exit_code == 3


def test_the_history_of_an_item_is_proven_to_a_stranger(busy):
    history = History.parse(busy.ask("prove", "QT-05").stdout_bytes)

    assert history.item == "document:qt-05"
    assert len(history.steps) == 5


@pytest.mark.parametrize("what", ["100000", "QT-99", "nothing:x"])
def test_what_is_not_there_is_not_proven(busy, what):
    assert busy.ask("prove", what).exit_code == 4


def test_a_range_is_summed_up_for_whoever_reviews_it(busy, before):
    said = busy.ask("activity", str(before + 1), str(before + 7)).stdout

    assert "Những người đã thao tác  binh,hung,lan,mai" in said
    assert re.search(r"Trần Văn Hùng +Soạn thảo tài liệu mới +2", said)
    root = busy.office.asks(lambda system: system.trail.activity(before, before + 7)).root
    assert root in said
    assert "ngoài 07:00–18:00" not in said


def test_a_range_names_what_happened_when_nobody_works(talk):
    talk.office.clock.to("2024-01-06")
    entry, *_ = talk.office.does("hung", created("QT-06"))

    said = talk.ask("activity", "0", str(entry.index)).stdout.splitlines()

    assert said[-2] == "Vào ngày nghỉ hoặc ngoài 07:00–18:00"
    assert said[-1].startswith(f"  #{entry.index}  06/01/2024 08:00:00  Trần Văn Hùng  QT-06")


def test_a_range_is_counted_for_a_program(busy, before):
    told = rows(busy.ask("activity", str(before + 1), str(before + 7), "--json"))

    assert sum(row["times"] for row in told) == 7
    assert told[0]["actor"] == "person:binh"
    assert busy.ask("activity", "5", "4").exit_code == 3
