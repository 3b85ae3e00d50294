"""Runs the code blocks of one page, from the first to the last, in a folder of its own.

Of the repository only what pages read is there: ``examples``, ``procedures`` and ``records``.

Python blocks share one namespace; with prompts (``>>>``) their output is compared too. Console
blocks are run by bash and keep what was exported before. A command begins with ``$`` and goes on
with ``>``; it must end with 0 unless the next one is ``echo $?``, and what is shown below it must
be what it says. ``…`` stands for anything.

Pages are named on stdin, one a line; all that they may need is imported once, and each has a
process of its own.
"""

from __future__ import annotations

import doctest
import gc
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NamedTuple

import qms.cli

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).parents[2]
LENT = ("examples", "procedures", "records")
RUN = ("python", "console")
SHOWN = ("json", "text", "toml")
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Wrong(Exception):
    """A block does not do what its page says."""


class Block(NamedTuple):
    language: str
    text: str
    place: str
    line: int


class Command(NamedTuple):
    text: str
    shown: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 2
        place = f"{page.name}:{line}"
        if found[1] not in RUN + SHOWN:
            raise Wrong(f"{place}: a block is one of {RUN + SHOWN}, not {found[1]!r}")
        yield Block(found[1], found[2], place, line)


class Shell:
    """Runs commands one after the other, with what was exported and how the last one ended."""

    def __init__(self) -> None:
        strange = ("QMS", "GIT", "PYTHON")
        kept = {name: of for name, of in os.environ.items() if not name.startswith(strange)}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = kept | {"PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        self.code = 0

    def answer(self, text: str) -> tuple[str, int]:
        """Return what a command says and the code it ends with."""
        plain = text.startswith("qms ") and not re.search(r"[|;&<>`(]", text)
        said, self.code = self._forked(text) if plain else self._by_bash(text)
        return said, self.code

    def _by_bash(self, text: str) -> tuple[str, int]:
        script = f"(exit {self.code})\n{text}\n_code=$?; env -0 > .environment; exit $_code"
        words = ["bash", "-c", script]
        ended = subprocess.run(words, stdin=-3, stdout=-1, stderr=-2, env=self.environment)
        rows = Path(".environment").read_text("utf-8").split("\0")
        self.environment = dict(row.split("=", 1) for row in rows if row)
        return ended.stdout.decode(), ended.returncode

    def _forked(self, text: str) -> tuple[str, int]:
        # A page has many commands, and most of the time of each would go into imports.
        words = subprocess.run(
            ["bash", "-c", f"printf '%s\\0' {text}"], stdout=-1, check=True, env=self.environment
        )
        given = words.stdout.decode().split("\0")[1:-1]
        with tempfile.TemporaryFile() as says:
            child = os.fork()
            if not child:
                os.dup2(says.fileno(), 1)
                os.dup2(says.fileno(), 2)
                os.environ.clear()
                os.environ.update(self.environment)
                carried_out(given)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            says.seek(0)
            return says.read().decode(), code


def loaded() -> None:
    """Import all that a command may need."""
    for room in walk_packages(qms.cli.__path__, "qms.cli."):
        import_module(room.name)


def carried_out(words: list[str]) -> None:
    """Carry out a command in this process, which is a child, and end it."""
    code = 1
    try:
        qms.cli.main(words)
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run(page: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    shell = Shell()
    for block in blocks(page):
        if block.language == "console":
            converse(block, shell)
        elif block.language == "python":
            calculate(block, names)


def calculate(block: Block, names: dict[str, Any]) -> None:
    if not block.text.lstrip().startswith(">>>"):
        exec(compile("\n" * (block.line - 1) + block.text, block.place, "exec"), names)
        return
    examples = doctest.DocTestParser().get_examples(block.text, block.place)
    for example in examples:
        example.want = example.want.replace("…", "...")
        example.exc_msg = example.exc_msg and example.exc_msg.replace("…", "...")
    test = doctest.DocTest(examples, {}, block.place, block.place, block.line - 1, block.text)
    test.globs = names
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=LOOSELY)
    if runner.run(test, out=said.append, clear_globs=False).failed:
        raise Wrong("".join(said))


def converse(block: Block, shell: Shell) -> None:
    asked = list(commands(block.text))
    following = [command.text for command in asked[1:]] + [""]
    for command, then in zip(asked, following, strict=True):
        answer, code = shell.answer(command.text)
        place = f"{block.place}: $ {command.text}"
        if code and then != "echo $?":
            raise Wrong(f"{place}\nended with {code}:\n{answer}")
        compare(place, command.shown, answer)


def commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, rest = part.partition("\n")
        while rest.startswith("> "):
            more, _, rest = rest.removeprefix("> ").partition("\n")
            line += f"\n{more}"
        yield Command(line, rest.strip())


def compare(place: str, shown: str, answer: str) -> None:
    want = shown.replace("…", "...") + "\n"
    if shown and not doctest.OutputChecker().check_output(want, f"{answer.strip()}\n", LOOSELY):
        raise Wrong(f"{place}\nshown:\n{shown}\nbut it says:\n{answer}")


def main(page: str) -> int:
    place = Path(page).absolute()
    os.environ["TZ"] = "<+07>-7"  # whoever reads the page has the day of the system
    time.tzset()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "here")  # a system founded in it lays its keys beside it
        here.mkdir()
        os.chdir(here)
        for name in LENT:
            os.symlink(ROOT / name, name)
        try:
            run(place)
        except Wrong as wrong:
            print(wrong)
            return 1
        finally:
            os.chdir("/")
    return 0


def served(page: str) -> tuple[int, str]:
    """Return how a page ends in a child of this process, and what it says."""
    with tempfile.TemporaryFile() as says:
        child = os.fork()
        if not child:
            os.dup2(says.fileno(), 1)
            os.dup2(says.fileno(), 2)
            code = 1
            try:
                code = main(page)
            finally:
                if sys.exc_info()[0] is not None:
                    traceback.print_exc()
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        says.seek(0)
        return code, says.read().decode()


if __name__ == "__main__":
    loaded()
    gc.freeze()  # a child that looks through what is loaded would copy it
    for line in sys.stdin:
        print(json.dumps(served(line.rstrip("\n"))), flush=True)
