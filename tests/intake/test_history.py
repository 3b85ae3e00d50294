"""Legacy history in real systems: hundreds of documents in one operation, bytes as they came."""

import csv
from datetime import UTC, date, datetime

import pytest

from qms.intake import history, register
from qms.intake.history import Given, of_register, of_repository
from qms.intake.proposals import NotWhole
from qms.intake.register import COLUMNS, NAME
from qms.questions import NothingInForce
from qms.registers.documents import (
    Create,
    Document,
    NumberOutOfOrder,
    Rename,
    Revision,
    State,
)
from qms.registers.documents.legacy import AdoptDocument
from tests.intake.office import named, office
from tests.intake.test_register import line
from tests.storage.test_foreign import git, home, write

__all__ = ["home"]

GIVEN = Given(unit="CQ", owner="CBISO")
DAYS = (date(2015, 3, 1), date(2018, 6, 15), date(2022, 9, 30))
ENCODED = (
    lambda: "Quy trình số {n}, lần {r}\r\n".encode(),
    lambda: "Quy trình số {n}, lần {r}".encode("utf-16"),
    lambda: b"Quy tr\xd7nh s\xe8 {n}, l\xc7n {r}\xae\x00\xff\xfe",  # TCVN3, and no text at all
)


def write_register(folder, lines):
    with (folder / NAME).open("w", encoding="utf-8-sig", newline="") as sheet:
        rows = csv.writer(sheet, delimiter=";")
        rows.writerow(COLUMNS.values())
        rows.writerows([row.get(name, "") for name in COLUMNS] for row in lines)


def data(n, r):
    template = ENCODED[n % 3]()
    return template.replace(b"{n}", b"%d" % n).replace(b"{r}", b"%d" % r) + bytes(range(256))


def bring(folder, documents):
    """Write three revisions of each document and the register that names them."""
    lines = []
    for n in range(documents):
        for r, day in enumerate(DAYS):
            name = f"QT-{n:03}.{r}.doc"
            (folder / name).write_bytes(data(n, r))
            facts = {"code": f"QT-{n:03}", "amendment": str(r), "file": name}
            lines.append(line(**facts, issued=f"{day:%d/%m/%Y}", approved_by="Bà Bình"))
    write_register(folder, lines)


@pytest.fixture
def brought(tmp_path):
    folder = tmp_path / "cu"
    folder.mkdir()
    return folder


@pytest.fixture
def system(tmp_path):
    with office(tmp_path / "so") as system:
        yield system


def commits(system):
    return len(list(system._store.commits()))


def test_a_folder_is_named_by_a_text_as_well(brought, system):
    bring(brought, 1)

    assert of_register(str(brought), system) == of_register(brought, system)
    assert of_register(str(brought), system).changes


@pytest.mark.slow
def test_three_hundred_documents_with_three_revisions_are_one_operation(brought, system):
    bring(brought, 300)
    entries, made = system.size, commits(system)

    system.perform(*of_register(brought, system).whole())

    assert system.size - entries == 300 * 4
    assert commits(system) - made == 1
    assert len(system.find(Document)) == 300
    assert len(system.find(Revision)) == 900
    assert list(system.verify()) == []
    again = of_register(brought, system)
    assert (again.changes, again.remarks) == ((), ())
    # Once git has them, the ledger lets go of the bytes.
    system.perform(Rename(code="QT-000", title="Khác", reason="sửa"))
    system.perform(Rename(code="QT-000", title="Hồ sơ", reason="sửa"))
    for n in range(300):
        assert [system.content(f"QT-{n:03}", f"1.{r}") for r in range(3)] == [
            data(n, r) for r in range(3)
        ]


def test_each_past_day_has_the_revision_of_its_time(brought, system):
    bring(brought, 3)
    system.perform(*of_register(brought, system).whole())

    with pytest.raises(NothingInForce):
        system.in_force("QT-002", date(2015, 2, 28))
    for day, amendment in [
        (DAYS[0], 0),
        (date(2018, 6, 14), 0),
        (DAYS[1], 1),
        (date(2022, 9, 29), 1),
        (DAYS[2], 2),
        (date(2026, 1, 1), 2),
    ]:
        found = system.in_force("QT-002", day)
        assert (found.revision.amendment, found.data) == (amendment, data(2, amendment))


