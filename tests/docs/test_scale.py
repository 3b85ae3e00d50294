"""What the page on sizes computes follows from what it says was measured."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import scale
from bench.page import Run

PAGE = (Path(__file__).parents[2] / "docs/scale.md").read_text("utf-8")
UNITS = {"MB": 1e6, "GB": 1e9, "TB": 1e12, "min": 60, "h": 3_600, "KB": 1e3, "ms": 1e-3}


def cells(name):
    return [cell.strip() for cell in re.search(rf"^\| {name} \|(.*)\|$", PAGE, re.M)[1].split("|")]


def number(cell):
    figure, _, unit = cell.replace(",", "").partition(" ")
    return float(figure) * UNITS.get(unit, 1)


def measured(name):
    return number(cells(name)[1])


def test_the_tables_tell_when_of_which_commit_and_on_which_machine():
    one = scale.Measured(*(1.0 for _ in scale.Measured._fields))
    said = scale.table(one, one, Run("", datetime(2024, 1, 2, 8, tzinfo=UTC), "abc1234"))

    assert re.search(r"^Machine: \d+ cores .* PostgreSQL [\d.]+, git version ", said, re.M | re.S)
    assert "\nMeasured once each, 02/01/2024 08:00, commit abc1234.\n" in said
    assert re.search(
        r"^Machine: \d+ cores .*^Measured once each, .*, commit \w{7}\.$", PAGE, re.M | re.S
    )


@pytest.mark.parametrize("place", scale.PLACES)
def test_ten_years_follow_from_an_entry(place):
    entries, tables, git, disks, rate, share, verify, rebuild = map(number, cells(place))

    assert entries == scale.PLACES[place] * 40 * 250 * 10
    empty = scale.PLACES[place] * measured("an empty ledger, once")
    assert tables == pytest.approx(empty + entries * measured("all tables and indexes"), rel=0.05)
    assert git == pytest.approx(entries * measured("git"), rel=0.05)
    assert disks == pytest.approx(3 * (tables + git), rel=0.06)
    assert share == pytest.approx(100 * rate * measured("one operation, one entry"), rel=0.1)
    assert verify == pytest.approx(entries / measured("`qms verify`"), rel=0.1)
    assert rebuild == pytest.approx(entries / measured("`qms rebuild`"), rel=0.1)


def test_the_page_speaks_of_the_provinces_and_offices_that_there_are():
    assert set(scale.PLACES.values()) == {1, 118, 4_000}
    assert pytest.approx(4_000, rel=0.01) == 34 * 118


def test_what_it_costs_follows_from_the_sizes_on_the_page():
    assert scale.COSTS.search(PAGE)[0] == scale.costs(PAGE, scale.Prices())


def test_it_costs_what_the_readers_own_prices_say():
    told = scale.costs(PAGE, scale.Prices(vcpu=0, memory=0, disk=1_000_000))
    (row,) = (line for line in told.splitlines() if line.startswith("| one province"))
    disks, month = row.split(" | ")[4:6]

    assert month == disks.replace(" GB", ".0 million đ")
