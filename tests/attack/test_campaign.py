"""Each alteration is found by everybody who holds what tells it apart, and by nobody before."""

import pytest

from .campaign import ALTERATIONS, HOLDERS, campaign, table, written

FIRST = {
    "a bit in git": "with git",
    "something put beside the branch": "with git",
    "the newest commit amended": "with git",
    "git moved back": "with git",
    "an old database put back": "with git",
    "both put back": "with a witness",
    "the end taken back everywhere, without the key": "with a witness",
    "the end taken back everywhere, with the key": "with a witness",
    "all rewritten without the key": "with the key",
    "all rewritten with the key": "with a kept checkpoint",
}
"""Who is the first to notice; anything else is noticed with the database alone."""


pytestmark = pytest.mark.sqlite  # of a server, test_verification alters as much


@pytest.fixture(scope="module")
def rounds():
    """One round of each alteration."""
    return campaign(len(ALTERATIONS), workers=1)


def test_who_holds_more_notices_more(rounds):
    for one in rounds:
        first = HOLDERS.index(FIRST.get(one.name, "database"))
        assert [bool(codes) for codes in one.codes] == [n >= first for n in range(len(HOLDERS))], (
            one.name
        )


def test_the_table_stands_in_the_page_between_its_marks(rounds, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- campaign -->\nyesterday\n<!-- end -->\nb\n", "utf-8")

    written(table(rounds), page)

    text = page.read_text("utf-8")
    assert text.startswith("a\n<!-- campaign -->\n| alteration |")
    assert text.endswith("<!-- end -->\nb\n")
    assert "yesterday" not in text
