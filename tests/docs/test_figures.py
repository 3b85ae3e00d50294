"""The page of figures: which lines stay when some of them are measured again."""

from datetime import UTC, datetime

import pytest

from bench import page
from bench.__main__ import SIZES, measured
from bench.measuring import Figure

AT = datetime(2026, 11, 22, tzinfo=UTC)
SMALL, FULL = page.Run("small", AT, "74c75f1"), page.Run("full", AT, "936facd")


def figure(mark, work, **more):
    return Figure(**{**Figure(mark, work, "1 ms", "", "", "", "≤ 2 ×", True)._asdict(), **more})


def rows(place):
    lines = place.read_text("utf-8").splitlines()
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in lines if "| P" in row]


def works(place):
    return [(row[1], row[7].partition(",")[0]) for row in rows(place)]


@pytest.fixture
def place(tmp_path):
    return tmp_path / "performance.md"


def test_what_is_measured_at_another_size_takes_no_line_away(place):
    page.write(place, [figure("P3", "verify 5,018 entries"), figure("P6", "import qms")], SMALL)
    page.write(place, [figure("P3", "verify 125,018 entries"), figure("P6", "import qms")], FULL)

    assert works(place) == [
        ("verify 5,018 entries", "small"),
        ("verify 125,018 entries", "full"),
        ("import qms", "full"),
    ]


def test_a_line_goes_when_its_mark_is_measured_again_at_its_size(place):
    served = figure("P1", f"submit{page.SERVED}")
    page.write(place, [figure("P1", "said otherwise"), served, figure("P2", "adopt")], SMALL)
    page.write(place, [figure("P1", "submit")], SMALL)

    assert [work for work, _ in works(place)] == [served.work, "submit", "adopt"]


def test_a_line_goes_whose_work_no_run_says_any_more(place):
    old = [figure("P3", "read 9 entries"), figure("P3", "verify 9 entries")]
    page.write(place, old, FULL)
    page.write(place, [figure("P3", "verify 5 entries")], SMALL)

    assert works(place) == [("verify 9 entries", "full"), ("verify 5 entries", "small")]


def test_a_line_is_the_same_whatever_it_says_by_the_way(place):
    page.write(place, [figure("P7", "as .csv (memory + 7 MB)")], SMALL)
    page.write(place, [figure("P7", "as .csv (memory + 9 MB) (1 round)")], FULL)

    assert works(place) == [("as .csv (memory + 9 MB) (1 round)", "full")]


def test_each_line_says_of_which_run_it_is(place):
    page.write(place, [figure("P1", "submit"), figure("P6", "import")], SMALL)
    page.write(place, [figure("P6", "import")], FULL)

    assert [row[7] for row in rows(place)] == [
        "small, 22/11/2026, 74c75f1",
        "full, 22/11/2026, 936facd",
    ]


def test_what_is_reached_below_the_size_asked_for_is_not_said_to_be_reached(place):
    less = {"asked": "1,000,000 entries"}
    page.write(
        place,
        [
            figure("P3", "a", **less),
            figure("P3", "b"),
            figure("P3", "c", reached=False, **less),
            figure("P3", "d", reach="", reached=None),
        ],
        SMALL,
    )

    assert [(row[6], row[8]) for row in rows(place)] == [
        ("≤ 2 × at 1,000,000 entries", "✓ at this size"),
        ("≤ 2 ×", "✓"),
        ("≤ 2 × at 1,000,000 entries", "not yet"),
        ("", "—"),
    ]


def test_the_page_speaks_of_postgresql_where_a_line_was_measured_there(place):
    page.write(place, [figure("P1", "submit")], SMALL)
    assert "on PostgreSQL" not in place.read_text("utf-8")

    page.write(place, [figure("P1", f"submit{page.SERVED}")], SMALL)
    assert "on PostgreSQL" in place.read_text("utf-8").partition("## How to read it")[2]


SMALLEST = SIZES["tiny"]._replace(asked=(60, 4), listed=60, rounds=2)


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_bench_measures_and_its_page_takes_what_it_measured(place, capfd):
    figures = measured(["P4", "P6"], SMALLEST)
    page.write(place, figures, page.Run.of("tiny", place.parent))

    assert [row[0] for row in rows(place)] == ["P4"] * 2 + ["P6"] * 3
    assert all(row[7].startswith("tiny, ") for row in rows(place))
    assert not any(row[8] == "✓" for row in rows(place) if row[0] == "P4")
    assert capfd.readouterr() == ("", "P4 …\nP6 …\n")
