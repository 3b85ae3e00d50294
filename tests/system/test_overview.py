"""The whole at a glance, on real systems: every figure here was counted by hand."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qms
from qms import documents as d
from qms import external as x
from qms import people as p
from qms import policy, registers, standards
from qms import reviews as v
from qms import tasks as t
from qms.changes import Item
from qms.dues import NoPlaceInList
from qms.overview import Gap, Move, NotYetFounded
from qms.registers import competence
from qms.registers import objectives as o
from tests import spring
from tests.records import golden
from tests.records.chapters import audits, records
from tests.systems import created

SPRING, AUTUMN = date(2024, 3, 10), date(2024, 9, 10)


@pytest.fixture(scope="module")
def year(stage):
    """A spring, of which the tests only ask."""
    return spring.played(stage)


@pytest.fixture
def office(year, place):
    return year.copy(place / "so")


def dues(office, until, **whose):
    found = office.asks(lambda system: system.due(until, **whose))
    return [(due.day, due.code, due.unit, due.owner) for due in found]


BY_SPRING = [
    (date(2024, 1, 5), "KPH-2024-001", "unit:qlvt", ""),  # two working days after the report
    (date(2024, 2, 22), "QT-01/1.0", "unit:vp", "person:hung"),  # ten, with Tết between
    (date(2024, 3, 1), "NV-1", "unit:vp", "post:cvp"),
]
LATER = [
    (date(2024, 4, 2), "MT-2024-01", "unit:qlvt", "post:cv"),  # ninety days after the last count
    (date(2024, 5, 1), "YC-2024-001", "unit:vp", "person:hung"),
    (date(2024, 6, 30), "NV-2", "unit:qlvt", "post:cv"),
    (date(2024, 8, 1), "QT-01", "unit:vp", "post:cvp"),  # six months after it took effect
    *((date(2024, 11, 30), f"RS-2024-01/1.00{n}", "unit:qlvt", "") for n in (1, 3, 4)),
    (date(2024, 12, 31), "CCHC-2024", "", ""),
]


def test_all_that_is_owed_stands_in_one_list_by_day(year):
    assert dues(year, SPRING) == BY_SPRING
    assert dues(year, None) == BY_SPRING
    assert dues(year, date(2024, 12, 31)) == BY_SPRING + LATER


def test_a_day_is_owed_on_itself_and_not_the_day_before(year):
    assert dues(year, date(2024, 1, 4)) == []
    assert dues(year, date(2024, 1, 5)) == BY_SPRING[:1]


def test_each_unit_and_each_person_sees_their_own(year):
    whole = dues(year, date(2024, 12, 31))
    own = {unit: dues(year, date(2024, 12, 31), unit=unit) for unit in ("VP", "QLVT", "CQ")}

    assert own["VP"] == [row for row in whole if row[2] == "unit:vp"]
    assert sorted(own["VP"] + own["QLVT"] + [row for row in whole if not row[2]]) == sorted(whole)
    assert own["CQ"] == []
    assert [row[1] for row in dues(year, AUTUMN, person="hung")] == [
        "QT-01/1.0",
        "NV-1",
        "YC-2024-001",
        "QT-01",
    ]
    assert [row[1] for row in dues(year, AUTUMN, person="ha")] == [
        "KPH-2024-001",
        "MT-2024-01",
        "NV-2",
    ]


@pytest.mark.parametrize("whose", [{}, {"unit": "VP"}, {"person": "hung"}, {"unit": "CQ"}])
@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_the_list_comes_a_page_at_a_time(year, whose, limit):
    pages, after = [], ""
    with year.open() as system:
        whole = system.due(AUTUMN, **whose)
        while page := system.due(AUTUMN, limit=limit, after=after, **whose):
            pages.append(page)
            after = page[-1].place

    assert [due for page in pages for due in page] == whole
    assert {len(page) for page in pages[:-1]} <= {limit}


def test_what_is_owed_by_several_is_cut_between_them(office):
    teach = {"revision": "QT-01/1.0", "change": "Bước mới", "due": SPRING}
    office.does(
        "binh", competence.OweTraining(code="DT-1", people=("hung", "mai", "binh"), **teach)
    )

    with office.open() as system:
        of = [due.owner for due in system.due(SPRING) if due.code == "DT-1"]
        (first,) = (due.place for due in system.due(SPRING) if due.owner == "person:binh")
        page = system.due(SPRING, limit=2, after=first)

    assert of == ["person:binh", "person:hung", "person:mai"]
    assert [due.owner for due in page] == of[1:]


@pytest.mark.parametrize("after", ["QT-01", "2024-02-30/task//NV-1", "2024-02-01/task/NV-1"])
def test_a_place_that_no_page_ended_with_is_refused(year, after):
    with pytest.raises(NoPlaceInList) as told:
        year.asks(lambda system: system.due(after=after))

    assert told.value.about == after


def test_each_due_says_what_it_is_about(year):
    found = year.asks(lambda system: system.due(date(2024, 12, 31)))

    said = {due.code: (due.register, due.what) for due in found}
    assert said["KPH-2024-001"] == ("nonconformity", "Thiếu chữ ký")
    assert said["NV-1"] == ("task", "Việc NV-1")
    assert said["QT-01"] == ("review", "QT-01 Quy trình QT-01")
    assert said["QT-01/1.0"] == ("receipt", "Quy trình QT-01")
    assert said["RS-2024-01/1.003"] == ("selection", "service:1.003")
    assert said["YC-2024-001"] == ("request", "Khó đọc")


asked = st.tuples(
    st.dates(date(2024, 1, 1), date(2025, 12, 31)),
    st.sampled_from([{}, {"unit": "VP"}, {"person": "ha"}, {"unit": "QLVT", "person": "ha"}]),
)


@given(questions=st.lists(asked, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_the_list_does_not_depend_on_how_often_it_is_asked(year, questions):
    with year.open() as system:
        first = [system.due(day, **whose) for day, whose in questions]
        size = system.size
        again = [system.due(day, **whose) for day, whose in reversed(questions)]

        assert again[::-1] == first
        assert system.size == size


def test_what_is_done_is_owed_no_more(office):
    office.does(
        "hung",
        d.Acknowledge(document="QT-01"),
        t.Complete(code="NV-1", done=SPRING, evidence="2/BC-VP"),
    )

    assert dues(office, SPRING) == BY_SPRING[:1]


def test_a_review_that_is_opened_is_owed_once_under_its_own_code(office):
    office.does("hung", v.Open(document="QT-01", due=date(2024, 7, 15)))

    found = [row for row in dues(office, AUTUMN) if row[2:] == ("unit:vp", "post:cvp")]
    assert [row[:2] for row in found] == [
        (date(2024, 3, 1), "NV-1"),
        (date(2024, 7, 15), "SX-2024-001"),
    ]


def test_paper_comes_back_in_five_working_days(office):
    office.does("lan", d.HandOut(code="QT-01", holder="CV", day=date(2024, 2, 1)))
    office.revises("QT-01", "2024-06-01", "Mới hơn")

    copy = (date(2024, 6, 7), "QT-01/1.0/B01", "unit:qlvt", "post:cv")
    assert copy not in dues(office, date(2024, 6, 6))
    assert copy in dues(office, date(2024, 6, 7))
    assert [row[1] for row in dues(office, date(2024, 6, 30), person="hung")][-1] == "QT-01/1.1"


def test_a_change_of_the_law_is_owed_until_its_reviews_are_open(office):
    law = {"title": "Nghị định", "type": "Nghị định", "issuer": "Chính phủ"}
    office.does(
        "lan",
        x.Enter(
            number="10/2020/NĐ-CP",
            signed=date(2020, 1, 17),
            since=date(2020, 4, 1),
            documents=("QT-01",),
            **law,
        ),
        x.Enter(number="9/2024/NĐ-CP", signed=date(2024, 2, 1), since=date(2024, 4, 1), **law),
        x.Replace(code="10/2020/NĐ-CP", by="9/2024/NĐ-CP", day=date(2024, 4, 1)),
    )
    change = (date(2024, 7, 1), "10/2020/NĐ-CP/2", "unit:vp", "post:cvp")
    assert change in dues(office, AUTUMN)

    office.does(
        "lan", v.Open(document="QT-01", cause="law", origin="10/2020/NĐ-CP/2", due=date(2024, 7, 1))
    )
    assert change not in dues(office, AUTUMN)
    assert (date(2024, 7, 1), "SX-2024-001", "unit:vp", "post:cvp") in dues(office, AUTUMN)


@pytest.mark.parametrize(
    "ask",
    [
        lambda then: then.due(),
        lambda then: then.dashboard(),
        lambda then: then.coverage(),
        lambda then: then.migration(2026),
        lambda then: then.reviews_to_open(),
    ],
)
def test_before_the_founding_nothing_is_owed_or_counted_and_that_is_said(year, ask):
    with year.open() as system, pytest.raises(NotYetFounded):
        ask(system.as_of(date(2023, 12, 31)))


def test_the_list_of_another_day_is_that_of_its_day(year):
    with year.open() as system:
        then = system.as_of(date(2024, 1, 4))

        assert then.due() == []
        assert system.as_of(0).size == 0


def test_a_leader_sees_the_numbers(year):
    board = year.asks(lambda system: system.dashboard())

    assert (board.late_tasks, board.open_nonconformities) == (1, 1)
    assert (board.overdue_actions, board.overdue_reviews) == (0, 0)
    assert (board.simplification, board.simplification.tenths) == ((4, 1, 25), 250)
    assert board.simplification.reached
    assert board.reform == (8100, 8100, 8000, 10_000)
    assert board.satisfaction == 90_000
    outlook = board.objectives["MT-2024-01"]
    assert (outlook.standing, outlook.last, outlook.target) == ("reached", 90_000, 85_000)


def test_the_numbers_of_a_later_day(year):
    board = year.asks(lambda system: system.dashboard(AUTUMN))

    assert (board.late_tasks, board.overdue_reviews) == (2, 1)


def test_the_last_survey_of_a_day_is_the_last_by_number(office):
    asked = {"code": "MT-2024-01", "day": date(2024, 3, 9), "source": "Phiếu"}
    good = o.Measure(**asked, counts=({"rating": "satisfied", "number": 1},))
    last = o.Measure(**asked, counts=({"rating": "neutral", "number": 1},))
    office.does("lan", *[good] * 9, last)

    assert office.asks(lambda system: system.dashboard(SPRING)).satisfaction == 0


def test_the_numbers_of_a_day_know_nothing_that_was_measured_later(year):
    board = year.asks(lambda system: system.dashboard(date(2024, 1, 2)))

    assert board.satisfaction is None
    assert board.objectives["MT-2024-01"].last is None


def test_where_there_is_nothing_the_numbers_say_nothing(template, place):
    with qms.found(place / "moi", organisation="Sở", officer="lan") as system:
        board = system.dashboard()

    assert board[:4] == (0, 0, 0, 0)
    assert (board.simplification, board.reform, board.satisfaction) == (None, None, None)
    assert board.objectives == {}


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """The golden year with its records and its audit: QT-VP-02 is in force for 7.5.3."""
    year = golden.Year(tmp_path_factory.mktemp("audited") / "golden")
    golden.play(year.folder)
    year.on(date(2024, 10, 1))
    records.play(year)
    audits.play(year)
    with qms.open(year.folder, actor="lan", **year.options) as system:
        yield system


def covered(system, clause, on=date(2024, 12, 1)):
    (row,) = (one for one in system.coverage(on) if one.clause.clause == clause)
    return row.documents, row.records, row.audited, row.gaps


def test_a_clause_is_covered_by_documents_records_and_its_last_audit(audited):
    day = date(2024, 10, 8)  # begun on the 2nd, seen and reported six days later

    assert covered(audited, "7.5.3") == (("QT-VP-02",), 0, day, ())
    assert covered(audited, "7.5") == (("QT-VP-02",), 0, None, (Gap.NO_RECORD, Gap.NOT_AUDITED))
    assert covered(audited, "9.2") == ((), 0, None, (Gap.NO_RECORD, Gap.NOT_AUDITED))
    assert covered(audited, "4.3") == ((), 0, None, (Gap.NO_DOCUMENT, Gap.NOT_AUDITED))
    assert covered(audited, "10.2") == ((), 0, None, (Gap.NO_RECORD, Gap.NOT_AUDITED))
    assert covered(audited, "1") == ((), 0, None, ())


def test_records_count_for_the_clauses_of_their_process(year):
    with year.open() as system:
        assert covered(system, "7.2", SPRING) == (("QT-01",), 1, None, (Gap.NOT_AUDITED,))
        assert covered(system, "7", SPRING)[:2] == (("QT-01",), 1)
        assert covered(system, "7.3", SPRING)[:2] == ((), 0)
        assert covered(system, "9.2", SPRING)[0] == ()  # QT-02 is only a draft


def test_a_clause_is_covered_by_what_is_in_force_on_the_day(audited):
    assert covered(audited, "7.5.3", date(2024, 1, 31))[0] == ()
    assert covered(audited, "7.5.3", date(2024, 9, 15))[0] == ()  # withdrawn for a month
    assert covered(audited, "7.5.3", date(2024, 10, 1))[0] == ("QT-VP-02",)


def test_every_clause_of_the_declared_edition_has_its_line(audited):
    assert [one.clause.clause for one in audited.coverage()] == list(standards.edition(2015))


def test_a_new_edition_says_what_maps_and_what_needs_a_person(year):
    found = year.asks(lambda system: system.migration(2026))

    assert [row[:4] for row in found] == [
        ("QT-01", "7.2", Move.MAPPED, ("7.2",)),
        ("QT-01", "7.5.3", Move.MAPPED, ("7.5.3",)),
        ("QT-02", "9.2", Move.MAPPED, ("9.2",)),
        ("QT-02", "4.2", Move.PERSON, ("4.2",)),
    ]
    assert (found[0].note, found[0].note_vi) == ("", "")
    assert "climate" in found[3].note
    assert "khí hậu" in found[3].note_vi


def test_the_way_back_finds_clauses_without_a_counterpart(office):
    office.does("hung", created("QT-03", clauses=("7.1.6",)))

    found = office.asks(lambda system: system.migration(2008))

    assert [row[:4] for row in found if row.document == "QT-03"] == [
        ("QT-03", "7.1.6", Move.NO_COUNTERPART, ())
    ]
    assert [row.becomes for row in found if row.document == "QT-01"] == [
        ("6.2", "6.2.1", "6.2.2"),
        ("4.2.3", "4.2.4"),
    ]


def test_a_clause_of_an_older_edition_needs_a_person(office):
    office.does("lan", policy.Revise(code="policy", reason="Thử", edition=2008))
    office.does("hung", created("QT-03", clauses=("4.2.3", "8.5.3")))
    office.does("lan", policy.Revise(code="policy", reason="Chuyển đổi", edition=2015))

    found = office.asks(lambda system: system.migration(2026))

    rows = [row for row in found if row.document == "QT-03"]
    assert [(row.clause, row.move, row.becomes) for row in rows] == [
        ("4.2.3", Move.PERSON, ()),
        ("8.5.3", Move.MAPPED, ("8.5.3",)),
    ]
    assert rows[0].note_vi == "không phải điều của ISO 9001:2015"


@pytest.mark.parametrize("edition", [2015, 2000])
def test_only_a_neighbouring_edition_is_reported_on(year, edition):
    with pytest.raises(standards.NotNeighbours):
        year.asks(lambda system: system.migration(edition))


def test_whoever_left_owes_no_reading_any_more(office):
    office.does("lan", p.Leave(code="hung", until=date(2024, 3, 1)))

    assert "QT-01/1.0" not in [row[1] for row in dues(office, AUTUMN)]
    assert [row[1] for row in dues(office, AUTUMN, person="hung")] == ["YC-2024-001"]


def test_every_column_of_every_register_can_be_asked_by(year):
    registers.load()
    with year.open() as system:
        then = system.as_of(system.size)
        for item in Item.registers.values():
            known = system.find(item)
            for name in item.columns:
                held = getattr(known[0], name, None) if known else None
                alike = [one for one in known if getattr(one, name, None) == held]

                assert system.find(item, **{name: held}) == alike
                assert then.find(item, **{name: held}) == alike
