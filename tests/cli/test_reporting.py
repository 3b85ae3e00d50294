"""Questions over all registers, said as commands: to the eye, and to a program."""

import json
import re

import pytest

from qms.cli.figures import WIDTH, Bar, points
from qms.cli.language import speaking
from qms.cli.root import ROOMS

EMPTY = {"index": (), "gaps": (), "simplification": (), "programme-gaps": ()}
ASKED = {"migration": ("2026",), "december": ("2026",)}
NAMES = [name for name in (*ROOMS["reporting"], *ROOMS["counting"]) if name != "able"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in EMPTY])
def test_every_question_is_answered_where_nothing_happened_yet(talk, name):
    told = talk.ask(name, *ASKED.get(name, ()), "--json")

    assert told.exit_code == 0
    assert isinstance(json.loads(told.stdout), list)


@pytest.mark.parametrize("name", EMPTY)
def test_of_an_empty_register_it_is_said_that_it_is_empty(talk, name):
    told = talk.ask(name)

    assert told.exit_code == 4
    assert told.stderr.strip().endswith("Sổ này còn trống.")


def test_the_due_list_is_narrowed_to_a_unit_and_a_person(talk):
    assert talk.ask("due", "--unit", "VP", "--person", "hung").exit_code == 0
    assert talk.ask("due", "--unit", "KHONG").exit_code == 4


def test_who_may_do_a_step_is_asked_of_a_process(talk):
    talk.issues("QT-32")

    assert talk.ask("able", "QT-32", "B1").stdout == "Không có gì.\n"
    assert talk.ask("able", "KHONG", "B1").exit_code == 4


def test_watching_opens_what_is_owed_and_then_nothing(talk):
    talk.issues("QT-31")

    ahead = f"31/12/{talk.today.year + 1}"
    rehearsed = talk.does("lan", "watch", "--until", ahead, "--dry-run")
    first = talk.does("lan", "watch", "--until", ahead)
    second = talk.does("lan", "watch", "--until", ahead)

    assert "Mở rà soát tài liệu đang có hiệu lực" in rehearsed
    assert "Mở rà soát tài liệu đang có hiệu lực" in first
    assert second == "Không có gì.\n"


def test_the_store_is_packed_anew(talk):
    talk.issues("QT-31")

    assert re.fullmatch(r"✓ Kho git: \d+ KB, nay còn \d+ KB\n", talk.does("lan", "maintain"))
    assert talk.ask("list").exit_code == 0


def test_a_programme_leaves_out_no_unit_that_was_gone_before_its_year(talk):
    year = talk.today.year
    for code, until in (("CU", year - 1), ("DO", year)):
        new = ("--code", code, "--title", code, "--since", "01/01/2020", "--parent", "CQ")
        talk.does("lan", "unit", "open", *new)
        talk.does("lan", "unit", "succeed", code, "--until", f"01/07/{until}", "--successor", "VP")
    talk.does("lan", "programme", "draft", "--year", str(year), "--aim", "Theo kế hoạch")

    missed = talk.ask("programme-gaps", "--json").stdout

    assert '"DO"' in missed
    assert '"CU"' not in missed


def test_the_december_report_leaves_out_what_was_rejected(talk):
    day = f"{talk.today:%d/%m/%Y}"
    case = ("--unit", "VP", "--found", "Trễ", "--day", day, "--source", "self_found")
    for code in ("KPH-1", "KPH-2"):
        talk.does("lan", "nonconformity", "report", "--code", code, *case)
    talk.does("lan", "nonconformity", "reject", "KPH-2", "--reason", "Đã tạm dừng")

    told = talk.ask("december", str(talk.today.year), "--json")
    assert [row["value"] for row in json.loads(told.stdout)][-2:] == [1, 1]


@pytest.mark.parametrize(
    ("number", "most", "drawn"),
    [(0, 5, ""), (5, 5, "█" * WIDTH), (9, 5, "█" * WIDTH), (1, 10_000, "▏"), (0, 0, "")],
)
def test_a_bar_is_as_long_as_its_share(number, most, drawn):
    assert Bar.of(number, most).drawn == drawn


def test_a_decimal_has_a_comma_in_vietnamese_only():
    with speaking("vi"):
        assert points(-9_781) == "-97,81"
    with speaking("en"):
        assert points(9_781) == "97.81"


def test_what_missed_its_target_by_little_is_not_said_to_be_there(talk):
    facts = ("--code", "MT-1", "--title", "Đúng hạn", "--indicator", "Tỷ lệ", "--measure", "%")
    days = ("--since", "01/01/2024", "--until", "31/12/2024", "--unit", "VP", "--owner", "CVP")
    talk.does("lan", "objective", "set", *facts, *days, "--method", "Đếm", "--target", "98")
    counted = ("--part", "1959", "--whole", "2000", "--day", "02/01/2024", "--source", "Sổ")
    talk.does("lan", "objective", "measure", "MT-1", *counted)

    (row,) = json.loads(talk.ask("targets", "--json").stdout)

    assert (row["last"], row["target"], row["standing"]) == ("97,95 %", "≥ 98,0 %", "missed")
