"""Packing a store anew while others write to it: git's deltas make it small, and nobody waits.

What git packs lies beside the old packs until all of it is on the disk. An old pack goes only
when each of its objects lies in the new one; what is being written meanwhile is left alone. What
lacks its index nobody can look into: it goes when git has found all of the branch elsewhere. No
lock is held here that a writer asks for.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Final, NamedTuple

from .durable import sync
from .objects import held
from .packs import ENDS, Pack

GRACE: Final = 86_400
"""Seconds for which a pack may lack its index: whoever writes one brings that last."""

_NAME: Final = re.compile(r"pack-[0-9a-f]{40}")


class Maintained(NamedTuple):
    """How many bytes the packs of a store had, and have."""

    before: int
    after: int


def maintained(packs: Path, anew: Callable[[], str | None]) -> Maintained:
    """Replace the packs in a folder by the one that ``anew`` makes there and names, if any."""
    before = _bytes(packs)
    with held(packs, fcntl.LOCK_EX):
        old = _names(packs)
        new = anew()
        sync(packs)
        if new is not None:
            whole = Pack(f"{packs}/{new}")
            for name in old - {new}:
                _replace(packs, name, whole)
            for name in _torn(packs):
                (packs / name).unlink(missing_ok=True)
            sync(packs)
    return Maintained(before, _bytes(packs))


def at_work(packs: Path) -> bool:
    """Tell whether somebody packs anew just now, whose drafts are not to be cleared away."""
    with suppress(BlockingIOError), held(packs, fcntl.LOCK_SH | fcntl.LOCK_NB):
        return False
    return True


def _torn(packs: Path) -> list[str]:
    """Return the files of packs whose index has gone, or never came: of somebody killed."""
    names = set(os.listdir(packs))
    return [name for name in names if _is_torn(name, names) and _is_old(packs / name)]


def _is_torn(name: str, names: set[str]) -> bool:
    """Tell whether a file is of a pack that has no index, and that nobody keeps."""
    own, _, end = name.rpartition(".")
    alone = names.isdisjoint({f"{own}.idx", f"{own}.keep"})
    return alone and end in ENDS and _NAME.fullmatch(own) is not None


def _is_old(file: Path) -> bool:
    with suppress(FileNotFoundError):
        return time() - file.stat().st_ctime > GRACE
    return False


def _replace(packs: Path, name: str, whole: Pack) -> None:
    old = Pack(f"{packs}/{name}")
    ids = list(old.ids())
    if ids and not old.kept and all(id in whole for id in ids):
        for end in ENDS:
            (packs / f"{name}.{end}").unlink(missing_ok=True)


def _names(packs: Path) -> set[str]:
    return {path.stem for path in packs.glob("pack-*.idx")}


def _bytes(packs: Path) -> int:
    size = 0
    for path in packs.iterdir():
        with suppress(FileNotFoundError):  # a writer has gathered it this moment
            size += path.stat().st_size
    return size
