"""``python -m bench.scale``: what an entry takes on either database, written to docs/scale.md.

PostgreSQL comes from the wheel of the tests, durable as it is by default. Below, what that makes
of an office, a province and a country in ten years is computed, not measured.

``python -m bench.scale costs`` computes from the page what that costs, and writes it there;
``costs 150000 90000 2500`` at prices of your own, for a vCPU, a GB of memory and a GB of disk, a
month each, and only shows it.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter
from typing import Any, NamedTuple

import qms
from qms import documents as d
from qms.folder import Folder
from qms.system import QMS
from tests import postgres

from . import offices
from .offices import code, opened, text
from .page import Run, durable, machine

PAGE = Path(__file__).parents[1] / "docs/scale.md"
MARKS = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)
COSTS = re.compile(r"(?<=<!-- costs -->\n).*?(?=<!-- end -->)", re.DOTALL)
DURABLE = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "io_method": "worker"}
TOGETHER = multiprocessing.get_context("fork")
TIMES = 800
"""Operations of one entry each; every second one brings a text."""
DAYS, A_DAY = 2_500, 40
"""Working days in ten years, and the entries that an office is taken to make on one."""
COUNTRY = "a country of 4,000 offices"
PLACES = {"one office": 1, "one province of 34, with 118 offices": 118, COUNTRY: 4_000}


COPIES = 3
"""Where everything lies: on a server, on its standby, and in a backup."""
HEADS = (
    "After ten years",
    "Entries",
    "PostgreSQL",
    "git",
    "Disks, with standby and backup",
    "A second, in office hours",
    "Of what one writer can",
    "verify",
    "rebuild",
)


class Prices(NamedTuple):
    """What a month costs, in đồng: assumed, for whoever has none of their own."""

    vcpu: int = 200_000
    memory: int = 100_000
    """A GB."""
    disk: int = 3_000
    """A GB."""


PROVINCES, SERVERS, VCPU, MEMORY = 34, 2, 2, 4
"""Servers to a ledger or a province, a standby with it; what each has: vCPU, GB of memory."""
TOLD_IN_GB = {"GB": 1, "TB": 1_000}


class Measured(NamedTuple):
    """What was measured on one database; sizes in bytes, times in seconds."""

    empty: float
    entry: float
    tables: float
    git: float
    operation: float
    crowd: float
    """Operations a second of two writers, on machines of their own where that can be."""
    question: float
    listing: float
    verified: float
    rebuilt: float
    """Entries a second."""


@contextmanager
def served(place: Path) -> Iterator[postgres.Server]:
    place.mkdir()
    with postgres.served(place, **postgres.QUICK | DURABLE) as server:
        yield server


def timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def works(system: QMS, times: int, name: str = "") -> None:
    """Perform so many operations of one entry: a text, and a word about it, in turn."""
    for number in range(times // 2):
        own = code(number % 100)
        system.perform(d.Edit(code=own, text=text(f"{name} {number}", 280)))
        system.perform(d.File(reason=f"Góp ý {name} {number}", document=own))


def drafts(system: QMS) -> None:
    system.perform(*(_created(number) for number in range(100)))


def _created(number: int) -> d.Create:
    words = {"title": f"Quy trình {number}", "type": "QT", "unit": "VP", "owner": "CVP"}
    return d.Create(code=code(number), text=text(number, 280), **words)


def weighed(place: Folder, server: postgres.Server | None) -> tuple[float, float]:
    """Return the bytes of the database and of git."""
    store = sum(file.stat().st_size for file in place.store.rglob("*") if file.is_file())
    if server is None:
        with closing(sqlite3.connect(place.path / "ledger.db")) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it into the file
        return (place.path / "ledger.db").stat().st_size, store
    name = place.database.rpartition("?")[0].rpartition("/")[2]
    server.sql("CHECKPOINT")
    return server.sql(f"SELECT pg_database_size('{name}')")[0][0], store


def measured(place: Path, server: postgres.Server | None) -> Measured:
    folder = place / ("sqlite" if server is None else "postgresql")
    database = server.address(server.create()) if server else ""
    names: dict[str, Any] = {"organisation": "Sở GTVT", "officer": "lan", "database": database}
    with qms.found(folder, now=offices.Clock(), **names) as system:
        system.perform(*offices.PEOPLE)
    here = Folder.at(folder)
    with opened(folder, "hung") as system:
        drafts(system)
        works(system, 20, "first")
        before, was = weighed(here, server), system.size
        operation = timed(lambda: works(system, TIMES)) / TIMES
        after, size = weighed(here, server), system.size
        grown = [(new - old) / (size - was) for new, old in zip(after, before, strict=True)]
        bytes_of = sum(len(event.entry.data()) for event in system.trail.entries()) / size
        question = timed(lambda: [system.get(d.Document, code(n % 100)) for n in range(500)]) / 500
        listing = timed(lambda: [system.find(d.Document) for _ in range(20)]) / 20
    crowd = together(folder, place / f"{folder.name}-2", TIMES // 2)
    size = 0
    with opened(folder) as system:
        size = system.size
        verified = size / timed(lambda: system.verify())
    os.environ["QMS_OWNER"] = postgres.OWNER
    rebuilt = size / timed(lambda: qms.rebuild(folder))
    return Measured(
        before[0],
        bytes_of,
        grown[0],
        grown[1],
        operation,
        crowd,
        question,
        listing,
        verified,
        rebuilt,
    )


def together(folder: Path, other: Path, times: int) -> float:
    """Return how many operations a second two machines perform at once."""
    clone, here = other.with_name(f"{other.name}-clone"), Folder.at(folder)
    offices.git(folder, "clone", "-q", "--bare", str(here.store), str(clone))
    shared = {"keys": str(here.keys), "vault": str(here.vault)}
    qms.join(other, clone=clone, database=here.database, actor="lan", **shared).close()
    crowd = [
        TOGETHER.Process(target=_writes, args=(where, times, where.name))
        for where in (folder, other)
    ]
    return 2 * times / timed(lambda: _all(crowd))


def _writes(folder: Path, times: int, name: str) -> None:
    with opened(folder, "hung") as system:
        works(system, times, name)


def _all(crowd: Sequence[multiprocessing.process.BaseProcess]) -> None:
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()
    assert not any(process.exitcode for process in crowd)


def table(sqlite: Measured, server: Measured, run: Run) -> str:
    """Return what was measured and what follows from it, in Markdown."""
    rows = [
        ("its canonical bytes", *(_kilo(one.entry) for one in (sqlite, server))),
        ("all tables and indexes", *(_kilo(one.tables) for one in (sqlite, server))),
        ("git", *(_kilo(one.git) for one in (sqlite, server))),
        ("an empty ledger, once", *(f"{one.empty / 1e6:.1f} MB" for one in (sqlite, server))),
        ("one operation, one entry", *(_milli(one.operation) for one in (sqlite, server))),
        ("two machines at once", *(f"{one.crowd:.0f} operations/s" for one in (sqlite, server))),
        ("a document by its code", *(_milli(one.question) for one in (sqlite, server))),
        ("a list of 100 documents", *(_milli(one.listing) for one in (sqlite, server))),
        ("`qms verify`", *(f"{one.verified:,.0f} entries/s" for one in (sqlite, server))),
        ("`qms rebuild`", *(f"{one.rebuilt:,.0f} entries/s" for one in (sqlite, server))),
    ]
    lines = ["| For one entry | SQLite | PostgreSQL |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += [
        "",
        *machine(served=True),
        f"Measured once each, {run.at:%d/%m/%Y %H:%M}, commit {run.commit}.",
    ]
    lines += ["", ASSUMED, "", *_ten_years(server)]
    return "\n".join(lines) + "\n"


ASSUMED = (
    "Assumed: an office makes 40 entries on each of 250 working days, for ten years. That is"
    " 100,000 entries. Evidence in the vault comes on top: it is as large as what people scan."
)


def _ten_years(one: Measured) -> Iterator[str]:
    yield f"| {' | '.join(HEADS)} |"
    yield "|" + "---|" * len(HEADS)
    for name, places in PLACES.items():
        entries = places * DAYS * A_DAY
        rate = places * A_DAY / (8 * 3_600)
        busy = f"{rate:.4f}" if rate < 0.1 else f"{rate:.2f}"
        share = f"{100 * rate * one.operation:.2g} %"
        tables, git = places * one.empty + entries * one.tables, entries * one.git
        sizes = (tables, git, COPIES * (tables + git))
        hours = (_long(entries / one.verified), _long(entries / one.rebuilt))
        yield f"| {' | '.join((name, f'{entries:,}', *map(_large, sizes), busy, share, *hours))} |"


def costs(page: str, prices: Prices) -> str:
    """Return what servers and disks cost that a page tells of, in Markdown."""
    lines = [f"| {' | '.join(COST_HEADS)} |", "|" + "---|" * len(COST_HEADS)]
    for name in PLACES:
        row = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
        size, unit = row.split(" | ")[HEADS.index("Disks, with standby and backup")].split()
        disks = float(size) * TOLD_IN_GB[unit]
        servers = SERVERS * (PROVINCES if name == COUNTRY else 1)
        machines = servers * (VCPU * prices.vcpu + MEMORY * prices.memory)
        month, years = machines + disks * prices.disk, 120 * machines + 60 * disks * prices.disk
        counts = (servers, servers * VCPU, f"{servers * MEMORY} GB", f"{disks:,.0f} GB")
        lines.append(f"| {' | '.join(map(str, (name, *counts, _dong(month), _dong(years))))} |")
    more = _dong(COPIES * 1_000 * prices.disk)
    said = PRICED.format(*(f"{price:,}" for price in prices), more=more)
    return "\n".join((said, "", *lines)) + "\n"


COST_HEADS = (
    "After ten years",
    "Servers",
    "vCPU",
    "Memory",
    "Disks, all three copies",
    "A month, in the tenth year",
    "All ten years",
)
PRICED = (
    "At {} đ for a vCPU, {} đ for a GB of memory and {} đ for a GB of disk, a month each. These"
    " prices are assumed: put in your own. Each TB of evidence in the vault adds {more} a month, on"
    " as many copies."
)


def _dong(amount: float) -> str:
    if amount >= 1e9:
        return f"{amount / 1e9:,.1f} billion đ"
    return f"{amount / 1e6:,.1f} million đ"


def _kilo(size: float) -> str:
    return f"{size / 1e3:.1f} KB"


def _milli(seconds: float) -> str:
    return f"{seconds * 1e3:.2g} ms"


def _large(size: float) -> str:
    if size > 1e12:
        return f"{size / 1e12:.1f} TB"
    return f"{size / 1e9:.{0 if size > 1e10 else 2}f} GB"


def _long(seconds: float) -> str:
    hours = seconds / 3_600
    return f"{hours:,.{1 if hours < 10 else 0}f} h" if hours > 2 else f"{seconds / 60:.1f} min"


def main(*words: str) -> None:
    if not words:
        measure()
    page, prices = PAGE.read_text("utf-8"), Prices(*map(int, words[1:]))
    found = costs(page, prices)
    print(found)
    if prices == Prices():
        PAGE.write_text(COSTS.sub(lambda _: found, page), "utf-8")


def measure() -> None:
    durable()
    run, place = Run.of("", PAGE.parent), Path(mkdtemp(prefix="qms-scale-"))
    place.chmod(0o755)
    try:
        with ExitStack() as stack:
            server = stack.enter_context(served(place / "server"))
            found = table(measured(place, None), measured(place, server), run)
    finally:
        shutil.rmtree(place)
    print(found)
    PAGE.write_text(MARKS.sub(lambda _: found, PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
