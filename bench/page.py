"""The table of figures: on the screen, and as the page ``docs/performance.md``."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from tests import postgres

from .measuring import Figure, once

SERVED = ", on PostgreSQL"
"""How the name of a work ends that was done there."""

FULL = "full"
"""The size that goals are set for."""

MARKS: Final = {
    "P1": "one operation",
    "P2": "many revisions at once",
    "P3": "verification",
    "P4": "proofs",
    "P5": "questions",
    "P6": "starting",
    "P7": "exports",
    "P8": "writers together, and a reader",
    "P9": "search",
    "P10": "maintenance",
    "P11": "rebuilding",
    "P12": "one more revision of many",
}
"""What each mark is of."""

_HEADS = ("", "Work", "qms", "Beside", "Takes", "Ratio", "To reach", "Measured", "")
_ROW: Final = re.compile(r"\| P\d")  # another table may begin a row with a word


class Run(NamedTuple):
    """One run: the size it was asked for, when it was, and of which commit."""

    size: str
    at: datetime
    commit: str

    @classmethod
    def of(cls, size: str, home: Path) -> Run:
        """Return a run that begins now; the commit of what was altered since ends with a plus."""
        git = [
            "git",
            "-C",
            str(home),
            "describe",
            "--always",
            "--exclude=*",
            "--abbrev=7",
            "--dirty=+",
        ]
        said = subprocess.run(git, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return cls(size, datetime.now(UTC), said.stdout.strip() or "no commit")

    def __str__(self) -> str:
        """Return what each line of the run says."""
        return f"{self.size}, {self.at:%d/%m/%Y %H:%M}, {self.commit}"


def shown(figures: Iterable[Figure]) -> None:
    """Print the table."""
    table = Table(*_HEADS[:-2], "")
    for figure in figures:
        style = "yellow" if figure.reached is False else ""
        table.add_row(*figure[:6], _asked(figure), _reached(figure), style=style)
    Console(width=160).print(table)


def add(path: Path, figure: Figure, run: Run) -> None:
    """Put one line into the page; it goes only where the very same was measured at this size."""
    own = (figure.mark, run.size, figure.work, figure.beside)
    kept = [row for row in _rows(path) if (_mark(row), _size(row), *_named(row)) != own]
    _write(path, [*kept, _row(figure, run)], run)


def finish(path: Path, mark: str, run: Run) -> None:
    """Take away what earlier runs said of a mark that this one has measured whole.

    So goes what was measured of a commit that is not in the history.

    Beside the full size no smaller one stays; else another size does, as another database.
    """
    astray = strays(path)
    for commit in sorted(astray):
        print(f"What was measured of {commit} goes: it is not in the history.", file=sys.stderr)
    rows = [row for row in _rows(path) if _commit(row) not in astray]
    own = [row for row in rows if _mark(row) == mark and _run(row) == str(run)]
    again = {(_mark(row), _served(row)) for row in own}
    sizes = {_size(row) for row in rows} if run.size == FULL else {run.size}

    def over(row: str) -> bool:
        return (_mark(row), _served(row)) in again and _size(row) in sizes

    _write(path, [row for row in rows if row in own or not over(row)], run)


def strays(path: Path) -> set[str]:
    """Return the commits that a page names and that are not in the history it is kept in.

    Where there is none, or but its end, nobody can tell.
    """

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(path.parent), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    kept, shallow = git("ls-files", path.name), git("rev-parse", "--is-shallow-repository")
    if not kept.stdout or shallow.stdout.strip() != "false":
        return set()
    named = {_commit(row) for row in _rows(path)}
    known = ("merge-base", "--is-ancestor")
    return {one for one in named if git(*known, one.removesuffix("+"), "HEAD").returncode}


def _write(path: Path, rows: Iterable[str], run: Run) -> None:
    rows = sorted(rows, key=lambda row: int(_mark(row)[1:]))
    head = ["| " + " | ".join(_HEADS) + " |", "|" + "---|" * len(_HEADS)]
    parts = {
        "reached": _goals(rows),
        "machine": _machine(run, any(map(_served, rows))),
        "figures": [*head, *rows],
    }
    told = path.read_text("utf-8")
    for name, lines in parts.items():
        said = "".join(f"{line}\n" for line in lines)
        between = rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)"
        part = re.search(between, told, re.DOTALL)
        assert part, f"the page has a place for {name}"
        told = told[: part.start()] + said + told[part.end() :]
    path.write_text(told, "utf-8")


def _goals(rows: list[str]) -> Iterator[str]:
    """Yield how many lines of each mark reached their goal, on either database."""
    yield "| Reached | on SQLite | on PostgreSQL |"
    yield "|---|---|---|"
    for mark, what in MARKS.items():
        own = [row for row in rows if _mark(row) == mark]
        sides = [[row for row in own if _served(row) == served] for served in (False, True)]
        yield f"| {what} ({mark}) | {' | '.join(map(_counted, sides))} |"


def _counted(rows: list[str]) -> str:
    ends = [end for row in rows if not (end := _cells(row)[-1]).startswith("—")]
    if not ends:
        return ""
    reached = [end for end in ends if end.startswith("✓")]
    smaller = sum("at this size" in end for end in reached)
    more = f", {smaller} of them at a smaller size" if smaller else ""
    return f"{len(reached)} of {len(ends)}{more}"


def _row(figure: Figure, run: Run) -> str:
    return "| " + " | ".join([*figure[:6], _asked(figure), str(run), _reached(figure)]) + " |"


def _asked(figure: Figure) -> str:
    return f"{figure.reach} at {figure.asked}" if figure.asked else figure.reach


def _reached(figure: Figure) -> str:
    """Return what was reached, and in how many rounds where there were fewer than elsewhere."""
    if figure.reached is None:
        return f"—{once(figure.rounds)}"
    if not figure.reached:
        return f"not yet{once(figure.rounds)}"
    return f"✓{' at this size' if figure.asked else ''}{once(figure.rounds)}"


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")[1:-1]]


def _mark(row: str) -> str:
    return _cells(row)[0]


def _named(row: str) -> tuple[str, str]:
    """Return the work of a row, and what stands beside it."""
    cells = _cells(row)
    return cells[1], cells[3]


def _served(row: str) -> bool:
    return _cells(row)[1].endswith(SERVED)


def _run(row: str) -> str:
    return _cells(row)[-2]


def _size(row: str) -> str:
    return _run(row).partition(",")[0]


def _commit(row: str) -> str:
    return _run(row).rpartition(", ")[2]


def _rows(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [line for line in path.read_text("utf-8").splitlines() if _ROW.match(line)]


def _machine(run: Run, served: bool) -> Iterator[str]:
    yield from machine(served)
    yield f"Last run: {run.at:%d %B %Y}, size `{run.size}`, commit {run.commit},"
    yield f"load over the last quarter of an hour {os.getloadavg()[2]:.1f}."


@cache
def machine(served: bool) -> tuple[str, ...]:
    """Return what this machine is, in lines, with its PostgreSQL where that was measured."""
    model = next(
        (line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "",
    )
    git = subprocess.run(["git", "--version"], capture_output=True, check=True, text=True).stdout
    server = f"{postgres.version()}, " if served else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return (
        f"Machine: {os.cpu_count()} cores ({model.partition(': ')[2]}), {memory} GB of memory,",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()},",
        f"SQLite {sqlite3.sqlite_version}, {server}{git.strip()}, files on {filesystem()}.",
    )


def filesystem() -> str:
    """Return what kind of file system that is on which everything is measured."""
    command = ["df", "--output=fstype", gettempdir()]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]


def durable() -> None:
    """End unless what is measured waits for a disk."""
    if (kind := filesystem()) in ("tmpfs", "ramfs"):
        sys.exit(f"{gettempdir()} is in memory ({kind}): name a folder on a disk in TMPDIR.")
