"""What goes wrong, in one sentence and with an exit code; never a traceback."""

from __future__ import annotations

import errno
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from gettext import gettext as _
from threading import current_thread, main_thread
from types import FrameType
from typing import Final

import click

from ..errors import Conflict, NotFound, QMSError, Refused, Unreadable, Untrusted
from .exits import INTERRUPTED, UNREAD
from .language import language
from .wording import shown

_MOMENT: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
"""A moment as entries say it."""

_KIND: Final = re.compile(r"\b[a-z_]+\.[a-z]+(?:-[a-z]+)*/[0-9]+\b")
"""A kind of change as an error names it."""

_NOT_NOW: Final = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EBUSY),
        *(errno.EACCES, errno.EPERM),
    }
)
"""What another disk, or another right, would allow."""


class Untold(Conflict):
    """This is done, but what there is to say of it could not be written; do not repeat it."""

    exit_code = 8
    vi = "Việc đã làm xong nhưng không ghi ra được lời báo kết quả; đừng làm lại."


class FoundAfterwards(Conflict):
    """This is done, do not repeat it; what stands before this sentence was found afterwards."""

    exit_code = 8
    vi = "Việc đã làm xong, đừng làm lại; lỗi ghi ở đầu câu chỉ xảy ra sau đó."


@contextmanager
def afterwards(made: bool = True) -> Iterator[None]:
    """Raise ``Untold`` where what is said after something was made cannot be written.

    Raise ``FoundAfterwards`` where something else goes wrong by then. A reader that went away
    has an exit code of its own, which says as much.
    """
    try:
        yield
    except QMSError as error:
        if not made or error.exit_code == Untold.exit_code:
            raise
        raise FoundAfterwards(sentence(error).rstrip(".")) from error
    except OSError as error:
        if not made or error.errno == errno.EPIPE:
            raise
        raise Untold from error


class Stop:
    """What Ctrl-C does: it stops the command, and remembers that it was asked to.

    SQLite asks Python what a statement may do, and takes an interruption there for a no.
    """

    asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Raise `KeyboardInterrupt`, and remember it."""
        self.asked = True
        raise KeyboardInterrupt


def interruptible() -> None:
    """Have Ctrl-C remembered, so that nothing else is told in its place.

    Only the main thread hears it, and only there may it be asked for.
    """
    if current_thread() is not main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, Stop())


def _stopped() -> bool:
    stop = signal.getsignal(signal.SIGINT)
    return isinstance(stop, Stop) and stop.asked


@contextmanager
def told() -> Iterator[None]:
    """Tell what goes wrong in one sentence, and leave with its exit code."""
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except QMSError as error:
        if _stopped():
            raise click.exceptions.Exit(INTERRUPTED) from None
        _leave(_heading(error), sentence(error), error.exit_code)
    except ImportError as error:
        # git is not installed, or an extra that somebody asked for
        what = next(iter(str(error).splitlines()), "")
        says = _("something is not installed here: {what}").format(what=what)
        _leave(_("Error"), line(says), NotFound.exit_code)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise click.exceptions.Exit(UNREAD) from None
        _leave(_("Error"), _system(error), _kind(error).exit_code)


def _kind(error: OSError) -> type[QMSError]:
    if error.errno == errno.ENOENT:
        return NotFound
    return Conflict if error.errno in _NOT_NOW else Unreadable


def sentence(error: QMSError) -> str:
    """Return what an error says, with the clause that asks for it; days as people read them."""
    clause = f" (ISO 9001:2015, {error.clause})" if error.clause else ""
    says = _KIND.sub(lambda found: _called(found[0]), error.says(language()))
    says = _MOMENT.sub(lambda found: _moment(found[0]), says)
    return line(says + clause)


def _moment(text: str) -> str:
    return shown(datetime.fromisoformat(text), language())


def _called(kind: str) -> str:
    """Return what a kind of change does, in words; nobody's kind stays as it is."""
    from .phrases import kind_called  # only what names a kind needs the registers

    return f"“{kind_called(kind, language())}”"


def line(text: str) -> str:
    """Return a text as one line that cannot steer a terminal.

    >>> line("a\\x1b[2J\\nb")
    'a [2J b'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _leave(heading: str, says: str, code: int) -> None:
    with suppress(OSError):  # whom no word reaches, the exit code does
        click.echo(click.style(f"{heading}: ", fg="red", bold=True) + says, err=True)
    raise click.exceptions.Exit(code)


def _heading(error: QMSError) -> str:
    if error.exit_code == Untold.exit_code:
        return _("It is done")
    headings = {
        Refused: _("Refused"),
        NotFound: _("Not found"),
        Conflict: _("Not now"),
        Unreadable: _("Unreadable"),
        Untrusted: _("Not to be trusted"),
    }
    return next((says for root, says in headings.items() if isinstance(error, root)), _("Error"))


def _system(error: OSError) -> str:
    says = {
        errno.ENOENT: _("there is no such file or folder."),
        errno.EACCES: _("you may not read or write this."),
        errno.EPERM: _("you may not read or write this."),
        errno.EISDIR: _("this is a folder, not a file."),
        errno.ENOTDIR: _("this is a file, not a folder."),
        errno.EEXIST: _("this is already there; choose another name."),
        errno.ENOSPC: _("the disk is full; nothing was kept."),
        errno.EDQUOT: _("the disk is full; nothing was kept."),
        errno.EROFS: _("this disk cannot be written to."),
        errno.ENAMETOOLONG: _("this name is too long."),
    }.get(error.errno or 0, f"{error.strerror or error}.")
    return line(f"{error.filename}: {says}" if error.filename else says)
