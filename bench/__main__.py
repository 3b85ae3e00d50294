"""``python -m bench [--size small|full] [P1 P8 …]``: measure, print, write docs/performance.md.

Each line is on the page as soon as it is measured. A mark that fails is told, and the others go on.
The smallest size, ``tiny``, is for trying: it writes nothing.
With ``--database postgresql`` systems live on a server that comes from the wheel of the tests,
durable as it is by default.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Final, NamedTuple

from tests import postgres

from . import (
    alone,
    bulk,
    exporting,
    grown,
    operation,
    page,
    questions,
    scale,
    searching,
    starting,
    together,
    trails,
)
from .measuring import Figure

HOME: Final = Path(__file__).parents[1]


class Size(NamedTuple):
    """How much is measured."""

    documents: tuple[int, ...]
    rounds: int
    revisions: tuple[int, int]
    seconds: float
    bulk: tuple[int, ...]
    asked: tuple[int, int]
    """Documents that are asked about, and how many revisions each has."""
    listed: int
    served: tuple[int, int]
    """The same on PostgreSQL, where each was adopted by an operation."""
    singly: int
    """Revisions that are adopted by an operation for each entry."""


SIZES = {
    "tiny": Size(
        documents=(10, 20),
        rounds=1,
        revisions=(2, 4),
        seconds=0.02,
        bulk=(40, 80),
        asked=(60, 4),
        listed=60,
        served=(60, 4),
        singly=8,
    ),
    "small": Size(
        documents=(100, 1_000, 10_000),
        rounds=15,
        revisions=(10, 1_000),
        seconds=1.0,
        bulk=(1_000, 4_000),
        asked=(10_000, 4),
        listed=10_000,
        served=(3_000, 4),
        singly=2_000,
    ),
    "full": Size(
        documents=(100, 1_000, 10_000, 100_000),
        rounds=15,
        revisions=(10, 10_000),
        seconds=3.0,
        bulk=(10_000, 100_000),
        asked=(100_000, 10),
        listed=10_000,
        served=(10_000, 10),
        singly=8_000,
    ),
}

Measured = Callable[[Path, Size], Iterable[Figure]]


def _trail(place: Path, size: Size) -> Path:
    return trails.trail(place, size.bulk[-1])


def _singly(place: Path, size: Size) -> Path:
    return trails.singly(place, size.singly)


def _grown(place: Path, size: Size) -> Path:
    return grown.grown(place / "grown", *size.asked)


def _trails(place: Path, size: Size) -> tuple[Path, Path, Path]:
    """Return the trails of P3 on a server, where none is grown row by row."""
    return (_trail(place, size), _trail(place, size), _singly(place, size))


def _on_server(measured: Measured) -> Measured:
    """Return the same, where each line says that it was on PostgreSQL."""
    return lambda place, size: (
        one._replace(work=f"{one.work}{page.SERVED}") for one in measured(place, size)
    )


ROWS: dict[str, Measured] = {
    "P3": lambda place, size: trails.verified(
        _grown(place, size), _trail(place, size), _singly(place, size)
    ),
    "P4": lambda place, size: trails.proved(_grown(place, size), size.rounds),
    "P7": lambda place, size: exporting.exporting(_grown(place, size), _trail(place, size)),
    "P5": lambda place, size: questions.asking(place, *size.asked, size.rounds),
    "P1": lambda place, size: operation.among(place, size.documents, size.rounds),
    "P8": lambda place, size: together.together(place, size.seconds),
    "P12": lambda place, size: operation.revising(place, size.revisions, size.rounds),
    "P9": lambda place, size: searching.searching(place, size.documents[-1], size.rounds),
    "P2": lambda place, size: bulk.adopting(place, size.bulk),
    "P10": lambda place, size: trails.maintained(_trail(place, size), place, size.bulk[-1]),
    "P11": lambda place, size: trails.rebuilt(place, _trail(place, size), _singly(place, size)),
    "P6": lambda place, size: starting.starting(place, size.listed, size.rounds),
}
"""What is measured on SQLite; first what is asked for at a million."""

SERVED: dict[str, Measured] = {
    "P3": _on_server(lambda place, size: trails.verified(*_trails(place, size))),
    "P1": _on_server(ROWS["P1"]),
    "P5": _on_server(lambda place, size: questions.asking_server(place, *size.served, size.rounds)),
    "P8": _on_server(ROWS["P8"]),
    "P4": _on_server(lambda place, size: trails.proved(_trail(place, size), size.rounds)),
    "P7": _on_server(lambda place, size: exporting.exporting(*[_trail(place, size)] * 2)),
    "P12": _on_server(ROWS["P12"]),
    "P2": _on_server(ROWS["P2"]),
    "P11": _on_server(ROWS["P11"]),
}
"""What is measured on PostgreSQL, too; search (P9) always is."""

PAGE: Final = HOME / "docs/performance.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "marks", nargs="*", metavar="MARK", choices=[*ROWS, []], help=f"of {', '.join(ROWS)}"
    )
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--keep", action="store_true", help="do not write docs/performance.md")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends as well
    run, figures, failed = page.Run.of(asked.size, HOME), [], []
    written = None if asked.keep or asked.size == "tiny" else PAGE
    if written:
        page.durable()
    with begun(asked.database == "postgresql") as (place, known):
        for mark in asked.marks or known:
            told, why = measured(mark, partial(known[mark], place, SIZES[asked.size]), run, written)
            figures += told
            failed += [mark] if why else []
    page.shown(figures)
    if failed:
        sys.exit(f"Not measured to the end: {', '.join(failed)}.")


@contextmanager
def begun(served: bool) -> Iterator[tuple[Path, dict[str, Measured]]]:
    """Give a folder that goes afterwards, and what is measured on this database."""
    place = Path(mkdtemp(prefix="qms-bench-"))
    place.chmod(0o755)
    try:
        with ExitStack() as stack:
            if served:
                server = stack.enter_context(scale.served(place / "server"))
                stack.enter_context(postgres.everywhere(server))
            yield place, SERVED if served else ROWS
    finally:
        shutil.rmtree(place)


def measured(
    mark: str, measure: alone.Measure, run: page.Run, written: Path | None
) -> tuple[list[Figure], str]:
    """Measure a mark, each line on the page as soon as it is there; return why it ended early."""
    figures: list[Figure] = []
    print(f"{mark} …", file=sys.stderr, flush=True)
    since, why = monotonic(), ""
    try:
        for figure in alone.heard(measure):
            figures.append(figure)
            if written:
                page.add(written, figure, run)
        if written:
            page.finish(written, mark, run)
    except alone.Unmeasured as unmeasured:
        why = f": {unmeasured}"
    took = (monotonic() - since) / 60
    print(f"{mark} {len(figures)} lines in {took:.1f} min{why}", file=sys.stderr, flush=True)
    return figures, why


if __name__ == "__main__":
    main()
