"""One nonconformity at each of its states, and what everybody says about it on the way."""

from __future__ import annotations

from datetime import timedelta

from qms.registers import nonconformities as n
from qms.registers.nonconformities import Nonconformity, State
from qms.registers.nonconformities.items import UNDER_WAY
from tests.registers.stage import START, Stage

CODE = "KPH-2026-001"
ACTION = f"{CODE}/1"
BEGUN = Stage()


def days(count):
    return START + timedelta(count)


def report(**said):
    facts = {
        "unit": "QLVT",
        "found": "Ba hồ sơ trả trễ hạn",
        "day": START,
        "source": "late_dossier",
    }
    return n.Report(**{**facts, "document": "QT-11", **said})


def accept(grade="minor", **said):
    return n.Accept(code=CODE, grade=grade, owner="tuan", **said)


CORRECT = n.Correct(code=CODE, what="Trả kết quả, gửi thư xin lỗi", result="Đạt", day=START)
NEEDED = n.Decide(code=CODE, needed=True, reason="Có thể lặp lại")
NOT_NEEDED = n.Decide(code=CODE, needed=False, reason="Riêng lẻ, đã xử lý hết hậu quả")
FIND_CAUSE = n.FindCause(
    code=CODE,
    cause="Không có người thay khi vắng",
    kind_of_cause="people",
    similar="không, đã xem sổ theo dõi",
    risks="không, rủi ro đã có trong sổ",
)
PLAN = n.PlanAction(code=CODE, what="Phân công người thay", owner="long", due=days(20))
APPROVE = n.ApprovePlan(code=CODE, effect_due=days(60))
START_WORK = n.Start(code=ACTION)
COMPLETE = n.Complete(code=ACTION, done=START, evidence="Bảng phân công")
VERIFY = n.Verify(code=ACTION)
EFFECTIVE = n.JudgeEffect(code=CODE, effective=True, evidence="Hai tháng không trễ hạn")
INEFFECTIVE = n.JudgeEffect(code=CODE, effective=False, evidence="Vẫn trễ hai hồ sơ")
CLOSE = n.Close(code=CODE, concession=False, waiver="Quy trình không sai")
REOPEN = n.Reopen(code=CODE, reason="Nguyên nhân chưa được loại bỏ")
SEND_REPORT = n.SendReport(code=CODE, letter="12/BC-SGTVT", day=START)
STOP = n.DecideStop(
    code=CODE, stop=True, reason="Chờ rà soát", recall=True, scope="Giấy phép cấp từ 01/12"
)
GO_ON = n.DecideStop(code=CODE, stop=False, reason="Không ảnh hưởng", recall=False)
RECALL = n.RecallOutputs(
    code=CODE, what="Thu hồi hai giấy phép", outputs=("HS-1", "HS-2"), day=START
)


def journey(first):
    """Return the department at each state of one nonconformity."""
    stage, seen = BEGUN.copy(), {"absent": BEGUN.copy()}

    def keep(state):
        assert stage.need(Nonconformity, CODE).state is state
        seen[state.value] = stage.copy()

    stage.do("lan", first)
    keep(State.REPORTED)
    rejected = stage.copy()
    rejected.do("lan", n.Reject(code=CODE, reason="Đúng hạn"))
    seen["rejected"] = rejected
    stage.do("lan", accept())
    keep(State.ACCEPTED)
    stage.do("hung", CORRECT)
    keep(State.CORRECTED)
    if first.minutes is None:
        spared = stage.copy()
        spared.do("lan", NOT_NEEDED)
        seen["not_needed"] = spared
    stage.do("lan", NEEDED)
    keep(State.NEEDED)
    stage.do("tuan", FIND_CAUSE, PLAN)
    keep(State.ANALYSED)
    stage.do("mai", APPROVE)
    keep(State.IN_PROGRESS)
    stage.do("long", COMPLETE)
    stage.do("lan", VERIFY)
    keep(State.VERIFIED)
    seen["verified"].on(days(60))
    stage.on(days(60)).do("lan", EFFECTIVE)
    keep(State.EFFECTIVE)
    if first.minutes is not None:
        stage.do("lan", SEND_REPORT)
    stage.do("lan", CLOSE)
    keep(State.CLOSED)
    stage.do("lan", REOPEN)
    keep(State.REOPENED)
    return seen


PLAIN = journey(report())
EXTERNAL = journey(report(source="external_audit", minutes=START))
OPEN = {state.value for state in UNDER_WAY}
TIMED = OPEN - {"in_progress"} | {"reported"}
LATER = days(300)


def action_journey():
    """Return the department at each state of one action, another one being open."""
    stage, seen = PLAIN["analysed"].copy(), {"absent": PLAIN["needed"].copy()}
    stage.do("tuan", PLAN)
    stage.do("mai", APPROVE)
    seen["open"] = stage.copy()
    dropped = stage.copy()
    dropped.do("mai", n.Drop(code=ACTION, reason="Trùng"))
    seen["dropped"] = dropped
    stage.do("long", START_WORK)
    seen["doing"] = stage.copy()
    stage.do("long", COMPLETE)
    seen["done"] = stage.copy()
    stage.do("lan", VERIFY)
    seen["verified"] = stage.copy()
    return seen


ACTIONS = action_journey()
