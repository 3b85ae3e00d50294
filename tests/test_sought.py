"""What is looked for, and the place that is shown of a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.sought import MOST, NoWords, Sought, snippet
from qms.values import folded, plain, spelled, words

TEXT = """\
+++
title = "Cấp phép trên đường bộ"
+++

Lời nói đầu.

## 1. Mục đích

Quy định việc cấp phép.

## 2. Thi công trên đường bộ

Hồ sơ nộp tại bộ phận một cửa. Đường   bộ là
đường_bộ đang khai thác.
"""


def shown(words, text=TEXT):
    """Return the heading, the words of the snippet, those that are marked."""
    place = snippet(text, Sought.parse(words))
    return place.heading, str(place), [piece.text for piece in place.pieces if piece.found]


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("đường bộ", (("duong",), ("bo",))),
        ('"đường bộ"', (("duong", "bo"),)),
        ('xe "đường bộ', (("xe",), ("duong", "bo"))),
        ("«đường bộ» xe", (("duong", "bo"), ("xe",))),
        ("12/2024/NĐ-CP", (("12", "2024", "nd", "cp"),)),
        ("xe xe XE xé", (("xe",), ("xe",), ("xe",))),
        ("a_b", (("a", "b"),)),
    ],
)
def test_words_stand_alone_unless_something_joins_them(typed, phrases):
    assert Sought.parse(typed).plain == phrases


@pytest.mark.parametrize("typed", ["", '"', "- . /", " ".join(map(str, range(MOST + 1)))])
def test_no_words_and_too_many_are_refused(typed):
    with pytest.raises(NoWords):
        Sought.parse(typed)


def test_only_accents_that_were_typed_ask_for_accents():
    assert Sought.parse("duong bo").spelled == ()
    assert Sought.parse("đường bo").spelled == (("đương1",), ("bo",))


@given(st.text())
def test_a_word_is_the_same_however_it_is_composed(text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert words(composed) == words(apart)
    assert folded(composed) == folded(apart)


@given(st.text())
def test_words_hold_nothing_that_a_database_obeys(text):
    for word in words(text):
        for said in (plain(word), spelled(word)):
            assert said
            assert not set(said) & set("\"'\\ \0*^:(){}&|!<>-+")


def test_the_heading_above_is_named_and_the_words_are_marked():
    heading, said, marked = shown("mot cua")

    assert heading == "2. Thi công trên đường bộ"
    assert said == "Hồ sơ nộp tại bộ phận một cửa. Đường bộ là đường_bộ đang khai thác."
    assert marked == ["một cửa"]


def test_a_heading_is_shown_as_it_is():
    assert shown("thi cong") == ("", "2. Thi công trên đường bộ", ["Thi công"])


def test_the_place_that_says_the_most_is_shown():
    assert shown("khai thac duong bo")[2] == ["đường_bộ", "khai thác"]


def test_the_place_where_words_stand_closest_is_shown():
    text = "xe đi trên đường\n\n# Hai\n\nđường cho xe"

    assert shown("đường xe", text)[:2] == ("Hai", "đường cho xe")


def test_the_front_part_is_shown_only_where_nothing_else_says_as_much():
    front = '+++\n[[steps]]\nstep = "B1"\nname = "Thu lệ phí"\n+++\n\n## 1. Mục đích\n\nChung.\n'

    assert shown("le phi", front)[1] == "B1 · Thu lệ phí"
    assert snippet(front, Sought.parse("steps")) is None
    assert shown("cap phep")[:2] == ("1. Mục đích", "Quy định việc cấp phép.")


def test_what_is_spelled_as_it_was_typed_is_shown_first():
    text = "bò bò\n\n# Hai\n\nbộ"

    assert shown("bộ", text)[2] == ["bộ"]
    assert shown("bo", text)[2] == ["bò bò"]


def test_a_long_text_is_cut_around_the_place():
    text = " ".join(f"chữ{n}" for n in range(100))

    assert shown("chu50", text)[1] == "… " + " ".join(f"chữ{n}" for n in range(44, 74)) + " …"


def test_the_rules_of_a_table_are_not_shown():
    text = "| Số | Ngày |\n|---|---|\n| …… | **đường** ....... |\n"

    assert shown("duong", text)[1] == "Số Ngày đường"


def test_a_text_that_says_none_of_it_has_no_place():
    assert snippet(TEXT, Sought.parse("hải quan")) is None


def test_nothing_that_steers_a_terminal_is_shown():
    assert shown("do", "\x1b[0m đỏ\u202e\n đen")[1] == "[0m đỏ đen"


@given(st.text('a đĐ"#+\n_\u0301\x1b-', max_size=80), st.text('ad "', max_size=9))
def test_any_text_has_a_snippet_or_none(text, typed):
    try:
        sought = Sought.parse(typed)
    except NoWords:
        return
    place = snippet(text, sought)
    if place is not None:
        assert any(piece.found for piece in place.pieces)
        assert str(place).isprintable()
