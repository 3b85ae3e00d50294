"""What went wrong: late dossiers that a program reports, a complaint, what the audit found."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _
from typing import Final, NamedTuple

from ..registers import nonconformities as n
from ..registers import records as r
from ..registers import risks as k
from .stage import YEAR, Year

COMPLAINT: Final = n.Source.COMPLAINT


class Case(NamedTuple):
    """How a nonconformity is dealt with: by whom, what was done, which cause, which action."""

    owner: str
    corrected: str
    cause: str
    kind: n.Cause
    action: str
    due: date
    effect: date


LATE: Final = Case(
    owner="tuan",
    corrected="Trả kết quả, gửi thư xin lỗi",
    cause="Người thụ lý nghỉ, không ai nhận thay",
    kind=n.Cause.PEOPLE,
    action="Phân công người thay trên phần mềm một cửa",
    due=date(YEAR, 5, 15),
    effect=date(YEAR, 6, 15),
)
WRONG: Final = Case(
    owner="ha",
    corrected="Thu hồi, cấp lại giấy phép đúng ngày, xin lỗi",
    cause="Quy trình không yêu cầu đối chiếu ngày hết hạn",
    kind=n.Cause.DOCUMENT,
    action="Sửa QT-13, mục 5.4",
    due=date(YEAR, 7, 15),
    effect=date(YEAR, 9, 7),
)


def late_dossiers(year: Year) -> None:
    """A program reports three late dossiers; people decide what they are."""
    day = year.on(4, 14)
    year.heading(_("The one-stop software reports three late dossiers"))
    facts = {"source": n.Source.LATE_DOSSIER, "day": day, "clause": "8.5.1"}
    found = "Trả kết quả chậm {} ngày làm việc"
    seen = (("QLVT", "1.002809", 3), ("QLVT", "1.002809", 2), ("QLGT", "1.000028", 1))
    codes = year.do(
        "motcua",
        *(
            n.Report(
                unit=unit,
                found=found.format(late),
                service=service,
                outputs=(f"000.00.18.H03-2604{10 + k}-00{k}",),
                **facts,
            )
            for k, (unit, service, late) in enumerate(seen, 1)
        ),
    )
    year.refuse("motcua", n.Accept(code=codes[0], grade="minor", owner="tuan"))
    year.do(
        "lan",
        n.Accept(code=codes[0], grade="minor", owner="tuan"),
        n.Accept(code=codes[1], grade="minor", owner="tuan"),
        n.Reject(code=codes[2], reason="Đã tạm dừng chờ bổ sung hồ sơ, không trễ"),
    )
    year.voice.done(_("Two accepted, one rejected: it had waited for papers"))
    year.on(4, 16)
    _acted(year, codes[0], LATE)
    done = {"what": LATE.corrected, "result": "Người dân đã nhận", "day": year.today}
    year.do("long", n.Correct(code=codes[1], **done))
    year.do("lan", n.Decide(code=codes[1], needed=False, reason=f"Cùng nguyên nhân {codes[0]}"))
    year.do("lan", n.Close(code=codes[1], concession=False, waiver="Quy trình không sai"))


def complaint(year: Year) -> None:
    """Somebody complains: a grave case, in which the leader decides first."""
    day = year.on(5, 12)
    year.heading(_("A complaint: a permit with the wrong last day"))
    (code,) = year.do(
        "quang",
        n.Report(
            unit="QLGT",
            found="Giấy phép lưu hành ghi sai ngày hết hạn",
            day=day,
            source=COMPLAINT,
            clause="8.6",
            document="QT-13",
            service="1.000028",
            outputs=("000.00.18.H03-260504-007",),
            complainant="Nguyễn Văn Dân",
            proofs={"phan-anh.txt": "Nội dung phản ánh tại quầy"},
        ),
    )
    year.do("lan", n.Accept(code=code, grade="major", owner="ha"))
    fixed = {"what": WRONG.corrected, "result": "Đúng ngày", "day": day}
    year.refuse("yen", n.Correct(code=code, **fixed))
    scope = "Giấy phép cấp từ ngày 04/5"
    more = {"reason": "Cấp mới có người thứ hai đối chiếu", "recall": True, "scope": scope}
    year.do("binh", n.DecideStop(code=code, stop=False, **more))
    _case, held = year.do(
        "yen",
        n.RecallOutputs(code=code, what="Thu hồi hai giấy, cấp lại", day=day),
        year.kept("Giấy phép ghi sai ngày hết hạn, bản sao", "QT-13"),
    )
    year.do("lan", r.Place(records=(held,), reason="Xác minh phản ánh", basis="45/TB-SGTVT"))
    year.on(5, 14)
    _acted(year, code, WRONG)
    year.voice.done(_("Recalled, corrected, its cause found: the procedure itself"))
    _rated(year)


def _acted(year: Year, code: str, case: Case) -> None:
    """Correct, decide, find the cause, plan one action and have it approved."""
    done = {"what": case.corrected, "result": "Đã kiểm tra lại", "day": year.today}
    year.do(case.owner, n.Correct(code=code, **done))
    year.do("lan", n.Decide(code=code, needed=True, reason="Ảnh hưởng người dân"))
    said = {"similar": "không, đã xem sổ cả quý", "risks": "có, đã xem lại sổ rủi ro"}
    year.do(
        case.owner,
        n.FindCause(code=code, cause=case.cause, kind_of_cause=case.kind, **said),
        n.PlanAction(code=code, what=case.action, owner=case.owner, due=case.due),
    )
    year.do("binh", n.ApprovePlan(code=code, effect_due=case.effect))


def _rated(year: Year) -> None:
    """Look at the risk again that came true."""
    again = {"evidence": "Phản ánh ngày 12/5", "review": date(YEAR, 6, 12)}
    year.do(
        "ha", k.RateAgain(code="RC-2026-002", rating={"likelihood": 3, "consequence": 4}, **again)
    )
    year.do(
        "ha",
        k.Treat(
            code="RC-2026-002",
            measure="Phần mềm tính ngày hết hạn",
            owner="TP-QLGT",
            due=date(YEAR, 6, 12),
            effect="Không giấy phép nào sai ngày",
        ),
    )


def done(year: Year, month: int, day: int, code: str, doer: str, evidence: str) -> None:
    """Say that the one action on a case is done, and have somebody else verify it."""
    on = year.on(month, day)
    year.do(
        doer, n.Start(code=f"{code}/1"), n.Complete(code=f"{code}/1", done=on, evidence=evidence)
    )
    year.do("lan", n.Verify(code=f"{code}/1"))


def actions_done(year: Year) -> None:
    """Carry out the action on the late dossiers."""
    done(year, 5, 15, "KPH-2026-001", "tuan", "Bảng phân công trên phần mềm")


def effect_judged(year: Year) -> None:
    """Judge, later and as somebody else, whether it worked; close it."""
    year.on(6, 16)
    year.heading(_("A month later: did it work?"))
    code = "KPH-2026-001"
    year.refuse("tuan", n.JudgeEffect(code=code, effective=True, evidence="Không trễ"))
    year.do("son", n.JudgeEffect(code=code, effective=True, evidence="Một tháng không hồ sơ trễ"))
    year.do("lan", n.Close(code=code, concession=False, waiver="Quy trình không sai"))
    year.voice.done(_("{code} closed: it worked the first time").format(code=code))


def complaint_done(year: Year) -> None:
    """The procedure was amended: the action is done, the risk is less."""
    case = year.by("lan").find(n.Nonconformity, source=COMPLAINT)[0].code
    done(year, 7, 15, case, "ha", "QT-13 lần ban hành 1, sửa đổi 1")


def complaint_closed(year: Year) -> None:
    """Close the complaint: not without the revision it led to."""
    year.on(9, 10)
    year.heading(_("The complaint is closed, and not without the amended procedure"))
    case = year.by("lan").find(n.Nonconformity, source=COMPLAINT)[0].code
    year.do("son", n.JudgeEffect(code=case, effective=True, evidence="Hai tháng không sai ngày"))
    year.refuse("lan", n.Close(code=case, concession=False))
    year.do(
        "lan",
        n.Close(code=case, concession=False, revisions=("QT-13/1.1",)),
        year.kept(f"Hồ sơ xử lý {case}", "QT-04"),
    )
    held = year.by("lan").find(r.Hold)[0].code
    year.do("lan", r.Release(code=held, reason="Đã có kết luận, 98/TB-SGTVT"))
    year.voice.done(_("{code} closed; the hold on its records is released").format(code=case))


def treated(year: Year) -> None:
    """Judge what the treatment of the first risk did; look at the others in time."""
    day = year.on(3, 4)
    year.do("tuan", k.CarryOutTreatment(code="RC-2026-001", evidence="12/QĐ-QLVT"))
    judged = {"says": "Người thay đã làm được", "review": date(YEAR + 1, 2, 26)}
    less = {"likelihood": 1, "consequence": 3}
    year.refuse(
        "tuan",
        k.JudgeTreatment(code="RC-2026-001", effective=True, rating=less, **judged),
    )
    year.do("son", k.JudgeTreatment(code="RC-2026-001", effective=True, rating=less, **judged))
    year.voice.fact(_("{day}: the treated risk is low now").format(day=f"{day:%d/%m}"))


def watched(year: Year) -> None:
    """Judge what the treatment of the second risk did."""
    year.on(6, 11)
    year.do("yen", k.CarryOutTreatment(code="RC-2026-002", evidence="Chức năng tính ngày"))
    less = {"likelihood": 1, "consequence": 4}
    judged = {"says": "Không sai ngày từ 15/5", "review": date(YEAR + 1, 5, 28)}
    year.do("son", k.JudgeTreatment(code="RC-2026-002", effective=True, rating=less, **judged))
