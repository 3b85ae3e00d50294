"""What does not fit into a field is told by its title: what was found, what is wanted."""

import pickle
from contextlib import suppress
from typing import get_args

import pytest

from qms import documents as d
from qms import nonconformities as n
from qms import objectives as o
from qms import people as p
from qms import policy, tasks
from qms import records as k
from qms import services as s
from qms.changes import Change, NotWellFormed, Value
from qms.errors import QMSError, Refused
from qms.values import Content, Frozen, Sealed
from tests.people import TODAY

WRONG = (None, 5, -1, 10**9, 10**30, "", "x", "\ud800", b"\xff", True, 1.5, float("nan"), [], [5])
NESTED = ([[5]], [{}], [{"a": 1}], {}, {"a": 1}, {"sha256": "z", "size": -1}, "2026-13-45")

OURS = [of for of in Change.kinds.values() if of.__module__.startswith("qms.")]

AGAIN = {"decision": "9/QĐ", "announced": TODAY}


def misfit(change, **fields):
    with pytest.raises(NotWellFormed) as caught:
        change(**fields)
    return caught.value


@pytest.mark.parametrize(
    ("change", "field", "value", "says"),
    [
        (
            d.Withdraw,
            "day",
            "mai",
            "Hết hiệu lực từ ngày (day): có “mai”, cần ngày, viết như 2026-03-01",
        ),
        (d.Withdraw, "reason", " ", "Lý do (reason): bỏ trống, cần chữ"),
        (d.Withdraw, "colour", 5, "colour: không có trường này, chỉ có "),
        (d.Create, "suffix", "../md", "Đuôi tệp (suffix): có “../md”, cần chữ, viết như docx"),
        (d.Create, "text", "\ud800", "(text): có “\\ud800”, cần chữ theo bảng mã UTF-8"),
        (d.Create, "clauses", "4.1", "(clauses): có “4.1”, cần danh sách"),
        (d.Create, "clauses", ("4.1", 5), "(clauses), giá trị 2: có 5, cần chữ"),
        (d.Create, "attachments", {"a": 5}, "(attachments), a: có 5, cần nội dung một tệp"),
        (d.Approve, "issue", 0, "Lần ban hành (issue): có 0, cần ít nhất 1"),
        (d.Approve, "issue", 10**30, "Lần ban hành (issue): có một số quá lớn, cần nhiều nhất "),
        (k.Place, "records", (), "Hồ sơ (records): bỏ trống, cần ít nhất 1 giá trị"),
        (k.Place, "records", ("A",) * 300, "có 300 giá trị, cần nhiều nhất 200 giá trị"),
        (n.Report, "complainant", 5, "(complainant): có 5, cần chữ"),
        (p.EntrustPost, "roles_held", ("king",), "cần một trong các từ drafter = người soạn thảo"),
    ],
)
def test_what_does_not_fit_is_told_under_the_title_of_its_field(change, field, value, says):
    assert says in misfit(change, code="X-1", **{field: value}).says("vi")


@pytest.mark.parametrize(
    ("field", "value", "vi", "en"),
    [
        ("code", "../x", "../x: Mã số chỉ gồm", "../x: A code is"),
        ("unit", "../x", "../x (Đơn vị chủ trì): Mã số chỉ gồm", "../x (unit): A code is"),
        ("title", "a\u0007", "a\u0007 (Tên tài liệu): Nội dung không", "a\u0007 (title): A text"),
        ("services", ("1", "a//b"), "a//b (Mã thủ tục hành chính): ", "a//b (services): "),
        ("attachments", {"../x": b""}, "../x (Tên tệp): ", "../x (attachments): "),
        ("attachments", {"con": b""}, "con (Tên tệp): ", "con (attachments): "),
        ("text", b" " * 20_000_001, "20000001 B (Nội dung): Tệp", "20000001 B (text): "),
    ],
)
def test_what_refuses_a_value_names_its_field(field, value, vi, en):
    with pytest.raises(Refused) as caught:
        d.Create(**{"code": "QT-1", "title": "Quy trình", field: value})

    assert caught.value.says("vi").startswith(vi)
    assert caught.value.says("en").startswith(en)


def parts(annotation):
    """Yield the values of several fields that a type names, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        yield annotation
        for field in annotation.model_fields.values():
            yield from parts(field.annotation)
    for inner in get_args(annotation):
        yield from parts(inner)


def test_a_value_tells_what_does_not_fit_before_it_is_in_a_change():
    fields = (field for change in OURS for field in change.model_fields.values())
    values = {value for field in fields for value in parts(field.annotation)} - {Content, Sealed}

    assert [value for value in values if not issubclass(value, Value)] == []
    wrong = misfit(tasks.Promise, what=5)
    assert wrong.says("vi").startswith("Promise: Nội dung cam kết (what): có 5, cần chữ; ")
    assert str(wrong).startswith("Promise: what (Nội dung cam kết): found 5, wanted text; ")


def test_a_row_of_a_table_is_named_by_its_number_in_both_languages():
    series = ({"name": "form", "pattern": "{n}"}, {"name": "review", "pattern": 5})

    wrong = misfit(policy.Revise, code="policy", reason="x", series=series)

    assert wrong.about == "policy.revise/1"
    assert wrong.says("vi") == (
        "policy.revise/1: Dãy số (series), dòng 2, Mẫu số (pattern): có 5, cần chữ."
    )
    assert str(wrong) == (
        "policy.revise/1: series (Dãy số), row 2, pattern (Mẫu số): found 5, wanted text."
    )


def test_a_number_that_was_typed_in_units_is_told_in_units():
    (days,) = misfit(s.AnnounceAgain, code="1.001", **AGAIN, half_days=-3).wrong

    assert days.says("en").endswith("found -3, wanted at least 0")
    assert days.under("--half-days", 2).says("vi") == "Thời hạn (--half-days): có -3, cần ít nhất 0"
    assert days.inside().says("vi") == "có -1,5, cần ít nhất 0"


def test_a_refusal_that_names_fields_can_be_sent_to_another_process():
    wrong = misfit(o.Set, code="MT-1")

    assert str(pickle.loads(pickle.dumps(wrong))) == str(wrong)


def wrongs(change):
    """Yield each field with what is said of a value that does not fit into it."""
    for name, field in change.model_fields.items():
        for value in (*WRONG, *NESTED):
            with suppress(QMSError):
                try:
                    change(**{name: value})
                except NotWellFormed as error:
                    yield from ((field, one) for one in error.wrong if one.field == name)


def test_no_field_of_any_kind_is_told_of_in_the_words_of_pydantic():
    told = [(field, one.says("en")) for change in OURS for field, one in wrongs(change)]

    assert len(told) > 5_000
    assert [says for field, says in told if field.title not in says] == []
    assert [says for _field, says in told if "another form" in says] == []
