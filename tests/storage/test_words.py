"""What an index holds of a text: the words that are found in the whole of it."""

from hypothesis import given
from hypothesis import strategies as st

from qms.registers.documents import Document
from qms.storage.search import SHORT, Forms, Words
from qms.values import plain, spelled, words

PARTS = "ab Đàe\u0301\u0300_-–\u2000\u2001\u3000\x1c\x85,.\t\n"
NAMED = Document.model_construct(id="document:ab", code="AB", title="cd", aliases=(), keywords=())


@given(st.lists(st.text(max_size=30) | st.text(PARTS, max_size=30), max_size=3))
def test_a_text_is_found_by_its_words_whatever_parts_them(texts):
    said = [word for text in texts for word in words(text)]

    forms = Forms()
    found = Words.of(NAMED, texts, forms)

    assert found.heading.split() == ["ab", "cd"]
    assert found.text.split() == list(map(plain, said))
    assert found.spelled.split() == ["ab", "cd", *map(spelled, said)]
    assert {*forms} <= {*" ".join(("AB cd", *texts)).split()}  # remembered here, and nowhere else
    assert max(map(len, forms)) <= SHORT
