"""No path of changes, whoever makes them, leads around the three signatures or two in force."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from qms import documents as d
from qms import people as p
from qms.changes import Role
from qms.errors import Conflict, NotFound, Refused
from tests.lives import ADOPT, CREATE, OLD, ONE, TWO, document
from tests.people import LONG_AGO, TODAY, YESTERDAY, Office, founded

EVERYBODY = ("lan", "hung", "mai", "tuan", "binh")
DECIDING = tuple(Role)


@cache
def _crowd() -> Office:
    """Return an office where everybody may do everything, so that only the hands differ."""
    office = founded()
    for who in EVERYBODY:
        post = f"P-{who}"
        open_post = p.OpenPost(code=post, title="Kiêm nhiệm", unit="VP", roles_held=DECIDING)
        office.perform("lan", open_post)
        office.perform("lan", p.Appoint(code=who, post=post, since=LONG_AGO))
    return office


class Move(NamedTuple):
    """What somebody tries: forward along the path, or anything else."""

    who: str
    what: str
    text: str
    days: int
    whom: str


def forward(office: Office) -> str:
    """Return the next step of a document on its way into force."""
    steps = {
        "draft": "submit",
        "in_review": "endorse",
        "in_approval": "approve",
        "approved": "issue",
    }
    return steps.get(document(office).drafting, "write")


def end(office: Office) -> str:
    """Return what ends a document where it stands, or brings it back."""
    now = document(office)
    if now.draft is not None:
        return "abandon"
    if now.state is d.State.ISSUED:
        legacy = office.get(d.Revision, now.latest).legacy
        return "remove" if legacy else "withdraw"
    return "adopt" if now.state is d.State.DRAFTED else "reinstate"


def change(move: Move, office: Office):
    """Return the change that a move stands for."""
    today, draft = office.at.date(), document(office).draft
    day = today + timedelta(move.days)
    digest = draft.digest if draft else "0" * 64
    own = {"code": "QT-05"}
    old = {
        "text": move.text,
        "issue": 1,
        "source": "giấy",
        "issued": min(day, YESTERDAY),
        "note": "như sổ",
    }
    made = {
        "write": lambda: d.Submit(text=move.text, summary="Sửa", **own),
        "revise": lambda: d.Revise(text=move.text, summary="Sửa", **own),
        "edit": lambda: d.Edit(text=move.text, **own),
        "submit": lambda: d.Submit(summary="Sửa", **own),
        "submit to": lambda: d.Submit(summary="Sửa", reviewers=(move.whom,), **own),
        "endorse": lambda: d.Endorse(digest=digest, **own),
        "endorse another": lambda: d.Endorse(digest="0" * 64, **own),
        "return": lambda: d.Return(reason="Chưa đạt", **own),
        "recall": lambda: d.Recall(reason="Còn sửa", **own),
        "approve": lambda: d.Approve(digest=digest, **own),
        "approve another": lambda: d.Approve(digest="0" * 64, **own),
        "approve anew": lambda: d.Approve(digest=digest, reissue=True, **own),
        "issue": lambda: d.Issue(effective=day, **own),
        "decide": lambda: d.RecordDecision(decision="7/QĐ", decided=day, **own),
        "withdraw": lambda: d.Withdraw(reason="Thừa", day=day, **own),
        "reinstate": lambda: d.Reinstate(reason="Cần", effective=day, **own),
        "abandon": lambda: d.Abandon(reason="Thôi", **own),
        "adopt": lambda: d.AdoptRevision(**old, **own),
        "remove": lambda: d.AdoptRemoval(day=min(day, today), source="sổ", **own),
        "hand out": lambda: d.HandOut(holder="CV", day=day, **own),
        "recode": lambda: d.Recode(new_code=f"QT-05.{move.whom}", reason="Đổi", **own),
        "delegate": lambda: p.Delegate(
            code=move.who, post=f"P-{move.who}", to=move.whom, since=today, until=day
        ),
    }
    what = {"forward": forward, "end": end}.get(move.what, lambda office: move.what)
    return made[what(office)]()


ONCE = "revise edit submit endorse return recall approve issue decide withdraw adopt delegate"
OTHERS = [*ONCE.split(), "submit to", "endorse another", "approve another", "approve anew"]
ANYTHING = [*OTHERS, "hand out", "recode", *["adopt"] * 4, *["end"] * 8, *["forward"] * 30]
moves = st.builds(
    Move,
    who=st.sampled_from((*EVERYBODY, "motcua")),
    what=st.sampled_from(ANYTHING),
    text=st.sampled_from([ONE, TWO]),
    days=st.integers(-3, 6),
    whom=st.sampled_from(EVERYBODY),
)
begun = st.sampled_from(["created", "by a tool", "adopted", "with a past"])


class Path:
    """An office on its way, with what was submitted and approved last."""

    def __init__(self, begun: str) -> None:
        self.office, self.submitted, self.approved = _crowd().copy(), "", ""
        self.taken: Counter[str] = Counter()
        past = d.AdoptRevision(code="QT-05", text=ONE, issue=1, **OLD)
        first = {
            "created": [("hung", CREATE)],
            "by a tool": [("motcua", CREATE)],
            "adopted": [("lan", ADOPT)],
            "with a past": [("lan", ADOPT), ("lan", past)],
        }
        for who, change in first[begun]:
            self.office.perform(who, change)

    def take(self, move: Move) -> None:
        """Try a move; a refusal leaves everything as it was."""
        self.office.on(self.office.at.date() + timedelta(max(0, move.days - 3)))
        tried = change(move, self.office)
        post = f"P-{move.who}" if move.who != "motcua" else ""
        try:
            self.office.perform(move.who, tried, post=post)
        except (Refused, NotFound, Conflict):
            return
        self.taken[tried.kind] += 1
        draft = document(self.office).draft
        if isinstance(tried, d.Submit):
            self.submitted = draft.digest
        if isinstance(tried, d.Approve):
            self.approved = tried.digest
        if isinstance(tried, d.Issue):
            self.issued(self.office.get(d.Revision, document(self.office).latest))

    def issued(self, revision: d.Revision) -> None:
        """Hold that what came into force is what was signed."""
        assert revision.digest == self.submitted == self.approved


def revisions(office: Office) -> list[d.Revision]:
    """Return every revision there is."""
    found = office.items.all().items()
    return [item for own, item in found if own.startswith("revision:")]


def walked(begun: str, moves: list[Move]) -> Path:
    """Return where a path leads."""
    path = Path(begun)
    for move in moves:
        path.take(move)
    return path


paths = st.builds(walked, begun, st.lists(moves, min_size=20, max_size=60))
often = settings(max_examples=100, deadline=None)


@given(paths)
@often
def test_whatever_is_issued_was_drafted_reviewed_and_approved_by_three(path):
    for revision in revisions(path.office):
        if revision.legacy is not None:
            continue
        drafted, approved = revision.drafted.hands, revision.approved.hands
        reviewed = frozenset().union(*(signature.hands for signature in revision.reviewed))
        assert drafted
        assert reviewed
        assert approved
        assert not drafted & reviewed
        assert not (drafted | reviewed) & approved


@given(paths)
@often
def test_on_no_day_are_two_revisions_in_force(path):
    spans = [
        (row.effective, row.until or date.max) for row in revisions(path.office) if not row.void
    ]

    for (_, until), (since, _) in pairwise(sorted(spans)):
        assert until <= since


@given(paths)
@often
def test_no_number_is_approved_twice_and_none_goes_back(path):
    numbers = {}
    for row in revisions(path.office):
        if row.legacy is None:  # what is reinstated comes back with its signatures and its number
            numbers[row.approved.at] = (row.issue, row.amendment)
    given = [numbers[at] for at in sorted(numbers)]

    assert given == sorted(set(given))


@given(paths)
@often
def test_a_document_knows_its_revisions_and_nothing_is_lost(path):
    now, line = document(path.office), []
    code = now.latest
    while code:
        line.append(path.office.get(d.Revision, code))
        code = line[-1].previous

    assert len(line) == now.revisions == len(revisions(path.office))
    assert {row.document for row in line} <= {now.id}
    assert bool(now.latest) == (now.state in (d.State.ISSUED, d.State.WITHDRAWN))
    assert (now.withdrawal is not None) == (now.state is d.State.WITHDRAWN)


def test_the_paths_lead_everywhere():
    reached: Counter[str] = Counter()

    @given(paths)
    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    def walk(path):
        reached.update(path.taken)

    walk()
    ways = "issue withdraw reinstate adopt-removal abandon recode return recall"
    assert {f"document.{way}/1" for way in ways.split()} <= reached.keys()
    assert reached["document.adopt-revision/2"]
    assert reached["document.issue/1"] > 10


def test_time_in_the_paths_only_goes_on():
    path = Path("created")
    path.take(Move("hung", "submit", ONE, 6, "mai"))

    assert path.office.at.date() == TODAY + timedelta(3)
