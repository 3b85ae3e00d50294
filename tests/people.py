"""People ready to act, and an office in memory where every rule holds: no database, no git.

``LAN`` and the others are an ``Act`` each, for calling ``check`` and ``apply`` by hand.
``founded()`` gives an office of its own, whose ``perform`` does what ``QMS.perform`` does.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from qms.changes import Act, Actor, Change, Item, ItemT
from qms.registers import calendar, enactment, policy
from qms.registers import people as p
from qms.trail.replay import Items
from qms.values import Content

TODAY = date(2026, 3, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)
LONG_AGO = date(2020, 1, 1)


class Office:
    """A quality management system in memory, with a clock that is set by hand."""

    def __init__(self) -> None:
        self.items, self.files = Items(), dict[str, Content | None]()
        self.on(TODAY)

    def on(self, day: date) -> Office:
        """Set the clock to the morning of a day."""
        self.at = datetime.combine(day, time(1), UTC)
        return self

    def act(self, who: str, change: type[Change[Any]], post: str = "") -> Act:
        """Return the act of somebody about to make a change."""
        actor = enactment.FOUNDER
        if who != actor.id:
            actor = Actor(id=p.Person.identify(who), post=post and p.Post.identify(post))
        return enactment.acting(change, actor, self.at, self.items.look)

    def perform(self, who: str, *changes: Change[Any], post: str = "") -> tuple[Item, ...]:
        """Make changes happen, one by one; return the items that the last one left behind."""
        items: tuple[Item, ...] = ()
        for change in changes:
            act = self.act(who, type(change), post)
            items, written, _ = enactment.enact(enactment.coded(change, act), act)
            self.items.put(items)
            self.files |= written
            self.at += timedelta(seconds=1)
        return items

    def get(self, item: type[ItemT], code: str) -> ItemT:
        """Return an item, which must be there."""
        found = self.items.look(item, code)
        assert found is not None, code
        return found

    def copy(self) -> Office:
        """Return another office where the same has happened."""
        other = Office()
        other.items.put(tuple(self.items.all().values()))
        other.files, other.at = dict(self.files), self.at
        return other


DEFAULT = tomllib.loads((files("qms.registers") / "policy.toml").read_text("utf-8"))
BEGINNINGS = (
    policy.Adopt(code=policy.CODE, calendar=calendar.vietnam(), **DEFAULT),
    p.OpenUnit(code="VP", title="Văn phòng Sở", since=LONG_AGO),
    p.OpenUnit(code="QLVT", title="Phòng Quản lý vận tải", since=LONG_AGO, parent="VP"),
    p.OpenPost(code="CBISO", title="Cán bộ ISO", unit="VP", roles_held=("quality_officer",)),
    p.OpenPost(code="CVP", title="Chánh Văn phòng", unit="VP", roles_held=("drafter",)),
    p.OpenPost(code="PGD", title="Phó Giám đốc", unit="VP", roles_held=("reviewer",)),
    p.OpenPost(code="TP", title="Trưởng phòng", unit="QLVT", roles_held=("reviewer", "approver")),
    p.OpenPost(code="GD", title="Giám đốc", unit="VP", roles_held=("approver", "leader")),
    p.OpenPost(code="CV", title="Chuyên viên", unit="QLVT", roles_held=("reader",)),
    p.OpenPost(code="PM", title="Phần mềm một cửa", unit="VP", roles_held=("drafter",)),
    p.Enrol(code="lan", name="Nguyễn Thị Lan"),
    p.Enrol(code="hung", name="Trần Văn Hùng"),
    p.Enrol(code="mai", name="Lê Thị Mai"),
    p.Enrol(code="tuan", name="Đặng Anh Tuấn"),
    p.Enrol(code="binh", name="Phạm Quốc Bình"),
    p.Enrol(code="ha", name="Đỗ Thu Hà"),
    p.Enrol(code="motcua", name="Hệ thống một cửa", tool=True),
    p.Appoint(code="lan", post="CBISO", since=LONG_AGO),
    p.Appoint(code="hung", post="CVP", since=LONG_AGO),
    p.Appoint(code="mai", post="PGD", since=LONG_AGO),
    p.Appoint(code="tuan", post="TP", since=LONG_AGO),
    p.Appoint(code="binh", post="GD", since=LONG_AGO),
    p.Appoint(code="ha", post="CV", since=LONG_AGO),
    p.Appoint(code="motcua", post="PM", since=LONG_AGO),
    p.Found(name="Sở Giao thông vận tải"),
)


@cache
def _founded() -> Office:
    office = Office()
    office.perform("system", *BEGINNINGS)
    return office.on(TODAY)


def founded() -> Office:
    """Return an office with its policy, its posts and its people."""
    return _founded().copy()


def _of(who: str) -> Act:
    return founded().act(who, Change)


LAN, HUNG, MAI = _of("lan"), _of("hung"), _of("mai")
"""The quality officer, a drafter, a reviewer."""

TUAN, BINH, HA = _of("tuan"), _of("binh"), _of("ha")
"""A reviewer who also approves, the director, a reader."""
