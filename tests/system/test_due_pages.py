"""A page of what is due costs what it shows, however much is due: counted, not timed."""

from datetime import date, timedelta

from qms import audits as a
from qms import competence as c
from qms import documents as d
from qms import nonconformities as n
from qms import people as p
from qms import services as s
from qms import tasks as t
from tests import systems
from tests.counting import SLACK, Asked, known
from tests.systems import adopted

UNTIL = date(2030, 1, 1)


TODAY = date(2024, 1, 2)
OLD = date(2016, 1, 1)


def busy(office, many):
    """Let so many stand in each register that is looked at, beside what makes anything due."""
    due = date(2029, 12, 1)
    service = {"field": "Đường bộ", "level": "4", "unit": "QLVT", "decision": "1/QĐ-UBND"}
    required = {"post": "CV", "what": "Luật", "shown_by": "Chứng chỉ", "since": OLD}
    shown = {"requirement": "YC-0000", "person": "ha", "evidence": "Bằng", "since": OLD}
    change = {"revision": "QT-1/1.0", "people": ("ha",), "change": "Bước mới", "due": due}
    found = {"unit": "VP", "found": "Sai", "day": TODAY, "source": n.Source.SELF_FOUND}
    kinds = (
        lambda own: p.Enrol(code=f"nv-{own}", name="Nhân viên"),
        lambda own: p.OpenUnit(code=f"DV-{own}", title="Đơn vị", since=OLD),
        lambda own: p.OpenPost(code=f"VT-{own}", title="Vị trí", unit="VP"),
        lambda own: p.Appoint(code=f"nv-{own}", post=f"VT-{own}", since=OLD),
        lambda own: d.File(code=f"DN-{own}", reason="Sửa"),
        lambda own: n.Report(code=f"KPH-{own}", **found),
        lambda own: s.Announce(
            code=f"1.{own}", title="Cấp phép", announced=OLD, half_days=10, **service
        ),
        lambda own: c.Require(code=f"YC-{own}", **required),
        lambda own: c.Attest(code=f"NL-{own}", until=due, **shown),
        lambda own: c.OweTraining(code=f"DT-{own}", **change),
    )
    numbers = [f"{number:04}" for number in range(many)]
    office.does("lan", *adopted("QT-1", "2016-01-01", "2017-01-01"))
    office.does("binh", *(kind(own) for kind in kinds for own in numbers))
    for own in numbers[::20]:
        office.does(f"nv-{own}", d.Acknowledge(document="QT-1", revision="QT-1/1.0"))
    visited(office, many)


def visited(office, many):
    """Let so much be found on one surprise visit."""
    order = {"decision": "15/QĐ", "decided": TODAY, "lead": "mai", "day": TODAY}
    visit = a.Order(code="KT-1", unit="QLVT", basis="Phản ánh", subject="Giờ giấc", **order)
    office.does("binh", visit)
    said = {"rule": "Nội quy", "evidence": "Sổ trực", "conclusion": "Không ghi sổ"}
    office.does(
        "mai",
        a.CarryOut(code="KT-1", day=TODAY, minutes="Xem sổ", opinion="Nhất trí"),
        *(a.Note(inspection="KT-1", kind_of_finding="observation", **said) for _ in range(many)),
    )


def cost_of_a_page(template, place, tasks):
    """Return what the first page of what is due costs, and the last, among so many of all."""
    office = systems.copied(template, place / str(tasks))
    busy(office, tasks)
    with office.open("lan") as system:
        said = {"title": "Việc", "result": "Xong", "unit": "VP", "owner": "CVP"}
        days = [date(2026, 1, 1) + timedelta(number // 2) for number in range(tasks)]
        given = [t.Assign(code=f"NV-{n:04}", due=day, **said) for n, day in enumerate(days)]
        system.perform(*given)
        known(system)
    with office.open("lan") as system:
        whole = system.due(UNTIL)
        assert len(whole) >= tasks
        costs = []
        for after in ("", whole[-5].place):
            system.due(UNTIL, limit=3, after=after)
            asked = Asked(system)
            with asked.counted():
                page = system.due(UNTIL, limit=3, after=after)
            start = len(whole) - 4 if after else 0
            assert page == whole[start : start + 3]
            costs.append(asked)
    return costs


def test_a_page_of_what_is_due_reads_no_more_where_more_is_due(template, place):
    few, many = (cost_of_a_page(template, place, tasks) for tasks in (30, 600))

    for one, other in zip(few, many, strict=True):
        assert other.statements == one.statements
        assert other.read <= 1.2 * one.read + SLACK


def test_all_that_stands_in_the_registers_is_asked_for_at_once(office):
    with office.open() as system:
        asked = Asked(system)
        with asked.counted():
            assert system.due(UNTIL) == []

    assert asked.statements <= 4


def test_what_is_due_of_many_documents_is_asked_for_as_often_as_of_few(template, place):
    asked = {}
    for documents in (2, 40):
        office = systems.copied(template, place / str(documents))
        with office.open() as system:
            many = (adopted(f"QT-{n:05}", "2016-01-01") for n in range(documents))
            system.perform(*(change for some in many for change in some))
            asked[documents] = Asked(system)
            with asked[documents].counted():
                reviews = [due for due in system.due(UNTIL) if due.register == "review"]
        assert [due.what for due in reviews] == [
            f"QT-{n:05} Quy trình QT-{n:05}" for n in range(documents)
        ]

    assert asked[40].statements == asked[2].statements <= 5


def test_a_unit_that_was_renamed_or_ended_owes_reviews_now_and_as_of_then(office):
    units = {"QT-1": ("QLVT", "CV"), "QT-2": ("VP", "CVP")}
    with office.open() as system:
        for code, (unit, owner) in units.items():
            system.perform(*adopted(code, "2016-01-01", unit=unit, owner=owner))
        system.perform(p.RenameUnit(code="QLVT", title="Phòng Vận tải"))
        renamed = system.size
        system.perform(p.SucceedUnit(code="VP", until=date(2024, 3, 1), successor="QLVT"))

        owed = [
            [due.what.split()[0] for due in view.due(UNTIL) if due.register == "unit"]
            for view in (system.as_of(renamed - 1), system.as_of(renamed), system)
        ]

    assert owed == [[], ["QT-1"], ["QT-1", "QT-2"]]
