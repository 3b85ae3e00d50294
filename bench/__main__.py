"""``python -m bench [--size small|full] [P1 P8 …]``: measure, print, write docs/performance.md.

With ``--database postgresql`` systems live on a server that comes from the wheel of the tests,
durable as it is by default.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from tests import postgres

from . import bulk, exporting, operation, page, questions, scale, searching, starting
from .measuring import Figure


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
    packed: int
    """Documents whose trail is packed."""


SIZES = {
    "tiny": Size(
        documents=(100, 1_000),
        rounds=5,
        revisions=(10, 100),
        seconds=1.0,
        bulk=(400,),
        asked=(1_000, 4),
        listed=1_000,
        served=(300, 4),
        packed=1_000,
    ),
    "small": Size(
        documents=(100, 1_000, 10_000),
        rounds=15,
        revisions=(10, 1_000),
        seconds=3.0,
        bulk=(4_000,),
        asked=(10_000, 4),
        listed=10_000,
        served=(3_000, 4),
        packed=2_500,
    ),
    "full": Size(
        documents=(100, 1_000, 10_000, 100_000),
        rounds=15,
        revisions=(10, 10_000),
        seconds=10.0,
        bulk=(10_000, 100_000),
        asked=(100_000, 10),
        listed=10_000,
        served=(10_000, 10),
        packed=25_000,
    ),
}

Measured = Callable[[Path, Size], Iterable[Figure]]
ROWS: dict[str, Measured] = {
    "P1": lambda place, size: operation.among(place, size.documents, size.rounds),
    "P2": lambda place, size: chain.from_iterable(
        bulk.adopting(place / str(many), many) for many in size.bulk
    ),
    "P3": lambda place, size: chain(
        bulk.trail(place, size.bulk[-1], size.rounds),
        bulk.million(place, *size.asked, size.rounds),
    ),
    "P5": lambda place, size: questions.asking(place, *size.asked, size.rounds),
    "P6": lambda place, size: starting.starting(place, size.listed, size.rounds),
    "P7": lambda place, size: exporting.exporting(place, *size.asked, size.packed),
    "P8": lambda place, size: chain(
        operation.together(place, size.seconds), operation.beside(place, size.seconds)
    ),
    "P9": lambda place, size: searching.searching(place, size.documents[-1], size.rounds),
    "P12": lambda place, size: operation.revising(place, size.revisions, size.rounds),
}
SERVED: dict[str, Measured] = {
    "P1": ROWS["P1"],
    "P5": lambda place, size: questions.asking_server(place, *size.served, size.rounds),
    "P8": ROWS["P8"],
}
"""What is measured on PostgreSQL, too; search (P9) always is."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("marks", nargs="*", metavar="MARK", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--keep", action="store_true", help="do not write docs/performance.md")
    asked = parser.parse_args()
    place = Path(mkdtemp(prefix="qms-bench-"))
    place.chmod(0o755)
    figures: list[Figure] = []
    try:
        with ExitStack() as stack:
            known = ROWS
            if served := asked.database == "postgresql":
                server = stack.enter_context(scale.served(place / "server"))
                stack.enter_context(postgres.everywhere(server))
                known = SERVED
            for mark in asked.marks or known:
                print(f"{mark} …", file=sys.stderr, flush=True)
                figures += known[mark](place, SIZES[asked.size])
    finally:
        shutil.rmtree(place)
    if served:
        figures = [one._replace(work=f"{one.work}{page.SERVED}") for one in figures]
    page.shown(figures)
    if not asked.keep:
        page.write(Path(__file__).parents[1] / "docs/performance.md", figures, asked.size)


if __name__ == "__main__":
    main()
