"""What a field takes, read off its annotation: for options, sheets and labels alike."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from .values import Code, Content, OptionalCode, Parts, Sealed

_CODES: Final = (get_args(Code)[1], get_args(OptionalCode)[1])
"""The marks by which a code is told from another text."""


class Attached:
    """Files, each under a name of its own."""


class Shape(NamedTuple):
    """What a field takes: one value or many, of which type; a code, or any text.

    ``parts`` says how many of a whole number make one unit (1000 where it counts thousandths).
    """

    type: Any
    many: bool = False
    code: bool = False
    optional: bool = False
    parts: int = 1


def shape(annotation: Any, *marks: object) -> Shape:
    """Return what a field of this annotation takes.

    >>> shape(tuple[int, ...] | None)
    Shape(type=<class 'int'>, many=True, code=False, optional=True, parts=1)
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shape(inner[0], *marks, *inner[1:])
    if origin in (Union, UnionType):
        first = next(part for part in inner if part not in (NoneType, Sealed))
        return shape(first, *marks)._replace(optional=NoneType in inner)
    if origin is tuple and inner[1:] == (...,):
        return shape(inner[0])._replace(many=True)
    if origin is dict and inner[1] is Content:
        return Shape(Attached, many=True)
    parts = next((mark.of for mark in marks if isinstance(mark, Parts)), 1)
    return Shape(annotation, code=any(mark in _CODES for mark in marks), parts=parts)
