"""How a store lies on the disk: a bare git repository with one branch, all of it in one folder.

What tells git that something lies elsewhere, or is to be run, is met before git sees the folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from configparser import Error as BadConfig
from contextlib import suppress
from pathlib import Path

from ..errors import NotFound, Refused, Unreadable, Untrusted
from ..proofs import lines
from .durable import sync

BRANCH = "refs/heads/main"
SPARE = ".spare.lock"  # what ends so is no branch to git

_HEAD = f"ref: {BRANCH}\n".encode()
_CONFIG = b"""\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
"""
_FOLDERS = ("objects", "objects/info", "objects/pack", "refs", "refs/heads", "refs/tags")
# Each of these tells git that objects or history lie in another place, or end earlier.
_ELSEWHERE = (
    "commondir",
    "gitdir",
    "shallow",
    "info/grafts",
    "objects/info/alternates",
    "objects/info/http-alternates",
)
# What git writes itself, and people set without harm. All else may have git run a program, fetch,
# or show something else than what is here, and there is more of it with each version of git.
_HARMLESS = re.compile(
    r"core\.(filemode|ignorecase|precomposeunicode|symlinks|sharedrepository|logallrefupdates|"
    r"(loose)?compression|bigfilethreshold|fsync(method|objectfiles)?|"
    r"abbrev|deltabasecachelimit|longpaths|packedgit\w+|quotepath)|"
    r"(advice|author|color|column|committer|gc|init|maintenance|pack|prune|receive|repack|safe|user)"
    r"\.(?!fsck\.|(recentobjectshook|repackfilter(to)?)$).+|"
    r"remote\..+\.(fetch|mirror|prune|prunetags|push|tagopt)|branch\..+\.(merge|rebase)|"
    r"(fetch|transfer)\.(fsckobjects|unpacklimit)|http\.(getanyfile|uploadpack)|"
    r"push\.default|uploadpack\.allow\w+",
    re.DOTALL,
)
# Each is an address, or the name of one.
_PLACE = re.compile(r"remote\.(.+\.(push)?url|pushdefault)|branch\..+\.(push)?remote", re.DOTALL)
# For an address git may run a program (gitremote-helpers): one it names, or one for its scheme,
# but for those that it speaks itself; git+ssh and ssh+git are older names of ssh.
_HELPER = re.compile(r"[-\w+.]*::|-|(?!(file|git|https?|ssh|git\+ssh|ssh\+git)://)[-\w+.]+://")
_FIXED = {
    "core.repositoryformatversion": {"0"},
    "core.bare": {"true", "yes", "on", "1"},
    "http.receivepack": {"false", "no", "off", "0"},  # else anybody might push
    "lfs.repositoryformatversion": {"0"},
}


class NoStore(NotFound):
    """There is no store in this folder."""

    vi = "Thư mục này không có kho."


class StrangeStore(Unreadable):
    """A store is a bare git repository with the branch main."""

    vi = "Kho phải là một kho git trần với nhánh main."


class LiesElsewhere(Untrusted):
    """Everything a store holds lies in its own folder."""

    vi = "Mọi thứ của kho phải nằm trong chính thư mục của kho."


class Occupied(Refused):
    """A new store needs an empty folder; choose one."""

    vi = "Kho mới cần một thư mục trống; hãy chọn thư mục khác."


def lay(folder: Path) -> None:
    """Lay a new store out, on the disk; what somebody killed left half made is completed.

    Raise ``Occupied`` where something else lies there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not {"objects", "refs", "config", "HEAD.lock"}.issuperset(os.listdir(folder)):
        raise Occupied(str(folder))
    for name in _FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    (folder / "config").write_bytes(_CONFIG)
    (folder / "HEAD.lock").write_bytes(_HEAD)
    for name in ("config", "HEAD.lock", *_FOLDERS):
        sync(folder / name)
    (folder / "HEAD.lock").rename(folder / "HEAD")  # from here on it is a store
    sync(folder)
    sync(folder.parent)


