"""What follows from the registers and is owed, though no item of them is due."""

from datetime import date, timedelta

from qms import policy
from qms.registers import audits as a
from qms.registers import competence as c
from qms.registers import declarations as e
from qms.registers import management_reviews as m

CODE, DAY = "XX-2024-01", date(2024, 2, 20)
YEARLY = date(2025, 2, 20)


def owed(office, register, until):
    found = office.asks(lambda system: system.due(until))
    return [(due.day, due.code, due.owner) for due in found if due.register == register]


def met(office):
    """Hold and close the review of the year."""
    office.clock.to("2024-01-10")
    kept = {"owner": "CVP", "since": date(2024, 1, 3), "until": date(2024, 2, 19), "day": DAY}
    office.does("lan", m.PlanReview(**kept), m.AnnounceReview(code=CODE, note="01/TB-SGTVT"))
    office.clock.to("2024-02-20")
    inputs = office.asks(lambda system: system.review_inputs(CODE))
    office.does("lan", *inputs, m.Hold(code=CODE, day=DAY, attendance="Đủ"))


def test_the_next_management_review_is_owed_a_year_after_the_last(office):
    met(office)

    yearly = (YEARLY, CODE, "post:cvp")
    assert yearly not in owed(office, "management_review", YEARLY - timedelta(1))
    assert yearly in owed(office, "management_review", YEARLY)
    assert office.asks(lambda system: system.dashboard()).management_review == YEARLY


def test_conformity_is_declared_again_for_another_edition(office):
    office.issues("QT-01", "2024-02-01")
    office.clock.to("2024-02-02")
    taken = office.asks(lambda system: system.snapshot())
    draft = e.DraftDeclaration(code="CB-1", scope="Vận tải", edition=2015, snapshot=taken)
    office.does("lan", draft)
    office.does("binh", e.Declare(code="CB-1", decision="1/QĐ", day=date(2024, 2, 2)))
    office.does("lan", e.Publish(code="CB-1", link="Cổng", day=date(2024, 2, 2)))
    assert owed(office, "declaration", DAY) == []

    office.does("lan", policy.Revise(code="policy", reason="Chuyển đổi", edition=2026))
    assert owed(office, "declaration", DAY) == [(DAY, "CB-1", "person:binh")]


def test_a_new_revision_of_what_a_post_must_know_asks_for_training(office):
    office.issues("QT-01", "2024-02-01")
    need = {"post": "CV", "what": "Lập hồ sơ", "shown_by": "Tập huấn", "process": "QT-01"}
    office.does("lan", c.Require(code="NL-1", since=date(2024, 2, 1), step="B1", **need))
    assert owed(office, "training", DAY) == []

    office.revises("QT-01", "2024-02-10", "Mới hơn")
    revision = office.asks(lambda system: system.in_force("QT-01", DAY)).revision
    assert owed(office, "training", DAY) == [(date(2024, 2, 10), revision.code, "post:cv")]

    due = DAY + timedelta(30)
    owe = c.OweTraining(revision=revision.code, people=("ha",), change="Mẫu mới", due=due)
    office.does("lan", owe)
    assert owed(office, "training", DAY) == []


def test_two_requirements_of_one_post_are_owed_apart_on_pages_too(office):
    office.issues("QT-01", "2024-02-01")
    need = {"post": "CV", "shown_by": "Tập huấn", "process": "QT-01", "since": date(2024, 2, 1)}
    steps = (("NL-1", "B1", "Lập hồ sơ"), ("NL-2", "B2", "Thẩm định"))
    for code, step, what in steps:
        office.does("lan", c.Require(code=code, step=step, what=what, **need))
    office.revises("QT-01", "2024-02-10", "Mới hơn")

    with office.open() as system:
        whole = system.due(DAY)
        (first, *_) = (one for one in whole if one.register == "training")
        behind = system.due(DAY, limit=1, after=first.place)

    owed = [(one.of, one.what) for one in whole if one.register == "training"]
    assert owed == [(f"requirement:{code.lower()}", what) for code, _, what in steps]
    assert [one.what for one in behind] == ["Thẩm định"]


