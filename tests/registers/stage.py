"""A small department in memory: people act on days, judged by the rules that judge everywhere.

``Stage`` is what a ledger would be, without SQL or git: ``do`` makes changes happen in order,
``look`` finds items as they stand, ``act`` gives the act of somebody about to make a change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from qms import policy
from qms.changes import Act, Actor, Change, Item, ItemT
from qms.founding import beginnings
from qms.proofs.note import Signer, skey
from qms.registers import documents as d
from qms.registers import enactment
from qms.registers import people as p
from qms.trail.replay import Items

START = date(2026, 1, 5)
VKEY = Signer.parse(skey("qms-test", b"1" * 32)).verifier.text()
UNITS = (
    ("LD", "Lãnh đạo Sở"),
    ("VP", "Văn phòng Sở"),
    ("TT", "Thanh tra Sở"),
    ("QLVT", "Phòng Quản lý vận tải"),
    ("QLGT", "Phòng Quản lý giao thông"),
)
POSTS = (
    ("GD", "LD", ("approver", "leader")),
    ("PGD", "LD", ("reviewer", "leader")),
    ("CVP", "VP", ("drafter", "reviewer")),
    ("CTT", "TT", ("drafter", "reviewer", "auditor")),
    ("TTV", "TT", ("auditor",)),
    ("TP-QLVT", "QLVT", ("drafter", "reviewer")),
    ("CV-QLVT", "QLVT", ("drafter",)),
    ("TP-QLGT", "QLGT", ("drafter", "reviewer")),
    ("PM", "VP", ("drafter",)),
)
PEOPLE = (
    ("binh", "GD"),
    ("mai", "PGD"),
    ("hung", "CVP"),
    ("son", "CTT"),
    ("yen", "TTV"),
    ("tuan", "TP-QLVT"),
    ("long", "CV-QLVT"),
    ("ha", "TP-QLGT"),
)


class Stage(Items):
    """Units, posts and people; the quality officer is ``lan``, the program ``motcua``."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.combine(START, time(1), UTC)
        for change in beginnings("Sở GTVT", "lan", "Lan", VKEY, at=self.at):
            self._enact(enactment.FOUNDER, change)
        self.do("lan", *(p.OpenUnit(code=unit, title=title, since=START) for unit, title in UNITS))
        for code, unit, roles in POSTS:
            self.do("lan", p.OpenPost(code=code, title=code, unit=unit, roles_held=roles))
        for person, post in PEOPLE:
            self.do("lan", p.Enrol(code=person, name=person))
            self.do("lan", p.Appoint(code=person, post=post, since=START))
        self.do("lan", p.Enrol(code="motcua", name="Một cửa", tool=True))
        self.do("lan", p.Appoint(code="motcua", post="PM", since=START))
        self.adopt("QT-11", "QLVT", "TP-QLVT", issued=date(2020, 3, 2))

    @property
    def day(self) -> date:
        """Return the day it is."""
        return (self.at + timedelta(hours=7)).date()

    def on(self, day: date) -> Stage:
        """Set the clock to the morning of a day."""
        self.at = datetime.combine(day, time(1), UTC)
        return self

    def later(self, days: int) -> Stage:
        """Set the clock to the morning so many days on."""
        return self.on(self.day + timedelta(days))

    def act(self, who: str, change: type[Change[Any]]) -> Act:
        """Return the act of somebody about to make a change."""
        return enactment.acting(
            change, Actor(id=Items.look(self, p.Person, who).id), self.at, self.look
        )

    def do(self, who: str, *changes: Change[Any]) -> str:
        """Make changes happen in order; return the code of the last one's item."""
        actor = Actor(id=self.need(p.Person, who).id)
        for change in changes:
            code = self._enact(actor, change)
        return code

    def need(self, item: type[ItemT], code: str) -> ItemT:
        """Return an item that is there."""
        found = self.look(item, code)
        assert found is not None, code
        return found

    def copy(self) -> Stage:
        """Return the same department, to go another way."""
        other = Stage.__new__(Stage)
        Items.__init__(other)
        other.at = self.at
        other.put(tuple(self.all().values()))
        return other

    def tried(self, *steps: tuple[str, Change[Any]], later: int = 0) -> Callable[[], str]:
        """Return the attempt to make the last change, after the others were made here."""
        there = self.copy().later(later)
        *before, last = steps
        for who, change in before:
            there.do(who, change)
        return lambda: there.copy().do(*last)

    def adopt(self, code: str, unit: str, owner: str, *, issued: date) -> None:
        """Enter a procedure that was issued before."""
        self.do(
            "lan",
            d.AdoptDocument(code=code, title=code, type="QT", unit=unit, owner=owner),
            d.AdoptRevision(code=code, text="x", issue=1, issued=issued, source="bản giấy"),
        )

    def revise(self, code: str) -> str:
        """Issue the next revision of a procedure today; return its code."""
        sections = policy.of(self.act("lan", d.Issue)).type("QT").sections
        text = "\n".join(f"## {section}\n\nNội dung.\n" for section in sections)
        self.do("tuan", d.Submit(code=code, text=text, summary="Sửa", reviewers=("hung",)))
        digest = self.need(d.Document, code).draft.digest
        self.do("hung", d.Endorse(code=code, digest=digest))
        self.do("binh", d.Approve(code=code, digest=digest))
        self.do("lan", d.Issue(code=code, effective=self.day))
        return self.need(d.Revision, self.need(d.Document, code).latest).code

    def _enact(self, actor: Actor, change: Change[Any]) -> str:
        self.at += timedelta(microseconds=1)
        act = enactment.acting(type(change), actor, self.at, self.look)
        items: tuple[Item, ...] = enactment.enact(enactment.coded(change, act), act).items
        self.put(items)
        return items[0].code
