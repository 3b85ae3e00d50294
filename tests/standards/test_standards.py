import subprocess
import sys
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms import standards
from qms.errors import NotFound
from qms.standards import EDITIONS, Extent, Relation, clause, counterparts, edition, order

NUMBERS = {year: list(edition(year)) for year in EDITIONS}

numbers = st.lists(st.integers(0, 99), min_size=1, max_size=4)
neighbours = st.sampled_from([(2008, 2015), (2015, 2008), (2015, 2026), (2026, 2015)])


def test_the_clause_on_control_has_its_vietnamese_title():
    assert clause(2008, "4.2.3").title_vi == "Kiểm soát tài liệu"


def test_the_2008_edition_demands_six_documented_procedures():
    demanded = [row for row in edition(2008).values() if row.maintain is Extent.PROCEDURE]

    assert [row.clause for row in demanded] == ["4.2.3", "4.2.4", "8.2.2", "8.3", "8.5.2", "8.5.3"]


def test_the_2015_edition_demands_no_documented_procedure():
    assert all(row.maintain is not Extent.PROCEDURE for row in edition(2015).values())


@pytest.mark.parametrize("year", EDITIONS)
def test_a_clause_is_filed_under_its_own_number_and_edition(year):
    assert all(row.clause == number for number, row in edition(year).items())
    assert {row.edition for row in edition(year).values()} == {year}


@pytest.mark.parametrize("year", EDITIONS)
def test_every_clause_lies_within_its_parent(year):
    for row in edition(year).values():
        assert row.parent == row.clause.rpartition(".")[0]
        assert row.level == row.clause.count(".") + 1
        assert not row.parent or row.parent in edition(year)


@pytest.mark.parametrize("year", EDITIONS)
def test_every_clause_has_a_title_in_both_languages(year):
    assert all(row.title_en and row.title_vi for row in edition(year).values())


@pytest.mark.parametrize("year", EDITIONS)
def test_an_edition_reads_in_the_order_of_the_standard(year):
    assert NUMBERS[year] == sorted(NUMBERS[year], key=order)
    assert NUMBERS[year][0] == "1"


def test_the_annex_comes_last():
    assert NUMBERS[2026][-2:] == ["10.3", "Annex A"]


def test_4_10_comes_after_4_9():
    assert sorted(["4.10", "Annex A", "4.9", "10"], key=order) == ["4.9", "4.10", "10", "Annex A"]


@given(numbers, numbers)
def test_clause_numbers_sort_as_their_parts_do(one, other):
    def printed(parts):
        return ".".join(map(str, parts))

    assert (order(printed(one)) < order(printed(other))) == (one < other)


@given(st.lists(st.text()))
def test_any_text_can_be_sorted_among_clause_numbers(texts):
    assert len(sorted(texts, key=order)) == len(texts)


def test_nobody_can_alter_an_edition():
    with pytest.raises(TypeError):
        edition(2015)["4.1"] = clause(2015, "4.2")


def test_an_edition_that_is_not_kept_is_named():
    with pytest.raises(standards.UnknownEdition) as refusal:
        edition(2000)

    assert refusal.value.about == "2000"


@pytest.mark.parametrize("number", ["9.9", "", "4.2.3 ", "7.5.3.3"])
def test_a_clause_that_does_not_exist_is_named(number):
    with pytest.raises(standards.UnknownClause) as refusal:
        clause(2015, number)

    assert refusal.value.about == f"ISO 9001:2015, {number}"


@pytest.mark.parametrize(
    "refusal", [standards.UnknownEdition, standards.UnknownClause, standards.NotNeighbours]
)
def test_a_refusal_speaks_vietnamese_and_cites_the_standard(refusal):
    assert issubclass(refusal, NotFound)
    assert refusal.vi != NotFound.vi
    assert refusal.clause in edition(2015)


def test_risks_and_opportunities_part_in_2026():
    assert clause(2026, "6.1.2").title_en == "Actions to address risks"
    assert clause(2026, "6.1.3").title_en == "Actions to address opportunities"


@pytest.mark.parametrize("number", ["5.2.1", "6.3", "7.5", "10.1"])
def test_what_nobody_vouches_for_is_marked_unseen(number):
    assert not clause(2026, number).seen
    assert clause(2026, number).basis not in ("", standards.CARRIED)


def test_what_is_only_carried_over_is_marked_unseen():
    row = clause(2026, "9.2.2")

    assert (row.basis, row.seen) == (standards.CARRIED, False)
    assert row.title_vi == clause(2015, "9.2.2").title_vi


def test_every_2026_clause_says_on_whose_word():
    assert all(row.basis for row in edition(2026).values())


def test_only_what_2015_did_not_have_is_new_in_2026():
    new = [number for number in NUMBERS[2026] if number not in edition(2015)]
    called_new = [
        number
        for number in NUMBERS[2026]
        if counterparts(number, 2026, 2015)[0].relation is Relation.NEW
    ]

    assert new == called_new == ["6.1.3"]


def test_document_control_became_control_of_documented_information():
    lines = counterparts("4.2.3", 2008, 2015)

    assert [line.clause_2015 for line in lines] == ["7.5.2", "7.5.3"]


