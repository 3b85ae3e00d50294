"""``python -m tests.crash [MOST]``: strike, print the tables, write them into docs/threats.md."""

import sys
from pathlib import Path

from tests.attack.campaign import written

from .enumeration import enumerated, table
from .tracing import STRACE

if STRACE is None:
    sys.exit("strace is needed (Debian: apt-get install strace).")
outcomes = enumerated(int(sys.argv[1]) if len(sys.argv) > 1 else 150)
text = f"{table(outcomes, 'deed')}\n{table(outcomes, 'call')}"
wrong = [one.wrong for one in outcomes if one.wrong]
print(f"\n{text}", *wrong, sep="\n")
written(text, Path(__file__).parents[2] / "docs" / "threats.md", "crash")
sys.exit(bool(wrong))
