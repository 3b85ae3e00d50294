"""A page of what is due costs what it shows, however much is due: counted, not timed."""

from datetime import date, timedelta

from qms import tasks as t
from tests import systems
from tests.counting import SLACK, Asked, known
from tests.systems import adopted

UNTIL = date(2030, 1, 1)


def cost_of_a_page(template, place, tasks):
    """Return what the first page of what is due costs, and the last, among so many tasks."""
    office = systems.copied(template, place / str(tasks))
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
