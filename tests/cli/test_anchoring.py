"""Anchors and witnesses as their people use them: files that go out and come back."""

import json
from pathlib import Path

import pytest

from qms.events import NothingSigned
from qms.folder import Folder
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import Note
from qms.proofs.witness import NewLogKey, Request, TwoStories
from qms.registers.anchors import Anchor
from qms.registers.people import ORGANISATION, Organisation
from qms.storage import keys
from qms.storage.objects import Damaged
from tests.cli.talk import say


@pytest.fixture
def outside(talk):
    """A folder that is not the department's."""
    place = talk.office.folder.parent / "ngoai"
    place.mkdir()
    return place


@pytest.fixture
def ministry(talk, outside):
    """A ministry that witnesses, and that the department knows as BGTVT."""
    public = Folder.at(talk.office.folder).keys / "log.pub"
    folder = outside / "bo"
    told = say("witness", "start", str(folder), "--name", "bo-gtvt", "--log", str(public))
    assert told.exit_code == 0, told.output
    vkey = (folder / "witness.pub").read_text("utf-8").strip()
    assert vkey in told.stdout
    talk.does("lan", "witness", "enrol", "--code", "BGTVT", "--title", "Bộ GTVT", "--vkey", vkey)
    return folder


def asked(talk, outside, n=1):
    """Return the request that the department writes for its witness."""
    file = outside / f"yeu-cau-{n}"
    assert talk.ask("witness", "request", "BGTVT", str(file)).exit_code == 0
    return file


def answered(ministry, request):
    """Return what the ministry answers."""
    answer = request.with_suffix(".tra-loi")
    return say("witness", "cosign", str(ministry), str(request), str(answer)), answer


def witnessed(talk, ministry, outside, n=1):
    request = asked(talk, outside, n)
    told, answer = answered(ministry, request)
    assert told.exit_code == 0, told.output
    return talk.does("lan", "witness", "take", "BGTVT", str(request), str(answer))


def size_of(file):
    return Checkpoint.parse(Note.parse(Path(file).read_bytes()).text).size


def test_what_is_handed_out_is_asked_of_the_trail(talk):
    with talk.office.open() as system:
        slip = system.trail.anchor()
        assert slip.note == system.trail.checkpoint()
        assert slip.checkpoint.size == system.size
        assert slip.vkey == (Folder.at(talk.office.folder).keys / "log.pub").read_text().strip()
        assert slip.organisation == system.get(Organisation, ORGANISATION).name
        assert slip.on == system.today
        with pytest.raises(NothingSigned):
            system.as_of(0).trail.anchor()


def test_a_checkpoint_is_written_and_brought_back(talk, outside):
    files = {"--to": "c.txt", "--paper": "c.html", "--mail": "c.eml"}
    options = [word for pair in files.items() for word in (pair[0], str(outside / pair[1]))]
    talk.does("lan", "anchor", "write", *options)

    told = talk.does("lan", "anchor", "bring", str(outside / "c.txt"), "--place", "Két của Bộ")

    assert size_of(outside / "c.txt") == talk.office.asks(lambda system: system.size) - 1
    assert "vẫn giữ đủ" in told
    assert (outside / "c.html").read_text("utf-8").startswith("<!doctype html>")
    standing = talk.ask("anchor", "standing").stdout
    assert "Két của Bộ" in standing
    assert "1 mục" in standing


def test_without_files_the_checkpoint_is_printed(talk):
    note = talk.ask("anchor", "write").stdout_bytes

    assert Note.parse(note).data() == note
    assert talk.ask("anchor", "check", "-", given=note).exit_code == 0


def test_nothing_kept_outside_is_said(talk):
    assert "qms anchor write" in talk.ask("anchor", "standing").stdout


def test_a_witness_cosigns_what_grows(talk, ministry, outside):
    witnessed(talk, ministry, outside)
    told = witnessed(talk, ministry, outside, 2)

    assert "MOC-" in told
    listed = json.loads(talk.ask("anchor", "list", "--json").stdout)
    assert [row["medium"] for row in listed] == ["witness", "witness"]
    assert listed[0]["size"] < listed[1]["size"]
    assert talk.ask("verify").exit_code == 0


def test_the_witness_refuses_what_it_has_not_seen_grow(talk, ministry, outside):
    old = asked(talk, outside)
    witnessed(talk, ministry, outside, 2)

    told, answer = answered(ministry, old)

    assert told.exit_code == 5
    assert not answer.exists()


def test_the_witness_refuses_another_log(talk, ministry, outside):
    other = outside / "so-khac"
    say("-C", str(other), "found", "Sở khác", "--officer", "x")
    note = say("-C", str(other), "anchor", "write").stdout_bytes
    request = outside / "y"
    request.write_bytes(b"old 0\n\n" + note)

    told, _answer = answered(ministry, request)

    assert told.exit_code == 7


