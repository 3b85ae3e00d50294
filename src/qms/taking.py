"""What the calls of the front door take: a slip is told by its name, before anything is done.

Days say so themselves (``NoDay``), so do changes (``NotAChange``) and what their fields take.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, wraps
from inspect import Parameter, isfunction, signature
from pathlib import Path
from types import UnionType
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as hinted

from .errors import Unreadable

P = ParamSpec("P")
T = TypeVar("T")


class WrongKind(Unreadable):
    """This argument is not of the kind that the call takes."""

    vi = "Tham số này không đúng kiểu mà lời gọi nhận."


class NotTheClass(WrongKind):
    """A kind of item is named by its class itself, like qms.documents.Document, not by a text."""

    vi = "Loại đối tượng phải là chính lớp của nó, ví dụ qms.documents.Document, không phải chữ."


class Kind(NamedTuple):
    """What an argument has to be."""

    name: str
    fits: Callable[[Any], bool]
    said: str

    def hold(self, value: object) -> None:
        """Raise ``WrongKind`` for a value that does not fit."""
        if not self.fits(value) and self.said.startswith("type["):
            raise NotTheClass(f"{self.name} ({_called(value)})")
        if not self.fits(value):
            raise WrongKind(f"{self.name} ({_called(value)} ≠ {self.said})")


class Kinds(NamedTuple):
    """What the arguments of a call have to be: by place, by name, and all others by name."""

    placed: tuple[Kind, ...]
    named: Mapping[str, Kind]
    others: Kind

    def hold(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Raise ``WrongKind`` for the first argument that does not fit."""
        for kind, value in zip(self.placed, args, strict=False):
            kind.hold(value)
        for name, value in kwargs.items():
            (self.named.get(name) or self.others._replace(name=name)).hold(value)


def front(of: type[T]) -> type[T]:
    """Have a class and its public methods raise ``WrongKind`` for what they do not take."""
    for name, method in list(vars(of).items()):
        if isfunction(method) and (name == "__init__" or not name.startswith("_")):
            setattr(of, name, taking(method))
    return of


def taking(call: Callable[P, T]) -> Callable[P, T]:
    """Return a call that raises ``WrongKind`` for what its annotations do not say."""
    kinds = cache(lambda: _kinds(call))  # later: what they name may not be there yet

    @wraps(call)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        kinds().hold(args, kwargs)
        return call(*args, **kwargs)

    return asked


def _kinds(call: Callable[..., Any]) -> Kinds:
    parameters, hints = signature(call).parameters.values(), hinted(call)
    of = {
        each.name: Kind(each.name, _fits(hints.get(each.name, Any)), str(each.annotation))
        for each in parameters
    }
    by = {kind: [of[each.name] for each in parameters if each.kind is kind] for kind in _WAYS}
    alone, either, by_name, others = by.values()
    named = {kind.name: kind for kind in (*either, *by_name)}
    return Kinds((*alone, *either), named, others[0] if others else Kind("", _anything, ""))


_WAYS: Final = (
    Parameter.POSITIONAL_ONLY,
    Parameter.POSITIONAL_OR_KEYWORD,
    Parameter.KEYWORD_ONLY,
    Parameter.VAR_KEYWORD,
)


def _called(value: object) -> str:
    """Return what a value is, never what it says: an address holds a password."""
    if value is None:
        return "None"
    name = type(value).__name__
    if isinstance(value, type):
        return f"{name}[{value.__name__}]"
    inner = value if isinstance(value, (list, tuple, set, frozenset)) else ()
    kinds = " | ".join(sorted({type(each).__name__ for each in inner}))
    return f"{name}[{kinds}]" if kinds else name


def _anything(value: object) -> bool:
    return True


def _fits(hint: Any) -> Callable[[Any], bool]:
    """Return what tells whether a value is of a kind."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        parts = [_fits(part) for part in inner]
        return lambda value: any(fits(value) for fits in parts)
    if kind is type and inner:
        above = getattr(inner[0], "__bound__", inner[0])
        return lambda value: isinstance(value, type) and issubclass(value, above)
    if kind is Iterable:  # what gives each once is not looked into
        part = _fits(inner[0])
        return lambda value: (
            isinstance(value, Iterator) or (isinstance(value, Iterable) and all(map(part, value)))
        )
    if not isinstance(kind, type) or kind in (Any, object) or getattr(kind, "_is_protocol", False):
        return _anything
    wanted = _WIDER.get(kind, kind)
    if kind in _COUNTED:  # True is 1 for Python, and for nobody who asks
        return lambda value: isinstance(value, wanted) and not isinstance(value, bool)
    return lambda value: isinstance(value, wanted)


_WIDER: Final[dict[Any, Any]] = {
    Path: os.PathLike,
    float: (int, float),
    date: object,
    datetime: object,
}
_COUNTED: Final = (int, float, date, datetime)
