"""``python -m tests.attack [ROUNDS]``: attack, print the table, write it into docs/threats.md."""

import sys
from pathlib import Path

from .campaign import campaign, table, written

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
text = table(campaign(rounds))
print(f"\n{text}")
written(text, Path(__file__).parents[2] / "docs" / "threats.md")
