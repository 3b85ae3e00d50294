"""The quality officer's commands: every change and every question, said in words (U-01).

Nothing is loaded before ``main``, so that Ctrl-C is answered from the first moment.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

from .exits import INTERRUPTED, UNREAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> None:
    """Carry out one command, and end the process with its exit code."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 (closed by whoever called)
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    try:
        _carry_out(sys.argv[1:] if words is None else list(words))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(UNREAD)
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            # What a full disk did not take would be tried again at exit, over our exit code.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _carry_out(given: list[str]) -> None:
    from .failures import interruptible
    from .language import speaking, wanted
    from .root import commands

    interruptible()
    gc.set_threshold(50_000)  # what is loaded stays: to look for rubbish in it takes a sixth
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    with speaking(wanted(given)):
        commands().main(given, prog_name="qms")
