"""What a test does to a system, and how it looks whether the system was harmed by it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def name_of_error(work: Callable[[], object]) -> str:
    """Return the name of the error that work ends with, empty where it ends well."""
    try:
        work()
    except QMSError as error:
        return type(error).__name__
    return ""
