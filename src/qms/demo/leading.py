"""What the director looks at: conformity declared, two management reviews, the year's report."""

from __future__ import annotations

from datetime import date, timedelta
from gettext import gettext as _
from typing import Final

from ..registers import declarations as e
from ..registers import management_reviews as m
from ..registers import objectives as o
from ..registers import policy
from ..registers import reviews as v
from ..registers import tasks as t
from ..values import Content
from .stage import YEAR, Year

SCOPE: Final = "Giải quyết thủ tục hành chính lĩnh vực đường bộ"
WIDER: Final = "Giải quyết thủ tục hành chính lĩnh vực đường bộ và hoạt động kiểm tra công vụ"
ATTENDANCE: Final = "Giám đốc chủ trì; các Phó Giám đốc, trưởng đơn vị, cán bộ ISO"

Decision = tuple[m.Output, str, str, str, date]


def declared(year: Year) -> None:
    """Declare conformity over what is in force, and publish it."""
    day = year.on(2, 9)
    year.heading(_("Conformity is declared (công bố)"))
    taken = year.by("lan").snapshot()
    (code,) = year.do("mai", e.DraftDeclaration(scope=SCOPE, edition=2015, snapshot=taken))
    year.refuse("mai", e.Declare(code=code, decision="22/QĐ-SGTVT", day=day))
    year.do("binh", e.Declare(code=code, decision="22/QĐ-SGTVT", day=day))
    year.do("lan", e.Publish(code=code, link="Trang thông tin của Sở", day=day))
    says = _("{code}: over {n} documents, digest {digest}…")
    year.voice.done(says.format(code=code, n=taken.documents, digest=taken.digest[:12]))


def extraordinary(year: Year) -> None:
    """After the directive the director reviews the system at once, some inputs only."""
    day = year.on(9, 21)
    year.heading(_("An extraordinary management review, for the directive"))
    considered = (m.Input.PROCESSES, m.Input.OBJECTIVES, m.Input.NONCONFORMITIES)
    (code,) = year.do(
        "lan",
        m.PlanReview(
            owner="CBISO",
            since=date(YEAR, 1, 5),
            until=day - timedelta(1),
            day=day,
            extraordinary="Thực hiện chỉ đạo tại 3947/UBND-PC",
            inputs=considered,
        ),
    )
    year.do("lan", m.AnnounceReview(code=code, note="77/TB-SGTVT", haste="Chỉ đạo của UBND tỉnh"))
    year.do("lan", *year.by("lan").review_inputs(code))
    year.do("lan", m.Hold(code=code, day=day, attendance=ATTENDANCE))
    due = date(YEAR, 11, 30)
    said: tuple[Decision, ...] = (
        (m.Output.SYSTEM, "Giao ban nhiệm vụ cải cách hằng tuần", "VP", "CVP", due),
        (m.Output.RESOURCES, "Thêm một người hướng dẫn tại Một cửa", "VP", "CVP", due),
    )
    _decided(year, code, said)
    _signed(year, code)
    year.do("lan", m.CloseReview(code=code))
    tasks = year.by("lan").find(t.Task, origin=code)
    year.do("hung", t.Complete(code=tasks[0].code, done=day, evidence="Lịch giao ban"))
    year.do("lan", t.Confirm(code=tasks[0].code))
    year.voice.done(_("Four inputs considered, two conclusions became tasks"))
    _late_review(year)


def _late_review(year: Year) -> None:
    owed = year.by("lan").find(v.Review, state=v.ReviewState.OPEN)
    keep = "Vẫn phù hợp với chỉ đạo"
    year.do("hung", *(v.Conclude(code=one.code, outcome="keep", proposal=keep) for one in owed))


def planned(year: Year) -> None:
    """Plan and announce the yearly review."""
    year.on(11, 30)
    meeting = {"since": date(YEAR, 1, 5), "until": date(YEAR, 11, 30), "day": date(YEAR, 12, 17)}
    (code,) = year.do("lan", m.PlanReview(owner="CBISO", **meeting))
    year.do("lan", m.AnnounceReview(code=code, note="96/TB-SGTVT"))


