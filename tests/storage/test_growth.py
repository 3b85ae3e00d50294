"""One operation costs the same at the tenth and at the ten-thousandth: counted, not timed."""

import builtins
import os
import re
import subprocess
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from typing import NamedTuple

import psycopg
import pytest

from qms import documents as d
from qms.storage import objects as objects_
from qms.values import Content
from tests import postgres, systems
from tests.counting import SLACK, Asked, hashing, known, noted
from tests.systems import adopted, created

SCAN = re.compile(r"(SCAN (?!CONSTANT)|Seq Scan on )(?!(head|store)\b)")
"""Those two have a row, and a row to each store."""

LISTS = ("master list", "due", "revisions", "search", "as of")
"""What gives, or ranks, all that there is."""

SIGNING = ("hung", "mai", "binh", "lan")
"""Who drafts, endorses, approves, and issues or adopts."""

MORE = {"read": SLACK, "written": 3, "hashed": 8_192, "objects": 1}
"""By how much a count may differ: the folders of git fill up, 256 of them with a name each, and an
entry completes one node of the tree or several."""

SCANNED = 50
"""Rows that PostgreSQL reads more where there are many: it scans what fits on a page."""

CHANGES = {
    "create": (19, 20, 11),
    "submit": (13, 14, 8),
    "endorse": (19, 20, 8),
    "approve": (19, 20, 8),
    "issue": (25, 25, 9),
    "adopt": (20, 20, 12),
    "file": (21, 22, 8),
    "revise": (12, 13, 11),
    "abandon": (11, 12, 8),
}
"""Statements on SQLite, on PostgreSQL, and objects that git gets."""

QUESTIONS = {
    **dict.fromkeys(("get", "master list", "revisions"), 1),
    **dict.fromkeys(("page", "page of a list", "page in force"), 1),
    **dict.fromkeys(("in force", "history"), 2),
}
"""Statements, on either."""


class Cost(NamedTuple):
    """What must be the same at any size, and what may differ by a hair: the tree has a few peaks
    more or less, an index a level."""

    same: dict[str, int]
    about: dict[str, int]


@contextmanager
def counted(office, system):
    """Count statements, waits for the disk and programs started, and which objects git gets;
    what the database reads and how many bytes are hashed."""
    waits, programs = [], []
    cost = Cost({}, {})
    before = objects(office)
    with (
        hashing() as hashed,
        Asked(system).counted() as asked,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, counting(getattr(os, name), waits))
        patch.setattr(subprocess.Popen, "__init__", counting(subprocess.Popen.__init__, programs))
        for name in ("fork", "posix_spawn", "posix_spawnp"):
            patch.setattr(os, name, counting(getattr(os, name), programs))
        yield cost
    cost.same.update(statements=asked.statements, waits=len(waits), programs=len(programs))
    cost.about.update(read=asked.read, written=asked.written, hashed=sum(hashed))
    cost.about.update(objects=objects(office) - before)


def counting(call, calls):
    def counted(*words, **named):
        calls.append(call)
        return call(*words, **named)

    return counted


def objects(office):
    every = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    return len(office.git(*every).splitlines())


def of_an_office_with(template, place, documents, revisions=1):
    """Return what operations cost where there are so many documents, so often revised."""
    office = systems.copied(template, place / f"{documents}-{revisions}")
    days = [str(date(2016, 1, 1) + timedelta(n)) for n in range(revisions)]
    many = [change for n in range(documents) for change in adopted(f"QT-{n:05}", *days)]
    with office.open() as system:
        system.perform(*many)
        system.perform(created("HD-1"))
        known(system, small=documents < 1_000)
    costs = {}
    with ExitStack() as stack:
        all_four = [stack.enter_context(office.open(name)) for name in SIGNING]
        for _, work in issuing("HD-2", *all_four).values():
            work()  # what is only done first, is done
        works = {name: (all_four[0], work) for name, work in operations(all_four[0]).items()}
        for name, (system, work) in (issuing("HD-3", *all_four) | works).items():
            with counted(office, system) as cost:
                work()
            costs[name] = cost
    return costs


