"""What a text must hold before anybody signs it, and its structured front part."""

import re
import unicodedata
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.registers.documents import BadFront, content, part
from qms.registers.documents.content import faults, fold, forms, remarks
from qms.registers.policy import DocumentType
from qms.values import BadCode, BadText
from tests.lives import ONE, SECTIONS
from tests.people import DEFAULT

KIND = DocumentType(code="QT", title="Quy trình", sections=SECTIONS)
FORM = DocumentType(code="BM", title="Biểu mẫu", blanks=True)
FACTS = 'code = "QT-05"\ntype = "QT"\ntitle = "Lưu hồ sơ"\nunit = "VP"\nowner = "CVP"\n'
STARTER = Path(__file__).parents[2] / "procedures"


def fronted(more="", body=ONE):
    """Return a text with a front part."""
    return f"+++\n{FACTS}{more}\n+++\n{body}"


def codes(text, kind=KIND, attached=()):
    """Return the codes of the remarks on a text."""
    data = text if isinstance(text, bytes) else text.encode()
    return [remark.code for remark in remarks(data, kind, attached)]


STEP = '[[steps]]\nstep = "B1"\nname = "Nhận"\nwho = "Một cửa"\ndays = {}\n'
CASES = [
    (ONE, []),
    (fronted(), []),
    (ONE.replace("\n", "\r\n"), []),
    ("## MUC DICH\n" + ONE.split("\n", 1)[1], []),
    (b"\xff\xfeQ\x00", ["E1"]),
    (unicodedata.normalize("NFD", ONE), ["E2"]),
    (fronted().replace("type", "tpye"), ["E3"]),
    (fronted('scope = "x\ny"'), ["E3"]),
    (fronted().replace("QT-05", "../x"), ["E3"]),
    (fronted("days = 1e9999999"), ["E3"]),
    (fronted("days = nan"), ["E3"]),
    (fronted("days = 1e" + "9" * 25), ["E3"]),
    (fronted(STEP.format(-1)), ["E3"]),
    (fronted("n = " + "9" * 5000), ["E3"]),
    (fronted("a = " + "[" * 5000), ["E3"]),
    (fronted("a = " + "{a=" * 5000), ["E3"]),
    (fronted('title = "hai lần"'), ["E3"]),
    ("+++\ncode = 1\n", ["E3"]),
    (ONE.replace("## 3. Tài liệu viện dẫn", "### Khác"), ["E4"]),
    (ONE.replace("## 3. Tài liệu viện dẫn", "```\n## 3. Tài liệu viện dẫn\n```"), ["E4"]),
    (ONE + "\nHọ tên: ……\n", ["E5"]),
    (ONE + "\nHọ tên: .....\nNgày ____\nTODO\n{{tên}}\n", ["E5"] * 4),
    (ONE + "\nvà nhiều loại khác…\n", []),
    (ONE + "\n```\nTODO\n```\n", []),
    (fronted("days = 2\n" + STEP.format(1.5), ONE + "{steps}"), ["E6"]),
    (fronted("days = 1.5\n" + STEP.format(1.5), ONE + "{steps}"), []),
    (fronted(STEP.format(1), ONE + "{steps}").replace("Một cửa", "……"), ["E5"]),
    (fronted('keywords = ["hồ sơ", "TODO"]'), ["E5"]),
    (fronted("", ""), ["E7", *["E4"] * 7]),
    ("\ufeff" + ONE, ["E8", "E4"]),
    (ONE + "[phụ lục](PL-01.pdf)", ["W1"]),
    (ONE + "[luật](https://vanban.chinhphu.vn) [mục](#muc) [thư](mailto:a@b)", []),
    (fronted(STEP.format(1)), ["W4"]),
]


# What a placeholder is, as one would first write it down.
PLAINLY = re.compile(r"…{2,}|\.{5,}|_{4,}|\bTODO\b|\bTBD\b|\bXXX+\b|\[…\]|\[\.\.\.\]|\{\{")


@given(st.text(st.sampled_from("….._TODBXX[]{ aý"), max_size=12))
def test_a_placeholder_is_found_wherever_it_is(line):
    assert bool(content._PLACEHOLDER.search(line)) == bool(PLAINLY.search(line))


@pytest.mark.parametrize(("text", "found"), CASES)
def test_what_is_seen_in_a_text(text, found):
    assert codes(text) == found


def test_blanks_are_for_forms():
    assert codes("Họ tên: ……", FORM) == []
    assert codes("", FORM) == ["E7"]


