"""Keeping documents known: code, title, owner, facts; requests for change."""

from datetime import date

import pytest

from qms import documents as d
from qms import people as p
from qms.changes import AlreadyThere
from tests.lives import ACCEPT, ADOPT, ASK, ASK_NEW, CREATE, FACTS, REVISE, at, document, done
from tests.people import TODAY, founded

RECODE = d.Recode(code="QT-05", new_code="QT-VP-05", reason="Theo đơn vị")
TRANSFER = d.Transfer(code="QT-05", owner="CV", reason="Chuyển nhiệm vụ")
DECLINE = d.Decline(code="YC-2026-001", reason="Chưa cần")


def like(change, **fields):
    return change.model_copy(update=fields)


def recoded(*codes):
    """Return an office whose document had one code after the other."""
    office, old = at("issued"), "QT-05"
    for code in codes:
        office.perform("lan", like(RECODE, code=old, new_code=code))
        old = code
    return office


def gone(who):
    """Return an office with a request, where somebody has left."""
    office = at("requested")
    office.perform("lan", p.Leave(code=who, until=TODAY))
    return office


REFUSALS = [
    (d.SameCode, done("issued", "lan", like(RECODE, new_code="QT-05"))),
    (
        AlreadyThere,
        lambda: recoded("QT-VP-05").perform(
            "lan",
            d.AdoptDocument(code="QT-06", **FACTS),
            like(RECODE, code="QT-06", new_code="qt – 05"),
        ),
    ),
    (AlreadyThere, lambda: recoded("QT-VP-05").perform("hung", CREATE)),
    (p.Ended, done("post closed", "lan", ADOPT, like(TRANSFER, owner="TQ"))),
    (p.Ended, done("unit ended", "lan", ADOPT, like(TRANSFER, unit="TCHC"))),
    (d.UnknownClause, done("issued", "lan", d.Classify(code="QT-05", clauses=("99",)))),
    (d.OwnParent, done("issued", "lan", d.Classify(code="QT-05", parents=("QT-05",)))),
    (d.RequestClosed, done("accepted", "lan", ACCEPT)),
    (d.RequestClosed, done("accepted", "lan", DECLINE)),
    (d.RequestClosed, done("declined", "lan", ACCEPT)),
    (d.RequestClosed, done("carried_out", "lan", DECLINE)),
    (d.NotEntrusted, done("requested", "lan", like(ACCEPT, drafter="ha"))),
    (d.NotEntrusted, lambda: gone("hung").perform("lan", ACCEPT)),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_keeper_may_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize(
    ("change", "state"), [(like(ACCEPT, drafter="lan"), "accepted"), (DECLINE, "declined")]
)
def test_a_request_whose_drafter_has_left_is_decided_anew(change, state):
    office = at("accepted")
    office.perform("lan", p.Leave(code="hung", until=TODAY), change)

    assert office.get(d.Request, "YC-2026-001").state == state


def test_the_old_code_leads_to_the_document_and_its_id_stays():
    office = recoded("QT-VP-05", "QT-VP-2026-05")

    for code in ("QT-05", "QT-VP-05", "QT-VP-2026-05"):
        assert document(office, code).id == "document:qt-05"
    assert document(office).aliases == ("QT-05", "QT-VP-05")


def test_a_document_may_go_back_to_a_code_of_its_own():
    office = recoded("QT-VP-05", "QT-05")

    assert (document(office).code, document(office).aliases) == ("QT-05", ("QT-VP-05",))
    assert document(office, "QT-VP-05").id == "document:qt-05"


def test_another_spelling_is_a_new_print_of_the_same_code():
    office = recoded("qt – 05")

    assert (document(office).code, document(office).aliases) == ("qt – 05", ())


def test_a_new_title_makes_no_revision():
    office = at("issued")
    office.perform("lan", d.Rename(code="QT-05", title="Lưu trữ hồ sơ", reason="Rõ hơn"))
    after = document(office)

    assert (after.title, after.revisions, after.issue, after.amendment) == (
        "Lưu trữ hồ sơ",
        1,
        1,
        0,
    )


def test_a_document_follows_its_owner_to_their_unit_unless_told_otherwise():
    office = at("issued")
    office.perform("lan", TRANSFER)
    assert (document(office).owner, document(office).unit) == ("post:cv", "unit:qlvt")

    office.perform("lan", like(TRANSFER, unit="VP"))
    assert (document(office).owner, document(office).unit) == ("post:cv", "unit:vp")


def test_facts_that_are_not_given_stay():
    office = at("issued")
    office.perform("lan", d.Classify(code="QT-05", keywords=("hồ sơ",), services=("1.000703",)))
    office.perform("lan", d.Classify(code="QT-05", keywords=(), scope="luu-ho-so"))
    after = document(office)

    assert (after.keywords, after.services, after.scope) == ((), ("1.000703",), "luu-ho-so")


@pytest.mark.parametrize("life", ["draft", "reapproval", "withdrawn", "abandoned", "removed"])
def test_a_document_is_kept_known_at_every_stage(life):
    office = at(life)
    before = document(office)
    for change in (RECODE, d.Rename(code="QT-05", title="Khác", reason="Rõ"), TRANSFER):
        office.perform("lan", change)
    after = document(office)

    assert (after.state, after.draft, after.latest) == (before.state, before.draft, before.latest)
    assert after.code == "QT-VP-05"


def test_whoever_asks_says_what_it_touches():
    office = at("issued")
    impact = d.Impact(documents=("QT-05",), services=("1.000703",), people=("Bộ phận Một cửa",))
    (request, counter) = office.perform("ha", like(ASK, code="", impact=impact))

    assert (request.code, counter.n) == ("YC-2026-001", 1)
    assert (request.proposer, request.day, request.state) == ("person:ha", TODAY, "requested")
    assert (request.document, request.impact) == ("document:qt-05", impact)


def test_a_request_may_ask_for_a_new_document_and_a_tool_may_ask():
    office = founded()
    (request, _) = office.perform("motcua", ASK_NEW)

    assert (request.document, request.title, request.proposer) == ("", "Văn thư", "person:motcua")


def test_an_accepted_request_names_its_drafter_and_its_day():
    office = at("requested")
    office.perform("lan", like(ACCEPT, due=date(2026, 3, 20)))
    request = office.get(d.Request, "YC-2026-001")

    assert (request.state, request.drafter, request.due) == (
        d.RequestState.ACCEPTED,
        "person:hung",
        date(2026, 3, 20),
    )
    office.perform("hung", like(REVISE, request="YC-2026-001"))


def test_a_declined_request_keeps_the_reason():
    assert at("declined").get(d.Request, "YC-2026-001").declined == "Chưa cần"