def issuing(code, hung, mai, binh, lan):
    """From a draft to the text in force, and an old text taken over: in whose system, and how."""

    def read():
        return {"code": code, "digest": hung.get(d.Document, code).draft.digest}

    today, old = date(2024, 1, 2), adopted(f"{code}-1", "2016-01-01")
    return {
        "create": (hung, lambda: hung.perform(created(code, f"Mới {code}"))),
        "submit": (hung, lambda: hung.perform(d.Submit(code=code))),
        "endorse": (mai, lambda: mai.perform(d.Endorse(**read()))),
        "approve": (binh, lambda: binh.perform(d.Approve(**read()))),
        "issue": (lan, lambda: lan.perform(d.Issue(code=code, effective=today))),
        "adopt": (lan, lambda: lan.perform(*old)),
    }


def operations(system):
    """Changes and questions; of the changes, each makes one commit."""
    first = "QT-00000"
    return {
        "file": lambda: system.perform(d.File(reason="x", document=first)),
        "revise": lambda: system.perform(d.Revise(code=first, text=systems.text("x"), summary="x")),
        "abandon": lambda: system.perform(d.Abandon(code=first, reason="x")),
        "get": lambda: system.get(d.Document, first),
        "in force": lambda: system.in_force(first).text,
        "master list": lambda: system.master_list(),
        "due": lambda: system.due(),
        "revisions": lambda: system.revisions(first),
        "history": lambda: len(list(system.trail.history("HD-3"))),
        "page": lambda: system.documents(limit=20),
        "page of a list": lambda: system.documents(in_force=True, limit=20),
        "page in force": lambda: system.master_list(limit=20, after=first),
        "search": lambda: system.search("quy trinh"),
        "as of": lambda: system.as_of(date(2024, 1, 1)).find(d.Document),
    }


def grown(few, many):
    """Return what took more among many, beside whole lists: they are as long as they are."""
    more = MORE | ({"read": SCANNED} if postgres.HERE else {})
    return {
        (name, what): (few[name].about[what], count)
        for name, cost in many.items()
        for what, count in cost.about.items()
        if count > few[name].about[what] + more[what] and name not in LISTS
    }


@pytest.fixture(scope="module")
def few(template, tmp_path_factory):
    return of_an_office_with(template, tmp_path_factory.mktemp("few"), 100)


def test_an_operation_among_a_thousand_documents_costs_what_it_costs_among_a_hundred(
    few, template, place
):
    many = of_an_office_with(template, place, 1_000)

    assert {name: cost.same for name, cost in many.items()} == {
        name: cost.same for name, cost in few.items()
    }
    assert grown(few, many) == {}


def test_an_operation_on_the_two_hundredth_revision_costs_what_it_costs_on_the_tenth(
    template, place
):
    ten = of_an_office_with(template, place, 1, revisions=10)
    many = of_an_office_with(template, place, 1, revisions=200)

    assert {name: cost.same for name, cost in many.items()} == {
        name: cost.same for name, cost in ten.items()
    }
    # Where all revisions are of one document, PostgreSQL finds them by their days.
    known = {(name, "read") for name in ("page", "page of a list") if postgres.HERE}
    assert grown(ten, many).keys() <= known


def test_a_change_asks_little_of_sql_and_git(few):
    costs = {name: cost.same for name, cost in few.items()}
    for change, (*statements, objects) in CHANGES.items():
        asked = statements[bool(postgres.HERE)]
        # And SQL's own waits, which the driver makes.
        assert costs[change] == {"statements": asked, "waits": 6, "programs": 0}
        assert few[change].about["objects"] == objects
        assert few[change].about["hashed"] <= 12_500
    for question, statements in QUESTIONS.items():
        assert costs[question] == {"statements": statements, "waits": 0, "programs": 0}
    assert {cost["programs"] for cost in costs.values()} == {0}


def looked_at(system, number):
    """Return how many files an operation opens or looks at, and how many folders it reads."""
    calls = []
    with pytest.MonkeyPatch.context() as patch:
        for room, name in ((builtins, "open"), (os, "open"), (os, "stat"), (os, "listdir")):
            patch.setattr(room, name, counting(getattr(room, name), calls))
        system.perform(created(f"HD-{number}"))
    return len(calls)