def check(folder: Path) -> None:
    """Raise unless a folder holds a store, and all of it."""
    if not (folder / "HEAD").is_file():
        raise NoStore(str(folder))
    if not all((folder / name).is_dir() for name in ("objects/pack", "refs/heads")):
        raise StrangeStore(str(folder))
    for name in _ELSEWHERE:
        if os.path.lexists(folder / name):
            raise LiesElsewhere(str(folder / name))
    own = [folder / name for name in ("HEAD", "config", "packed-refs", "objects", "refs")]
    for part in ("objects", "refs", "refs/heads"):
        own += (folder / part).iterdir()
    for entry in own:
        if entry.is_symlink():
            raise LiesElsewhere(str(entry))
    if (folder / "HEAD").read_bytes() != _HEAD or not _bare(folder / "config"):
        raise StrangeStore(str(folder))


def beside(folder: Path) -> Iterator[str]:
    """Yield what lies in a store and is neither its branch nor what that leads to.

    Other names, also those that put one object in the place of another (``git replace``), a file
    that git takes for the branch, and what git runs or shows files or history through: hooks,
    attributes, settings, a commit-graph that says otherwise than the commits.
    """
    yield from _settings(folder / "config")
    yield from _graphs(folder)
    with suppress(FileNotFoundError):
        for line in (folder / "packed-refs").read_text("utf-8", "replace").splitlines():
            name = line.partition(" ")[2]
            if line[:1] not in "#^" and name != BRANCH:
                yield name
    found = [path for path in (folder / "refs").rglob("*") if not path.is_dir()]
    found += (path for path in (folder / "hooks").glob("*") if path.suffix != ".sample")
    found += (path for path in (folder / "main", folder / "info/attributes") if path.exists())
    ours = {BRANCH, f"{BRANCH}.lock", f"{BRANCH}{SPARE}"}
    for path in sorted(found):
        name = path.relative_to(folder).as_posix()
        if name not in ours:
            yield name


def _settings(config: Path) -> Iterator[str]:
    """Yield the settings that are not ours and could have git run, fetch or show another thing."""
    if config.read_bytes() == _CONFIG:
        return
    from .repository import settings

    for key in sorted({key for key, value in settings(config) if not _harmless(key, value)}):
        yield f"config {lines.shown(key)}".strip()


def _graphs(folder: Path) -> Iterator[str]:
    """Yield where git keeps the commits once more, unless it says there what they say.

    Git writes such files by itself and shows history by them. Of those that tell it which commits
    to pass over for a path, it cannot say whether they are right.
    """
    info = folder / "objects/info"
    found = [info / "commit-graph", *sorted(info.glob("commit-graphs/*"))]
    there = [path for path in found if path.exists()]
    if not there:
        return
    from .repository import sound_graph

    # What is no file, git waits for without end (a pipe) or cannot show history by (a folder).
    if any(not path.is_file() or _passes_over(path) for path in there) or not sound_graph(folder):
        yield there[0].relative_to(folder).as_posix()


def _passes_over(graph: Path) -> bool:
    """Tell whether a commit-graph has filters of paths (gitformat-commit-graph, BIDX)."""
    with graph.open("rb") as file:
        head = file.read(8)
        table = file.read(12 * head[6]) if len(head) == 8 else b""
    return b"BIDX" in (table[at : at + 4] for at in range(0, len(table), 12))


def _harmless(key: str, value: str) -> bool:
    if _PLACE.fullmatch(key):
        return not _HELPER.match(value)
    return value.lower() in _FIXED.get(key, ()) or _HARMLESS.fullmatch(key) is not None


def _bare(config: Path) -> bool:
    if config.read_bytes() == _CONFIG:
        return True
    from git import GitConfigParser

    read = GitConfigParser(config, merge_includes=False)
    with suppress(BadConfig, ValueError):
        # From version 1 on, the config may say where and how things are kept.
        version = read.getint("core", "repositoryformatversion")
        return version == 0 and read.getboolean("core", "bare")
    return False
