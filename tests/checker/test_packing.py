"""What goes into a pack, and that the same log and wishes always give the same bytes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import zipfile
from datetime import UTC, date, datetime

import pytest

import qms
from qms.checker import verify
from qms.errors import Unreadable
from qms.packing import NoCheckpoint, NothingToPack, NothingToRedact, OtherAnchor, choosing
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import Note, Signer, skey
from qms.registers.anchors import KeepAnchor
from qms.registers.nonconformities import Nonconformity
from qms.storage import tables
from qms.storage.fresh import FileThere
from qms.storage.trouble import NoPlace
from tests.checker.packs import (
    checkpoint,
    codes,
    entries,
    findings,
    opened,
    packed,
)
from tests.counting import noted
from tests.systems import Clock, Office, created

FOUR = 2**32 - 1
"""What a number in an old zip cannot say."""


def bytes_of(office, folder, name, **wanted):
    packed(office, folder / name, **wanted)
    return (folder / name).read_bytes()


def rows(data):
    text = opened(data)["entries.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def lines(data):
    return [json.loads(line) for line in opened(data)["entries.jsonl"].split(b"\n")[:-1]]


def in_force(data):
    return opened(data)["index.html"].decode().partition("<h2>Tài liệu")[2].partition("<h2>")[0]


def asked(office, path, **wanted):
    """Return the statements that a pack takes, sorted."""
    statements = []
    with noted(lambda statement, *_: statements.append(statement)):
        packed(office, path, **wanted)
    proving = ("FROM node", "JOIN node")  # as many, and of as many places, as the tree is high
    return sorted(one for one in statements if not any(words in one for words in proving))


class TestSameBytes:
    def test_twice(self, made, tmp_path):
        anchor = (made.anchor,)

        assert bytes_of(made.office, tmp_path, "again.zip", anchors=anchor) == made.whole

    def test_in_part(self, made, tmp_path):
        wanted = {"items": ("QT-05",), "anchors": (made.anchor,)}

        assert bytes_of(made.office, tmp_path, "again.zip", **wanted) == made.part

    def test_from_a_ledger_made_anew_from_a_clone(self, made, tmp_path):
        qms.rebuild(tmp_path / "other", clone=made.office.store)
        shutil.copytree(made.office.folder / "vault", tmp_path / "other/vault", dirs_exist_ok=True)
        other = Office(tmp_path / "other", Clock(made.office.clock.at))

        assert bytes_of(other, tmp_path, "again.zip", anchors=(made.anchor,)) == made.whole

    def test_under_another_locale_and_time_zone(self, made, tmp_path, monkeypatch):
        monkeypatch.setenv("TZ", "America/New_York")
        monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")

        assert bytes_of(made.office, tmp_path, "again.zip", anchors=(made.anchor,)) == made.whole


class TestWhole:
    def test_it_has_every_entry(self, made):
        assert entries(made.whole) == [json.loads(entry.data()) for entry in made.office.entries()]

    def test_it_has_every_text_and_evidence(self, made):
        names = set(opened(made.whole))
        kept = [
            of["sha256"]
            for entry in entries(made.whole)
            for of in (*entry["files"].values(), *entry["evidence"].values())
            if of
        ]

        assert len(kept) > 5
        assert {f"contents/{digest}" for digest in kept} <= names

    def test_a_checkpoint_that_the_trail_knows_to_be_kept_outside_goes_along(
        self, office, tmp_path
    ):
        note = checkpoint(office).data().decode()
        kept = KeepAnchor(code="NEO-1", note=note, medium="paper", place="Kho bạc")
        office.does("lan", kept)
        data = bytes_of(office, tmp_path, "pack.zip")
        part = bytes_of(office, tmp_path, "part.zip", unit="VP")

        assert opened(data)["anchors/1"] == opened(part)["anchors/1"] == note.encode()
        assert [name for name in opened(part) if name.startswith("proofs/from-")]
        assert codes(data) == codes(part) == []

    def test_as_of_the_past_it_ends_there(self, made, tmp_path):
        with made.office.open() as system:
            done = system.as_of(31).trail.pack(tmp_path / "past.zip")

        assert codes((tmp_path / "past.zip").read_bytes()) == []
        assert done.size == len(entries((tmp_path / "past.zip").read_bytes())) <= 31

    def test_it_leads_to_no_key_that_an_auditor_should_believe(self, made):
        assert not [name for name in opened(made.whole) if name.endswith((".key", ".promises"))]


class TestPart:
    def test_of_a_document_has_what_hangs_on_it(self, made):
        kinds = {entry["kind"] for entry in entries(made.part)}

        assert {"document.create/1", "document.issue/1", "nonconformity.report/1"} <= kinds
        assert "record.retain/1" not in kinds

    def test_it_says_who_the_people_were(self, made):
        told = {row["actor"]: row["name"] for row in rows(made.part)}

        assert told["person:hung"] == "Trần Văn Hùng"
        assert all(name for actor, name in told.items() if actor != "system")

    def test_its_operations_are_whole(self, made):
        places = {entry["index"] for entry in entries(made.part)}

        for entry in entries(made.part):
            first, length = entry["operation"]
            assert places >= set(range(first, first + length))

    def test_of_a_period(self, made, tmp_path):
        since = datetime(2024, 1, 10, tzinfo=UTC)
        data = bytes_of(made.office, tmp_path, "period.zip", since=since)
        about = json.loads(opened(data)["pack.json"])

        assert codes(data) == []
        assert about["filters"]["since"] == "2024-01-10T00:00:00.000000Z"
        assert "document.rename/1" in {entry["kind"] for entry in entries(data)}

    def test_until_a_moment(self, made, tmp_path):
        until = datetime(2024, 1, 5, tzinfo=UTC)
        data = bytes_of(made.office, tmp_path, "period.zip", until=until)

        assert codes(data) == []
        assert "document.rename/1" not in {entry["kind"] for entry in entries(data)}

    def test_of_a_unit(self, made, tmp_path):
        data = bytes_of(made.office, tmp_path, "unit.zip", unit="QLVT")
        kinds = {entry["kind"] for entry in entries(data)}

        assert codes(data) == []
        assert {"nonconformity.report/1", "record.retain/1", "correction.add/1"} <= kinds

    def test_of_an_item_in_a_unit(self, made, tmp_path):
        wanted = {"unit": "QLVT", "items": ("QT-05",)}
        data = bytes_of(made.office, tmp_path, "both.zip", **wanted)
        kinds = {entry["kind"] for entry in entries(data)}

        assert codes(data) == []
        assert "nonconformity.report/1" in kinds
        assert not {"document.rename/1", "record.retain/1"} & kinds

    def test_of_the_rest_the_tables_are_read_once(self, made, tmp_path):
        office = made.office.copy(tmp_path / "so")
        few = asked(office, tmp_path / "few.zip", items=("QT-05",))
        for number in range(12):
            office.does("hung", created(f"HD-{number}"))

        assert asked(office, tmp_path / "many.zip", items=("QT-05",)) == few
        everything = [one for one in few if "body" in one and "WHERE" not in one]
        assert len(everything) == len(tables.HOME)

    def test_of_nothing_is_refused_and_leaves_nothing(self, made, tmp_path):
        with pytest.raises(NothingToPack):
            packed(made.office, tmp_path / "pack.zip", since=datetime(2030, 1, 1, tzinfo=UTC))

        assert list(tmp_path.iterdir()) == []


class TestRedacted:
    def test_nothing_personal_is_left_and_every_proof_holds(self, made, tmp_path):
        data = bytes_of(made.office, tmp_path, "pack.zip", redact=("all",))
        personal = ("Trần Văn Hùng", "Nguyễn Văn Dân", "Trần An", "Sinh 1980")

        assert findings(data) == []
        assert [word for word in personal if word.encode() in data] == []
        assert entries(data) == entries(made.whole)

    def test_one_field(self, made, tmp_path):
        data = bytes_of(made.office, tmp_path, "pack.zip", redact=("complainant",))
        (row,) = (row for row in rows(data) if row["field"] == "complainant")

        assert findings(data) == []
        assert (row["value"], row["redacted"]) == ("", "x")
        assert "Nguyễn Văn Dân".encode() not in data
        assert "Trần Văn Hùng".encode() in data
        assert "đã che hoặc đã xóa" in opened(data)["index.html"].decode()

    def test_one_person(self, made, tmp_path):
        data = bytes_of(made.office, tmp_path, "pack.zip", redact=("hung",))

        assert findings(data) == []
        assert "Trần Văn Hùng".encode() not in data
        assert "Phạm Quốc Bình".encode() in data

    def test_nothing_else_is_taken_out(self, made, tmp_path):
        wanted = {"anchors": (made.anchor,), "redact": ("hung",)}
        gone = set(opened(made.whole)) - set(opened(bytes_of(made.office, tmp_path, "p", **wanted)))

        assert len(gone) == 1
        assert gone.pop().startswith("people/")

    def test_what_would_redact_nothing_is_refused(self, made, tmp_path):
        with pytest.raises(NothingToRedact):
            packed(made.office, tmp_path / "pack.zip", redact=("hùng",))

        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("other", [{"origin": "other"}, {"size": 10_000}])
    def test_a_checkpoint_from_which_nothing_leads_is_refused(self, made, tmp_path, other):
        said = Checkpoint.parse(Note.parse(made.anchor).text)._replace(**other)
        anchor = said.signed(Signer.parse(skey(said.origin, b"x" * 32))).data()

        with pytest.raises(OtherAnchor):
            packed(made.office, tmp_path / "pack.zip", anchors=(anchor,))

        assert list(tmp_path.iterdir()) == []


class TestRead:
    def test_a_replaced_field_is_marked_on_both_sides(self, made):
        titles = [
            row
            for row in rows(made.whole)
            if row["field"] == "title" and row["item"] == "document:qt-05"
        ]
        created, renamed = titles

        assert (created["replaced_by"], renamed["replaces"]) == (
            renamed["entry"],
            created["entry"],
        )
        assert f"#{renamed['entry']}</a></mark>" in opened(made.whole)["index.html"].decode()

    def test_a_record_that_was_corrected_is_marked(self, made):
        told = {line["kind"]: line for line in lines(made.whole)}

        assert told["record.retain/1"]["corrected_by"] == [told["correction.add/1"]["entry"]]

    def test_what_only_went_on_is_not_called_replaced(self, made):
        marked = {(row["kind"], row["field"]) for row in rows(made.whole) if row["replaced_by"]}

        assert marked == {("document.create/1", "title")}

    def test_the_list_of_documents_in_force_is_that_of_its_day(self, made, tmp_path):
        listed = opened(made.whole)["index.html"].decode().partition("<h2>Diễn biến")[0]
        early = bytes_of(made.office, tmp_path, "early.zip", on=date(2024, 1, 3))
        before = opened(early)["index.html"].decode().partition("<h2>Diễn biến")[0]

        assert "<td>QT-05</td><td>Quy trình QT-05</td><td>1.1</td><td>10/01/2024</td>" in listed
        assert "<td>QT-05</td><td>Quy trình QT-05</td><td>1.0</td><td>02/01/2024</td>" in before
        assert codes(early) == []

    def test_a_part_says_that_it_lists_only_its_own_documents(self, made, tmp_path):
        data = bytes_of(made.office, tmp_path, "part.zip", items=("QT-05",), on=date(2001, 1, 1))
        early = in_force(bytes_of(made.office, tmp_path, "early.zip", on=date(2001, 1, 1)))
        some, none, whole = map(in_force, (made.part, data, made.whole))

        assert "Chỉ kể những tài liệu có trong gói này" in some
        assert "<td>QT-05</td>" in some
        assert "Chỉ kể những tài liệu có trong gói này" in none
        assert "<table" not in none + early
        assert "Không có." in early
        assert "<p>" not in whole

    def test_a_period_is_dated_and_told_as_its_days_here(self, made, tmp_path):
        office = made.office.copy(tmp_path / "so")
        note = checkpoint(office).data().decode()
        office.does("lan", KeepAnchor(code="NEO-1", note=note, medium="paper", place="Kho bạc"))
        days = {"since": date(2024, 1, 1), "until": date(2024, 1, 5)}
        data = bytes_of(office, tmp_path, "period.zip", **days)
        index = opened(data)["index.html"].decode()

        assert json.loads(opened(data)["pack.json"])["on"] == "2024-01-05"
        assert "<td>01/01/2024</td>" in index
        assert "<td>05/01/2024</td>" in index
        assert "02/01/2024" in in_force(data)
        assert codes(data) == []

    def test_a_bound_within_a_day_has_its_time(self, made, tmp_path):
        data = bytes_of(made.office, tmp_path, "p.zip", until=datetime(2024, 1, 5, tzinfo=UTC))

        assert "<td>05/01/2024 07:00:00</td>" in opened(data)["index.html"].decode()

    def test_a_part_is_of_the_day_of_the_last_entry_that_is_asked_for(self, office, tmp_path):
        office.issues("QT-05", "2024-01-10")
        last = office.clock.at
        office.clock.to("2024-03-01")
        office.does(
            "lan",
            KeepAnchor(
                code="NEO-1",
                note=checkpoint(office).data().decode(),
                medium="paper",
                place="Kho bạc",
            ),
        )
        data = bytes_of(office, tmp_path, "part.zip", items=("QT-05",))

        assert json.loads(opened(data)["pack.json"])["on"] == qms.changes.day_of(last).isoformat()

    def test_what_was_asked_for_is_told_by_its_title_and_how_it_was_chosen(self, made, tmp_path):
        items = ("QT-05", made.office.asks(lambda system: system.find(Nonconformity))[0].id)
        done = packed(made.office, tmp_path / "p.zip", unit="QLVT", items=items)
        index = opened((tmp_path / "p.zip").read_bytes())["index.html"].decode()
        facts = index.partition("<h2>")[0]

        assert "Cấp sai ngày" in facts
        assert "<td>QLVT – " in facts
        assert "mọi chính sách, khóa nhật ký và điểm neo" in facts
        assert 0 < done.asked < done.entries

    def test_no_cell_is_a_formula(self, made):
        assert not [
            cell for row in rows(made.whole) for cell in row.values() if cell.startswith(("=", "@"))
        ]

    def test_names_are_those_of_the_day(self, office, tmp_path):
        office.does("lan", qms.people.OpenUnit(code="A", title="A", since=date(2024, 1, 1)))
        office.does("lan", qms.people.RenamePerson(code="lan", name="Nguyễn Lan Anh"))
        office.does("lan", qms.people.OpenUnit(code="B", title="B", since=date(2024, 1, 1)))
        data = bytes_of(office, tmp_path, "pack.zip")
        told = {line["item"]: line["actor"]["name"] for line in lines(data)}

        assert (told["unit:a"], told["unit:b"]) == ("Nguyễn Thị Lan", "Nguyễn Lan Anh")

    def test_every_kind_is_said_in_both_languages(self, made):
        assert all(line["what"]["vi"] and line["what"]["en"] for line in lines(made.whole))

    def test_progress_is_told(self, made, tmp_path):
        told = []
        done = packed(made.office, tmp_path / "p.zip", progress=lambda *step: told.append(step))

        assert done.entries
        assert told[-1] == (6000, 6000)
        assert told == sorted(set(told))
        assert {step // 1000 for step, _ in told} == set(range(7))


class TestFile:
    def test_a_file_that_is_there_is_left_alone(self, made, tmp_path):
        (tmp_path / "pack.zip").write_text("kept")

        with pytest.raises(FileThere):
            packed(made.office, tmp_path / "pack.zip")
        assert (tmp_path / "pack.zip").read_text() == "kept"

    @pytest.mark.parametrize("wanted", [{}, {"items": ("document:qt-05",)}])
    def test_an_anchor_that_is_none_is_not_packed(self, made, tmp_path, wanted):
        with pytest.raises(Unreadable):
            packed(made.office, tmp_path / "pack.zip", anchors=[b"anchor"], **wanted)
        assert not (tmp_path / "pack.zip").exists()

    def test_a_folder_that_is_not_there_is_named(self, made, tmp_path):
        with pytest.raises(NoPlace):
            packed(made.office, tmp_path / "nowhere/pack.zip")

    def test_a_log_that_was_never_signed_is_not_packed(self, office, tmp_path):
        with office.open() as system, pytest.raises(NoCheckpoint):
            system.as_of(0).trail.pack(tmp_path / "pack.zip")

    def test_what_was_asked_for_comes_first_and_policy_and_people_last(self, made, tmp_path):
        part = opened(bytes_of(made.office, tmp_path, "p.zip", items=("QT-05",)))["index.html"]
        sections = re.findall("<h2>([^<]*) <i", part.decode())
        told = part.decode().split("<h2>")

        assert sections == [
            "Đối tượng được hỏi",
            "Tài liệu đang hiệu lực ngày",
            "Gắn với đối tượng được hỏi, hoặc cùng lần thực hiện",
            "Kèm theo để xét các mục trên: chính sách, khóa, người, mục khác",
            "Nội dung cá nhân không có trong gói",
        ]
        assert "<code>document:qt-05</code>" in told[1]
        assert "<code>policy:policy</code>" not in "".join(told[:4])
        assert "<code>policy:policy</code>" in told[4]

    def test_of_a_period_what_came_before_it_is_told_last(self, made, tmp_path):
        days = {"since": date(2024, 1, 10), "until": date(2024, 1, 10)}
        index = opened(bytes_of(made.office, tmp_path, "p.zip", **days))["index.html"].decode()
        first, _, last = index.partition("<h2>Kèm theo")

        assert '<article id="e0">' in last
        assert "<h2>Diễn biến" in first
        assert "<h3>" in first.partition("<h2>Diễn biến")[2]

    def test_the_page_speaks_in_words_down_to_each_part_and_value(self, made):
        index = opened(made.whole)["index.html"].decode()
        policy = index[index.index('<article id="e0">') :].partition("</article>")[0]

        assert "<th>Lịch làm việc · Ngày nghỉ lễ " in policy
        assert ">thứ Bảy, Chủ nhật <i " in policy
        assert "<div>01/01/2014, " in policy
        assert "<th>Thời hạn · 1 · Đơn vị tính " in policy
        assert ">ngày làm việc <i " in policy
        assert re.findall("<div>(true|false|[0-9]{4}-[0-9]{2}-.*?)<", index) == []

    def test_what_comes_along_is_what_the_sieve_brings(self):
        assert set(verify.CARRIED) == choosing.ALWAYS | choosing.PEOPLE

    def test_one_item_alone_is_one_not_its_letters(self, made, tmp_path):
        alone = bytes_of(made.office, tmp_path, "a.zip", items="QT-05", redact="all")

        assert alone == bytes_of(made.office, tmp_path, "b.zip", items=("QT-05",), redact=("all",))

    def test_entries_that_nobody_signed_yet_stay_out(self, office, tmp_path):
        shutil.rmtree(office.keys)
        office.does("lan", qms.people.OpenUnit(code="A", title="A", since=date(2024, 1, 1)))
        done = packed(office, tmp_path / "pack.zip")

        assert done.later == 1
        assert codes((tmp_path / "pack.zip").read_bytes()) == []


def laid(path, files):
    """Write a zip of empty space: each file has a name and a size, and nothing is written of it."""
    rows = []
    with path.open("wb") as out:
        for name, size in files:
            member = verify.Member(name, size, 0, out.tell())
            rows.append(member.row())
            out.write(member.header())
            out.seek(size, os.SEEK_CUR)
        start = out.tell()
        out.write(b"".join(rows) + verify.ending(len(rows), start, sum(map(len, rows))))


def known(path):
    """Return name, size and place of each file as this reads it, and as everybody does."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        ours = [(one.name, one.size, one.offset) for one in verify.Pack(file).members.each()]
        theirs = [(one.filename, one.file_size, one.header_offset) for one in archive.infolist()]
    return ours, theirs


