"""What a test does to a system, and how it looks whether the system was harmed by it."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from qms.errors import QMSError
from tests.systems import Office


def files(office: Office) -> dict[Path, bytes]:
    """Return every file and its bytes; not the locks, which are opened to be held."""
    every = (path for path in office.folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in every if path.suffix != ".lock"}


@contextmanager
def named(office: Office, error: type[QMSError], exit_code: int) -> Iterator[None]:
    """Expect exactly this error, in two languages, and every file as it was."""
    before = files(office)
    with pytest.raises(QMSError) as caught:
        yield
    assert type(caught.value) is error
    assert caught.value.exit_code == exit_code
    assert vars(error).get("vi") not in (None, QMSError.vi)
    assert files(office) == before


def in_a_child(work: Callable[[], str]) -> str:
    """Return what a child that does the work has to say."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(write, work().encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as answer:
        return answer.read()


def limited(work: Callable[[], object], more: int) -> str:
    """Return the name of the error that work ends with where only so many files more are opened."""

    def done() -> str:
        here = max(map(int, os.listdir("/proc/self/fd"))) + 1
        with ExitStack() as full:
            while (handle := os.open("/dev/null", os.O_RDONLY)) < here:
                full.callback(os.close, handle)  # no number is free below
            os.close(handle)
            resource.setrlimit(resource.RLIMIT_NOFILE, (handle + more, handle + more))
            try:
                work()
            except (QMSError, OSError) as error:
                return type(error).__name__
            return ""

    return in_a_child(done)


def name_of_error(work: Callable[[], object]) -> str:
    """Return the name of the error that work ends with, empty where it ends well."""
    try:
        work()
    except QMSError as error:
        return type(error).__name__
    return ""


def as_nobody(work: Callable[[], object]) -> str:
    """Return what work of somebody who owns nothing here gives, or the name of its error."""

    def done() -> str:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        try:
            return str(work())
        except QMSError as error:
            return type(error).__name__

    return in_a_child(done)


@contextmanager
def only_read(office: Office) -> Iterator[None]:
    """Let nobody but root write in a system's folder."""
    every = [office.folder, *office.folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in every}
    for path in every:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path, mode in modes.items():
            with suppress(FileNotFoundError):  # somebody gathered the small packs
                path.chmod(mode)
