"""Services as announced, and where the procedure that handles one says otherwise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.changes import AlreadyThere, NotWellFormed, Unknown
from qms.registers import people as p
from qms.registers import services as s
from qms.registers.documents.front import Front, Paper
from qms.registers.documents.front import Stage as Taking
from qms.registers.people import Ended
from qms.registers.services import Level, Service, ServiceState
from tests.registers.matrix import Row, cases, judge, to
from tests.registers.stage import START, Stage

CODE = "1.002877.000.00.00.H03"
ANNOUNCED = date(2022, 9, 1)
ANNOUNCE = s.Announce(
    code=CODE,
    title="Cấp giấy phép liên vận",
    field="Đường bộ",
    level="3",
    unit="QLVT",
    decision="1655/QĐ-UBND",
    announced=ANNOUNCED,
    half_days=5,
    papers=("Đơn đề nghị", "Bản sao đăng ký xe"),
    fee="Không",
)
AGAIN = s.AnnounceAgain(
    code=CODE, decision="12/QĐ-UBND", announced=date(2025, 7, 1), half_days=4, level="full"
)
REPEAL = s.Repeal(code=CODE, decision="20/QĐ-UBND", reason="Luật không còn quy định")
LINK = s.Link(code=CODE, document="QT-11")
UNLINK = s.Unlink(code=CODE, reason="Tách quy trình")


def like(change, **fields):
    return type(change)(**{**dict(change), **fields})


def office(*changes):
    """Return a department with a service, after what the quality officer noted of it."""
    stage = Stage()
    stage.do("lan", ANNOUNCE, *changes)
    return stage


def refused(*changes):
    return lambda: office(*changes)


def nothing_offered():
    s.online([office(REPEAL).need(Service, CODE)])


ENDED = p.SucceedUnit(code="QLVT", until=START + timedelta(1), successor="VP")
REFUSALS = [
    (s.AnnouncedAhead, refused(like(ANNOUNCE, code="2.1", announced=START + timedelta(1)))),
    (s.AnnouncedAhead, refused(like(AGAIN, announced=START + timedelta(1)))),
    (s.AnnouncedBackwards, refused(like(AGAIN, announced=ANNOUNCED))),
    (s.NotOffered, refused(REPEAL, AGAIN)),
    (s.NotLinked, refused(UNLINK)),
    (s.NothingOffered, nothing_offered),
    (Ended, refused(ENDED, like(ANNOUNCE, code="2.1"))),
    (AlreadyThere, refused(ANNOUNCE)),
    (Unknown, refused(like(LINK, document="QT-99"))),
    (Unknown, refused(like(ANNOUNCE, code="2.1", unit="KHONG"))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_was_not_announced_so_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal


@pytest.mark.parametrize("wrong", [{"level": "5"}, {"half_days": -1}, {"title": " "}])
def test_a_service_is_of_the_agreed_form(wrong):
    with pytest.raises(NotWellFormed):
        like(ANNOUNCE, **wrong)


STAGES = {
    "announced": office(),
    "linked": office(LINK),
    "repealed": office(REPEAL),
    "repealed_linked": office(LINK, REPEAL),
}
ALIVE = {"announced", "linked"}
ROWS = (
    Row("lan", AGAIN, ALIVE),
    Row("lan", REPEAL, {"announced": "repealed", "linked": "repealed_linked"}),
    Row("lan", LINK, to("linked", *ALIVE)),
    Row("lan", UNLINK, {"linked": "announced", "repealed_linked": "repealed"}),
    Row("lan", ANNOUNCE, set()),
)
REGISTERS = {"service"}


def reached(stage):
    item = stage.need(Service, CODE)
    if item.state is ServiceState.REPEALED:
        return "repealed_linked" if item.document else "repealed"
    return "linked" if item.document else "announced"


@pytest.mark.parametrize(("row", "state", "stage"), cases(ROWS, STAGES))
def test_each_step_is_made_where_it_is_declared_and_refused_elsewhere(row, state, stage):
    judge(row, state, stage, reached)


def test_every_state_is_tried():
    states = {stage.need(Service, CODE).state for stage in STAGES.values()}
    assert states == set(ServiceState)


def test_a_new_announcement_leaves_what_it_does_not_name():
    before, after = (office(*more).need(Service, CODE) for more in ((), (LINK, AGAIN)))

    assert (after.level, after.half_days, after.announced) == (Level.FULL, 4, AGAIN.announced)
    assert (after.title, after.papers, after.fee) == (before.title, before.papers, before.fee)
    assert after.document == "document:qt-11"


def test_a_repealed_service_keeps_the_decision_that_announced_it():
    item = STAGES["repealed"].need(Service, CODE)
    assert (item.decision, item.repealed_by) == ("1655/QĐ-UBND", "20/QĐ-UBND")


def test_one_procedure_handles_many_services():
    stage = office(LINK, like(ANNOUNCE, code="2.1"), like(LINK, code="2.1"))
    assert {stage.need(Service, code).document for code in (CODE, "2.1")} == {"document:qt-11"}


SERVICE = office().need(Service, CODE)
FRONT = Front(
    code="QT-11",
    type="QT",
    title="Cấp phép",
    unit="QLVT",
    owner="TP-QLVT",
    services=("1.002877.000.00.00.h03",),
    days=Decimal("2.5"),
    papers=(Paper(name="Đơn đề nghị;"), Paper(name="bản sao  đăng ký xe")),
    steps=(
        Taking(step="1", name="Nhận", who="Một cửa", days=Decimal("0.5")),
        Taking(step="2", name="Xử lý", who="Chuyên viên", days=Decimal(2)),
    ),
)


def said(decided=ANNOUNCED, **front):
    changed = FRONT.model_copy(update=front)
    return [one.vi for one in s.differences(SERVICE, changed, decided)]


def test_a_procedure_that_agrees_gives_no_warning():
    assert said() == []


@pytest.mark.parametrize(
    ("front", "warning"),
    [
        ({"services": ()}, "quy trình không nêu thủ tục này"),
        ({"steps": FRONT.steps[:1]}, "tổng số ngày các bước 0,5 ≠ 2,5 ngày công bố"),
        ({"days": Decimal("10.0")}, "thời hạn trong quy trình 10 ≠ 2,5 ngày công bố"),
        (
            {"papers": (*FRONT.papers, Paper(name="Hộ khẩu"))},
            "giấy tờ không được công bố: Hộ khẩu",
        ),
        ({"papers": FRONT.papers[:1]}, "quy trình thiếu giấy tờ đã công bố: Bản sao đăng ký xe"),
        (
            {"decided": ANNOUNCED - timedelta(1)},
            "quyết định ban hành quy trình 31/08/2022 cũ hơn công bố 01/09/2022",
        ),
        ({"decided": None}, "quy trình chưa có quyết định ban hành"),
    ],
)
def test_each_difference_is_told(front, warning):
    assert said(**front) == [warning]


def test_what_neither_side_says_is_no_difference():
    plain = SERVICE.model_copy(update={"papers": ()})
    front = FRONT.model_copy(update={"steps": (), "days": None})

    assert list(s.differences(plain, front, ANNOUNCED)) == []


def test_a_difference_is_told_in_both_languages():
    (told,) = s.differences(SERVICE, FRONT.model_copy(update={"days": Decimal(3)}), ANNOUNCED)

    assert told.service == SERVICE.id
    assert told.en == "the procedure says 3 days, 2.5 were announced"


@pytest.mark.parametrize(
    ("level", "now"),
    [("1", "information"), ("2", "information"), ("3", "partial"), ("4", "full"), ("full", "full")],
)
def test_a_level_is_read_by_the_name_of_today(level, now):
    assert Level(level).now is Level(now)
    assert Level(now).now is Level(now)


def of_level(level, state=ServiceState.ANNOUNCED):
    return SERVICE.model_copy(update={"level": level, "state": state})


@given(st.lists(st.builds(of_level, st.sampled_from(Level)), min_size=1))
def test_every_announced_service_is_counted_at_one_level(services):
    found = s.online(services)

    assert sum(found.by_level.values()) == found.offered == len(services)
    assert not set(found.by_level) & set(s.RENAMED)
    assert 0 <= found.tenths(Level.FULL) <= found.tenths() <= 1000
    assert found.tenths(Level.FOUR) == found.tenths(Level.FULL)


def test_a_repealed_service_is_not_counted():
    services = [of_level(Level.FOUR), of_level(Level.NONE), of_level(Level.THREE)]
    found = s.online([*services, of_level(Level.FULL, ServiceState.REPEALED)])

    assert (found.offered, found.online, found.tenths()) == (3, 2, 666)
