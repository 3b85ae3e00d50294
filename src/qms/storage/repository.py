"""GitPython as this house runs it: plumbing only, over objects written and read in process.

Git gets an environment and settings of ours, so that nothing in the repository or around us can
make it run or fetch a thing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from subprocess import DEVNULL, PIPE, CompletedProcess, Popen, run

from git import Git, GitCmdObjectDB, GitCommandError, Repo
from gitdb import IStream, OInfo, OStream
from gitdb.utils.encoding import force_text

from .durable import Waits
from .objects import Damaged, Objects
from .trees import Object

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.commitGraph=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "gc.auto=0",
    "core.fsync=all",
)

_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    # A config may allow one protocol by name, and have what is missing fetched: these outrank it.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}


def settings(config: Path) -> Iterator[tuple[str, str]]:
    """Yield each setting in a file as git understands it, its name in small letters, and value.

    Nothing is taken in that it includes. Where git cannot read it, there is one without a name.
    """
    done = _ran("config", "--no-includes", "--list", "--null", "--file", str(config))
    if done.returncode:
        yield "", ""
    for setting in done.stdout.decode(errors="replace").split("\0")[:-1]:
        key, _, value = setting.partition("\n")
        yield key, value


def sound_graph(folder: Path) -> bool:
    """Tell whether the commit-graph of a repository says what its commits say themselves."""
    words = ("-c", "core.commitGraph=true", "commit-graph", "verify", "--no-progress")
    return _ran(*words, folder=str(folder)).returncode == 0


def _ran(*words: str, folder: str = "/nonexistent") -> CompletedProcess[bytes]:
    return run(
        [shutil.which("git") or "git", *words],
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd="/",
        env={**_ENVIRONMENT, "GIT_DIR": folder},
        check=False,
    )


class Plumbing(Git):
    """Git as this house runs it: plumbing only, in an environment of our own."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder

    def execute(  # type: ignore[override]
        self, command: Sequence[str], istream: int | None = None, **_: object
    ) -> Git.AutoInterrupt:
        """Return the started process; whoever asked reads its pipe."""
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        process = Popen(
            [shutil.which("git") or "git", *settings, *command[1:]],
            stdin=istream or DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={**_ENVIRONMENT, "GIT_DIR": self._folder},
        )
        return self.AutoInterrupt(process, command)


class Database(GitCmdObjectDB):
    """GitPython's object database, so that all of its API reads and writes as we do: in process."""

    def __init__(self, root_path: str, git: Git) -> None:
        super().__init__(root_path, git)
        self._objects = Objects(root_path)

    def store(self, istream: IStream) -> IStream:
        """Keep one object, durably."""
        given = Object(force_text(istream.type), istream.read())
        with Waits() as waits:
            self._objects.keep({given.id: given}, waits)
        istream.binsha = bytes.fromhex(given.id)
        return istream

    def info(self, binsha: bytes) -> OInfo:
        """Return what kind of object an id has, and how many bytes."""
        found = self._objects.get(binsha.hex())
        return OInfo(binsha, found.kind.encode(), len(found.data))

    def stream(self, binsha: bytes) -> OStream:
        """Return an object to be read."""
        found = self._objects.get(binsha.hex())
        return OStream(binsha, found.kind.encode(), len(found.data), BytesIO(found.data))


class Repository(Repo):
    """GitPython's repository, in this folder whatever the environment says."""

    odb: Database

    def __init__(self, path: str) -> None:
        # Not super().__init__: GIT_DIR, GIT_COMMON_DIR and GIT_OBJECT_DIRECTORY lead it elsewhere,
        # and it follows the includes of a config that may be anybody's.
        self.git_dir = self._common_dir = self.working_dir = path
        self._bare = True
        self.git = Plumbing(path)
        self.odb = Database(f"{path}/objects", self.git)

    def told(self, verb: str, *words: str, istream: int | None = None) -> Iterator[bytes]:
        """Yield the lines that a command of git says; raise ``Damaged`` where it fails."""
        yield from self.said(getattr(self.git, verb)(*words, istream=istream), words[-1])

    def said(self, process: Git.AutoInterrupt, about: str) -> Iterator[bytes]:
        """Yield the lines that one says which has begun; raise ``Damaged`` where it fails."""
        with process.stdout as lines:
            yield from lines
        try:
            process.wait()
        except GitCommandError as error:
            raise Damaged(about) from error
