"""Who has paper, who has read: copies to recall, receipts owed, with those who come and go."""

from datetime import date

import pytest

from qms import documents as d
from qms import people as p
from qms.values import Content
from tests.systems import created, text


@pytest.fixture(scope="module")
def issued(stage):
    stage.clock.to("2024-01-03")
    stage.issues("QT-05", "2024-02-01", distribution=("QLVT", "VP"))
    stage.clock.to("2024-02-01")
    return stage


@pytest.fixture
def office(issued, place):
    return issued.copy(place / "so")


def owed(office, on=None):
    return office.asks(lambda system: [who.code for who in system.receipts_owed("QT-05", on)])


def test_everybody_of_the_units_that_receive_it_owes_a_receipt(office):
    assert owed(office) == ["ha", "hung"]

    office.does("ha", d.Acknowledge(document="QT-05"))

    assert owed(office) == ["hung"]


def test_nobody_acknowledges_twice_nor_for_another(office):
    office.does("ha", d.Acknowledge(document="QT-05"))

    with pytest.raises(d.OwnReceiptOnly):
        office.does("ha", d.Acknowledge(code="QT-05/1.0/hung", document="QT-05"))


def test_whoever_joins_later_owes_one_too_and_whoever_leaves_no_more(office):
    office.does(
        "lan",
        p.Enrol(code="tam", name="Vũ Tâm"),
        p.Appoint(code="tam", post="CV", since=date(2024, 3, 1)),
        p.Leave(code="ha", until=date(2024, 3, 15)),
        p.Relieve(code="hung", post="CVP", until=date(2024, 4, 1)),
    )

    assert owed(office, date(2024, 2, 28)) == ["ha", "hung"]
    assert owed(office, date(2024, 3, 1)) == ["ha", "hung", "tam"]
    assert owed(office, date(2024, 3, 15)) == ["hung", "tam"]
    assert owed(office, date(2024, 4, 1)) == ["tam"]


def test_a_post_that_ended_reads_no_more(office):
    office.does("lan", p.ClosePost(code="CV", until=date(2024, 3, 1)))

    assert owed(office, date(2024, 2, 29)) == ["ha", "hung"]
    assert owed(office, date(2024, 3, 1)) == ["hung"]


def test_a_new_text_is_read_anew(office):
    office.does("ha", d.Acknowledge(document="QT-05"))
    office.does("hung", d.Submit(code="QT-05", text=text("Mới"), summary="Mới"))
    office.signs("QT-05")
    office.does("lan", d.Issue(code="QT-05", effective=date(2024, 6, 1), distribution=("QLVT",)))

    assert owed(office, date(2024, 5, 31)) == ["hung"]
    assert owed(office, date(2024, 6, 1)) == ["ha"]


def test_copies_of_a_replaced_text_are_to_come_back_from_the_day_it_is_replaced(office):
    office.does(
        "lan",
        d.HandOut(code="QT-05", holder="CV", day=date(2024, 2, 1)),
        d.HandOut(code="QT-05", holder="CVP", day=date(2024, 2, 1)),
        d.HandOut(code="QT-05", holder="GD", day=date(2024, 2, 1)),
    )
    office.revises("QT-05", "2024-06-01", "Mới")

    def to_recall(day):
        found = office.asks(lambda system: system.copies_to_recall(day))
        return [(copy.code, copy.holder) for copy in found]

    assert to_recall(date(2024, 5, 31)) == []
    assert to_recall(date(2024, 6, 1)) == [
        ("QT-05/1.0/B01", "post:cv"),
        ("QT-05/1.0/B02", "post:cvp"),
        ("QT-05/1.0/B03", "post:gd"),
    ]
    office.clock.to("2024-06-03")
    office.does(
        "lan",
        d.TakeBack(code="QT-05/1.0/B01", day=date(2024, 6, 3)),
        d.ReportLost(code="QT-05/1.0/B02", day=date(2024, 6, 3), note="Chuyển phòng"),
        d.HandOut(code="QT-05", holder="CV", day=date(2024, 6, 3)),
    )
    assert to_recall(None) == [("QT-05/1.0/B03", "post:gd")]
    copies = office.asks(lambda system: system.find(d.Copy, document="QT-05"))
    assert [copy.code for copy in copies][-1] == "QT-05/1.1/B04"
    assert office.asks(lambda system: system.verify()) == []


def test_paper_of_a_withdrawn_document_is_to_come_back(office):
    office.does("lan", d.HandOut(code="QT-05", holder="CV", day=date(2024, 2, 1)))
    office.does("binh", d.Withdraw(code="QT-05", reason="Bỏ", day=date(2024, 3, 1)))

    office.clock.to("2024-03-01")
    assert len(office.asks(lambda system: system.copies_to_recall())) == 1


