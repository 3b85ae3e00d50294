"""Enters a register of old papers: ``python examples/adopt.py so-gtvt lan FOLDER``.

The folder holds ``lich-su.csv``, one line a revision, and the files that it names. Everything is
taken or nothing; what is here already is passed over, so the same folder can be brought again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import qms
from qms.intake import history


def main(folder: str, actor: str, papers: str) -> None:
    with qms.open(folder, actor=actor) as system:
        brought = history.of_register(Path(papers), system)
        for remark in brought.remarks:
            print(f"{remark.place}: {remark.vi}")
        changes = brought.whole()
        entries = system.perform(*changes) if changes else ()
        print(f"{len(entries)} việc đã ghi vào nhật ký")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except qms.QMSError as error:
        print(error.says("vi"), file=sys.stderr)
        sys.exit(error.exit_code)
