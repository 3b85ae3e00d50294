"""Striking a process at one of its system calls: strace kills it there, or lets the call fail."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from mmap import mmap
from pathlib import Path
from tempfile import gettempdir
from time import sleep
from typing import Final, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from qms.errors import QMSError

STRACE: Final = shutil.which("strace")

KILL: Final = "kill -9"
FAULTS: Final = {KILL: "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
"""What may strike, and how strace says it; a killed process does not make the call any more."""

ALTER: Final = frozenset(
    {
        "write",
        "writev",
        "pwrite64",
        "sendfile",
        "copy_file_range",
        "fallocate",
        "ftruncate",
        "fsync",
        "fdatasync",
        "rename",
        "renameat2",
        "link",
        "linkat",
        "symlink",
        "unlink",
        "unlinkat",
        "mkdir",
        "rmdir",
        "chmod",
        "fchmod",
    }
)
"""The system calls by which something comes to stand on a disk, or goes from it."""

GROW: Final = ALTER - {"unlink", "unlinkat", "rmdir", "chmod", "fchmod"}
"""Those for which a disk may have no room."""

ASK: Final = frozenset(
    {
        "openat",
        "read",
        "pread64",
        "newfstatat",
        "fstat",
        "statx",
        "lseek",
        "getdents64",
        "readlink",
        "access",
        "faccessat2",
        "fcntl",
        "flock",
        "mmap",
    }
)
"""Those by which one looks, or holds what others may not touch.

Not ``close``: on Linux it lets go of the file whatever it answers, and strace cannot.
"""

_LINE: Final = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")
_ROOM: Final = 1 << 16
_NAMELESS: Final = (OSError, RuntimeError, ValueError, TypeError, LookupError, SQLAlchemyError)


class Call(NamedTuple):
    """The so-manieth call of one kind, from 1, and what it was made with."""

    name: str
    number: int
    words: str

    @property
    def file(self) -> str:
        """Return which file it was made on: a handle, or nothing."""
        return (
            self.words.partition(",")[0].partition(")")[0]
            if self.words[:1].isdigit()
            else self.words
        )

    @property
    def faults(self) -> tuple[str, ...]:
        """Return what may strike here: death only where it makes a difference to the disk."""
        made = self.name == "openat" and "O_CREAT" in self.words
        strikes = {KILL: made or self.name in ALTER, "ENOSPC": made or self.name in GROW}
        return (*(fault for fault, may in strikes.items() if may), "EIO")


class Told(NamedTuple):
    """How somebody ended who was at work.

    ``error`` is the name of the refusal met, ``vi`` and ``en`` what it says; of anything that is
    no refusal of ours, ``error`` begins with a question mark.
    """

    killed: bool
    done: bool = False
    error: str = ""
    vi: str = ""
    en: str = ""


class Struck(NamedTuple):
    """What one was told, and the calls that were made."""

    told: Told
    calls: tuple[Call, ...]


def struck(
    work: Callable[[Callable[[], None]], object],
    log: Path,
    name: str = "",
    number: int = 0,
    fault: str = "",
) -> Struck:
    """Do the work in a child whose so-manieth call of a kind meets a fault; none by default.

    What the child has to say it leaves in memory that both see: no call is spent on it.
    """
    gettempdir()  # tried out once a process: known to every child, no child tries it out
    said = mmap(-1, _ROOM)
    child = os.fork()
    if not child:
        signal.alarm(60)  # nobody waits for ever
        while not said[-1]:
            sleep(0.001)
        _at_work(work, said)
    words = [
        "-e",
        f"trace={name or ','.join(sorted(ALTER | ASK))}",
        "-o",
        str(log),
        "-p",
        str(child),
    ]
    words += ["-e", f"inject={name}:{FAULTS[fault]}:when={number}"] if fault else []
    tracer = subprocess.Popen(
        [str(STRACE), "-f", "-s", "0", *words], stderr=subprocess.PIPE, text=True
    )
    with tracer:
        assert tracer.stderr is not None
        line = tracer.stderr.readline()
        assert "attached" in line, line
        said[-1] = 1
        status = os.waitpid(child, 0)[1]
    told, killed = bytes(said[:-1]).rstrip(b"\0"), os.WIFSIGNALED(status)
    assert status in (0, signal.SIGKILL)
    assert told or killed
    return Struck(Told(killed, **json.loads(told or b"{}")), tuple(_calls(log)))


def _at_work(work: Callable[[Callable[[], None]], object], said: mmap) -> None:
    """Work, and leave word: that it is done before anything else is asked of the kernel."""

    def leave(**word: object) -> None:
        said[:-1] = json.dumps(word).encode().ljust(_ROOM - 1, b"\0")

    done = False

    def acknowledge() -> None:
        nonlocal done
        done = True
        leave(done=True)

    try:
        work(acknowledge)
    except QMSError as error:
        leave(done=done, error=type(error).__name__, vi=error.says("vi"), en=error.says("en"))
    except _NAMELESS as error:
        leave(done=done, error=f"?{type(error).__name__}: {error}")
    finally:
        os._exit(0)


def _calls(log: Path) -> Iterator[Call]:
    counted: Counter[str] = Counter()
    for line in log.read_text("utf-8", "replace").splitlines():
        found = _LINE.match(line)
        if found:
            counted[found[1]] += 1
            yield Call(found[1], counted[found[1]], found[2])