class TestZip64:
    def test_more_files_than_an_old_zip_can_count(self, tmp_path):
        laid(tmp_path / "many.zip", [(f"contents/{number:05}", 0) for number in range(70_000)])
        ours, theirs = known(tmp_path / "many.zip")

        assert ours == theirs
        assert len(ours) == 70_000

    def test_a_pack_of_more_than_four_gigabytes(self, tmp_path):
        laid(tmp_path / "large.zip", [(f"contents/{number}", 3 * 10**9) for number in range(3)])
        ours, theirs = known(tmp_path / "large.zip")

        assert ours == theirs
        assert ours[-1][2] > FOUR

    def test_files_of_more_than_four_gigabytes(self, tmp_path):
        sizes = [("a", FOUR - 1), ("b", FOUR), ("c", 3), ("entries.csv", 5 * 10**9), ("index", 0)]
        laid(tmp_path / "larger.zip", sizes)
        ours, theirs = known(tmp_path / "larger.zip")

        assert ours == theirs
        assert [(name, size) for name, size, _ in ours] == sizes

    def test_a_directory_of_more_than_four_gigabytes_is_counted_in_long_numbers(self):
        *_, long, start = verify._END64.unpack_from(verify.ending(9, 7, FOUR + 1))

        assert (long, start) == (FOUR + 1, 7)
        assert verify.ending(9, 7, FOUR + 1)[-10:-6] == b"\xff" * 4