def test_signers_are_kept_as_text_and_never_stand_in_the_trail(brought, system):
    bring(brought, 1)
    system.perform(*of_register(brought, system).whole())

    legacy = system.revisions("QT-000")[0].legacy

    assert system.name(legacy.approved_by) == "Bà Bình"
    assert legacy.source == "lich-su.csv, dòng 2 (QT-000.0.doc)"
    entries = (event.entry.data() for event in system.trail.history("QT-000"))
    assert not any("Bình".encode() in entry for entry in entries)


def test_a_rename_makes_no_revision(brought, system):
    (brought / "QT-01.doc").write_bytes(b"1")
    write_register(brought, [line(), line(title="Kiểm soát hồ sơ", issued="01/01/2020")])

    system.perform(*of_register(brought, system).whole())

    assert system.get(Document, "QT-01").title == "Kiểm soát hồ sơ"
    assert [row.title for row in system.revisions("QT-01")] == ["Hồ sơ"]
    assert of_register(brought, system).changes == ()


def test_a_removal_keeps_the_history(brought, system):
    (brought / "QT-01.doc").write_bytes(b"1")
    write_register(brought, [line(removed="01/01/2021")])

    system.perform(*of_register(brought, system).whole())

    assert system.get(Document, "QT-01").state is State.WITHDRAWN
    assert system.in_force("QT-01", date(2020, 12, 31)).data == b"1"
    with pytest.raises(NothingInForce):
        system.in_force("QT-01", date(2021, 1, 1))
    assert system.content("QT-01", "1.0") == b"1"
    assert of_register(brought, system).changes == ()


def test_what_is_new_in_the_register_is_taken_the_next_time(brought, system):
    bring(brought, 2)
    system.perform(*of_register(brought, system).whole())
    (brought / "QT-01.doc").write_bytes(b"new")
    with (brought / NAME).open("a", encoding="utf-8", newline="") as sheet:
        row = line(code="QT-001", issue="2", issued="01/02/2024")
        csv.writer(sheet, delimiter=";").writerow([row.get(name, "") for name in COLUMNS])

    (change,) = of_register(brought, system).whole()
    system.perform(change)

    assert [(row.issue, row.amendment) for row in system.revisions("QT-001")][-1] == (2, 0)


def test_every_line_that_a_rule_refuses_is_named_and_the_rest_is_taken(brought, system):
    for name in "abc":
        (brought / f"{name}.doc").write_bytes(name.encode())
    write_register(
        brought,
        [
            line(code="QT-01", file="a.doc"),
            line(code="QT-01", file="b.doc", issued="01/01/2020"),  # the number does not follow
            line(code="QT-01", file="c.doc", issued="01/01/2021", note="sổ ghi trùng số"),
            line(code="QT-02", file="a.doc", unit="XX", owner="YY", type="ZZ"),
            line(
                code="QT-02",
                file="b.doc",
                unit="",
                owner="",
                type="",
                issue="2",
                issued="2020-01-01",
            ),
            line(code="QT-03", file="a.doc", issued="01/01/2199"),
            line(code="../x", file="a.doc"),
        ],
    )

    plan = of_register(brought, system)

    told = [(remark.line, remark.field, type(remark.error).__name__) for remark in plan.remarks]
    assert told == [
        (3, "", "NumberOutOfOrder"),
        (3, "", "ShutOut"),
        (5, "đơn vị", "Unknown"),
        (5, "vị trí", "Unknown"),
        (5, "loại", "UnknownType"),
        (6, "mã số", "NotAdopted"),
        (7, "", "InTheFuture"),
        (8, "mã số", "BadCode"),
    ]
    with pytest.raises(
        NotWhole, match=r"^lich-su.csv:3, lich-su.csv:5, lich-su.csv:6 \(\+2\): Some"
    ):
        plan.whole()
    system.perform(*plan.changes)
    assert [row.code for row in system.revisions("QT-01")] == ["QT-01/1.0", "QT-01/1.0/2"]
    assert system.revisions("QT-01")[1].legacy.note == "sổ ghi trùng số"


