"""What happens to a document in force: withdrawn, reinstated, re-coded, renamed, transferred."""

from datetime import UTC, date, datetime

import pytest

from qms import documents as d
from qms.changes import AlreadyThere, Unknown
from qms.events.choosing import NoDay
from qms.questions import NothingInForce
from tests.systems import created


@pytest.fixture(scope="module")
def office(stage):
    stage.clock.to("2024-01-03")
    stage.issues("QT-04", "2024-02-01", distribution=("VP",))
    stage.clock.to("2024-06-01")
    stage.does("lan", d.Rename(code="QT-04", title="Kiểm soát sự không phù hợp", reason="Rõ hơn"))
    stage.does("lan", d.Recode(code="QT-04", new_code="QT.VP/04", reason="Mã theo đơn vị"))
    stage.does("lan", d.Transfer(code="QT.VP/04", owner="CV", reason="Chuyển nhiệm vụ"))
    stage.clock.to("2024-09-01")
    decision = {"decision": "99/QĐ-SGTVT", "decided": date(2024, 8, 30)}
    out = {"reason": "Trùng với QT-09", "day": date(2024, 10, 1)}
    stage.does("binh", d.Withdraw(code="QT-04", **out, **decision))
    stage.clock.to("2024-11-01")
    stage.does("binh", d.Reinstate(code="QT-04", reason="Vẫn cần", effective=date(2024, 12, 1)))
    stage.clock.to("2025-01-02")
    return stage


@pytest.fixture
def system(office):
    with office.open() as opened:
        yield opened


@pytest.mark.parametrize(
    ("day", "revision"),
    [
        ("2024-02-01", "QT-04/1.0"),
        ("2024-09-30", "QT-04/1.0"),
        ("2024-12-01", "QT.VP/04/1.0"),
        ("2026-01-01", "QT.VP/04/1.0"),
    ],
)
def test_it_is_in_force_but_for_the_time_between(system, day, revision):
    assert system.in_force("QT-04", on=date.fromisoformat(day)).revision.code == revision


@pytest.mark.parametrize("day", ["2024-10-01", "2024-11-30"])
def test_in_the_time_between_nothing_is_in_force(system, day):
    with pytest.raises(NothingInForce):
        system.in_force("QT-04", on=date.fromisoformat(day))
    assert system.master_list(date.fromisoformat(day)) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda system, day, _: system.master_list(on=day),
        lambda system, day, _: system.documents(day),
        lambda system, day, _: system.in_force("QT-04", day),
        lambda system, day, _: system.holders("CV", day),
        lambda system, day, _: system.due(day),
        lambda system, day, _: system.dashboard(day),
        lambda system, day, _: system.as_of(day),
        lambda system, day, _: system.trail.entries(since=day),
        lambda system, day, _: system.trail.entries(until=day),
        lambda system, day, place: system.trail.pack(place / "goi.zip", on=day),
        lambda system, day, place: system.publish(place / "trang", day),
    ],
)
def test_what_is_no_day_is_refused_by_one_name(system, tmp_path, ask):
    for day in ("2026-06-30", 20260630.0):
        with pytest.raises(NoDay) as told:
            ask(system, day, tmp_path)
        assert told.value.says("vi").startswith(f"{day!r}: Đây không phải là ngày")
    assert list(tmp_path.iterdir()) == []


def test_a_moment_is_no_day_in_which_something_is_in_force(system):
    with pytest.raises(NoDay):
        system.master_list(datetime(2024, 9, 30, tzinfo=UTC))


def test_what_was_known_then_differs_from_what_is_known_now(system):
    with pytest.raises(NothingInForce):
        system.as_of(date(2024, 10, 15)).in_force("QT-04", on=date(2024, 12, 24))
    assert system.in_force("QT-04", on=date(2024, 12, 24))


def test_old_and_new_code_lead_to_the_one_document(system):
    assert system.get(d.Document, "QT-04") == system.get(d.Document, "qt.vp/04")
    assert system.get(d.Document, "QT-04").aliases == ("QT-04",)


def test_before_it_was_recoded_it_stood_under_its_old_code(system):
    then = system.as_of(date(2024, 5, 31))

    assert then.get(d.Document, "QT-04").code == "QT-04"
    assert then.get(d.Document, "QT-04").aliases == ()
    assert then.get(d.Document, "QT.VP/04").id == "document:qt-04"
    assert [row.document.code for row in then.master_list()] == ["QT-04"]


def test_an_old_code_is_never_reused(office, system):
    for code in ("QT-04", "qt – 04", "QT.VP/04"):
        with pytest.raises(AlreadyThere):
            office.does("hung", created(code))


def test_a_rename_and_a_transfer_make_no_revision(system):
    document = system.get(d.Document, "QT-04")

    assert (document.title, document.owner, document.unit) == (
        "Kiểm soát sự không phù hợp",
        "post:cv",
        "unit:qlvt",
    )
    assert len(system.revisions("QT-04")) == 2
    assert system.revisions("QT-04")[0].title == "Quy trình QT-04"


def test_the_owner_and_the_unit_of_before_are_in_the_history(system):
    kinds = {event.entry.kind: event.fields for event in system.trail.history("QT-04")}
    moved = {field.name: (field.before, field.after) for field in kinds["document.transfer/1"]}

    assert moved == {"unit": ("unit:vp", "unit:qlvt"), "owner": ("post:cvp", "post:cv")}
    assert system.find(d.Document, owner="CVP") == []
    assert [row.code for row in system.find(d.Document, owner="CV")] == ["QT.VP/04"]
    assert [row.code for row in system.as_of(date(2024, 5, 31)).find(d.Document, owner="CVP")] == [
        "QT-04"
    ]


def test_a_code_nobody_had_is_unknown(system):
    with pytest.raises(Unknown):
        system.get(d.Document, "QT-05")


def test_nothing_is_found_wrong_with_it(system, office):
    assert system.verify() == []
    assert office.fsck() == ""
    assert office.operations() == int(office.git("rev-list", "--count", "main"))