def test_an_answer_is_taken_with_its_request(talk, ministry, outside):
    request = asked(talk, outside)
    _told, answer = answered(ministry, request)
    answer.write_bytes(answer.read_bytes()[:-9] + b"AAAAAAA=\n")

    told = talk.as_("lan", "witness", "take", "BGTVT", str(request), str(answer))

    assert told.exit_code in (6, 7)
    assert talk.ask("anchor", "list").stdout.count("MOC-") == 0


def test_a_folder_that_is_no_witness_is_said_to_be_none(talk, outside):
    (outside / "r").write_bytes(b"old 0\n\n")
    told = say("witness", "cosign", str(outside), str(outside / "r"), str(outside / "a"))

    assert told.exit_code == 4


def test_a_witness_is_told_that_a_key_was_written_down_in_another_encoding(talk, ministry, outside):
    file = ministry / "log.pub"
    file.write_text(file.read_text("utf-8"), "utf-16")  # as Notepad may keep it

    told, _none = answered(ministry, asked(talk, outside))

    assert told.exit_code == 6
    assert str(file) in told.stderr


def test_a_checkpoint_of_a_rewritten_trail_is_told_apart(talk, outside):
    note = talk.ask("anchor", "write").stdout_bytes
    found = Note.parse(note)
    said = Checkpoint.parse(found.text)
    forged = Checkpoint(said.origin, said.size, b"\0" * 32)
    (outside / "c").write_bytes(Note(forged.text(), found.signatures).data())

    assert talk.ask("anchor", "check", str(outside / "c")).exit_code == 7
    assert talk.as_("lan", "anchor", "bring", str(outside / "c"), "--place", "x").exit_code == 7


def test_everything_is_backed_up_and_restored(talk, outside):
    talk.drafts("QT-31")
    assert talk.ask("backup", str(outside / "b")).exit_code == 0
    told = say("-C", str(outside / "lai"), "restore", str(outside / "b"))

    assert told.exit_code == 0, told.output
    assert say("-C", str(outside / "lai"), "verify").exit_code == 0
    assert talk.ask("backup", str(outside / "b")).exit_code == 3
    assert say("-C", str(outside / "x"), "restore", str(outside / "c")).exit_code == 4
    for pack in (talk.office.store / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"PACK")
    assert talk.ask("backup", str(outside / "e")).exit_code == Damaged.exit_code
    assert not (outside / "e").exists()


def test_a_witness_promises_only_what_it_can_hand_over(talk, ministry, outside):
    request = asked(talk, outside)

    told = say("witness", "cosign", str(ministry), str(request), str(outside / "khong" / "co"))

    assert told.exit_code == 4
    assert "Không có thư mục này" in told.stderr
    assert answered(ministry, request)[0].exit_code == 0


def test_a_witness_whose_answer_was_lost_is_asked_from_what_it_has_seen(talk, ministry, outside):
    lost = asked(talk, outside)
    answered(ministry, lost)
    talk.does("lan", "unit", "open", "--code", "X", "--title", "Phòng X", "--since", "2024-01-01")
    refused, _none = answered(ministry, asked(talk, outside, 2))
    assert refused.exit_code == 5
    size = refused.stderr.split(": ")[1]

    again = outside / "yeu-cau-3"
    assert talk.ask("witness", "request", "BGTVT", str(again), "--seen", size).exit_code == 0

    told, answer = answered(ministry, again)
    assert told.exit_code == 0
    talk.does("lan", "witness", "take", "BGTVT", str(again), str(answer))


@pytest.mark.parametrize("option", ["--to", "--paper", "--mail"])
def test_what_is_kept_is_never_written_over(talk, outside, option):
    (outside / "giu").write_bytes(b"kept")

    told = talk.ask("anchor", "write", option, str(outside / "giu"))

    assert told.exit_code == 3
    assert (outside / "giu").read_bytes() == b"kept"


def test_a_letter_that_was_saved_is_brought_back(talk, outside):
    letter = outside / "thu.eml"
    assert talk.ask("anchor", "write", "--mail", str(letter)).exit_code == 0

    assert "Nhật ký vẫn giữ đủ" in talk.ask("anchor", "check", str(letter)).stdout
    talk.does("lan", "anchor", "bring", str(letter), "--medium", "thư điện tử", "--place", "Bộ")
    assert "Số mục" in talk.ask("anchor", "list").stdout
    letter.write_bytes(letter.read_bytes().replace(b"base64", b"7bit"))
    told = talk.ask("anchor", "check", str(letter))
    assert told.exit_code == 6
    assert str(letter) in told.stderr


