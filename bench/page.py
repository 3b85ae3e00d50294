"""The table of figures: on the screen, and as the page ``docs/performance.md``."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests import postgres

from .measuring import Figure

SERVED = ", on PostgreSQL"
"""How the name of a work ends that was done there."""

_HEADS = ("", "Work", "qms", "Beside", "Takes", "Ratio", "To reach", "Measured", "")


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

    What was measured at another size stays, and so does what was on another database.
    """
    rows = _rows(path)
    again = {_of(row) for row in rows if _mark(row) == mark and _run(row) == str(run)}
    _write(path, [row for row in rows if _of(row) not in again or _run(row) == str(run)], run)


def _write(path: Path, rows: Iterable[str], run: Run) -> None:
    rows = sorted(rows, key=lambda row: int(_mark(row)[1:]))
    head = ["| " + " | ".join(_HEADS) + " |", "|" + "---|" * len(_HEADS)]
    lines = [
        _INTRODUCTION,
        *_machine(run, any(map(_served, rows))),
        "",
        *head,
        *rows,
        "",
        _reading(rows),
    ]
    path.write_text("\n".join(lines), "utf-8")


def _reading(rows: Iterable[str]) -> str:
    """Return what stands below the lines; of PostgreSQL only where one was measured on it."""
    if any(_served(row) for row in rows):
        return _READING
    said = _READING
    for there in (_SERVING, _SERVED_BEFORE, _SERVED_NEXT, _SERVED_WAITS):
        said = said.replace(there, "")
    return said


def _row(figure: Figure, run: Run) -> str:
    return "| " + " | ".join([*figure[:6], _asked(figure), str(run), _reached(figure)]) + " |"


def _asked(figure: Figure) -> str:
    return f"{figure.reach} at {figure.asked}" if figure.asked else figure.reach


def _reached(figure: Figure) -> str:
    if figure.reached is None:
        return "—"
    if not figure.reached:
        return "not yet"
    return "✓ at this size" if figure.asked else "✓"


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


def _of(row: str) -> tuple[str, str, bool]:
    """Return what is measured again as a whole: mark, size and database."""
    return _mark(row), _size(row), _served(row)


def _rows(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [line for line in path.read_text("utf-8").splitlines() if line.startswith("| P")]


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
        f"SQLite {sqlite3.sqlite_version}, {server}{git.strip()}.",
    )


_INTRODUCTION = """\
# How fast it is

Ours and what stands beside it were measured in turn, each line in the run that its column
"Measured" names: size, moment and commit (a plus: with what was altered since). Figures are medians
of five rounds or more; where five would take over 100 seconds there are fewer, and the line says
how many. Everything is durable: SQLite writes ahead with `synchronous=FULL`, our git objects and
branch are synced before an operation returns, git itself runs with `core.fsync=all`. One thing is
not, to our disadvantage: GitPython, in the obvious way, moves index and branch without waiting for
the disk. The ratio is what counts; the times are this machine's. `make bench` measures again and
writes this page, on both databases, and the figures of [scale](scale.md); `python -m bench --size
full` takes the sizes that "To reach" names, in an hour or so on SQLite. Where a line was measured
at a smaller size than that, it says "✓ at this size".
"""


_SERVING = """\
Lines that end in "on PostgreSQL" were measured by `python -m bench --database postgresql`, on a
server beside it on this machine, durable as it is by default, whose systems were filled by ordinary
operations; the driver is `psycopg`, outside any transaction.

"""

_SERVED_NEXT = """\
- P1 on PostgreSQL: 17 messages, each of which is waited for while two programs take turns on the
  same cores, and a COMMIT that waits for the disk as SQLite's does: 4 to 5 ms more than beside a
  file. What needs no answer (rows that are inserted) could be sent together, by libpq's pipeline.
- P2 on PostgreSQL: its like of the words (`tsvector`) is put together in Python, a fifth of what an
  adoption computes there; each row is a message, though none is waited for. `COPY` would send them
  as one, and cannot pass over a content that is there.
- P5 on PostgreSQL: a short question waits for the server once for each statement. What is due asks
  three, and for titles; two of them name every register, and a server plans them for some
  milliseconds, until it has met them a few times.
"""

_SERVED_BEFORE = """\
| 4,000 revisions adopted on PostgreSQL | 16.6 s | 8.5 s | a guard reads the trail no more |
|  | 5,018 statements | 28 | whether new codes are taken is asked together |
| 50 of 3,000 documents, on PostgreSQL | 168 ms | 1.7 ms | what its planner believes of it |
"""

_SERVED_WAITS = """\
- P8, the longest wait on PostgreSQL, was a matter of order: 1.6 others went before on average, 18
  at most, as those who wait for a row wait anew once it is written. With a lock that is handed on
  in order the longest wait was 138 ms instead of 342, 12.5 operations' time (three rounds of
  each).
- P8, a reader on PostgreSQL: `SELECT 1` by the driver, asked in turn with each question, takes
  4.8 times as long at its p99 while eight others write (0.96 ms instead of 0.21), ours 3.0 times
  (1.63 instead of 0.54): two cores are shared by eight writers, a process of the server for each,
  and the reader. More cores, or a server on a machine of its own, would be tried next.
"""


