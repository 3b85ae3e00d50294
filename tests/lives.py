"""Things under control at each stage of their life, for tests: ``at("in_review")``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from qms import documents as d
from qms import people as p
from qms.changes import Change
from qms.values import Content, manifest
from tests.people import TODAY, TOMORROW, YESTERDAY, Office, founded

SECTIONS = (
    "Mục đích",
    "Phạm vi",
    "Tài liệu viện dẫn",
    "Định nghĩa, viết tắt",
    "Nội dung",
    "Biểu mẫu",
    "Hồ sơ lưu",
)


def procedure(body: str) -> str:
    """Return a text that holds all that a procedure must."""
    return "".join(f"## {n}. {section}\n\n{body}\n\n" for n, section in enumerate(SECTIONS, 1))


def digest(text: str, name: str = "qt-05.md") -> str:
    """Return what is signed over one text without attachments."""
    return manifest({name: Content.of(text)})


ONE, TWO = procedure("Hồ sơ được lưu năm năm."), procedure("Hồ sơ được lưu mười năm.")
FIRST, SECOND = date(2026, 2, 1), date(2026, 4, 1)
FACTS: Mapping[str, Any] = {"title": "Lưu hồ sơ", "type": "QT", "unit": "VP", "owner": "CVP"}
OLD: Mapping[str, Any] = {"issued": date(2016, 4, 6), "source": "bản giấy"}
ADOPT = d.AdoptDocument(code="QT-05", **FACTS)
CREATE = d.Create(code="QT-05", text=ONE, **FACTS)
SUBMIT = d.Submit(code="QT-05", reviewers=("mai",))
ENDORSE = d.Endorse(code="QT-05", digest=digest(ONE))
APPROVE = d.Approve(code="QT-05", digest=digest(ONE))
ISSUE = d.Issue(code="QT-05", effective=FIRST, decision="12/QĐ-SGTVT", decided=FIRST)
REVISE = d.Revise(code="QT-05", text=TWO, summary="Lưu mười năm")
ENDORSE_TWO = d.Endorse(code="QT-05", digest=digest(TWO))
APPROVE_TWO = d.Approve(code="QT-05", digest=digest(TWO))
WITHDRAW = d.Withdraw(code="QT-05", reason="Không còn thủ tục", day=TOMORROW)
ABANDON = d.Abandon(code="QT-05", reason="Không cần nữa")
ASK = d.File(code="YC-2026-001", reason="Luật mới", document="QT-05")
ASK_NEW = d.File(code="YC-2026-002", reason="Chưa có quy trình", title="Văn thư")
ACCEPT = d.Accept(code="YC-2026-001", drafter="hung")

Steps = tuple[tuple[str, Change[Any]], ...]
_ISSUED: Steps = (
    ("hung", CREATE),
    ("hung", SUBMIT),
    ("mai", ENDORSE),
    ("binh", APPROVE),
    ("lan", ISSUE),
)
_REVISED: Steps = (("hung", REVISE), ("hung", SUBMIT), ("mai", ENDORSE_TWO), ("binh", APPROVE_TWO))
_COPY: Steps = (*_ISSUED, ("lan", d.HandOut(code="QT-05", holder="CV", day=YESTERDAY)))
_BACK = {"code": "QT-05/1.0/B01", "day": TODAY}

LIVES: Mapping[str, Steps] = {
    "absent": (),
    # a document: the stages with "re" are those of the next revision of an issued one
    "bare": (("lan", ADOPT),),
    "draft": _ISSUED[:1],
    "review": _ISSUED[:2],
    "approval": _ISSUED[:3],
    "approved": _ISSUED[:4],
    "issued": _ISSUED,
    "redraft": _ISSUED + _REVISED[:1],
    "rereview": _ISSUED + _REVISED[:2],
    "reapproval": _ISSUED + _REVISED[:3],
    "reapproved": _ISSUED + _REVISED,
    "withdrawn": (*_ISSUED, ("binh", WITHDRAW)),
    "abandoned": (*_ISSUED[:1], ("hung", ABANDON)),
    "adopted": (("lan", ADOPT), ("lan", d.AdoptRevision(code="QT-05", text=ONE, issue=1, **OLD))),
    "removed": (
        ("lan", ADOPT),
        ("lan", d.AdoptRevision(code="QT-05", text=ONE, issue=1, **OLD)),
        ("lan", d.AdoptRemoval(code="QT-05", day=date(2019, 1, 1), source="sổ theo dõi")),
    ),
    # a change request for an issued document
    "requested": (*_ISSUED, ("ha", ASK)),
    "accepted": (*_ISSUED, ("ha", ASK), ("lan", ACCEPT)),
    "declined": (
        *_ISSUED,
        ("ha", ASK),
        ("lan", d.Decline(code="YC-2026-001", reason="Chưa cần")),
    ),
    "carried_out": (
        *_ISSUED,
        ("ha", ASK),
        ("lan", ACCEPT),
        ("hung", REVISE.model_copy(update={"request": "YC-2026-001"})),
        *_REVISED[1:],
        ("lan", d.Issue(code="QT-05", effective=SECOND)),
    ),
    # a paper copy, a receipt
    "out": _COPY,
    "returned": (*_COPY, ("lan", d.TakeBack(**_BACK))),
    "lost": (*_COPY, ("lan", d.ReportLost(**_BACK, note="Chuyển phòng"))),
    "unread": _ISSUED,
    "read": (*_ISSUED, ("ha", d.Acknowledge(document="QT-05"))),
    # a unit, a post, a person
    "unit": (("lan", p.OpenUnit(code="TCHC", title="Phòng Tổ chức", since=TODAY)),),
    "unit ended": (
        ("lan", p.OpenUnit(code="TCHC", title="Phòng Tổ chức", since=TODAY)),
        ("lan", p.SucceedUnit(code="TCHC", until=TOMORROW, successor="VP")),
    ),
    "post": (("lan", p.OpenPost(code="TQ", title="Thủ quỹ", unit="VP")),),
    "post closed": (
        ("lan", p.OpenPost(code="TQ", title="Thủ quỹ", unit="VP")),
        ("lan", p.ClosePost(code="TQ", until=TODAY)),
    ),
    "person": (("lan", p.Enrol(code="tam", name="Vũ Tâm")),),
    "appointed": (
        ("lan", p.Enrol(code="tam", name="Vũ Tâm")),
        ("lan", p.Appoint(code="tam", post="CV", since=YESTERDAY)),
    ),
    "left": (
        ("lan", p.Enrol(code="tam", name="Vũ Tâm")),
        ("lan", p.Appoint(code="tam", post="CV", since=YESTERDAY)),
        ("lan", p.Leave(code="tam", until=TODAY)),
    ),
}


@cache
def _lived(life: str) -> Office:
    office = founded()
    for who, change in LIVES[life]:
        office.perform(who, change)
    return office


def at(life: str) -> Office:
    """Return an office of its own in which something has come to this stage of its life."""
    return _lived(life).copy()


def done(life: str, who: str, *changes: Change[Any], post: str = "") -> Callable[[], Office]:
    """Return a situation: from this stage somebody makes these changes."""

    def situation() -> Office:
        office = at(life)
        office.perform(who, *changes, post=post)
        return office

    return situation


def document(office: Office, code: str = "QT-05") -> d.Document:
    """Return the document of these lives."""
    return office.get(d.Document, code)


def revision(office: Office, code: str = "QT-05/1.0") -> d.Revision:
    """Return a revision of it."""
    return office.get(d.Revision, code)
