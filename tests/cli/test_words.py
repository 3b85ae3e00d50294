"""What the officer reads is in the officer's words: states, kinds, grades, yes and no."""

from datetime import date

import pytest

from qms.changes import Change
from qms.cli.failures import sentence
from qms.cli.fields import given
from qms.cli.language import speaking
from qms.errors import Refused
from qms.registers import nonconformities as n
from qms.registers.enactment import RoleMissing
from tests.cli.talk import say

DOING = "NV-1 (Đang làm / under_way)"


@pytest.fixture(scope="module")
def office(stage):
    """An office with one nonconformity, taken on as a grave one."""
    report = n.Report(unit="VP", found="Trễ hạn", day=date(2024, 1, 2), source="self_found")
    stage.does("lan", report, n.Accept(code="KPH-2024-001", grade="major", owner="hung"))
    return stage


def ask(office, *words, actor="lan"):
    return say("-C", str(office.folder), "--actor", actor, *words)


@pytest.mark.parametrize(
    ("language", "says"), [("vi", "NV-1 (Đang làm): "), ("en", "NV-1 (under way): ")]
)
def test_a_state_is_said_in_one_language(language, says):
    assert Refused(DOING).says(language).startswith(says)
    assert Refused("QT-01/2 (a/b)").says(language).startswith("QT-01/2 (a/b): ")


def test_a_kind_is_said_in_words():
    for language, says in (("vi", "“Ký soạn thảo và trình soát xét”"), ("en", "“Sign the draft")):
        with speaking(language):
            assert says in sentence(RoleMissing("lan, document.submit/1"))
            assert "nobody.knows/3" in sentence(RoleMissing("lan, nobody.knows/3"))


def test_every_kind_is_said_in_words():
    with speaking("vi"):
        told = [sentence(RoleMissing(f"lan, {kind}")) for kind in Change.kinds]
    assert [one for one in told if "/1" in one.partition(":")[0]] == []


def test_a_grade_is_said_by_its_name_in_the_policy(office):
    for words in (
        ("nonconformity", "list", "--csv"),
        ("nonconformity", "still-open", "--csv"),
        ("nonconformity", "show", "KPH-2024-001"),
        ("nonconformity", "history", "KPH-2024-001"),
        ("pareto", "--by", "grade"),
    ):
        told = ask(office, *words).stdout
        assert "Nặng" in told, words
        assert "major" not in told, words
    assert "minor = nhẹ" in ask(office, "nonconformity", "accept", "--help").stdout


def test_a_yes_or_no_that_is_missing_is_named_both_ways(office):
    told = ask(office, "nonconformity", "decide", "KPH-2024-001", "--reason", "Vì")

    assert told.exit_code == 2
    assert "'--needed' / '--no-needed'" in told.stderr


def test_lists_are_typed_alike_with_commas_or_one_by_one(office):
    made, held = ("--title", "Thử", "--unit", "VP"), "--roles-held"
    for number, roles in enumerate(
        ((held, "drafter, reviewer"), (held, "drafter", held, "reviewer"))
    ):
        told = ask(office, "post", "open", "--code", f"T{number}", *made, *roles)
        assert told.exit_code == 0, told.stderr
        said = ask(office, "post", "show", f"T{number}").stdout
        assert "người soạn thảo, người soát xét" in said
    wrong = ask(office, "post", "open", "--code", "T9", *made, held, "drafter,nobody")
    assert wrong.exit_code == 2
    clauses = given(Change.kinds["audit.schedule/1"], {"clauses": ("7.5, 8.5.1", "9.2")})
    assert clauses == {"clauses": ("7.5", "8.5.1", "9.2")}


def test_a_rehearsal_names_no_inner_keys(office):
    told = ask(office, "nonconformity", "report", "--unit", "VP", "--found", "Trễ", "--day",
               "02/01/2024", "--source", "self_found", "--dry-run").stdout  # fmt: skip
    assert "counter" not in told
    assert "không phù hợp KPH-" in told


def test_a_moment_is_said_as_people_read_it():
    with speaking("vi"):
        says = sentence(Refused("2026-12-31T01:00:00.000001Z < 2027-01-01T00:00:00Z"))
    assert says.startswith("31/12/2026 08:00:00 < 01/01/2027 07:00:00: ")