def test_who_may_do_a_step_is_who_has_shown_what_it_asks(office):
    office.issues("QT-01", "2024-02-01")
    office.clock.to("2024-02-02")
    day = date(2024, 2, 2)
    need = {"post": "CV", "what": "Lập hồ sơ", "shown_by": "Tập huấn", "process": "QT-01"}
    office.does("lan", c.Require(code="NL-1", since=day, step="B1", **need))
    assert office.asks(lambda system: system.able("QT-01", "B1")) == []

    office.does("lan", c.Attest(requirement="NL-1", person="ha", evidence="Số 5", since=day))
    able = office.asks(lambda system: system.able("QT-01", "b1"))
    assert [one.code for one in able] == ["ha"]
    assert office.asks(lambda system: system.able("QT-01", "B2")) == []


def shown(office, **said):
    """Let ha have shown, until 1 July, what the post CV asks for."""
    office.issues("QT-01", "2024-02-01")
    office.clock.to("2024-02-02")
    day = date(2024, 2, 2)
    office.does("lan", c.Require(code="NL-1", post="CV", what="Lái", shown_by="Bằng", since=day))
    held = {"requirement": "NL-1", "person": "ha", "evidence": "Bằng số 5", "since": day}
    office.does("lan", c.Attest(code="XN-1", **held, until=JULY))
    return held


JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)
RUNS_OUT = [(JULY, "XN-1", "person:ha")]


def test_evidence_that_runs_out_is_owed_until_it_is_there_anew(office):
    held = shown(office)
    assert owed(office, "competence", JULY - timedelta(1)) == []
    assert owed(office, "competence", AUGUST) == RUNS_OUT

    office.does("lan", c.Attest(code="XN-2", **held, until=date(2025, 7, 1)))
    assert owed(office, "competence", AUGUST) == []

    office.does("lan", c.RevokeCompetence(code="XN-2", reason="Bằng giả"))
    assert owed(office, "competence", AUGUST) == RUNS_OUT


def test_evidence_is_owed_no_more_where_nobody_requires_it(office):
    shown(office)
    office.does("lan", c.EndRequirement(code="NL-1", until=JULY, reason="Thuê ngoài"))

    assert owed(office, "competence", AUGUST) == []


def programme(office):
    """Let an audit be scheduled for March and approved."""
    office.clock.to("2024-02-02")
    said = {"programme": "CTDG-2024", "unit": "QLVT", "clauses": ("7.5.3",), "month": 3}
    year = a.DraftProgramme(year=2024, aim="Mọi đơn vị")
    office.does("lan", year, a.Schedule(code="DG-1", **said))
    office.does("binh", a.ApproveProgramme(code="CTDG-2024"))


def audited(office):
    """Let the audit be planned, approved and opened on 20 February."""
    programme(office)
    office.does("lan", a.Plan(code="DG-1", day=DAY, lead="mai", aim="Lưu trữ"))
    office.does("lan", a.Prepare(code="DG-1"))
    office.does("binh", a.Approve(code="DG-1"))
    office.does("lan", a.Notify(code="DG-1", day=date(2024, 2, 2)))
    office.clock.to("2024-02-20")
    office.does("mai", a.Open(code="DG-1", day=DAY, attendance="Đủ"))


def test_an_audit_of_the_programme_is_planned_by_the_end_of_its_month(office):
    programme(office)
    last = date(2024, 3, 31)

    assert owed(office, "audit", last - timedelta(1)) == []
    assert owed(office, "audit", last) == [(last, "DG-1", "person:lan")]

    office.does("lan", a.Plan(code="DG-1", day=DAY, lead="mai", aim="Lưu trữ"))
    assert owed(office, "audit", last) == [(DAY, "DG-1", "person:mai")]


def test_the_next_internal_audit_is_owed_a_year_after_the_last(office):
    audited(office)
    begun = (DAY, "DG-1", "person:mai")  # its closing meeting is owed from its last day on

    assert owed(office, "audit", YEARLY - timedelta(1)) == [begun]
    assert owed(office, "audit", YEARLY) == [begun, (YEARLY, "DG-1", "person:lan")]
