"""What people type: days, moments, codes, numbers and files, each read in one place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path
from typing import Final, NamedTuple, Self

import click

from ..errors import Unreadable
from .language import language

DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")
HOURS: Final = ("%H:%M:%S", "%H:%M")


class Day(click.ParamType[date]):
    """A day, as ``2026-03-01`` or ``01/03/2026``."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day."""
        if isinstance(value, date):
            return value
        for form in DAYS:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007
            except ValueError:
                continue
        self.fail(_("{value!r} is no day: write 01/03/2026.").format(value=value), param, ctx)


class Moment(click.ParamType[datetime]):
    """A moment in Viet Nam, as ``01/03/2026 14:30`` or in full ISO form."""

    name = "moment"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment, in Viet Nam where no other zone is named."""
        from ..changes import HERE

        found = value if isinstance(value, datetime) else _moment(value.strip())
        if found is None:
            says = _("{value!r} is no moment: write 01/03/2026 14:30.").format(value=value)
            self.fail(says, param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=HERE)


def _moment(value: str) -> datetime | None:
    for form in (f"{day} {hour}" for day in DAYS for hour in HOURS):
        try:
            return datetime.strptime(value, form)  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(value) if "T" in value else None
    except ValueError:
        return None


class When(click.ParamType[datetime | date]):
    """A day or a moment."""

    name = "when"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | date:
        """Return the day or the moment."""
        if not isinstance(value, str):
            return value
        kind = Moment() if ":" in value else Day()
        return kind.convert(value, param, ctx)


class AsOf(click.ParamType[datetime | date | int]):
    """A day, a moment, or how many entries there were."""

    name = "as-of"

    def convert(
        self,
        value: str | date | int,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime | date | int:
        """Return the day, the moment or the number of entries."""
        if not isinstance(value, str):
            return value
        if value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
        if ":" in value:
            return Moment().convert(value, param, ctx)
        try:
            return Day().convert(value, param, ctx)
        except click.BadParameter:
            says = _(
                "{value!r} is no day, no moment and no number of entries: "
                "write 01/03/2026, 01/03/2026 14:30 or 120."
            )
            self.fail(says.format(value=value), param, ctx)


class Plain(click.ParamType[str]):
    """A code or a number, in letters that can be shown."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it was typed."""
        if not value.strip() or not value.isprintable():
            self.fail(_("this is no code: {value}.").format(value=ascii(value)), param, ctx)
        return value


class Whole(click.ParamType[int]):
    """A whole number, within limits where there are any."""

    name = "number"

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self.least, self.most = least, most

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,12}", value):
            says = _("{value!r} is no whole number.").format(value=value)
            self.fail(says, param, ctx)
        number = int(value)
        if self.least is not None and number < self.least:
            self.fail(_("it is at least {least}.").format(least=self.least), param, ctx)
        if self.most is not None and number > self.most:
            self.fail(_("it is at most {most}.").format(most=self.most), param, ctx)
        return number


class Parted(click.ParamType[int]):
    """A number in its unit of measure, ``97,5`` or ``97.5``, that is kept in parts of it."""

    name = "decimal"

    def __init__(self, parts: int) -> None:
        self.parts = parts

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return how many parts it has."""
        if isinstance(value, int):
            return value
        if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+", value):  # 98.000 is read in two ways
            says = _("{value!r} can be read in two ways: write thousands without a point.")
            self.fail(says.format(value=value), param, ctx)
        from ..intake.cells import NotInParts, counted

        try:
            return counted(value, self.parts)
        except NotInParts as error:
            self.fail(error.says(language()), param, ctx)


class Bytes(click.ParamType[bytes]):
    """The bytes of a file; ``-`` is standard input."""

    name = "file"

    def convert(
        self, value: str | bytes, param: click.Parameter | None, ctx: click.Context | None
    ) -> bytes:
        """Return the bytes, a few too many where the file is too large to be kept."""
        return value if isinstance(value, bytes) else Read.of(value)


class Read(bytes):
    """The bytes of a file that know where they were read."""

    place: str

    @classmethod
    def of(cls, place: str) -> Self:
        """Return the bytes of a file."""
        found = cls(read(place))
        found.place = place
        return found


def place_of(data: bytes) -> str:
    """Return where bytes were read, as people call it; empty where nobody knows."""
    place = data.place if isinstance(data, Read) else ""
    return _("standard input") if place == "-" else place


@contextmanager
def of_file(data: bytes) -> Iterator[None]:
    """Name the file in front of what is wrong with its form, unless another one is named."""
    try:
        yield
    except Unreadable as error:
        if not isinstance(data, Read) or (error.about and os.path.exists(error.about)):
            raise
        about = (place_of(data), error.about)
        raise type(error)(", ".join(filter(None, about))) from None


class Named(NamedTuple):
    """A file and the name under which it is kept."""

    name: str
    data: bytes


class NamedBytes(click.ParamType[Named]):
    """``NAME=FILE``, or ``FILE`` under its own name."""

    name = "named-file"

    def convert(
        self, value: str | Named, param: click.Parameter | None, ctx: click.Context | None
    ) -> Named:
        """Return the name and the bytes."""
        if isinstance(value, Named):
            return value
        name, found, place = value.partition("=")
        if not found or os.path.exists(value):
            name, place = Path(value).name, value
        return Named(name, read(place))


def read(place: str) -> bytes:
    """Return the bytes of a file; of a file that is too large only so many as show it."""
    from ..values import LARGEST

    with click.open_file(place, "rb") as file:
        data: bytes = file.read(LARGEST + 1)
    return data