def yearly(year: Year) -> None:
    """Hold the yearly review; it does not end before everything is there."""
    day = year.on(12, 17)
    year.heading(_("The management review of the year, which first refuses to close"))
    code = _last(year)
    year.do("lan", m.Hold(code=code, day=day, attendance=ATTENDANCE))
    early = "Biên bản xem xét: nhất trí"
    year.do("lan", m.WriteMinutes(code=code, minutes=early))
    year.refuse("binh", m.SignMinutes(code=code, digest=Content.of(early).sha256))
    first = m.NothingArose(code=code, input=m.Input.FOLLOW_UP, day=date(YEAR, 11, 30))
    year.refuse("lan", first)
    year.do("lan", *year.by("lan").review_inputs(code))
    _told(year, code)
    due = date(YEAR + 1, 3, 31)
    said: tuple[Decision, ...] = (
        (m.Output.IMPROVEMENT, "Đưa hẹn giờ nộp hồ sơ ra mọi thủ tục", "VP", "CVP", due),
        (m.Output.RESOURCES, "Số hóa hồ sơ của phòng giao thông", "QLGT", "TP-QLGT", due),
        (m.Output.SYSTEM, "Kế hoạch chuyển sang phiên bản 2026", "VP", "CBISO", due),
    )
    _decided(year, code, said[:2])
    lone = said[2]
    year.do("lan", _conclusion(code, lone))
    _signed(year, code)
    year.refuse("lan", m.CloseReview(code=code))
    _became(year, f"{code}/3", code, lone)
    kept = year.kept(f"Hồ sơ xem xét của lãnh đạo {code}", "QT-06")
    year.do("lan", m.CloseReview(code=code), kept)
    year.voice.done(_("{code} closed: three conclusions, three tasks").format(code=code))


def _last(year: Year) -> str:
    return max(one.code for one in year.by("lan").find(m.ManagementReview))


def _told(year: Year, code: str) -> None:
    review = year.by("lan").get(m.ManagementReview, code)
    for filled in review.inputs:
        told = filled.content.splitlines() or [_("nothing arose")]
        more = _(" (+{n} lines)").format(n=len(told) - 1) if len(told) > 1 else ""
        number = list(m.Input).index(filled.input) + 1
        year.voice.fact(f"{number:2}. {filled.input.vi}: {told[0]}{more}")


def _conclusion(code: str, said: Decision) -> m.Decide:
    output, decision, _unit, owner, due = said
    return m.Decide(review=code, output=output, decision=decision, owner=owner, due=due)


def _decided(year: Year, code: str, said: tuple[Decision, ...]) -> None:
    """Enter conclusions, and the task that each becomes, in one operation."""
    codes = year.do("lan", *(_conclusion(code, one) for one in said))
    for own, one in zip(codes, said, strict=True):
        _became(year, own, code, one)


def _became(year: Year, own: str, review: str, said: Decision) -> None:
    _output, decision, unit, owner, due = said
    (task,) = year.do(
        "lan",
        t.Assign(
            title=decision, result="Báo cáo kết quả", unit=unit, owner=owner, due=due, origin=review
        ),
    )
    year.do("lan", m.BecomeTask(code=own, task=task))


def _signed(year: Year, code: str) -> None:
    minutes = f"Biên bản xem xét của lãnh đạo {code}"
    year.do("lan", m.WriteMinutes(code=code, minutes=minutes))
    year.do("binh", m.SignMinutes(code=code, digest=Content.of(minutes).sha256))


def declared_again(year: Year) -> None:
    """The scope has grown: declare again; give the report of December."""
    day = year.on(12, 21)
    year.heading(_("Declared again for a wider scope; the report of December"))
    system = year.by("lan")
    (standing,) = e.standing(system.find(e.Declaration), day)
    year.do("lan", policy.Revise(code=policy.CODE, scope=WIDER, reason="Thêm kiểm tra công vụ"))
    again = {"replaces": standing.code, "reason": "Thêm kiểm tra công vụ vào phạm vi"}
    taken = system.snapshot()
    first = {"scope": WIDER, "edition": 2015, "snapshot": taken}
    year.refuse("lan", e.DraftDeclaration(code="CB-2026-02", **first))
    (code,) = year.do("lan", e.DraftDeclaration(**first, **again))
    year.do("binh", e.Declare(code=code, decision="210/QĐ-SGTVT", day=day))
    year.do("lan", e.Publish(code=code, link="Trang thông tin của Sở", day=day))
    year.show("december", str(YEAR))


def concluded(year: Year) -> None:
    """Say at the end what was reached of each objective."""
    day = year.on(12, 31)
    year.heading(_("The objectives are concluded; the year at a glance"))
    system = year.by("lan")
    shares = {"MT-2026-03": 35_000, "MT-2026-04": 81_500, "MT-2026-05": 35_000}
    source = "RS-2026-01, CCHC-2026, danh mục thủ tục"
    year.do(
        "hung",
        *(o.Measure(code=code, day=day, value=of, source=source) for code, of in shares.items()),
    )
    known = system.find(o.Objective)
    measured = system.find(o.Measurement)
    said = {one.code: o.outlook(one, measured).standing.vi for one in known}
    year.do("lan", *(o.Conclude(code=code, conclusion=says) for code, says in said.items()))
    year.show("targets")
    year.show("pareto")
    year.show("dashboard")
    year.show("coverage")
