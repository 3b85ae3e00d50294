"""Every finding reads in Vietnamese from its code to its end, with what is really put into it."""

import ast
import re
from pathlib import Path

import pytest

import qms
from qms.checker import verify
from qms.errors import NotFound, Untrusted
from qms.trail.findings import CODES, finding

ROOM = Path(qms.__file__).parent
ENGLISH = re.compile(
    r"\b(entry|entries|line|lines|node|until|of|here|the|says?|witness(es)?|characters?|end|a|an"
    r"|number|none|not|no|and|or|in|is|was|from|bytes|for|size)\b",
    re.IGNORECASE,
)


def slots():
    """Yield each code, and what the sources put beside it, with a number for what is computed."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in ("finding", "Finding", "Found") and len(node.args) > 1:
                codes = re.findall(r"'([A-Z][0-9]{2})'", ast.unparse(node.args[0]))
                yield from ((code, text(node.args[1])) for code in codes)


def text(node):
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(text(part) for part in node.values)
    return "7"


@pytest.mark.parametrize(("code", "about"), sorted(set(slots())))
def test_no_english_stands_in_a_vietnamese_finding(code, about):
    place = verify.placed(about, "vi")

    assert not ENGLISH.search(place), place


def test_every_code_has_all_its_sentences_in_both_languages():
    assert {code for code, _ in slots()} <= CODES.keys()
    for code, known in CODES.items():
        for said in ("says", "means", "do"):
            assert known[said]["vi"].strip(), code
            assert known[said]["en"].isascii() or "“" in known[said]["en"], code


def test_what_an_error_says_is_said_in_the_language_of_the_finding():
    one = finding("R01", "entry 5, document.issue/1", Untrusted("byte 3"))

    assert one.says("vi").startswith("R01 mục 5, document.issue/1: byte thứ 3: Mã băm, bằng chứng")
    assert one.says("en").startswith("R01 entry 5, document.issue/1: byte 3: A hash, proof")
    assert finding("T09", "", NotFound()).says("vi").startswith("T09 Không tìm thấy: ")


def test_what_is_of_the_whole_has_no_place():
    assert finding("C01", "").says("en").startswith("C01: ")
