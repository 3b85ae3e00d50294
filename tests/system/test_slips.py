"""A slip of whoever calls is told in the house's own words, by the name of the argument."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from inspect import Parameter, isfunction, ismethod, signature

import pytest
from pydantic import ValidationError

import qms
from qms.changes import HERE
from qms.errors import QMSError
from qms.taking import NotTheClass, WrongKind

ODD = (
    *(None, True, 5, -1, 2**80, 1.5, "5", "", b"x", object(), [], {}, (None,), ("x", 5)),
    *(int, date(2024, 1, 1), datetime(2024, 1, 1, tzinfo=HERE)),
)
RIGHT = {
    **{"item": qms.documents.Document, "when": 3, "edition": 2026, "digest": "0" * 64},
    **{"index": 1, "first": 0, "last": 2, "size": 3, "old": 1, "new": 3, "count": 1},
}
NOWHERE = {
    **{"folder": "there", "organisation": " ", "officer": "lan", "database": "sqlite:///no/a.db"},
    **{"actor": "lan", "clone": "nowhere", "store": "nobody", "source": "there", "path": "id"},
}
"""With these nothing is founded, joined or left, whatever else is said."""

BY_PYTHON = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError, OSError)
BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.VAR_POSITIONAL)
REST = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


def front():
    """Return the functions of the front door."""
    return [call for name in qms.__all__ if isfunction(call := getattr(qms, name))]


def methods(of):
    """Return what one may ask of an open system, or of its trail."""
    public = (name for name in dir(type(of)) if not name.startswith("_"))
    found = [getattr(of, name) for name in public if callable(getattr(type(of), name))]
    return [one for one in found if ismethod(one) and one.__name__ not in ("close", "maintain")]


def asked(call, said):
    """Call, and look at the first of what is given one by one."""
    ways = {name: each.kind for name, each in signature(call).parameters.items()}
    places = [value for name, value in said.items() if ways.get(name) in BY_PLACE]
    named = {name: value for name, value in said.items() if ways.get(name) not in BY_PLACE}
    given = call(*places, **named)
    if isinstance(given, Iterable):
        next(iter(given), None)


def strays(call, right):
    """Yield what Python says by itself when one argument after the other is an odd one."""
    parameters = signature(call).parameters.values()
    needed = {
        each.name: right.get(each.name, "QT-01")
        for each in parameters
        if each.name in right or (each.default is each.empty and each.kind not in REST)
    }
    for each in parameters:
        name = "unit" if each.kind is Parameter.VAR_KEYWORD else each.name
        for odd in ODD:
            try:
                asked(call, needed | {name: odd})
            except (QMSError, ValidationError):
                continue
            except BY_PYTHON as error:
                yield f"{call.__qualname__}({name}={odd!r}): {error!r}"


def test_no_odd_argument_is_answered_by_python_alone(stage, place, monkeypatch):
    monkeypatch.chdir(place)
    with suppress(QMSError):
        stage.issues("QT-01", "2024-02-01")
    with stage.open() as system:
        entries = system.trail.entries()
        for of in (system, system.as_of(3), system.trail, entries, system.trail.history("QT-01")):
            for call in methods(of):
                words = {"pack": {"path": "pack"}, "publish": {"folder": "out"}}
                assert list(strays(call, RIGHT | words.get(call.__name__, {}))) == []


def test_no_odd_argument_at_the_door_is_answered_by_python_alone(place, monkeypatch):
    monkeypatch.chdir(place)
    monkeypatch.delenv("QMS_DATABASE", raising=False)

    for call in front():
        assert list(strays(call, NOWHERE)) == []
    assert [*place.iterdir()] == []


def test_a_slip_is_told_with_the_argument_and_what_it_takes(stage, place):
    with stage.open() as system:
        told = {
            "limit (str ≠ int | None)": lambda: system.find(qms.documents.Document, limit="5"),
            "when (bool ≠ datetime | date | int)": lambda: system.as_of(True),
            "item (type[int])": lambda: system.get(int, "QT-01"),
            "item (str)": lambda: system.get("Document", "QT-01"),
            "trust (str ≠ Trust | None)": lambda: qms.verify(stage.folder, "key"),
            "organisation (int ≠ str)": lambda: qms.found(place, organisation=5, officer="a"),
            "database (bytes ≠ str)": lambda: qms.found(
                place, organisation="x", officer="a", database=b"postgresql://o:SECRET@h/db"
            ),
            "sign (str ≠ Sign | None)": lambda: qms.open(stage.folder, actor="lan", sign="key"),
            "items (tuple[int] ≠ Iterable[str])": lambda: system.trail.pack(
                place / "a", items=(5,)
            ),
        }
        for about, slip in told.items():
            with pytest.raises(WrongKind) as caught:
                slip()
            assert caught.value.about == about
            assert isinstance(caught.value, NotTheClass) == about.startswith("item (")
            assert (caught.value.exit_code, caught.value.says("vi")[-1]) == (6, ".")