def test_two_documents_of_one_scope_or_service_overlap(office):
    office.does(
        "hung",
        created("QT-11", scope="van-tai"),
        created("QT-12", scope="van-tai", services=("1.000703",)),
        created("QT-13", services=("1.000703",)),
        created("QT-14", scope="khac"),
    )

    def overlap(code):
        return [found.code for found in office.asks(lambda system: system.overlaps(code))]

    assert overlap("QT-11") == ["QT-12"]
    assert overlap("QT-12") == ["QT-11", "QT-13"]
    assert overlap("QT-14") == overlap("QT-05") == []


def test_remarks_say_what_keeps_a_text_from_being_signed_then_what_to_look_at(office):
    body = "Xem [phụ lục](PL-01.docx). Người ký: ……\n"
    office.does(
        "hung", d.Create(code="QT-15", title="x", type="QT", unit="VP", owner="CVP", text=body)
    )

    found = office.asks(lambda system: [remark.code for remark in system.remarks("QT-15")])

    assert found == ["E4"] * 7 + ["E5", "W1"]


def test_a_front_part_that_differs_from_the_register_is_remarked(office):
    front = '+++\ncode = "qt – 16"\ntype = "BM"\ntitle = "Cũ"\nunit = "QLVT"\nowner = "CV"\n+++\n'
    office.does(
        "hung",
        created("QT-16", title="Mới", type="qt").model_copy(
            update={"text": Content.of(front + text("Nội dung"))}
        ),
    )

    found = office.asks(lambda system: system.remarks("QT-16"))

    assert [(remark.code, remark.about) for remark in found] == [
        ("W7", "type: BM ≠ QT"),
        ("W7", "unit: QLVT ≠ VP"),
        ("W7", "owner: CV ≠ CVP"),
        ("W7", "title: Cũ ≠ Mới"),
    ]


def test_law_clauses_and_services_that_the_register_does_not_have_are_remarked(office):
    facts = 'code = "QT-18"\ntype = "QT"\ntitle = "Quy trình QT-18"\nunit = "VP"\nowner = "CVP"\n'
    lists = 'legal = ["10/2022/TT-BNV"]\nservices = ["1.000703"]\n'
    whole = f"+++\n{facts}{lists}+++\n{text('Nội dung')}"
    office.does("hung", created("QT-18").model_copy(update={"text": Content.of(whole)}))
    office.does("lan", d.Classify(code="QT-18", legal=("30/2020/NĐ-CP",), services=("1.000703",)))

    found = office.asks(lambda system: system.remarks("QT-18"))

    assert [(one.code, one.about) for one in found] == [
        ("W7", "legal: 10/2022/tt-bnv, 30/2020/nđ-cp")
    ]


def test_a_front_part_that_says_the_same_is_not_remarked(office):
    front = (
        '+++\ncode = "QT-17"\ntype = "QT"\ntitle = "Quy trình QT-17"\nunit = "VP"\nowner = "CVP"\n'
    )
    whole = f"{front}+++\n{text('Nội dung')}"
    office.does("hung", created("QT-17").model_copy(update={"text": Content.of(whole)}))

    assert office.asks(lambda system: system.remarks("QT-17")) == []
    office.does("lan", d.Recode(code="QT-17", new_code="QT-VP-17", reason="Mã theo đơn vị"))
    assert [one.about for one in office.asks(lambda system: system.remarks("QT-17"))] == [
        "code: QT-17 ≠ QT-VP-17"
    ]


def test_a_decision_after_the_day_of_effect_is_recorded_and_remarked(office):
    office.clock.to("2024-03-01")
    office.does("lan", d.RecordDecision(code="QT-05", decision="9/QĐ", decided=date(2024, 2, 20)))

    (remark,) = office.asks(lambda system: system.remarks("QT-05"))

    assert (remark.code, remark.about) == ("W8", "QT-05/1.0, 01/02/2024 < 20/02/2024")


def test_a_form_that_is_named_but_not_there_is_remarked(office):
    front = '+++\ncode = "QT-16"\ntype = "QT"\ntitle = "x"\nunit = "VP"\nowner = "CVP"\n'
    forms = '[[forms]]\ncode = "BM.01"\ntitle = "Đơn"\n[[forms]]\ncode = "BM.02"\ntitle = "Sổ"\n'
    whole = f"{front}{forms}+++\n{text('{forms}')}"
    office.does(
        "hung",
        created("BM.02", type="BM"),
        d.Create(code="QT-16", title="x", type="QT", unit="VP", owner="CVP", text=whole),
    )

    found = office.asks(lambda system: system.remarks("QT-16"))

    assert [(remark.code, remark.about) for remark in found] == [("W2", "BM.01"), ("W3", "BM.02")]