def test_a_cosignature_is_taken_once(talk, ministry, outside):
    witnessed(talk, ministry, outside)
    files = (str(outside / "yeu-cau-1"), str(outside / "yeu-cau-1.tra-loi"))
    before = talk.ask("anchor", "list", "--json").stdout

    assert "đã được ghi nhận (MOC-" in talk.does("lan", "witness", "take", "BGTVT", *files)
    assert talk.ask("anchor", "list", "--json").stdout == before


def test_what_is_misshapen_is_named_by_its_file(talk, ministry, outside):
    bad = outside / "hong"
    bad.write_text("khóa\n", "utf-8")
    for words in (
        ("anchor", "check", str(bad)),
        ("witness", "start", str(outside / "moi"), "--name", "moi", "--log", str(bad)),
        ("witness", "cosign", str(ministry), str(bad), str(outside / "ra")),
        ("witness", "take", "BGTVT", str(bad), str(bad)),
        ("verify", "--key", str(bad)),
    ):
        told = talk.as_("lan", *words)
        assert told.exit_code == 6, words
        assert str(bad) in told.stderr, words
    assert not (outside / "ra").exists()


@pytest.mark.parametrize("name", ["Thanh tra tỉnh", "a+b", ""])
def test_the_name_of_a_witness_is_one_word(talk, outside, name):
    public = Folder.at(talk.office.folder).keys / "log.pub"
    told = say("witness", "start", str(outside / "x"), "--name", name, "--log", str(public))

    assert told.exit_code == 3
    assert "không có dấu cách và dấu cộng" in told.stderr


def test_a_page_to_print_is_brought_back_from_its_file(talk, outside):
    page, letter = outside / "diem.html", str(outside / "thu.html")
    talk.does("lan", "anchor", "write", "--paper", str(page), "--to", str(outside / "diem.txt"))

    assert "vẫn giữ đủ" in talk.ask("anchor", "check", str(page)).stdout
    talk.does("lan", "anchor", "bring", str(page), "--medium", "paper", "--place", "Két")
    with talk.office.open() as system:
        (kept,) = system.find(Anchor)
    assert kept.note == (outside / "diem.txt").read_text("utf-8")
    Path(letter).write_text(page.read_text("utf-8").replace("— ", "-- "), "utf-8")
    told = talk.ask("anchor", "check", letter)
    assert told.exit_code == 6
    assert "Thư hoặc trang này không có điểm kiểm chứng" in told.stderr


def test_a_witness_that_has_begun_does_not_begin_anew(talk, ministry):
    public = Folder.at(talk.office.folder).keys / "log.pub"
    told = say("witness", "start", str(ministry), "--name", "bo-gtvt", "--log", str(public))

    assert told.exit_code == 3
    assert "Bên làm chứng bắt đầu trong thư mục mới" in told.stderr
    assert "thiết lập" not in told.stderr


def story(talk, size):
    """Return a request over another root of the same size, signed with the log's own key."""
    signer = keys.read(talk.office.keys / "log.key")
    return Request(size, (), Checkpoint(signer.verifier.name, size, b"\1" * 32).signed(signer))


def test_the_witness_names_a_log_that_tells_two_stories(talk, ministry, outside):
    witnessed(talk, ministry, outside)
    size = json.loads(talk.ask("anchor", "list", "--json").stdout)[0]["size"]
    seen = (ministry / "seen").read_bytes()
    other = outside / "chuyen-khac"
    other.write_bytes(story(talk, size).data())

    told, answer = answered(ministry, other)

    assert told.exit_code == 7
    assert f"{size}: {TwoStories.vi}" in told.stderr
    assert not answer.exists()
    assert (ministry / "seen").read_bytes() == seen
    assert "MOC-" in witnessed(talk, ministry, outside, 2)


def test_a_witness_is_told_how_to_take_a_new_key_of_the_log(talk, ministry, outside):
    witnessed(talk, ministry, outside)
    talk.does("lan", "log_key", "rotate", "log", "--reason", "Hằng năm")
    talk.does("lan", "unit", "open", "--code", "X", "--title", "Phòng X", "--since", "2024-01-01")
    request = asked(talk, outside, 2)  # over the rotation itself, both keys signed

    told, answer = answered(ministry, request)
    assert told.exit_code == 7
    assert NewLogKey.vi in told.stderr
    assert not answer.exists()

    with (ministry / "log.pub").open("a", encoding="utf-8") as known:
        known.write((talk.office.keys / "log.pub").read_text("utf-8"))
    assert answered(ministry, request)[0].exit_code == 0
