"""No question of a register without its command, and each command answers."""

import ast
import json
from datetime import date
from gettext import gettext
from importlib import import_module
from inspect import isfunction, signature
from pathlib import Path
from pkgutil import iter_modules

import pytest

from qms import questions, registers
from qms.changes import Act, Change, Item
from qms.cli import asking
from qms.cli.asking import ASKED
from qms.cli.changing import newest
from qms.cli.language import speaking
from qms.cli.root import commands
from qms.registers import nonconformities as n
from tests.cli.talk import say
from tests.systems import adopted

registers.load()
SHOWN = {
    "anchors.standing": "anchor standing",
    "audits.last_looks": "coverage",
    "audits.uncovered": "programme-gaps",
    "competence.gaps": "lacking",
    "competence.may": "able",
    "declarations.again": "due",
    "declarations.december": "december",
    "declarations.snapshot": "declaration snapshot",
    "external.citing_expired": "expired-law",
    "management_reviews.next_by": "dashboard",
    "management_reviews.overdue": "due",
    "nonconformities.pareto": "pareto",
    "objectives.outlook": "targets",
    "records.destroyable": "disposal destroy-contents",
    "reform_index.by_field": "index",
    "reform_index.gaps": "gaps",
    "reform_index.total": "index",
    "reviews.due": "due",
    "reviews.triggered": "watch",
    "reviews.unanswered": "due",
    "services.differences": "differences",
    "services.ratio": "simplification",
    "signing_keys.allowed_signers": "signers",
    "tasks.by_unit": "tasks-by-unit",
    "tasks.kept": "kept",
}
"""Under which other command a question is answered."""
PARTS = {
    "anchors.holding", "anchors.seen_by", "anchors.trusted", "anchors.whole", "calendar.add_months",
    "calendar.add_years", "calendar.vietnam", "documents.part", "nonconformities.real",
    "nonconformities.same_cause", "nonconformities.same_place", "objectives.satisfied",
    "objectives.share", "people.entrusted", "people.still", "policy.offered",
    "reviews.next_day", "reviews.openings", "signing_keys.digest",
}  # fmt: skip
"""What questions and rules are made of."""
HELD = {"as_of", "size", "today", "get", "find", "trail", "name", "kept", "in_force"}
"""What the view is made of."""
VIEW = {
    "able": "able", "due": "due", "content": "text", "copies_to_recall": "recall-list",
    "coverage": "coverage", "dashboard": "dashboard", "diff": "diff",
    "documents": "list", "draft": "text", "search": "search",
    "master_list": "in-force", "migration": "migration", "receipts_owed": "owes",
    "remarks": "check", "review_inputs": "gather", "reviews_to_open": "watch",
    "revisions": "show", "service_differences": "differences",
    "snapshot": "declaration snapshot", "text": "text", "undecided": "undecided",
}  # fmt: skip


def public():
    """Yield every public function of the registers that is no part of a rule."""
    for found in iter_modules(registers.__path__):
        room = import_module(f"qms.registers.{found.name}")
        names = getattr(room, "__all__", [name for name in vars(room) if name[0] != "_"])
        for name in names if found.name != "enactment" else ():
            one = getattr(room, name)
            if isfunction(one) and one.__module__.startswith(room.__name__) and not ruled(one):
                yield f"{found.name}.{name}"


def ruled(function):
    """Tell whether a function judges an act, and asks nothing of the registers."""
    taken = signature(function, eval_str=True).parameters.values()
    return any(one.annotation is Act for one in taken)


def told():
    """Return what the commands of the registers call, as their source says it."""
    tree = ast.parse(Path(asking.__file__).read_text("utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_no_public_question_of_a_register_is_without_a_command():
    assert sorted(set(public()) - told() - set(SHOWN) - PARTS) == []


def test_no_public_question_of_a_view_is_without_a_command():
    own = {name for name in vars(questions.View) if name[0] != "_"}
    asked = {name.removeprefix("view.") for name in told() if name.startswith("view.")}
    assert sorted(own - asked - set(VIEW) - HELD) == []


def test_nothing_is_excused_that_is_not_there():
    assert (set(SHOWN) | PARTS) - set(public()) == set()


@pytest.mark.parametrize("line", sorted({*SHOWN.values(), *VIEW.values()}))
def test_each_other_command_is_there(line):
    with speaking("vi"):
        found, *rest = line.split()
        group = commands().get_command(None, found)
        assert group is not None
        assert all(word in group.commands for word in rest)


@pytest.mark.parametrize("register", ASKED)
def test_a_question_is_not_named_like_a_change(register):
    verbs = {kind.partition("/")[0] for kind in Change.kinds}
    assert not verbs & {f"{register}.{verb}" for verb in ASKED[register]}


@pytest.mark.parametrize("register", ASKED)
def test_each_question_says_in_vietnamese_what_it_gives(register):
    with speaking("vi"):
        assert [says for _, says in ASKED[register].values() if gettext(says) == says] == []


BARE = [
    (register, verb)
    for register, verbs in ASKED.items()
    for verb, (ask, _) in verbs.items()
    if "code" not in signature(ask).parameters
]
"""The questions that name nothing."""


@pytest.mark.parametrize("line", BARE)
def test_each_question_is_answered_where_nothing_is_there_yet(whole, line):
    answered = {"nonconformity worked-at-once", "service online"}
    told = say("-C", str(whole.folder), *line)
    assert told.exit_code == (3 if " ".join(line) in answered else 0), told.stderr


def test_questions_are_answered_for_people_and_for_programs(whole):
    def asks(*line):
        told = say("-C", str(whole.folder), *line)
        assert told.exit_code == 0, told.stderr
        return told.stdout

    assert "KPH-2024-001" in asks("nonconformity", "overdue")
    assert [row["code"] for row in json.loads(asks("nonconformity", "still-open", "--json"))] == [
        "KPH-2024-001",
        "KPH-2024-002",
    ]
    again = json.loads(asks("nonconformity", "recurrent", "--json"))
    assert [(row["group"], row["code"], row["unit"]) for row in again] == [
        (1, "KPH-2024-001", "VP"),
        (1, "KPH-2024-002", "VP"),
    ]
    months = asks("nonconformity", "by-month", "--since", "01/12/2023", "--until", "31/01/2024")
    assert [line.split() for line in months.splitlines()[2:]] == [
        ["12/2023", "0"],
        ["01/2024", "2"],
    ]
    assert [row["code"] for row in json.loads(asks("post", "holders", "GD", "--json"))] == ["binh"]
    assert asks("declaration", "snapshot").startswith("entries = ")


@pytest.fixture(scope="module")
def whole(stage):
    """An office where the same was found twice."""
    office = stage
    office.does("lan", *adopted("QT-31", "2015-01-05"))
    office.clock.to("2024-01-20")
    for day in (date(2024, 1, 10), date(2024, 1, 15)):
        report = n.Report(
            unit="VP", found="Trễ hạn", day=day, source="self_found", document="QT-31"
        )
        office.does("hung", report)
    office.clock.to("2024-06-20")
    return office


def test_no_question_hides_behind_a_change(whole):
    with speaking("vi"):
        for register in Item.registers:
            assert not {"list", "show", "history"} & newest(register).keys()
    told = say("-C", str(whole.folder), "disposal", "list")
    assert told.stdout == "Không có gì.\n"