_READING = f"""\
## How to read it

Where the load was above one for each core, others worked on the machine meanwhile: then every wait
for the disk takes many times what it takes alone, and an operation, which waits four times (for
its SQL; for promise, pack, index and branch together; for the names of the packs; for that of the
branch), is mostly waiting. What it computes itself does not depend on that:
`tests/storage/test_growth.py` counts its statements, objects, waits and programs, and that none of
them grows with the system.
`tests/events/test_cost.py` counts the same of questions, and the instructions of SQLite as well.

What P5 is asked of is grown row by row from two documents that the system itself adopted, and so
are the entries that P7 writes and that P3 and P4 have a million of, with the tree over them.
Beside P5 stand, by the driver itself, the statements that ours carries out ("the same SQL") and
those that a user would write ("plain SQL"); their rows are read and thrown away. Ours and plain SQL
ask of other documents every time, the same SQL repeats what ours has just asked: among a million
revisions ours waits for rows that no cache holds, and the same SQL finds them there. "Every field
read" decodes each document and each revision of the page, from rows that a process has met before
(the last 2,000 are remembered by what they say) or has not; a list shows what it shows, and reads
no more. Beside a page of what is due stands what a user would ask of the registers that have a day;
reviews by the calendar, which have none, are not in it. What was in force 400 days ago is, where
the ledger was grown, the text before the last.

{_SERVING}\
The first lines of P3 are `qms verify --trail`: it reads the entries, makes their tree, compares
every node that is kept and checks who signed the checkpoint, in a process of its own; from 100,000
entries on a second one begins at their end (0021), and what both hold is counted together. Beside
it stand hashing alone, each thousand entries once they are in memory; and reading and hashing them.

Trails that are verified whole, or rebuilt (P11), say how many operations made them: a thousand
changes at once, as an adoption makes them, or one alone, as an office does day by day. Then each
entry has a commit and a checkpoint of its own, which takes longer to verify than the entry itself.

What P4 asks, twenty hashes and forty, may mean sixty for either proof, by which the line is judged,
or twenty for inclusion alone, which the line says as well.

Processes that write together (P8) have each made one operation before the first is measured, as
whatever else stands here has been done once: the first takes 20 ms, mostly to load what it needs.
Each ends by its own clock, and the system must hold every operation that was acknowledged.

Search (P9) is measured where it is hardest: every text has every word, so that a phrase is looked
for in all of them, and ranking them takes as long again. What is found comes as values that are
read when somebody looks at them; a page of ten with its snippets takes 6 to 8 ms more, which is
reading ten texts from git. The plain statement beside it is `MATCH … ORDER BY rank LIMIT 20` (and
its like of `tsvector`): it gives numbers of rows, whether or not their text is in force.

## Profiles before and after

What profiles and counts led to, as it was written down then (docs/decisions, changelog):

| What | Before | After | By |
|---|---|---|---|
| an operation's waits for the disk | 23 | 7 | one pack for ten files in git (0011) |
|  | 7 | 4 | all files written, then all waited for (0020) |
| what an operation computes | 1 | about 1/2 | statements given to the driver as they are (0017) |
|  | 1 | 3/4 | one file less, and the same waits (0020) |
|  | 1 | 7/8 | the rules judge while git follows the one before |
| what it writes to SQLite's file | 1 | 2/3 | the same |
| a question in a process that starts | 190 ms to load | 2 ms | plain SQL over the driver (0017) |
| bytes and tree of 1.1 million entries | 4.5 s | 2.9 s | two processes, from both ends (0021) |
| a proof among 50,018 entries | 139 µs | 83 µs | one statement for all of its hashes |
| events of the trail, computing | 1 | 3/4 to 1/2 | a statement put together once |
| JSON Lines, CSV, XLSX | 1 | 1/2 to 1/3 | |
{_SERVED_BEFORE}\

## What would be tried next

Where a line says "not yet":

- P1: an operation is 6.6 million instructions (callgrind), of which nothing stands out: a tenth is
  SQL, a fifteenth the signature. Right after another program has run they take twice as long, for
  the processor has forgotten what they work on: about three quarters of the time is computing, the
  rest waiting for the disk. 36 pages of the ledger are written. A row of a register that stands and
  is altered in place, what it was inserted beside it, writes 28, and was not kept: no operation was
  seen to be quicker for it, in memory it took longer by a tenth (one more statement), and on
  PostgreSQL the application would need the right to alter more than until when a row stood. Nodes
  without a number of their own beside their place take a quarter less room, and half a page. Three
  pages hold what waits for git beside what stays. Among 100,000 documents it takes 1.24 times as
  long as among 100; that it is the caches, of SQLite's pages and git's folders, was not shown.
- P2: a revision takes 1.6 times the computing that it takes git at 10,000, and it is flat: a sixth
  each the rules, the words it is found by, SQL's own rows; less for its entry and for git. Two
  thirds are Python's own, which no thread takes over; SQLite, deflate and digests together are a
  tenth. What follows from a text alone (words, deflate, digests) is a sixth: too little for a
  second process beside the rules. What an operation writes over lies in 256 folders under
  `earlier`, each of which it writes anew and holds in memory; one level more of folders would end
  that, and make another tree. By their own account they were 27 of the 52 MB by which memory grew
  from 11,000 to 60,000 revisions (up to 48 are kept). With 16 MB of them, and fewer words and codes
  remembered, 60,000 took 171 MB instead of 202, and a sixth more computing, as each folder was read
  again (once each, while others worked): of that only the codes are remembered less now.
- P3, bytes and tree: one process takes 3.9 µs an entry: 1.2 to read it, 1.1 to hash it, 0.5 for the
  nodes above, 1.1 to read those that are kept. The kilobyte itself is hashed in half a microsecond,
  less than Python needs to call anything. For 1.1 million entries (outside this table, medians of
  three) one took 4.5 s, two 2.9 s in 167 MB, reading and hashing 2.4 s, hashing alone 0.65 s: twice
  that is out of reach of two cores as long as each entry is a row and a call of its own. A range of
  nodes that SQLite hands over as one text is hardly quicker than its rows; smaller pieces, of
  512 entries, would take a seventh less and ask a server six times as often.
- P3, whole: what is left is flat: of the instructions a quarter for the rules, a fifth each for
  contents and rows, a seventh for the form of the entries, a tenth each for tree and git. A second
  process that judges meanwhile was built and not kept: the first still computed 0.25 of 0.34 ms an
  entry, as both read every entry. Nor was one kept that judges the second half, from the items that
  the tables claim stood between, each of which the first then compares: it finds the same, in 530
  lines more, and took 1.22 times less at 50,000 entries while others worked on the two cores. Both
  together could reach 5,900 entries a second here: entries must first cost less than 0.2 ms. Where
  each entry is an operation, its commit with the folders it alters and its signed checkpoint take
  0.5 ms more; signatures could be judged by as many processes as there are cores, for none needs
  another. Memory is that of what lives: 100,000 revisions take 8 kB each, as values; kept as their
  bytes, and made values when a change asks for them, they would take less.
- P4: twenty hashes are those of a tree of a million and of no entry more; here it is 1,100,018, and
  whatever lies beyond the last power of two has nodes of its own at the right edge: 28 are read.
  The head row has those nodes, and could give them.
{_SERVED_NEXT}\
- P5, one code and the history of one document, beside the same SQL: see above; plain SQL, which
  meets rows that nobody has read either, takes as long as ours. To repeat ours as well would be
  tried next.
- P5, what is due: reviews by the calendar and readings are told from all that is in force, little
  of which is read. For a page of them the day of the next look would have to stand in the ledger.
- P5, every field read for the first time: fifty documents and their revisions become values, each
  field judged as if anybody had written it, 20 µs each; a list that shows them does without. Rows
  that the ledger itself wrote could be believed until `verify`, at the price that a question would
  show what was altered.
- P5, events: whoever looks at nothing waits for bytes alone. To parse an entry takes 15 to 20 µs,
  two fifths of it to make its bytes again, where the driver reads its row in one: no form that is
  judged entry by entry comes near that. What an event altered takes two to three times as long
  again: of two versions of each item, all is decoded, and compared field by field.
- P8: from the checkpoint to the branch, one makes what it makes after the other; the rules before
  that are judged meanwhile. Whoever writes after others reads their newest commit and five folders,
  about a third of what it does more than who writes alone. It asks six items whether they are still
  what they were, which takes 26 µs; to read the seven entries between, among eight writers, 45. A
  reader that keeps its place between questions while somebody writes.
- P8, the longest wait: eight in fair turn wait eight turns, and a turn among eight takes up to
  1.7 times an operation alone, for caches are cold and what others wrote is read first: ten to
  fourteen operations' time as a rule, where the goal is twenty for the worst. What went beyond
  was each sixty-fourth operation, which put packs together (26 ms, 67 at most) before it let go
  of its lock, and each four-thousandth, which put large ones together (0.28 s); now it lets go
  first, and the large ones are left to whoever closes a store. In six runs of each in turn the
  longest wait was then 1.5 times the median one instead of 1.9. What is left is the disk: the
  longest waits of all are turns in a row in which a wait for it took 5 to 18 ms instead of one. A
  checkpoint of SQLite, once in a hundred operations, takes 5 ms within the lock. Rows could be
  written and the checkpoint be signed while git follows the one before.
{_SERVED_WAITS}\
- P9 beside a plain statement: ours asks of each hit whether it is in force, a row of two tables
  by their keys, and orders by three things where FTS5 hands over its own order: 34 instructions
  of SQLite for a hit, where the plain one has 16 (720 hits of 3,000 texts: 24,580 and 11,380). A
  phrase with accents is matched twice, without them to find it and with them to tell what is
  spelled so, and that takes twice as long (11 hits: 1,730 instructions and 880, the rest within
  FTS5). Where as many as a page holds are spelled as they were typed, the first match would not
  be needed; whether a passage is in force could stand in the index.
- P11: a seventh each SQL's own rows and the words that texts are found by; verification has neither
  to do. Both could be written while the next entries are judged, by a second process.
"""
