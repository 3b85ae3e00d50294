"""The quality officer's commands: every change and every question, said in words (U-01)."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from .failures import INTERRUPTED
from .language import speaking, wanted
from .root import commands


def main(words: Sequence[str] | None = None) -> None:
    """Carry out one command, and end the process with its exit code."""
    gc.set_threshold(50_000)  # what is loaded stays: to look for rubbish in it takes a sixth
    given = sys.argv[1:] if words is None else list(words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with speaking(wanted(given)):
            commands().main(given, prog_name="qms")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            # What a full disk did not take would be tried again at exit, over our exit code.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
