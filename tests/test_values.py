"""The values that changes are made of: what they accept, and that one value has one form."""

import json
import unicodedata
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from qms.changes import Role
from qms.values import (
    _FORBIDDEN,
    LARGEST,
    BadCode,
    BadText,
    Code,
    Content,
    Frozen,
    LongCode,
    OptionalCode,
    OtherBytes,
    Personal,
    ReservedCode,
    Sealed,
    Text,
    TooLarge,
    canonical,
    file_name,
    key,
    manifest,
    seal,
    sort_key,
)

text = TypeAdapter[str](Text).validate_python
code = TypeAdapter[str](Code).validate_python
NAUGHTY = Path(__file__).parents[2] / "shared" / "data" / "blns" / "blns.json"

NO_TEXT = ("a\x00b", "\x1b[31mđỏ", "QT\u202e50", "a\rb", "ă" * 4001)
ODD = r". .. ../x /etc a//b a..b QT- -QT a:b a\b a* ~x git~1 .git %2e nul. ＱＴ ﬀ КТ-01 ² ٣ 表"
NO_CODE = (*ODD.split(), "", " ", "a\nb\x00", "QT\u200b05")
NO_FILE = ("CON", "con.txt", "Aux", "com1", "LPT9.md", "prn.a.b", "GIT")
REFUSALS = [
    *((BadText, partial(text, bad)) for bad in NO_TEXT),
    *((BadCode, partial(code, bad)) for bad in NO_CODE),
    *((ReservedCode, partial(code, bad)) for bad in NO_FILE),
    *((LongCode, partial(code, bad)) for bad in ("ế" * 23, "x" * 5_000)),
    (TooLarge, lambda: Content.of(bytes(LARGEST + 1))),
    (OtherBytes, lambda: Content(sha256="0" * 64, size=3, data=b"abc")),
    (OtherBytes, lambda: Content(sha256=sha256(b"abc").hexdigest(), size=4, data=b"abc")),
]

VIETNAMESE = "abzABZ019đĐăâêôơưạảãáàếỆ"
joints = st.sampled_from([".", "-", "/", "&", "_", "+", " ", " - ", "– ", " —", "‑", "(", ") "])


@st.composite
def codes(draw, letters=VIETNAMESE + "ßıſİŉǰẚ"):
    words = st.text(st.sampled_from(letters), min_size=1, max_size=4)
    rest = draw(st.lists(st.tuples(joints, words), max_size=4))
    try:
        return code(draw(words) + "".join(joint + word for joint, word in rest))
    except (LongCode, ReservedCode):
        return "QT-05"


@given(st.text())
def test_a_text_is_refused_or_stays_as_it_is(raw):
    try:
        clean = text(raw)
    except (BadText, ValidationError):
        return
    assert text(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "\n \u00ad\n", "\ufeff", "\r\n\u2060"])
def test_what_nobody_sees_is_no_text(blank):
    assert text(blank) == ""


def test_what_is_as_long_as_it_may_be_is_taken():
    assert len(text("ă" * 4000)) == 4000
    assert len(file_name(code("ế" * 22 + "ab"))) == 200
    assert Content.of(bytes(LARGEST)).size == LARGEST


def test_lines_that_windows_ends_are_lines():
    assert text("một\r\nhai\tba") == "một\nhai\tba"


def test_equal_words_have_equal_bytes():
    assert text(unicodedata.normalize("NFD", "Quy trình")) == text(" Quy trình ")


@given(codes())
def test_a_code_stays_as_it_is(own):
    assert code(own) == own


@given(codes())
def test_the_key_of_a_key_is_the_key(own):
    assert key(key(own)) == key(own)


@given(
    codes(VIETNAMESE),
    st.sampled_from("-‐‑‒–—―−"),
    st.sampled_from([str.upper, str.lower, str.swapcase]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_a_code_is_known_in_every_spelling(own, dash, change, form):
    other = unicodedata.normalize(form, change(own)).replace("-", f" {dash} ")

    assert key(f"  {other} ") == key(own)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("QT- SGD – 01", "qt-sgd-01"),
        ("QT/4.2.3", " qt / 4.2.3 "),
        ("HTQLCL-LĐTBXH", "htqlcl−lđtbxh"),
        ("ETV.P 14", "etv.p14"),
        ("QT-8.3&8.5", "QT—8.3 & 8.5"),
        ("QT01 ISO", "Qt 01 iso"),
        ("Lệ-1", unicodedata.normalize("NFD", "LỆ-1")),
    ],
)
def test_spelling_variants_are_one_code(one, other):
    assert key(code(one)) == key(code(other))


@pytest.mark.parametrize("pair", [("QT-05", "QT05"), ("D-1", "Đ-1"), ("QT.1", "QT/1"), ("A", "Ă")])
def test_codes_that_people_tell_apart_stay_apart(pair):
    assert len({key(one) for one in pair}) == 2


@given(codes(), codes())
def test_a_file_name_is_safe_ascii_and_of_one_key_only(one, other):
    name = file_name(one)

    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>|~ \x00')
    assert name.strip(".-") == name
    assert (name == file_name(other)) == (key(one) == key(other))