def test_what_a_document_will_lack_for_ever_is_said_before_it_is_taken(brought, system):
    for name in "ab":
        (brought / f"{name}.doc").write_bytes(name.encode())
    later = line(code="QT-01", file="b.doc", issue="2", issued="01/01/2022")
    write_register(brought, [line(code="QT-01", file="gone.doc"), later])

    plan = of_register(brought, system)

    said = [one for one in plan.remarks if isinstance(one.error, history.ShutOut)]
    assert [(one.line, one.error.about, one.fault) for one in said] == [(2, "QT-01", False)]
    system.perform(*plan.changes)
    write_register(brought, [line(code="QT-01", file="a.doc"), later])
    (again,) = of_register(brought, system).remarks
    assert isinstance(again.error, NumberOutOfOrder)


def test_a_document_of_which_nothing_is_taken_lacks_nothing(brought, system):
    write_register(brought, [line(code="QT-01", file="gone.doc")])

    (only,) = of_register(brought, system).remarks

    assert isinstance(only.error, register.NoFile)


def test_a_document_that_is_being_drafted_here_is_left_alone(brought, system):
    (brought / "QT-01.doc").write_bytes(b"1")
    write_register(brought, [line()])
    system.perform(Create(code="QT-01", title="x", type="QT", unit="CQ", owner="CBISO", text="x"))

    plan = of_register(brought, system)

    assert (plan.changes, [type(one.error).__name__ for one in plan.remarks]) == ((), ["DraftOpen"])


def test_an_older_repository_is_one_operation_and_nothing_is_left_the_second_time(home, system):
    write(
        home,
        **{"QT-01": b"\xff\xfe1\x00", "QT-02": b"# M\xe1\xbb\x99t\n"},
        at="2019-01-01T10:00:00+07:00",
    )
    write(home, **{"QT-01": b"\xd7\xe8\r\n"}, at="2020-01-01T10:00:00+07:00")
    (home / "cu").mkdir()
    git(home, "mv", "QT-01.md", "cu/QT-01.md")
    write(home, at="2020-06-01T10:00:00+07:00")
    (home / "QT-02.md").unlink()
    write(home, at="2021-01-01T10:00:00+07:00")
    made = commits(system)

    system.perform(*of_repository(home, system, GIVEN).whole())

    assert commits(system) - made == 1
    assert len(system.revisions("QT-01")) == 2
    assert system.content("QT-01", "1.0") == b"\xff\xfe1\x00"
    assert system.in_force("QT-01", date(2020, 1, 1)).data == b"\xd7\xe8\r\n"
    legacy = system.revisions("QT-01")[1].legacy
    assert system.name(legacy.author) == "Nguyễn Văn A <a@so.vn>"
    assert legacy.written == datetime(2020, 1, 1, 3, tzinfo=UTC)
    assert system.in_force("QT-02", date(2020, 12, 31)).document.title == "Một"
    with pytest.raises(NothingInForce):
        system.in_force("QT-02", date(2021, 1, 1))
    assert of_repository(home, system, GIVEN).changes == ()
    assert list(system.verify()) == []


def test_an_older_repository_that_went_on_brings_only_what_is_new(home, system):
    write(home, **{"QT1": b"1"}, at="2019-01-01T10:00:00+07:00")
    system.perform(*of_repository(home, system, GIVEN).whole())
    git(home, "mv", "QT1.md", "QT-01.md")
    write(home, at="2020-01-01T10:00:00+07:00")
    write(home, **{"QT-01": b"2"}, at="2021-01-01T10:00:00+07:00")

    system.perform(*of_repository(home, system, GIVEN).whole())

    document = system.get(Document, "QT1")
    assert (document.code, document.aliases) == ("QT-01", ("QT1",))
    assert system.content("QT-01", "1.1") == b"2"
    assert of_repository(home, system, GIVEN).changes == ()


def test_what_is_no_document_of_an_older_repository_is_named_once(home, system):
    write(home, README=b"1")
    write(home, README=b"2")

    plan = of_repository(home, system, GIVEN)

    assert plan.changes == ()
    assert [(path.partition(":")[2], name) for path, name in named(plan.remarks)] == [
        ("README.md", "UnknownType")
    ]


def test_forms_come_after_the_procedure_that_they_belong_to(system):
    facts = {"title": "x", "type": "QT", "unit": "CQ", "owner": "CBISO"}
    form = history.Proposal("a", AdoptDocument, {"code": "BM", "parents": ("QT",), **facts})
    other = history.Proposal("b", AdoptDocument, {"code": "QT", "parents": (), **facts})

    assert [one[0].code for one in history.ordered([[form], [other]])] == ["QT", "BM"]
