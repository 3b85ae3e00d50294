"""``python -m tests.crash [MOST [DEED…]]``: strike, print the tables, write them into the page."""

import sys
from pathlib import Path

from tests.attack.campaign import written

from .deeds import DEEDS
from .enumeration import enumerated, table
from .tracing import STRACE

if STRACE is None:
    sys.exit("strace is needed (Debian: apt-get install strace).")
most, *deeds = sys.argv[1:] or ["150"]
outcomes = enumerated(int(most), deeds or list(DEEDS))
text = f"{table(outcomes, 'deed')}\n{table(outcomes, 'call')}"
wrong = [one.wrong for one in outcomes if one.wrong]
print(f"\n{text}", *wrong, sep="\n")
written(text, Path(__file__).parents[2] / "docs" / "threats.md", "crash")
sys.exit(bool(wrong))