def test_a_link_to_what_is_attached_leads_somewhere():
    assert codes(ONE + "[phụ lục](PL-01.pdf)", attached=("PL-01.pdf",)) == []


def test_a_placeholder_is_named_by_its_line():
    (remark,) = remarks(
        "```\na\nb\n```\n\nNgày ____\n".encode(), FORM.model_copy(update={"blanks": False})
    )

    assert remark.about == "6: Ngày ____"


def test_a_blank_in_a_front_table_is_named_by_its_place():
    text = fronted(STEP.format(1) + STEP.format(2).replace("Nhận", "____"), ONE + "{steps}")

    (remark,) = remarks(text.encode(), KIND)

    assert (remark.code, remark.about) == ("E5", "steps 2.name: ____")
    assert codes(text, KIND.model_copy(update={"blanks": True})) == []


def test_faults_keep_a_text_from_being_signed_and_warnings_do_not():
    text = (ONE + "\nTODO [x](y.pdf)").encode()

    assert [remark.code for remark in faults(text, KIND)] == ["E5"]
    assert [remark.fault for remark in remarks(text, KIND)] == [True, False]


def test_clauses_that_the_edition_lacks_are_named():
    front = part(fronted('clauses = ["9.2.2", "4.2.3"]')).front

    assert [remark.about for remark in content.clause_remarks(front, 2015)] == ["4.2.3"]
    assert [remark.about for remark in content.clause_remarks(front, 2008)] == ["9.2.2"]


def test_every_remark_speaks_both_languages():
    for code, (vi, en) in content._SAYS.items():
        assert content.remark(code).fault is code.startswith("E")
        assert vi.endswith(".")
        assert en.endswith(".")


@pytest.mark.parametrize(
    ("heading", "same"),
    [("5. Nội dung", "NOI DUNG"), ("5.1 Định nghĩa, viết tắt", "dinh nghia viet tat")],
)
def test_headings_are_compared_without_accents_and_numbers(heading, same):
    assert fold(heading) == fold(same)


def test_a_text_without_a_front_part_is_all_body():
    assert part(ONE) == (None, ONE)


def test_a_front_part_says_who_what_and_how_long():
    front, body = part(fronted("days = 1.5\n" + STEP.format("1.5")))

    assert (front.code, front.days, front.steps[0].days) == (
        "QT-05",
        Decimal("1.5"),
        Decimal("1.5"),
    )
    assert body == ONE


def test_the_forms_of_a_text_are_named_by_code():
    front = part(fronted('[[forms]]\ncode = "BM.01-QT-05"\ntitle = "Phiếu"')).front

    assert forms(front) == ("BM.01-QT-05",)


@pytest.mark.parametrize("path", sorted(STARTER.rglob("*.md")), ids=lambda path: path.stem)
def test_the_starter_set_is_ready_to_be_signed(path):
    front = part(path.read_text("utf-8")).front
    kinds = {row["code"]: DocumentType(**row) for row in DEFAULT["types"]}

    assert list(remarks(path.read_bytes(), kinds[front.type])) == []
    assert list(content.clause_remarks(front, 2015)) == []


toml = st.sampled_from(
    [FACTS, "+++", "[[steps]]", "days = ", '"', "\n", "\\u0000", "[", "1e9", "'''"]
)
markdown = st.sampled_from(["# ", "```", "](", "____", "…", "\n", "{steps}", "\ufeff", "|", "\x00"])
lines = st.lists(st.one_of(toml, markdown, st.text(max_size=8)), max_size=30).map("".join)


@given(st.booleans(), lines)
@settings(deadline=timedelta(seconds=2))
def test_any_text_at_all_gets_remarks_and_no_surprise(front, text):
    found = list(remarks((("+++\n" if front else "") + text).encode("utf-8", "replace"), KIND))

    assert all(remark.vi and remark.en for remark in found)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_get_remarks_and_no_surprise(data):
    list(remarks(data, KIND))


@given(lines)
def test_a_front_part_is_read_or_is_a_bad_front(text):
    with suppress(BadFront):
        part("+++\n" + text)


REFUSALS = [
    (BadFront, lambda: part("+++\nkhông phải TOML\n+++\n")),
    (BadFront, lambda: part("+++\n")),
    (BadFront, lambda: part(f"+++\n{FACTS}")),
    (BadFront, lambda: part(fronted('colour = "đỏ"'))),
    (BadCode, lambda: part(fronted().replace("QT-05", "../x"))),
    (BadText, lambda: part(fronted('scope = "\\u0007"'))),
]


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_front_part_may_be_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal
