"""Every state against every kind of change: what is declared here happens, all else is refused.

The table is written by hand from the states as practised, not from the code. A row names a
kind (and, after a blank, a way to make it) and its arrows; where no arrow begins, a named
refusal must stand. ``re`` before a stage of a draft means that a revision is already issued.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any, NamedTuple

import pytest

from qms import documents as d
from qms import people as p
from qms.changes import Change, Item, NotWellFormed
from qms.errors import NotFound, Refused
from qms.registers import calendar, policy
from qms.registers.documents.legacy import AdoptIssued
from qms.registers.enactment import NotActive, RoleMissing
from tests.lives import ABANDON, ACCEPT, ADOPT, ASK, CREATE, ONE, REVISE, SUBMIT, TWO, WITHDRAW, at
from tests.people import DEFAULT, TODAY, TOMORROW, Office
from tests.registers.rooms import saying

ELSEWHERE = saying("ROWS", "REGISTERS")
"""Rooms with rows of their own, judged the same way (``matrix``)."""

SAME = "draft review approval approved issued redraft rereview reapproval reapproved"
KEPT = " ".join(
    f"{stage}>{stage}" for stage in f"bare {SAME} withdrawn abandoned adopted removed".split()
)
BACK = "review>draft approval>draft rereview>redraft reapproval>redraft"
TABLE = {
    "document.create/1": "absent>draft",
    "document.adopt/1": "absent>bare",
    "document.revise/1": "bare>draft abandoned>draft issued>redraft adopted>redraft",
    "document.edit/1": "draft>draft redraft>redraft",
    "document.submit/1": "draft>review redraft>rereview",
    "document.submit/1 with a text": "bare>review abandoned>review draft>review"
    " issued>rereview adopted>rereview redraft>rereview",
    "document.endorse/1": "review>approval rereview>reapproval",
    "document.return/1": BACK,
    "document.recall/1": BACK,
    "document.approve/1": "approval>approved reapproval>reapproved",
    "document.issue/1": "approved>issued reapproved>issued",
    "document.record-decision/1": "issued>issued redraft>redraft rereview>rereview"
    " reapproval>reapproval reapproved>reapproved withdrawn>withdrawn adopted>adopted"
    " removed>removed",
    "document.withdraw/1": "issued>withdrawn adopted>withdrawn",
    "document.reinstate/1": "withdrawn>issued removed>adopted",
    "document.abandon/1": "draft>abandoned review>abandoned approval>abandoned approved>abandoned"
    " redraft>issued rereview>issued reapproval>issued reapproved>issued",
    "document.recode/1": KEPT,
    "document.rename/1": KEPT,
    "document.transfer/1": KEPT,
    "document.classify/1": KEPT,
    "document.adopt-revision/1": "bare>adopted abandoned>adopted adopted>adopted removed>adopted",
    "document.adopt-revision/2": "bare>adopted abandoned>adopted adopted>adopted removed>adopted",
    "document.adopt-removal/1": "adopted>removed",
    "document.hand-out/1": "issued>issued redraft>redraft rereview>rereview"
    " reapproval>reapproval reapproved>reapproved withdrawn>withdrawn adopted>adopted",
    "request.file/1": "absent>requested",
    "request.accept/1": "requested>accepted",
    "request.decline/1": "requested>declined",
    "copy.take-back/1": "out>returned",
    "copy.report-lost/1": "out>lost",
    "receipt.acknowledge/1": "absent>read",
    "unit.open/1": "absent>unit",
    "unit.rename/1": "unit>unit",
    "unit.succeed/1": "unit>unit_ended",
    "unit.correct-end/1": "unit_ended>unit",
    "post.open/1": "absent>post",
    "post.entrust/1": "post>post",
    "post.move/1": "post>post",
    "post.close/1": "post>post_closed",
    "post.correct-end/1": "post_closed>post",
    "person.enrol/1": "absent>person",
    "person.rename/1": "person>person appointed>appointed left>left",
    "person.appoint/1": "person>appointed",
    "person.relieve/1": "appointed>appointed left>left",
    "person.delegate/1": "appointed>appointed",
    "person.leave/1": "person>left appointed>left",
    "person.correct-leave/1": "left>appointed",
    "organisation.found/1": "absent>founded",
    "policy.adopt/1": "absent>founded",
    "policy.revise/1": "founded>founded",
}
"""Which change leads from which stage to which."""

LIVES = {
    "document": {
        stage: stage for stage in f"absent bare {SAME} withdrawn abandoned adopted removed".split()
    },
    "request": {"absent": "issued"}
    | {stage: stage for stage in ("requested", "accepted", "declined", "carried_out")},
    "copy": {"absent": "issued", "out": "out", "returned": "returned", "lost": "lost"},
    "receipt": {"absent": "unread", "read": "read"},
    "unit": {"absent": "absent", "unit": "unit", "unit_ended": "unit ended"},
    "post": {"absent": "absent", "post": "post", "post_closed": "post closed"},
    "person": {"absent": "absent", "person": "person", "appointed": "appointed", "left": "left"},
    "organisation": {"absent": "", "founded": "absent"},
    "policy": {"absent": "", "founded": "absent"},
}
"""The stages of each register, and the life in which each is reached."""


class Try(NamedTuple):
    """Who would make the change, and the change as it suits an office."""

    who: str
    change: Callable[[Office], Change[Any]]


def plain(who: str, change: Change[Any]) -> Try:
    return Try(who, lambda office: change)


def signing(who: str, change: type[Change[Any]]) -> Try:
    """Return the attempt to sign whatever text lies open."""

    def suited(office: Office) -> Change[Any]:
        found = office.items.look(d.Document, "QT-05")
        return change(
            code="QT-05", digest=found.draft.digest if found and found.draft else "0" * 64
        )

    return Try(who, suited)


def undecided(office: Office) -> Change[Any]:
    """Forget the decision that was recorded, so that another may be."""
    found = office.items.look(d.Document, "QT-05")
    last = office.items.look(d.Revision, found.latest) if found and found.latest else None
    if last is not None:
        office.items.put((last.model_copy(update={"decision": None}),))
    return d.RecordDecision(code="QT-05", decision="7/QĐ", decided=TODAY)


OLD: dict[str, Any] = {"text": TWO, "issue": 9, "issued": date(2020, 1, 1), "source": "bản giấy"}
GONE: dict[str, Any] = {"code": "QT-05/1.0/B01", "day": TODAY}
TRIES = {
    "document.create/1": plain("hung", CREATE),
    "document.adopt/1": plain("lan", ADOPT),
    "document.revise/1": plain("hung", REVISE),
    "document.edit/1": plain("hung", d.Edit(code="QT-05", text=TWO)),
    "document.submit/1": plain("hung", SUBMIT),
    "document.submit/1 with a text": plain("hung", d.Submit(code="QT-05", text=ONE, summary="Sửa")),
    "document.endorse/1": signing("mai", d.Endorse),
    "document.return/1": plain("binh", d.Return(code="QT-05", reason="Thiếu căn cứ")),
    "document.recall/1": plain("hung", d.Recall(code="QT-05", reason="Thiếu phụ lục")),
    "document.approve/1": signing("binh", d.Approve),
    "document.issue/1": plain("lan", d.Issue(code="QT-05", effective=TOMORROW)),
    "document.record-decision/1": Try("lan", undecided),
    "document.withdraw/1": plain("binh", WITHDRAW),
    "document.reinstate/1": plain(
        "binh", d.Reinstate(code="QT-05", reason="Cần", effective=TOMORROW)
    ),
    "document.abandon/1": plain("lan", ABANDON),
    "document.recode/1": plain("lan", d.Recode(code="QT-05", new_code="QT-5", reason="Gọn")),
    "document.rename/1": plain("lan", d.Rename(code="QT-05", title="Lưu trữ", reason="Rõ")),
    "document.transfer/1": plain("lan", d.Transfer(code="QT-05", owner="CV", reason="Giao lại")),
    "document.classify/1": plain("lan", d.Classify(code="QT-05", keywords=("hồ sơ",))),
    "document.adopt-revision/1": plain("lan", AdoptIssued(code="QT-05", **OLD)),
    "document.adopt-revision/2": plain("lan", d.AdoptRevision(code="QT-05", **OLD)),
    "document.adopt-removal/1": plain(
        "lan", d.AdoptRemoval(code="QT-05", day=date(2021, 1, 1), source="sổ")
    ),
    "document.hand-out/1": plain("lan", d.HandOut(code="QT-05", holder="CV", day=TODAY)),
    "request.file/1": plain("ha", ASK),
    "request.accept/1": plain("lan", ACCEPT),
    "request.decline/1": plain("lan", d.Decline(code="YC-2026-001", reason="Chưa cần")),
    "copy.take-back/1": plain("lan", d.TakeBack(**GONE)),
    "copy.report-lost/1": plain("lan", d.ReportLost(**GONE, note="Chuyển phòng")),
    "receipt.acknowledge/1": plain("ha", d.Acknowledge(document="QT-05")),
    "unit.open/1": plain("lan", p.OpenUnit(code="TCHC", title="Phòng Tổ chức", since=TODAY)),
    "unit.rename/1": plain("lan", p.RenameUnit(code="TCHC", title="Phòng Tổ chức cán bộ")),
    "unit.succeed/1": plain("lan", p.SucceedUnit(code="TCHC", until=TOMORROW, successor="VP")),
    "unit.correct-end/1": plain("lan", p.CorrectUnitEnd(code="TCHC", reason="Ghi nhầm")),
    "post.open/1": plain("lan", p.OpenPost(code="TQ", title="Thủ quỹ", unit="VP")),
    "post.entrust/1": plain("lan", p.EntrustPost(code="TQ", roles_held=("reader",))),
    "post.move/1": plain("lan", p.MovePost(code="TQ", unit="QLVT")),
    "post.close/1": plain("lan", p.ClosePost(code="TQ", until=TODAY)),
    "post.correct-end/1": plain("lan", p.CorrectPostEnd(code="TQ", reason="Ghi nhầm")),
    "person.enrol/1": plain("lan", p.Enrol(code="tam", name="Vũ Tâm")),
    "person.rename/1": plain("lan", p.RenamePerson(code="tam", name="Vũ Thanh Tâm")),
    "person.appoint/1": plain("lan", p.Appoint(code="tam", post="CV", since=TODAY)),
    "person.relieve/1": plain("lan", p.Relieve(code="tam", post="CV", until=TODAY)),
    "person.delegate/1": plain(
        "lan", p.Delegate(code="tam", post="CV", to="mai", since=TODAY, until=TOMORROW)
    ),
    "person.leave/1": plain("lan", p.Leave(code="tam", until=TODAY)),
    "person.correct-leave/1": plain("lan", p.CorrectLeave(code="tam", reason="Ghi nhầm")),
    "organisation.found/1": plain("system", p.Found(name="Sở Giao thông vận tải")),
    "policy.adopt/1": plain("system", policy.Adopt(calendar=calendar.vietnam(), **DEFAULT)),
    "policy.revise/1": plain("lan", policy.Revise(code="policy", reason="rà soát", read_days=3)),
}
"""How each change is tried, by somebody who may."""

WHAT = {
    "document": "QT-05",
    "request": "YC-2026-001",
    "copy": "QT-05/1.0/B01",
    "receipt": "QT-05/1.0/ha",
    "unit": "TCHC",
    "post": "TQ",
    "person": "tam",
    "organisation": "organisation",
    "policy": "policy",
}
"""Which item of each register is tried."""

GENERAL = (Refused, NotFound, NotWellFormed, RoleMissing, NotActive)
"""Refusals that say nothing of a state."""


def stage(office: Office, register: str) -> str:
    """Return the stage that the item of a register has come to."""
    item = office.items.look(Item.registers[register], WHAT[register])
    if item is None:
        return "absent"
    if isinstance(item, d.Document):
        return drafting(item) or standing(item, office)
    if isinstance(item, d.Request | d.Copy):
        return item.state.value
    if isinstance(item, p.Person):
        return "left" if item.until else "appointed" if item.appointments else "person"
    if isinstance(item, p.Unit | p.Post):
        return {"unit": "unit_ended", "post": "post_closed"}[register] if item.until else register
    return "read" if register == "receipt" else "founded"


def drafting(document: d.Document) -> str:
    """Return the stage of the open draft, empty where there is none."""
    names = {"in_review": "review", "in_approval": "approval"}
    name = names.get(document.drafting, document.drafting)
    return f"re{name}" if name and document.latest else name


def standing(document: d.Document, office: Office) -> str:
    """Return the stage of a document without a draft."""
    if document.state is d.State.WITHDRAWN:
        assert document.withdrawal is not None
        return "removed" if document.withdrawal.legacy else "withdrawn"
    if document.state is d.State.ISSUED:
        return "adopted" if office.get(d.Revision, document.latest).legacy else "issued"
    return {d.State.DRAFTED: "bare", d.State.ABANDONED: "abandoned"}[document.state]


def arrows(row: str) -> dict[str, str]:
    """Return where a change leads from each stage that it may begin at."""
    before_after = (arrow.split(">") for arrow in TABLE[row].split())
    return dict(before_after)


def pairs():
    """Yield every change with every stage of its register."""
    for row in TABLE:
        register = row.split(".")[0]
        yield from product([row], LIVES[register])


@pytest.mark.parametrize(("row", "before"), list(pairs()))
def test_a_change_leads_where_the_table_says_or_is_refused_by_name(row, before):
    register = row.split(".")[0]
    life = LIVES[register][before]
    office = at(life) if life else Office()
    assert stage(office, register) == before
    who = TRIES[row].who if life or TRIES[row].who == "system" else "system"
    change = TRIES[row].change(office)

    if before in arrows(row):
        office.perform(who, change)
        assert stage(office, register) == arrows(row)[before]
        return
    with pytest.raises((Refused, NotFound)) as caught:
        office.perform(who, change)
    assert type(caught.value) not in GENERAL
    assert "vi" in vars(type(caught.value))


def test_every_kind_of_change_has_its_row():
    ours = {kind for kind, of in Change.kinds.items() if of.__module__.startswith("qms.")}

    elsewhere = {row.change.kind for room in ELSEWHERE for row in room.ROWS}
    assert {row.split(" ")[0] for row in TABLE} | elsewhere == ours
    assert TABLE.keys() == TRIES.keys()


def test_every_arrow_joins_two_stages_that_are_tried():
    for row in TABLE:
        known = set(LIVES[row.split(".")[0]])
        assert set(arrows(row)) | set(arrows(row).values()) <= known


def test_every_state_that_there_is_is_tried():
    reached = {stage for stages in LIVES.values() for stage in stages}
    names = {"drafted": "bare", "in_review": "review", "in_approval": "approval"}
    for states in (d.State, d.DraftState, d.RequestState, d.CopyState):
        assert {names.get(state.value, state.value) for state in states} <= reached


def test_every_register_is_tried():
    ours = {name for name, of in Item.registers.items() if of.__module__.startswith("qms.")}

    # a revision follows its document, a counter its series: no change opens either
    elsewhere = {register for room in ELSEWHERE for register in room.REGISTERS}
    assert ours - {"revision", "counter"} - elsewhere == set(LIVES) == set(WHAT)
