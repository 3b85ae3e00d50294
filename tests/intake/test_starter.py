"""The starter set: a department could adopt it tomorrow."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from qms import standards
from qms.founding import default_policy, found
from qms.intake import folder
from qms.registers.documents import Create, Document, part
from qms.registers.documents.content import remarks
from qms.registers.people import OpenPost, OpenUnit
from qms.registers.policy import DocumentType
from tests.intake.office import SINCE

READING = folder.read(Path(__file__).parents[2] / "procedures")
FRONTS = {front.code: front for front in READING.fronts}
TYPES = {row["code"]: DocumentType(**row) for row in default_policy()["types"]}
PARTED = {one.front.code: part(one.data.decode()) for one in READING.documents}
PROCEDURES = [front for front in FRONTS.values() if front.type == "QT"]
FORMS = [front for front in FRONTS.values() if front.type == "BM"]
CODES = re.compile(r"\b(?:(?:BM|HD|PL)\.\d+-)?(?:CSCL|MTCL|MH|QT|HD)-\d+")
NUMBERS = re.compile(
    r"\d{1,4}/(\d{4}/(QĐ-TTg|NĐ-CP|TT-[A-Z]+|QH\d\d)|(QĐ-TTg|QĐ-BKHCN|NQ-CP|CT-TTg))"
)


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with found(tmp_path_factory.mktemp("so") / "so", organisation="Sở", officer="lan") as system:
        units = dict.fromkeys(front.unit for front in FRONTS.values())
        received = dict.fromkeys(code for front in FRONTS.values() for code in front.distribution)
        owners = {front.owner: front.unit for front in FRONTS.values() if front.owner != "CBISO"}
        system.perform(
            *(OpenUnit(code=code, title=code, since=SINCE) for code in units | received),
            *(OpenPost(code=code, title=code, unit=unit) for code, unit in owners.items()),
        )
        system.perform(*folder.proposed(READING, system).whole())
        yield system


def test_every_file_is_taken():
    assert READING.remarks == ()
    assert len(READING.documents) >= 52
    assert {front.type for front in FRONTS.values()} >= {"CSCL", "MTCL", "MH", "QT", "BM"}
    assert len(PROCEDURES) >= 12


def test_every_text_may_be_signed():
    found = [
        (one.front.code, remark)
        for one in READING.documents
        for remark in remarks(one.data, TYPES[one.front.type])
    ]

    assert found == []


def test_the_stamps_of_the_first_procedure_are_those_of_the_policy():
    said = set(re.findall(r'"([^"a-z]{5,})"', PARTED["QT-01"][1]))
    stamps = {one["condition"]: one["words"] for one in default_policy()["stamps"]}

    assert said == {words for condition, words in stamps.items() if condition != "undecided"}


def test_the_whole_set_is_created_in_one_operation_and_only_once(system):
    assert len(system.find(Document)) == len(READING.documents)
    assert folder.proposed(READING, system).changes == ()


def test_what_is_left_to_do_is_to_put_the_forms_in_force(system):
    left = {remark.code for code in FRONTS for remark in system.remarks(code)}

    assert left == {"W3"}
    assert list(system.verify()) == []


def test_the_bytes_come_back_as_they_were_written(system):
    assert all(system.content(one.front.code) == one.data for one in READING.documents)


@pytest.mark.parametrize("front", PROCEDURES, ids=lambda front: front.code)
def test_steps_are_numbered_and_their_days_add_up(front):
    assert [stage.step for stage in front.steps] == [f"B{n + 1}" for n in range(len(front.steps))]
    if front.services:
        assert front.papers
        assert sum((stage.days for stage in front.steps), Decimal(0)) == front.days


def test_three_services_or_more_have_their_procedure():
    assert len({service for front in PROCEDURES for service in front.services}) >= 3


@pytest.mark.parametrize("front", PROCEDURES, ids=lambda front: front.code)
def test_a_procedure_and_its_forms_know_each_other(front):
    own = {row.code: row.title for row in front.forms}

    assert own == {form.code: form.title for form in FORMS if front.code in form.parents}
    assert all(key.endswith(f"-{front.code}") for key in own)


def test_every_code_that_a_text_names_is_in_the_set():
    named = {
        (code, found)
        for code, parted in PARTED.items()
        for words in (
            parted.body,
            *(f"{stage.name} {stage.result}" for stage in FRONTS[code].steps),
        )
        for found in CODES.findall(words)
    }

    assert {(code, found) for code, found in named if found not in FRONTS} == set()


def test_clauses_and_legal_numbers_are_of_their_form():
    known = standards.edition(2015)

    assert {c for front in FRONTS.values() for c in front.clauses if c not in known} == set()
    numbers = {number for front in FRONTS.values() for number in front.legal}
    assert {number for number in numbers if not NUMBERS.fullmatch(number)} == set()


@pytest.mark.parametrize("front", PROCEDURES, ids=lambda front: front.code)
def test_every_legal_basis_stands_in_the_text_too(front):
    assert [number for number in front.legal if number not in PARTED[front.code].body] == []


def test_the_software_has_one_name():
    names = {
        found
        for parted in PARTED.values()
        for found in re.findall(r"[Pp]hần mềm (?:QLCL|quản lý chất lượng|ISO|QMS)", parted.body)
    }

    assert names == {"Phần mềm QLCL"}


def test_two_documents_with_one_scope_or_service_would_overlap(system):
    assert [code for code in FRONTS if system.overlaps(code)] == []


def test_every_creation_says_what_its_front_part_says():
    for creation in folder.creations(READING):
        assert isinstance(creation, Create)
        assert creation.title == FRONTS[creation.code].title


def test_the_cycles_of_the_first_procedure_are_those_of_the_policy():
    rows = re.findall(r"^\| ([A-Z, ]+) \|.*\| ([^|]+) \|$", PARTED["QT-01"].body, re.MULTILINE)
    said = {code: cycle for codes, cycle in rows for code in codes.split(", ") if code in TYPES}
    months = {code: TYPES[code].review_months for code in said}

    assert said.keys() == TYPES.keys() - {"STCL"}
    assert {code for code, cycle in said.items() if cycle == "Cùng tài liệu mẹ"} == {"BM", "PL"}
    assert {code: cycle.split()[0] for code, cycle in said.items() if months[code]} == {
        code: str(count) for code, count in months.items() if count
    }
