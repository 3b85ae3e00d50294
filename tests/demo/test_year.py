"""The department's year, as it is printed and as it stands at the end."""

import csv
import json
import re
import shlex
from datetime import date
from io import StringIO
from itertools import pairwise
from zipfile import ZipFile

import click
import pytest

import qms
from qms import documents as d
from qms.changes import Item
from qms.cli.language import speaking
from qms.cli.root import commands
from qms.demo import Unexpected, Voice, Year, founding
from qms.registers import audits as a
from qms.registers import declarations as e
from qms.registers import management_reviews as m
from qms.registers import nonconformities as n
from qms.registers import records as r
from qms.registers import reviews as v
from qms.registers import services as s
from qms.registers import tasks as t
from tests.cli.talk import say, shell

pytestmark = pytest.mark.slow

FIFTEEN = {
    *("external", "records", "reviews", "nonconformities", "audits", "management_reviews"),
    *("objectives", "risks", "tasks", "services", "reform_index", "declarations"),
    *("improvements", "competence", "trail_reviews"),
}
REGISTERS = sorted(
    name
    for name, item in Item.registers.items()
    if item.__module__.split(".")[2] in FIFTEEN | {"documents", "people", "policy"}
)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Return the folder of the demonstration, and what it printed."""
    folder = tmp_path_factory.mktemp("năm") / "demo"
    folder.mkdir()
    (folder / founding.MARK).touch()
    assert say("demo", str(folder)).exit_code == 3
    ended = shell("demo", str(folder), "--again")
    assert ended.returncode == 0, ended.stdout.decode() + ended.stderr.decode()
    return folder, ended.stdout.decode()


@pytest.fixture(scope="module")
def printed(played):
    return played[1]


@pytest.fixture(scope="module")
def system(played):
    with qms.open(played[0], actor="lan") as opened:
        yield opened


@pytest.fixture(scope="module")
def december(system):
    return system.as_of(date(2026, 12, 31))


def test_it_is_told_in_plain_vietnamese(printed):
    assert "\x1b" not in printed
    assert "Thiết lập hệ thống của Sở Giao thông vận tải" in printed
    assert not re.search(r"\b(the|and|with|from)\b", printed)


def test_it_is_told_in_english_where_that_is_asked_for(tmp_path):
    said = []
    voice = Voice(said.append, said.append, said.append, said.append, said.append)
    with speaking("en"), Year(tmp_path / "demo", voice) as year:
        founding.found(year)

    assert "The department is founded" in said[0]


def test_the_scenes_come_in_the_order_of_their_days(printed):
    days = re.findall(r"^(\d\d)/(\d\d)  ", printed, re.MULTILINE)
    told = [(month, day) for day, month in days]

    assert len(told) > 40
    assert told == sorted(told)


def test_every_entry_lies_after_the_one_before_and_in_the_year(system):
    with system._read() as now:
        moments = [now.moment_of(size) for size in range(1, now.size() + 1)]

    assert all(one < other for one, other in pairwise(moments))
    assert {moment.year for moment in moments} == {2026}


def test_the_clock_is_never_set_back(tmp_path):
    with Year(tmp_path / "demo", None) as year:
        year.on(3, 2)
        with pytest.raises(Unexpected):
            year.on(3, 1)


@pytest.mark.parametrize(
    "said",
    [
        "Kế hoạch 364/KH-SGTVT ngày 06/4: giao việc từng đơn vị",
        "Kế hoạch 842/KH-SGTVT ngày 18/7",
        "Công văn 3947/UBND-PC ngày 13/9: ai chưa triển khai, ai chậm",
        "5 bản cam kết đủ hai chữ ký",
        "Toàn cơ quan  20        7             35,0 %  ≥ 25 %",
        "Kiểm tra công vụ đột xuất Phòng Quản lý giao thông",
        "Hai sự không phù hợp đã đóng, chương trình đánh giá năm đã tổng kết",
        "6 quy trình phải rà soát trước 01/11/2026",
        "Tổng                         81,50  100,00",
        "XX-2026-02 đã kết thúc: ba kết luận, ba nhiệm vụ",
        "Bản công bố đang có giá trị       CB-2026-02",
        "Chuyển 3 việc chưa xong sang 402/KH-SGTVT",
        "mục nhật ký, không có phát hiện nào",
    ],
)
def test_the_year_tells(said, printed):
    assert said in printed


@pytest.mark.parametrize(
    "why",
    [
        "Mỗi tài liệu chỉ có một dự thảo đang mở. (ISO 9001:2015, 7.5.3.2 c)",
        "Người soạn thảo hoặc soát xét không được ký bước tiếp theo của cùng nội dung.",
        "Phần mềm chỉ được đề xuất, không được quyết định.",
        "Chưa lựa chọn thủ tục nào nên không có tỷ lệ.",
        "Cam kết phải có ít nhất một chỉ tiêu, nêu rõ nội dung và mức phải đạt.",
        "Với mức nặng, lãnh đạo phải quyết định trước: dừng hay tiếp tục công việc.",
        "Chuyên gia đánh giá không được đánh giá đơn vị của mình.",
        "Kết quả không phù hợp phải được ghi bằng một phát hiện.",
        "Người thực hiện không được tự kiểm tra, tự đánh giá hiệu lực hoặc tự đóng.",
        "Còn đầu vào chưa có nội dung và chưa ghi “không phát sinh”.",
        "Lần trước có kết luận: đầu vào thứ nhất phải nêu mã và kết quả từng kết luận.",
        "Còn kết luận chưa được giao thành nhiệm vụ.",
        "Chỉ đánh giá cam kết khi đã hết kỳ.",
    ],
)
def test_what_was_refused_is_told_with_its_reason(why, printed):
    refused = [line for line in printed.splitlines() if line.startswith("✗ ")]

    assert any(why in line for line in refused)


def test_every_command_that_was_shown_says_the_same_again(played):
    folder, printed = played
    shown = re.findall(r"^  \$ qms (.+)\n((?:.+\n)+?)(?=  \$|\n|✓|✗)", printed, re.MULTILINE)

    assert len(shown) > 12
    for words, said in shown:
        told = say("-C", str(folder), *shlex.split(words))
        assert told.stdout == said, words


def test_everything_holds_at_the_end(played, system):
    assert system.verify() == []
    assert (played[0] / "ban-hanh" / "index.html").exists()


def test_the_pack_of_the_complaint_holds_and_names_nobody(played):
    folder, printed = played
    pack = folder / "phan-anh.zip"

    assert "Không phát hiện sai lệch." in printed
    errors = [finding.code for finding in qms.verify(pack) if finding.severity == "error"]
    assert errors == ["C01"]  # nobody gave the key
    with ZipFile(pack) as held:
        assert all("Nguyễn Văn Dân" not in held.read(name).decode() for name in held.namelist())


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_has_something_to_show(register, system):
    assert system.find(Item.registers[register])


def test_two_audits_one_inspection_a_complaint_and_late_dossiers(system):
    audits = system.find(a.Audit)
    sources = [case.source for case in system.find(n.Nonconformity)]

    assert [one.state for one in audits] == [a.State.CLOSED] * 2
    assert [one.state for one in system.find(a.Inspection)] == [a.InspectionState.CLOSED]
    assert sources.count(n.Source.LATE_DOSSIER) == 3
    assert sources.count(n.Source.AUDIT) == 2
    assert {n.Source.COMPLAINT, n.Source.INSPECTION} <= set(sources)


def test_the_late_dossiers_were_reported_by_a_program(system):
    case = system.find(n.Nonconformity, source=n.Source.LATE_DOSSIER)[0]
    first = next(iter(system.trail.history(case.id)))

    assert first.actor.kind == "tool"


def test_the_complaint_was_closed_by_the_procedure_it_amended(system):
    (case,) = system.find(n.Nonconformity, source=n.Source.COMPLAINT)

    assert case.updates.revisions == (system.revisions("QT-13")[1].id,)
    assert case.effects[0].effective


def test_the_law_that_changed_opened_reviews_and_amended_one_procedure(system):
    found = [one for one in system.find(v.Review, cause="law") if "118/2025/NĐ-CP/2" in one.origins]

    assert len(found) == 6
    amended = [system.get(d.Document, one.document).code for one in found if one.request]
    assert amended == ["QT-13"]
    assert len(system.revisions("QT-13")) == 2


def test_twenty_services_a_quarter_with_a_plan_carried_out_or_declined(system):
    chosen = system.find(s.Selection)
    states = {one.state for one in chosen}
    share = s.ratio(system.get(s.Campaign, "RS-2026-01"), chosen)

    assert (share.selected, share.reached) == (20, True)
    assert {"declined", "approved", "carried_out", "unchanged"} == {str(one) for one in states}


def test_the_yearly_review_begins_with_the_conclusions_of_the_last(system):
    first, second = system.find(m.ManagementReview)
    told = {one.input: one for one in second.inputs}

    assert first.extraordinary
    assert second.previous == first.id
    assert len(told) == len(m.Input) == 12
    assert all(f"{first.code}/{k}" in told[m.Input.FOLLOW_UP].content for k in (1, 2))
    assert told[m.Input.PROVIDERS].nothing
    assert {one.day for one in second.inputs} == {date(2026, 11, 30)}
    assert second.state is m.ReviewState.CLOSED


def test_commitments_are_judged_and_unfinished_tasks_carried_over(system):
    assert {one.state for one in system.find(t.Commitment)} == {t.CommitmentState.JUDGED}
    carried = system.find(t.Task, plan="402/KH-SGTVT")
    assert [one.code for one in carried] == [
        "NV-2025-002/2027",
        "NV-2026-005/2027",
        "NV-2026-018/2027",
    ]


def test_conformity_was_declared_again_over_what_is_in_force(system):
    old, new = system.find(e.Declaration)

    assert (old.state, new.state) == (e.DeclarationState.REPLACED, e.DeclarationState.DECLARED)
    assert new.snapshot.documents == len(system.master_list(date(2026, 12, 21)))


def test_the_applicant_is_nowhere_in_git(system):
    (record,) = [one for one in system.find(r.Record) if one.applicant]

    assert system.name(record.applicant) == "Trần Thị Bưởi"
    assert "Bưởi" not in str(record.model_dump())


def test_every_clause_is_covered_or_named_as_a_gap(december):
    rows = {one.clause.clause: one for one in december.coverage() if one.clause.level == 2}

    assert all(rows[number].audited for number in rows if int(number.split(".")[0]) > 3)
    assert [gap.value for gap in rows["8.3"].gaps] == ["no_record"]
    assert rows["9.3"].records == 1


def test_the_due_list_holds_a_review_that_nobody_opened_yet(december):
    owed = december.due(date(2027, 2, 28))

    assert ("review", "QT-13") in {(one.register, one.code) for one in owed}
    assert "external_change" not in {one.register for one in owed}
    assert [one.code for one in owed if one.register == "receipt"] == ["QT-11/1.1", "QT-12/1.1"]
    assert december.due(date(2027, 2, 28)) == owed


GIVEN = {
    ("able",): ("QT-04", "tools"),
    ("activity",): ("3", "30"),
    ("december",): ("2026",),
    ("migration",): ("2026",),
    ("owes",): ("QT-12",),
    ("search",): ("giấy phép",),
}
"""What commands are asked about; others are asked about the first that their register lists."""


LISTS = ("list", "all")
"""What lists a register; the second where to list is itself a change."""


def sheets(group, before=()):
    """Yield every command that writes CSV and JSON."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command, words = group.get_command(context, name), (*before, name)
        if isinstance(command, click.Group):
            yield from sheets(command, words)
        elif any(option.name == "form" for option in command.params):
            yield words, command