def test_the_way_back_leads_to_documents_and_records():
    lines = counterparts("7.5.3", 2015, 2008)

    assert [line.clause_2008 for line in lines] == ["4.2.3", "4.2.4"]


def test_preventive_action_was_replaced_by_risks():
    (line,) = counterparts("8.5.3", 2008, 2015)

    assert (line.clause_2015, line.relation) == ("6.1", "replaced")


def test_what_2015_added_has_no_older_clause():
    (line,) = counterparts("7.1.6", 2015, 2008)

    assert (line.clause_2008, line.relation) == ("", "new")


@pytest.mark.parametrize("number", NUMBERS[2008])
def test_every_2008_clause_leads_somewhere(number):
    assert counterparts(number, 2008, 2015)


@pytest.mark.parametrize("number", NUMBERS[2015])
def test_every_2015_clause_has_one_line_to_2026(number):
    (line,) = counterparts(number, 2015, 2026)

    assert line.clause_2026 == number
    assert line.relation in (Relation.SAME, Relation.CHANGED)


def test_a_change_of_2026_says_what_and_on_whose_word():
    (line,) = counterparts("7.3", 2015, 2026)

    assert line.relation is Relation.CHANGED
    assert "quality culture" in line.note
    assert line.basis == clause(2026, "7.3").basis


@given(neighbours, st.data())
def test_correspondence_reads_the_same_both_ways(years, data):
    old, new = years
    number = data.draw(st.sampled_from(NUMBERS[old]))

    for line in counterparts(number, old, new):
        assert line.clause(old) == number
        if line.clause(new):
            assert line in counterparts(line.clause(new), new, old)


@pytest.mark.parametrize(("old", "new"), [(2008, 2026), (2015, 2015), (2015, 2000)])
def test_only_neighbouring_editions_are_compared(old, new):
    with pytest.raises(standards.NotNeighbours):
        counterparts("4.1", old, new)


def test_correspondence_of_an_unknown_clause_is_refused():
    with pytest.raises(standards.UnknownClause):
        counterparts("9.9", 2008, 2015)


def test_the_room_opens_without_reading_its_shelves():
    seen = (
        "import sys, qms.standards;"
        "print({'pydantic', 'importlib.resources._common'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "set()"


def digest(rows):
    """Return the digest over rows of words."""
    return sha256("\n".join("|".join(row) for row in rows).encode()).hexdigest()


def kept(year):
    """Return the rows of an edition but its annex, which the sources do not print."""
    for row in edition(year).values():
        if row.level and row.clause != "Annex A":
            fields = row.clause, row.parent, str(row.level), row.title_en, row.title_vi
            yield *fields, row.maintain, row.retain, row.note


@pytest.mark.parametrize(
    ("year", "count", "expected"),
    [
        (2008, 72, "1062e41c0241275c8555278d0f3b37547b433e7e8f93657d0a0e10643da05cd5"),
        (2015, 94, "9d4eb721163f4f07f8da1690db45de56f54bb2106f146ded2c471890c8e93b8e"),
    ],
)
def test_an_edition_says_what_its_source_says(year, count, expected):
    rows = sorted(kept(year), key=lambda row: order(row[0]))

    assert len(rows) == count
    assert digest(rows) == expected


def test_what_was_seen_of_the_way_from_2008_to_2015_is_as_its_source_says():
    lines = {line for number in edition(2008) for line in counterparts(number, 2008, 2015)}
    lines |= {line for number in edition(2015) for line in counterparts(number, 2015, 2008)}
    seen = [line for line in lines if line.basis == "seen"]
    rows = sorted((one.clause_2008, one.clause_2015, one.relation, one.note) for one in seen)

    assert (len(lines), len(rows)) == (97, 60)
    assert digest(rows) == "2f838f82a3c2ddb67615f41c62dc644d7dea48515104d01be2fd862789a36d77"


def test_what_was_seen_of_2026_is_as_its_sources_say():
    dis, both = "sqs.ch (DIS)", "sqs.ch (DIS); public repo ids 70300163579 and 60683001082"
    said = {
        "4.1": (
            "climate relevance question now part of the text (was Amd 1:2024)",
            "abs-qe.com; sqs.ch; isto.ch",
        ),
        "4.2": (
            "climate note plus choosing which interested-party requirements the QMS will address",
            "abs-qe.com",
        ),
        "5.1.1": ("top management promotes quality culture and ethical behaviour", dis),
        "6.1.2": ("actions to address risks", both),
        "6.1.3": ("actions to address opportunities (new clause number)", both),
        "7.3": ("awareness extended to quality culture and ethical behaviour", dis),
        "Annex A": (
            "much enlarged guidance annex (A.2 A.4.1 A.5.1 A.5.2 A.6.1.1 A.6.2 named)",
            "sqs.ch; isto.ch",
        ),
    }

    seen = {row.clause: (row.note, row.basis) for row in edition(2026).values() if row.seen}
    assert seen == said


@pytest.mark.parametrize("year", EDITIONS[1:])
def test_every_note_on_the_way_between_editions_is_vietnamese_too(year):
    older = EDITIONS[EDITIONS.index(year) - 1]
    lines = [line for number in NUMBERS[year] for line in counterparts(number, year, older)]

    assert all(bool(line.note) == bool(line.note_vi) for line in lines)
    assert not any(line.note and line.note == line.note_vi for line in lines)