def test_an_operation_after_two_hundred_looks_at_as_many_files_as_after_three(office):
    def first(number):
        with office.open() as system:
            return looked_at(system, number)

    with office.open() as system:
        for number in range(3):
            system.perform(created(f"HD-{number}"))
    few = first(3)
    with office.open() as system:
        for number in range(4, 3 * objects_.MOST + 4):
            system.perform(created(f"HD-{number}"))
    many = first(number + 1)

    packs = len(list(office.store.glob("objects/pack/*.idx")))
    assert packs <= 10
    assert many <= few + 2 * packs  # each is looked at twice, at most


@contextmanager
def told():
    """Count which rows a database is told, and how often a server is waited for behind many."""
    rows, waits = [], []

    def note(statement, *more):
        rows.extend(re.findall(r"^INSERT INTO (\w+)", statement))

    with pytest.MonkeyPatch.context() as patch, noted(note):
        if postgres.HERE:
            ended = psycopg.Pipeline.__exit__
            patch.setattr(psycopg.Pipeline, "__exit__", counting(ended, waits))
        yield rows, waits


def test_a_rebuild_writes_many_operations_together(office):
    costs = []
    with office.open() as system:
        system.rebuild()  # what is only done first, is done
    for numbers in (range(5), range(5, 40)):
        with office.open() as system:
            for number in numbers:
                system.perform(created(f"HD-{number}"))
            with told() as (rows, waits):
                system.rebuild()
        # Of each its entry and its checkpoint, which stands over all entries that are there.
        costs.append((len(rows) - 2 * numbers.stop, len(waits)))

    assert costs[0] == costs[1]
    assert costs[0][1] == (3 if postgres.HERE else 0)


@pytest.mark.skipif(not os.path.exists("/proc/self/io"), reason="Linux alone tells")
def test_many_changes_write_what_they_keep_and_nothing_beside_it(office):
    def written():
        with open("/proc/self/io") as told:
            return int(dict(line.split(":") for line in told)["syscw"])

    with office.open() as system:
        words = Content.of(" ".join(map(str, range(80_000))))
        many = [change for n in range(1_000) for change in adopted(f"QT-{n}", "2016-01-01")]
        many[:2] = [many[0], many[1].model_copy(update={"text": words})]
        before = written()
        system.perform(*many)

    # A server writes to its own files.
    assert written() - before < (len(many) / 3 if postgres.HERE else 3 * len(many))


def test_what_a_row_says_is_decoded_once(office):
    with office.open() as system:
        system.perform(created("HD-1", "Cũ"))
        before = system.get(d.Document, "HD-1")
        assert system.get(d.Document, "HD-1") is before

        system.perform(d.Rename(code="HD-1", title="Mới", reason="Đổi tên"))
        assert system.get(d.Document, "HD-1").title == "Mới"


def test_a_question_uses_an_index(office):
    with office.open() as system:
        system.perform(*adopted("QT-1", "2016-01-01"))
        asked = []

        def note(statement, parameters, _):
            asked.append((statement, parameters))

        with noted(note):
            system.in_force("QT-1")
            system.get(d.Document, "QT-1")
            system.find(d.Revision, document="QT-1")
            system.revisions("QT-1")
            system.documents(unit="VP", limit=2, after="QT-1")
            system.documents(limit=2, after="QT-1", in_force=True)
            system.master_list(limit=2, after="QT-1")
            system.as_of(system.size).in_force("QT-1")
            list(system.trail.history("QT-1").lines())
            list(system.trail.entries(actor="lan", since=date(2024, 1, 1), limit=2).lines())
            system.perform(created("HD-1"))
        plans = list(plan_of(system, asked))

    assert [plan for plan in plans if SCAN.search(plan[0])] == []


def plan_of(system, asked):
    explain = "EXPLAIN" if postgres.HERE else "EXPLAIN QUERY PLAN"
    with system._read() as now:
        if postgres.HERE:  # where there is little, it would rather scan
            now.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in asked:
            word, *more = statement.split()
            if word in ("SELECT", "WITH", "UPDATE", "DELETE") or "SELECT" in more:
                said = now.connection.exec_driver_sql(f"{explain} {statement}", parameters)
                yield from ((row[-1], statement) for row in said.fetchall())