def given(folder, words, command):
    if words in GIVEN or not any(
        isinstance(one, click.Argument) and one.required for one in command.params
    ):
        return GIVEN.get(words, ())
    register = () if len(words) == 1 else words[:1]
    lists = (say("-C", folder, *register, name, "--limit", "1", "--json") for name in LISTS)
    first = json.loads(next(told.stdout for told in lists if told.exit_code == 0))
    return (first[0]["code"],) if first else ("none",)


def test_every_column_of_every_sheet_has_a_name_of_its_own(played):
    folder = str(played[0])
    with speaking("vi"):
        every = list(sheets(commands()))
    told = {
        words: say("-C", folder, *words, *given(folder, words, command), "--csv")
        for words, command in every
    }
    heads = {
        " ".join(words): next(
            csv.reader(StringIO(one.stdout.lstrip("\ufeff"), newline=""), delimiter=";")
        )
        for words, one in told.items()
        if one.exit_code == 0
    }

    assert len(every) > 150
    assert len(heads) > len(every) - 5  # an empty register has nothing to tell the history of
    assert {
        one: head for one, head in heads.items() if "" in head or len({*head}) < len(head)
    } == {}


def test_what_is_drawn_for_the_eye_is_in_no_sheet(played):
    told = [say("-C", str(played[0]), "index", form).stdout for form in ("--csv", "--json")]

    assert "bar" not in json.loads(told[1])[0]
    assert json.loads(told[1])[-1]["target"] in ("đạt", "chưa đạt")
    assert "█" in say("-C", str(played[0]), "index").stdout
    assert "█" not in told[0] + told[1]
