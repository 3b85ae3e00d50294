"""Packing in commands, and what the auditor then does with the file."""

import json
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pytest

from qms.checker import verify
from qms.registers import people
from tests import systems
from tests.cli.talk import Talk
from tests.systems import LONG_AGO


@pytest.fixture(scope="module")
def kept(template, tmp_path_factory):
    """An office with a procedure in force: only to be packed."""
    office = systems.copied(template, tmp_path_factory.mktemp("kept") / "so")
    office.issues("QT-05", "2024-01-02")
    office.issues("QT-06", "2024-01-02")
    return Talk(office)


def about(path):
    with path.open("rb") as file:
        return json.loads(verify.Pack(file).read("pack.json"))


def test_what_is_packed_is_checked_with_what_lies_in_it(kept, tmp_path):
    told = kept.ask("pack", str(tmp_path / "goi.zip"))
    with (tmp_path / "goi.zip").open("rb") as file:
        (tmp_path / "verify.py").write_bytes(verify.Pack(file).read("verify.py"))
    key = str(kept.office.keys / "log.pub")
    ended = subprocess.run(
        [sys.executable, "-I", "verify.py", "goi.zip", "--key", key],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("✓ Đã đóng ")
    assert "log.pub" in told.stdout
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_part_is_said_to_be_one(kept, tmp_path):
    words = ("--document", "QT-05", "--since", "01/01/2024", "--until", "2024-01-02 23:00")
    told = kept.ask("pack", str(tmp_path / "goi.zip"), *words, "--redact", "all")

    assert told.exit_code == 0, told.output
    assert "không chứng minh là đủ" in told.stdout
    assert "QT-05 – Quy trình QT-05" in told.stdout
    assert "Được hỏi: " in told.stdout
    assert "mọi chính sách, khóa nhật ký, điểm neo" in told.stdout
    assert "Đã che" in told.stdout
    said = about(tmp_path / "goi.zip")
    assert (said["whole"], said["redacted"]) == (False, ["all"])
    assert said["filters"]["items"] == ["document:qt-05"]


def test_a_unit_is_packed(kept, tmp_path):
    told = kept.ask("pack", str(tmp_path / "goi.zip"), "--unit", "VP")

    assert told.exit_code == 0
    assert "VP – Văn phòng" in told.stdout
    assert about(tmp_path / "goi.zip")["filters"]["unit"] == "unit:vp"


def test_a_kept_checkpoint_goes_along(kept, tmp_path):
    with kept.office.open() as system, system._read() as now:
        note = next(note for size, note in now.checkpoints() if size < now.size())
    (tmp_path / "anchor").write_bytes(note)
    words = ("--document", "QT-05", "--anchor", str(tmp_path / "anchor"))

    assert kept.ask("pack", str(tmp_path / "goi.zip"), *words).exit_code == 0
    key = verify.keys_in((kept.office.keys / "log.pub").read_bytes(), "")
    trust = verify.Trust(tuple(key), anchors=(verify.Checkpoint.parse(note),))
    assert list(verify.check(BytesIO((tmp_path / "goi.zip").read_bytes()), trust)) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--document", "QT-99"), 4),
        (("--nonconformity", "KPH-9"), 4),
        (("--unit", "KHONG"), 4),
        (("--redact", "khong-co"), 4),
        (("--since", "2030-01-01"), 4),
        (("--since", "hom nay"), 2),
    ],
)
def test_what_is_not_there_is_said_and_nothing_is_written(kept, tmp_path, words, code):
    told = kept.ask("pack", str(tmp_path / "goi.zip"), *words)

    assert told.exit_code == code, told.output
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(kept, tmp_path):
    (tmp_path / "goi.zip").write_text("x")

    assert kept.ask("pack", str(tmp_path / "goi.zip")).exit_code == 3


def test_what_nobody_has_signed_yet_is_said(template, tmp_path):
    office = systems.copied(template, tmp_path / "so")
    (office.keys / "log.key").unlink()
    office.does("lan", people.OpenUnit(code="A", title="A", since=LONG_AGO))
    told = Talk(office).ask("pack", str(tmp_path / "goi.zip"))

    assert "1 mục chưa được ký" in told.stdout


def test_verify_takes_a_pack(kept, tmp_path):
    kept.ask("pack", str(tmp_path / "goi.zip"))
    key = str(kept.office.keys / "log.pub")
    told, keyless = (
        kept.ask("verify", str(tmp_path / "goi.zip"), *words) for words in (("--key", key), ())
    )

    assert told.exit_code == 0
    assert "gói này" in told.stdout
    assert "kho git" not in told.stdout
    assert keyless.exit_code == 1  # as verify.py ends
    assert keyless.stdout.startswith("C01")


def test_the_page_of_a_pack_says_days_and_grades_as_people_do(talk, tmp_path):
    facts = ("--unit", "VP", "--found", "Trễ", "--day", "02/01/2024", "--source", "self_found")
    talk.does("lan", "nonconformity", "report", "--code", "KPH-1", *facts)
    talk.does("lan", "nonconformity", "accept", "KPH-1", "--grade", "minor", "--owner", "hung")
    assert talk.ask("pack", str(tmp_path / "goi.zip")).exit_code == 0

    with ZipFile(tmp_path / "goi.zip") as pack:
        page = pack.read("index.html").decode()
    assert "<div>Nhẹ (minor)</div>" in page
    assert "<div>02/01/2024</div>" in page
    assert "<div>2024-01-02</div>" not in page
