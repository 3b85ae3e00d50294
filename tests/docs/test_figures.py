"""The page of figures: which lines stay when some of them are measured again."""

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from bench import alone, measuring, page, starting
from bench.__main__ import PAGE, ROWS, SIZES, measured
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
    place = tmp_path / "performance.md"
    parts = ("reached", "machine", "figures")
    place.write_text("".join(f"<!-- {one} -->\n<!-- end -->\n" for one in parts), "utf-8")
    return place


def put(place, figures, run):
    for one in figures:
        page.add(place, one, run)
    for mark in {one.mark for one in figures}:
        page.finish(place, mark, run)


def test_what_is_measured_at_a_smaller_size_takes_no_line_away(place):
    put(place, [figure("P3", "verify 125,018 entries"), figure("P6", "import qms")], FULL)
    put(place, [figure("P3", "verify 5,018 entries"), figure("P6", "import qms")], SMALL)

    assert works(place) == [
        ("verify 125,018 entries", "full"),
        ("verify 5,018 entries", "small"),
        ("import qms", "full"),
        ("import qms", "small"),
    ]


def test_beside_the_full_size_no_smaller_one_stays(place):
    served, other = figure("P3", f"verify{page.SERVED}"), figure("P6", "import qms")
    put(place, [figure("P3", "verify 5,018 entries"), served, other], SMALL)
    put(place, [figure("P3", "verify 125,018 entries")], FULL)

    assert works(place) == [
        (served.work, "small"),
        ("verify 125,018 entries", "full"),
        ("import qms", "small"),
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


def test_what_was_measured_in_fewer_rounds_says_so(place):
    less = {"rounds": 3}
    lines = [figure("P1", "a", **less), figure("P1", "b", reached=False, rounds=1)]
    put(place, [*lines, figure("P1", "c", reached=None, **less)], SMALL)

    assert [row[8] for row in rows(place)] == ["✓ (3 rounds)", "not yet (1 round)", "— (3 rounds)"]


def test_so_many_rounds_are_counted_as_there_were_after_the_first(monkeypatch):
    done = []
    assert measuring.in_turn(3, lambda: done.append("a"), lambda: done.append("b"))[0] == 3
    assert done == ["a", "b"] * 4

    monkeypatch.setattr(measuring, "LONGEST", 0)
    assert measuring.in_turn(3, lambda: time.sleep(0.001))[0] == 1


def test_the_page_counts_what_was_reached_of_each_mark(place):
    served = figure("P1", f"submit{page.SERVED}", asked="100,000 documents")
    put(place, [figure("P1", "a"), figure("P1", "b", reached=False), served], SMALL)

    goals = place.read_text("utf-8").splitlines()
    assert "| one operation (P1) | 1 of 2 | 1 of 1, 1 of them at a smaller size |" in goals


def test_what_is_in_no_history_may_not_stay(place, capfd):
    git = ("git", "-C", str(place.parent), "-c", "user.name=a", "-c", "user.email=a@so.vn")
    put(place, [figure("P1", "submit"), figure("P2", "adopt")], SMALL)
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        subprocess.run([*git, *words], check=True)
    here = page.Run.of("small", place.parent)
    put(place, [figure("P6", "import")], here)

    assert works(place) == [("import", "small")]
    assert "measured of 74c75f1 goes" in capfd.readouterr().err


def test_every_commit_that_the_page_names_is_in_the_history():
    assert page.strays(PAGE) == set()


def test_what_lies_in_memory_is_not_measured(monkeypatch):
    monkeypatch.setattr(page, "filesystem", lambda: "tmpfs")
    with pytest.raises(SystemExit, match="TMPDIR"):
        page.durable()


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
    monkeypatch.setattr(starting, "in_turn", lambda rounds, ours, theirs: (15, (0.013, 0.0144)))
    more = starting._more("import qms", print, ("python -c pass", print), 0.060, 1)

    assert (more.ratio, more.reached) == ("+ 0 µs", True)
