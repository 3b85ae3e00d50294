"""Any change of any kind, for hypothesis: drawn from the fields that the kind declares."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

from annotated_types import Ge, Le, MinLen
from hypothesis import strategies as st
from pydantic import AfterValidator, AwareDatetime, BaseModel

from qms import registers
from qms.changes import Change
from qms.proofs.note import Verifier
from qms.proofs.sshsig import ED25519, SSHKey
from qms.registers import log_keys, signing_keys
from qms.registers.calendar import Calendar
from qms.registers.policy import Series
from qms.registers.ratings import SCALES, Scale
from qms.values import Content

registers.load()
OURS = {kind: of for kind, of in Change.kinds.items() if of.__module__.startswith("qms.")}

TURNS = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters=TURNS)
texts = st.text("aăâbđeêoơưảãáạ ĐỆ\n\t.,–“”", max_size=30) | st.text(letters, max_size=12)
codes = st.from_regex(r"Q[A-ZĐ]{0,2}[-/. ][0-9]{1,3}(–[a-zđê]{1,3})?", fullmatch=True)
contents = st.binary(max_size=40).map(Content.of)
zones = st.integers(-12 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001
patterns = st.sampled_from(["YC-{year}-{n:03}", "{n}", "KPH.{n:02}/{year}"])
keys = st.binary(min_size=32, max_size=32).map(lambda raw: SSHKey(ED25519, raw).line())
vkeys = st.binary(min_size=32, max_size=32).map(lambda seed: Verifier("q", 1, seed).text())
KEYS = (
    (typing.get_args(signing_keys.PublicKey)[1], keys),
    (typing.get_args(log_keys.PublicKey)[1], vkeys),
    (typing.get_args(log_keys.OptionalKey)[1], vkeys),
)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
calendars = st.builds(
    lambda worked, free: Calendar(working=tuple(worked - free), holidays=tuple(free)),
    st.frozensets(days, max_size=3),
    st.frozensets(days, max_size=3),
)
KNOWN: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    date: st.dates(),
    AwareDatetime: moments,
    Content: contents,
    Calendar: calendars,
    Scale: st.sampled_from(SCALES),
    type(None): st.none(),
}


def of(annotation: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Return what draws values of a field."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return of(inner[0], (*inner[1:], *metadata))
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(of(one, metadata) for one in inner))
    if origin is tuple:
        least = max((getattr(one, "min_length", None) or 0 for one in metadata), default=0)
        return st.lists(of(inner[0]), min_size=least, max_size=least + 3).map(tuple)
    if origin is dict:
        return st.dictionaries(of(inner[0]), of(inner[1]), max_size=3)
    return _single(annotation, metadata)


def _single(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if annotation in KNOWN:
        return KNOWN[annotation]
    if issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    if issubclass(annotation, BaseModel):
        return st.builds(annotation, **fields(annotation))
    if annotation is int:
        low = [one.ge for one in metadata if isinstance(one, Ge)]
        high = [one.le for one in metadata if isinstance(one, Le)]
        return st.integers(*low or [0], *high or [3000])
    assert annotation is str, annotation
    return _words(metadata)


def _words(metadata: tuple[Any, ...]) -> st.SearchStrategy[str]:
    regex = [one.pattern for one in metadata if getattr(one, "pattern", None)]
    if regex:
        return st.from_regex(regex[0], fullmatch=True)
    if any(isinstance(one, AfterValidator) for one in metadata):
        return next((drawn for known, drawn in KEYS if known in metadata), codes)
    said = any(isinstance(one, MinLen) for one in metadata)
    return texts.map(lambda text: f"{text} lý do") if said else texts


def fields(model: type[BaseModel]) -> dict[str, st.SearchStrategy[Any]]:
    """Return what draws each field of a model."""
    drawn = {
        name: of(field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
        if not field.exclude
    }
    return drawn | ({"pattern": patterns} if model is Series else {})


def changes(kind: type[Change[Any]]) -> st.SearchStrategy[Change[Any]]:
    """Return what draws changes of one kind."""
    return st.builds(kind, **fields(kind))
