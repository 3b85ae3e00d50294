"""The page of figures: which lines stay when some of them are measured again."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from bench import alone, page, starting
from bench.__main__ import ROWS, SIZES, measured
from bench.measuring import Figure
from tests import postgres

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SMALL, FULL = page.Run("small", AT, "74c75f1"), page.Run("full", AT, "936facd")
LATER = page.Run("small", AT + timedelta(minutes=1), "74c75f1")


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


def put(place, figures, run):
    for one in figures:
        page.add(place, one, run)
    for mark in {one.mark for one in figures}:
        page.finish(place, mark, run)


def test_what_is_measured_at_another_size_takes_no_line_away(place):
    put(place, [figure("P3", "verify 5,018 entries"), figure("P6", "import qms")], SMALL)
    put(place, [figure("P3", "verify 125,018 entries"), figure("P6", "import qms")], FULL)

    assert works(place) == [
        ("verify 5,018 entries", "small"),
        ("verify 125,018 entries", "full"),
        ("import qms", "small"),
        ("import qms", "full"),
    ]


def test_a_line_goes_when_its_mark_is_measured_again_at_its_size(place):
    served = figure("P1", f"submit{page.SERVED}")
    put(place, [figure("P1", "said otherwise"), served, figure("P2", "adopt")], SMALL)
    put(place, [figure("P1", "submit")], LATER)

    assert [work for work, _ in works(place)] == [served.work, "submit", "adopt"]


def test_until_its_mark_was_measured_whole_only_the_same_line_goes(place):
    put(place, [figure("P1", "submit"), figure("P1", "grow")], SMALL)
    page.add(place, figure("P1", "submit", ours="2 ms"), LATER)

    assert [row[1:3] for row in rows(place)] == [["grow", "1 ms"], ["submit", "2 ms"]]


def test_a_line_beside_something_else_is_another(place):
    put(place, [figure("P5", "list", beside=one) for one in ("plain SQL", "the same SQL")], SMALL)

    assert [row[3] for row in rows(place)] == ["plain SQL", "the same SQL"]


def test_each_line_says_of_which_run_it_is(place):
    put(place, [figure("P1", "submit")], SMALL)
    put(place, [figure("P6", "import")], FULL)

    assert [row[7] for row in rows(place)] == [
        "small, 22/11/2026 09:30, 74c75f1",
        "full, 22/11/2026 09:30, 936facd",
    ]


def test_what_is_reached_below_the_size_asked_for_is_not_said_to_be_reached(place):
    less = {"asked": "1,000,000 entries"}
    put(
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
    put(place, [figure("P1", "submit")], SMALL)
    assert "on PostgreSQL" not in place.read_text("utf-8")

    put(place, [figure("P1", f"submit{page.SERVED}")], SMALL)
    assert "on PostgreSQL" in place.read_text("utf-8").partition("## How to read it")[2]


def _told(*works, then=lambda: None):
    def measure():
        for work in works:
            yield figure("P1", work)
        then()

    return measure


def test_what_a_mark_told_stays_where_it_fails(place, capfd):
    put(place, [figure("P1", "submit"), figure("P1", "grow")], SMALL)
    told, why = measured("P1", _told("submit", then=lambda: os._exit(3)), LATER, place)

    assert ([one.work for one in told], why) == (["submit"], ": failed")
    assert [(row[1], row[7]) for row in rows(place)] == [
        ("grow", str(SMALL)),
        ("submit", str(LATER)),
    ]
    assert capfd.readouterr().err == "P1 …\nP1 1 lines in 0.0 min: failed\n"


def test_a_mark_that_does_not_end_is_ended():
    told = alone.heard(_told("submit", then=lambda: time.sleep(60)), longest=0.2)

    assert next(told).work == "submit"
    with pytest.raises(alone.Unmeasured, match="ended after"):
        next(told)


SMALLEST = SIZES["tiny"]


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_page_takes_what_the_bench_measured(place, tmp_path, capfd):
    run = page.Run.of("tiny", tmp_path)
    measured("P4", lambda: ROWS["P4"](tmp_path, SMALLEST), run, place)

    assert [row[0] for row in rows(place)] == ["P4"] * 2
    assert all(row[7].startswith("tiny, ") for row in rows(place))
    assert not any(row[8] == "✓" for row in rows(place))
    assert capfd.readouterr().err.startswith("P4 …\nP4 2 lines in ")


def test_the_server_is_named_where_a_line_was_measured_there(place):
    put(place, [figure("P1", "submit")], SMALL)
    assert postgres.version() not in place.read_text("utf-8")

    put(place, [figure("P1", f"submit{page.SERVED}")], LATER)
    put(place, [figure("P2", "adopt")], LATER)
    assert f", {postgres.version()}, git version" in place.read_text("utf-8")


def test_what_takes_no_longer_takes_nothing_more(monkeypatch):
    monkeypatch.setattr(starting, "in_turn", lambda rounds, ours, theirs: (0.013, 0.0144))
    more = starting._more("import qms", print, ("python -c pass", print), 0.060, 1)

    assert (more.ratio, more.reached) == ("+ 0 µs", True)
