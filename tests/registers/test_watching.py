"""What asks for a review beside the calendar: cases, services, units, audits; once each."""

from datetime import date, timedelta

import pytest

from qms import watching
from qms.founding import default_policy
from qms.registers import documents as d
from qms.registers import nonconformities as n
from qms.registers import people as p
from qms.registers import policy
from qms.registers import reviews as r
from qms.registers import services as s
from qms.registers.reviews import Cause, Review
from tests.registers.audit_journeys import (
    AUDITS,
    FINDING,
    FINISH,
    MEET,
    OPEN,
    RECORD,
    REPORT,
    VISITS,
    assess,
    days,
)
from tests.registers.audit_journeys import CODE as AUDIT
from tests.registers.nonconformity_journeys import CLOSE, CODE, PLAIN
from tests.registers.stage import START, Stage

PRESS = s.Announce(
    code="1.002809", title="Cấp phép", field="Đường bộ", level="4", unit="QLVT",
    decision="1/QĐ-UBND", announced=date(2019, 6, 3), half_days=10,
)  # fmt: skip
LINK = s.Link(code="1.002809", document="QT-11")
ANEW = s.AnnounceAgain(code="1.002809", decision="2/QĐ-UBND", announced=START)
RENAME = p.RenameUnit(code="QLVT", title="Phòng Vận tải")
MERGE = p.SucceedUnit(code="QLVT", until=date(2026, 3, 1), successor="QLGT")


def find(stage):
    """Return how to ask a stage for its items."""
    return lambda item, **where: [
        one
        for one in stage.all().values()
        if isinstance(one, item) and all(getattr(one, k) == v for k, v in where.items())
    ]


def openings(stage):
    """Return what asks for reviews by cause, on the day it is there."""
    found = watching.reviews_to_open(find(stage), stage.day, date(2019, 1, 1))
    return [(one.document, one.cause, one.origin, one.due) for one in found]


def done(*changes):
    stage = Stage()
    stage.do("lan", *changes)
    return stage


def closed(**said):
    stage = PLAIN["effective"].copy()
    stage.do("lan", type(CLOSE)(**dict(CLOSE) | said))
    return stage


def audited():
    """Return an audit that reported a nonconformity on the procedure itself."""
    stage = AUDITS["notified"].copy().on(days(60))
    stage.do("son", OPEN)
    stage.do("yen", type(RECORD)(**dict(RECORD) | {"criterion": f"{AUDIT}/C4"}))
    assess(stage)
    stage.do("son", FINISH, MEET, REPORT)
    return stage


CAUSES = {
    "case": (closed(), Cause.NONCONFORMITY, CODE, START + timedelta(90)),
    "service": (
        done(PRESS, LINK, ANEW), Cause.SERVICE, "1.002809/2026-01-05", START + timedelta(30)
    ),
    "renamed": (
        done(RENAME), Cause.REORGANISATION, "QLVT/2026-01-05", START + timedelta(30)
    ),
    "merged": (
        done(MERGE), Cause.REORGANISATION, "QLVT/2026-03-01", date(2026, 3, 31)
    ),
    "audit": (
        audited(), Cause.AUDIT, FINDING, days(90)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSES)
def test_each_cause_asks_once_for_a_review_by_the_day_that_the_policy_sets(name):
    stage, cause, origin, due = CAUSES[name]
    stage = stage.copy()

    assert openings(stage) == [("QT-11", cause, origin, due)]
    stage.do("lan", *watching.reviews_to_open(find(stage), stage.day, date(2019, 1, 1)))
    assert openings(stage) == []


@pytest.mark.parametrize("name", CAUSES)
def test_what_was_reviewed_or_written_anew_is_not_asked_for_again(name):
    kept = CAUSES[name][0].copy()
    kept.do("lan", *watching.reviews_to_open(find(kept), kept.day, date(2019, 1, 1)))
    review = next(one for one in kept.all().values() if isinstance(one, Review))
    kept.do("tuan", r.Conclude(code=review.code, outcome="keep"))
    assert openings(kept) == []

    newer = CAUSES[name][0].copy().on(max(CAUSES[name][0].day, date(2026, 3, 2)))
    newer.revise("QT-11")
    assert openings(newer) == []


@pytest.mark.parametrize(
    "stage",
    [
        Stage(),
        PLAIN["effective"],
        PLAIN["rejected"],
        AUDITS["met"],
        VISITS["closed"],
        done(PRESS, LINK),
        done(PRESS, ANEW),
        done(p.RenameUnit(code="TT", title="Thanh tra")),
    ],
)
def test_what_touches_no_document_asks_for_nothing(stage):
    assert openings(stage) == []


def test_a_case_that_led_to_a_new_text_asks_for_nothing():
    stage = PLAIN["effective"].copy()
    revision = stage.revise("QT-11")
    stage.do("lan", type(CLOSE)(**dict(CLOSE) | {"waiver": "", "revisions": (revision,)}))
    assert openings(stage) == []


def test_the_case_of_a_finding_does_not_ask_a_second_time():
    stage = audited()
    case = stage.need(n.Nonconformity, "KPH-2026-001")
    over = {"state": n.State.CLOSED, "closed": stage.day, "updates": n.Updates(waiver="Không sai")}
    stage.put((case.model_copy(update=over),))
    assert [cause for _, cause, *_ in openings(stage)] == [Cause.AUDIT]


def test_who_receives_a_text_is_named_by_it():
    stage = Stage()
    stage.adopt("QT-12", "VP", "CVP", issued=date(2020, 3, 2))
    current = stage.need(d.Revision, "QT-12/1.0")
    stage.put((current.model_copy(update={"distribution": ("unit:qlgt",)}),))
    stage.do("lan", p.RenameUnit(code="QLGT", title="Phòng Giao thông"))
    assert [document for document, *_ in openings(stage)] == ["QT-12"]


def test_without_a_limit_of_the_policy_thirty_days_count():
    stage = done(RENAME)
    rules = stage.need(policy.Policy, policy.CODE)
    limits = tuple(one for one in default_policy()["limits"] if one["name"] != watching.LIMIT)
    bare = policy.Policy(**{**dict(rules), "limits": limits})
    known = find(stage)
    (trigger,) = watching.triggers(known, bare, known(d.Document), known(d.Revision))
    assert trigger.due == START + timedelta(30)