def test_an_optional_code_is_a_code_or_nothing():
    optional = TypeAdapter[str](OptionalCode).validate_python

    assert optional("") == ""
    with pytest.raises(BadCode):
        optional("../x")


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the list of naughty strings is not here")
def test_naughty_strings_are_taken_and_stay_or_are_refused():
    naughty = json.loads(NAUGHTY.read_text("utf-8"))
    assert len(naughty) > 400
    for raw in naughty:
        for take, refusals in ((text, BadText), (code, (BadCode, ReservedCode))):
            try:
                once = take(raw)
            except refusals:
                continue
            assert take(once) == once
            assert json.loads(canonical(once)) == once
            assert file_name(once).isascii()
            assert sort_key(once) >= ""


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(codes(), inner, max_size=4),
)


@given(plain)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


VECTORS = {
    '[56,{"d":true,"10":null,"1":[ ]}]': '[56,{"1":[],"10":null,"d":true}]',
    '{"sin":4,"péché":2,"pêche":3,"peach":1}': '{"peach":1,"péché":2,"pêche":3,"sin":4}',
    '{"1":{"f":{"f":"hi","F":5},"\\n":56},"10":{},"":"empty","a":{},"111":[{"e":1,"E":2}]}': (
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":2,"e":1}],"a":{}}'
    ),
    '{"Unnormalized Unicode":"A\\u030a"}': '{"Unnormalized Unicode":"A\u030a"}',
    '["\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",null,true,false]': (
        '["€$\\u000f\\nA\'B\\"\\\\\\\\\\"/",null,true,false]'
    ),
    '{"\\u20ac":0,"\\r":1,"\\u000a":2,"1":3,"\\u0080":"\\u007f","\\u00f6":5,"\\ufb33":6,"<":7}': (
        '{"\\n":2,"\\r":1,"1":3,"<":7,"\x80":"\x7f","ö":5,"€":0,"\ufb33":6}'
    ),
}
"""The vectors published with RFC 8785, within what entries may hold; floats are refused there."""


@pytest.mark.parametrize(("said", "form"), VECTORS.items())
def test_the_published_vectors_of_rfc_8785_have_their_form(said, form):
    assert canonical(json.loads(said)) == form.encode()


@pytest.mark.parametrize("none", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_has_no_canonical_form(none):
    with pytest.raises(ValueError, match="JSON"):
        canonical({"n": none})


def test_a_content_is_known_by_its_digest():
    one, other = Content.of("Quy trình"), Content(sha256=Content.of("Quy trình").sha256, size=10)

    assert one == other
    assert hash(one) == hash(other)
    assert one != Content.of("khác")
    assert one.model_dump(mode="json") == {"sha256": one.sha256, "size": 10}


def test_the_digest_over_several_files_is_that_of_sha256sum():
    one, two = sha256(b"1").hexdigest(), sha256(b"2").hexdigest()

    listed = f"{one}  a\n{two}  b\n".encode()
    assert manifest({"b": Content.of("2"), "a": Content.of("1")}) == sha256(listed).hexdigest()


@pytest.mark.parametrize("size", [-1, LARGEST + 1])
def test_a_content_has_as_many_bytes_as_a_file_may(size):
    with pytest.raises(ValidationError):
        Content(sha256="0" * 64, size=size)


def test_personal_words_are_sealed_with_salt():
    sealed, data = seal("Nguyễn Thị Lan", lambda: "muối")

    assert sealed == Sealed(sha256=sha256(data).hexdigest())
    assert json.loads(data) == {"salt": "muối", "value": "Nguyễn Thị Lan"}
    assert seal("Nguyễn Thị Lan", lambda: "khác")[0] != sealed


def test_personal_words_are_said_or_sealed():
    personal = TypeAdapter(Personal).validate_python

    assert personal(" Lan ") == "Lan"
    assert personal({"sha256": "0" * 64}) == Sealed(sha256="0" * 64)
    with pytest.raises(BadText):
        personal("Lan\x00")


def test_of_all_letters_only_controls_halves_and_turns_are_no_text():
    turns = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    every = [chr(point) for point in range(0x110000)]
    odd = {one for one in every if unicodedata.category(one) in ("Cc", "Cs")} - {"\n", "\t"}

    assert set(_FORBIDDEN.findall("".join(every))) == odd | turns


def strictly_sorted(words):
    keys = [sort_key(word) for word in words]
    return keys == sorted(set(keys))


def test_the_vietnamese_alphabet_sorts_as_in_the_dictionary():
    first = "a à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ b c d da dạ dz đ đa e è é ẹ ê ề ế g h i k l m n"
    words = (first + " o ò ô ồ ơ ờ p q r s t u ù ư ừ v x y ỳ").split()

    assert strictly_sorted(words)
    assert [sort_key(word.upper()) for word in words] == [sort_key(word) for word in words]


def test_codes_sort_by_their_numbers():
    assert strictly_sorted(["BM.1-QT-9", "BM.2-QT-9", "BM.10-QT-9", "QT-9", "QT-10", "QT-100"])


def test_a_word_reads_vietnamese_and_is_kept_by_its_key():
    assert Role.LEADER.vi == "lãnh đạo"
    assert json.loads(canonical([Role.LEADER])) == ["leader"]


def test_a_value_has_no_unknown_field_and_is_never_altered():
    class Pair(Frozen):
        one: Text

    with pytest.raises(ValidationError):
        Pair(one="a", two="b")
    with pytest.raises(ValidationError):
        Pair(one="a").one = "b"


@pytest.mark.parametrize(("refusal", "situation"), REFUSALS)
def test_what_no_value_may_be_is_refused(refusal, situation):
    with pytest.raises(refusal) as caught:
        situation()
    assert type(caught.value) is refusal
