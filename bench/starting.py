"""P6: how long it takes until something is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from . import offices
from .measuring import Figure, Work, in_turn, said, smaller, within

_PLAIN = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def run(*words: str) -> None:
    """Run a program of this environment, and wait for it."""
    subprocess.run(words, env=_PLAIN, check=True, capture_output=True)


def starting(place: Path, documents: int, rounds: int) -> Iterator[Figure]:
    """Yield P6: importing the library, asking for help, listing a page."""
    python, program = sys.executable, str(Path(sys.executable).with_name("qms"))
    bare = ("python -c pass", lambda: run(python, "-c", "pass"))
    yield _more("import qms", lambda: run(python, "-c", "import qms"), bare, 0.060, rounds)
    yield _more("qms --help", lambda: run(program, "--help"), bare, 0.150, rounds)
    folder = str(offices.office(place, documents))
    page = (program, "-C", folder, "list", "--limit", "50")
    done, (one, other) = in_turn(
        rounds, lambda: run(*page), lambda: run(python, "-c", "import sqlalchemy")
    )
    work = f"qms list: a page of 50 among {documents:,} documents"
    than = 'python -c "import sqlalchemy"'
    figure = within(1.5, "P6", work, one, than=than, other=other, rounds=done)
    yield figure._replace(asked=smaller(documents, 10_000, "documents"))


def _more(work: str, ours: Work, beside: tuple[str, Work], most: float, rounds: int) -> Figure:
    name, theirs = beside
    done, (one, other) = in_turn(rounds, ours, theirs)
    reach = f"≤ + {said(most)}"
    more = f"+ {said(max(0.0, one - other))}"
    told, reached = (said(one), name, said(other), more, reach), one - other <= most
    return Figure("P6", work, *told, reached, rounds=done)
