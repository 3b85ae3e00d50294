"""The review of a year: services selected, plans, decisions, what was carried out, the ratio."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import NotWellFormed, Unknown
from qms.registers import services as s
from qms.registers.services import Campaign, Proposal, Selection, SelectionState
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage
from tests.registers.test_services import AGAIN, ANNOUNCE, REPEAL, like
from tests.registers.test_services import CODE as SERVICE

CAMPAIGN = "RS-2026"
CODE = f"{CAMPAIGN}/{SERVICE}"
DUE, BY = date(2026, 9, 30), date(2026, 12, 31)
OPEN = s.OpenCampaign(
    code=CAMPAIGN, year="2026", title="Rà soát năm 2026", due=DUE, plan="5/KH-SGTVT"
)
SELECT = s.Select(campaign=CAMPAIGN, service=SERVICE)
PROPOSE = s.Conclude(code=CODE, proposals=("drop_paper", "cut_days"), says="Bỏ bản sao đăng ký")
ABOLISH = like(PROPOSE, proposals=("abolish",))
MERGE = like(PROPOSE, proposals=("merge_steps",))
KEEP = s.Conclude(code=CODE, says="Thành phần hồ sơ do luật định")
SUBMIT = s.SubmitProposal(code=CODE, instrument="9/TTr-SGTVT")
APPROVE = s.DecideProposal(code=CODE, approved=True, decision="30/QĐ-UBND", due=BY)
DECLINE = s.DecideProposal(code=CODE, approved=False, decision="31/UBND-KSTT")
CARRY_OUT = s.CarryOut(code=CODE, says="Quyết định công bố lại")
ANEW = like(AGAIN, announced=START)


def office(*changes):
    """Return a department with a service selected, after what was noted of it."""
    stage = Stage()
    stage.do("lan", ANNOUNCE, OPEN, SELECT, *changes)
    return stage


def refused(*changes):
    return lambda: office(*changes)


def empty():
    s.ratio(office().need(Campaign, CAMPAIGN), [])


APPROVED = (PROPOSE, SUBMIT, APPROVE)
REFUSALS = [
    (s.NotByPercent, refused(like(OPEN, code="RS-2", target=0))),
    (s.NotByPercent, refused(like(OPEN, code="RS-2", target=101))),
    (s.DueBeforeYear, refused(like(OPEN, code="RS-2", due=date(2025, 12, 31)))),
    (s.NotOffered, refused(REPEAL, like(OPEN, code="RS-2"), like(SELECT, campaign="RS-2"))),
    (s.SelectionOutOfStep, refused(SUBMIT)),
    (s.OtherCode, refused(like(SELECT, code="RS-2026/2"))),
    (s.NoDueDay, refused(PROPOSE, SUBMIT, like(APPROVE, due=None))),
    (s.NoDueDay, refused(PROPOSE, SUBMIT, like(APPROVE, due=START - timedelta(1)))),
    (s.NotYetAnnounced, refused(*APPROVED, CARRY_OUT)),
    (s.NotYetAnnounced, refused(ABOLISH, SUBMIT, APPROVE, ANEW, CARRY_OUT)),
    (s.NothingSelected, empty),
    (s.AlreadySelected, refused(SELECT)),
    (Unknown, refused(like(SELECT, service="9.9"))),
    (Unknown, refused(like(SELECT, campaign="RS-9"))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_review_allows_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("year", ["26", "1926", "2026-13", ""])
def test_a_year_has_four_digits(year):
    with pytest.raises(NotWellFormed):
        like(OPEN, year=year)


STAGES = {
    "selected": office(),
    "unchanged": office(KEEP),
    "proposed": office(PROPOSE),
    "submitted": office(PROPOSE, SUBMIT),
    "approved": office(*APPROVED),
    "declined": office(PROPOSE, SUBMIT, DECLINE),
    "carried_out": office(*APPROVED, ANEW, CARRY_OUT),
}
ROWS = (
    Row("tuan", PROPOSE, to("proposed", "selected", "declined")),
    Row("tuan", KEEP, to("unchanged", "selected", "declined")),
    Row("tuan", SUBMIT, to("submitted", "proposed")),
    Row("lan", APPROVE, to("approved", "submitted")),
    Row("lan", DECLINE, to("declined", "submitted")),
    Row("lan", CARRY_OUT, to("carried_out", "approved"), (("lan", ANEW),)),
    Row("tuan", SELECT, set()),
    Row("lan", OPEN, set()),
)
REGISTERS = {"campaign", "selection"}


def reached(stage):
    return stage.need(Selection, CODE).state.value


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    assert set(STAGES) == {state.value for state in SelectionState}
    assert all(reached(stage) == state for state, stage in STAGES.items())


@pytest.mark.parametrize(
    "changes",
    [
        (*APPROVED, ANEW),
        (*APPROVED, REPEAL),
        (ABOLISH, SUBMIT, APPROVE, REPEAL),
        (MERGE, SUBMIT, APPROVE),
    ],
)
def test_a_plan_is_carried_out_once_what_it_proposes_has_happened(changes):
    item = office(*changes, CARRY_OUT).need(Selection, CODE)
    assert (item.state, item.says) == (SelectionState.CARRIED_OUT, PROPOSE.says)


def test_the_review_is_owed_by_the_campaign_then_what_was_approved_by_its_own_day():
    dues = {state: stage.need(Selection, CODE).due for state, stage in STAGES.items()}
    assert {state: due for state, due in dues.items() if due} == {
        "selected": DUE,
        "proposed": DUE,
        "approved": BY,
    }


def test_a_campaign_aims_at_a_quarter_unless_it_says_otherwise():
    assert office().need(Campaign, CAMPAIGN).target == 25


CAMPAIGN_ITEM, SELECTION = (
    office().need(Campaign, CAMPAIGN),
    STAGES["selected"].need(Selection, CODE),
)
SELECTIONS = st.lists(
    st.builds(
        lambda proposals, own: SELECTION.model_copy(
            update={"proposals": tuple(proposals), "campaign": own}
        ),
        st.sets(st.sampled_from(Proposal)),
        st.sampled_from([CAMPAIGN_ITEM.id, "campaign:khác"]),
    )
)


@given(SELECTIONS, st.integers(1, 100))
def test_the_ratio_is_of_the_own_selection_and_never_of_an_empty_one(selections, target):
    campaign = CAMPAIGN_ITEM.model_copy(update={"target": target})
    own = [one for one in selections if one.campaign == campaign.id]
    if not own:
        with pytest.raises(s.NothingSelected):
            s.ratio(campaign, selections)
        return
    found = s.ratio(campaign, selections)

    assert found.selected == len(own)
    assert 0 <= found.tenths <= 1000
    assert found.reached or found.tenths < 10 * target


@pytest.mark.parametrize(("proposed", "reached"), [(4, False), (5, True)])
def test_five_of_twenty_reach_a_quarter(proposed, reached):
    found = s.Ratio(20, proposed, 25)
    assert (found.reached, found.tenths) == (reached, 50 * proposed)
