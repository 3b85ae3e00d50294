"""What happened to an item, told field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from gettext import gettext as _
from typing import Annotated, Any, Final, NamedTuple

import click
from pydantic.fields import FieldInfo

from ..changes import HERE, Change, Item, Opening
from ..errors import NotFound
from ..events import Event
from ..questions import View
from ..registers.policy import CODE as POLICY
from ..registers.policy import Limit, Series, Stamp
from ..shapes import Attached, Shape, shape
from ..values import Content, Sealed, Word
from .failures import line
from .figures import Counted
from .language import language
from .parameters import Plain
from .phrases import graded, kind_called, name_of, shown
from .session import asked
from .tables import Column, Table, machine_readable, write

KEYS: Final = {(Limit, "name"): "limit ", (Series, "name"): "", (Stamp, "condition"): "stamp "}
"""Which details are keys of the policy, and under which word their meaning stands."""


class NoRegister(NotFound):
    """There is no such register."""

    vi = "Không có sổ này."


class Altered(NamedTuple):
    """One detail of an item, before and after."""

    name: str
    before: str
    after: str


class Told(NamedTuple):
    """One entry in the history of an item, as people read it."""

    number: int
    at: datetime
    actor: str
    kind: str
    what: str
    altered: tuple[Altered, ...]


@click.command("history")
@click.argument("code", type=Plain(), metavar="CODE", help="Code or alias.")
@click.option("--register", metavar="REGISTER", help="In which register, where several use it.")
@machine_readable
def history(code: str, register: str | None, form: str | None) -> None:
    """Tell what happened to one item of any register, field by field."""
    if register is not None and register not in Item.registers:
        raise NoRegister(register)
    history_of(Item.registers[register] if register else None, code, form)


def history_of(item: type[Item] | None, code: str, form: str | None) -> None:
    """Write the history of one item; of a document first where no register is named."""
    with asked().reading() as view:
        own = view.get(item, code).id if item else code
        events = [told(view, event) for event in view.trail.history(own)]
    if form:
        write(_table(events), form)
    else:
        for event in events:
            _tell(event)


def told(view: View, event: Event) -> Told:
    """Return what an event says to people."""
    spoken = language()
    return Told(
        number=event.index,
        at=event.at.astimezone(HERE),
        actor=event.who(spoken),
        kind=event.kind,
        what=kind_called(event.kind, spoken),
        altered=(*_altered(view, event), *_said(view, event), *_signed(event)),
    )


def details(view: View, item: Item) -> dict[str, str]:
    """Return every detail of an item that is not empty, by its label."""
    body = item.model_dump(mode="json", exclude={"id"})
    return {name: says for name, says in _spread(view, type(item), body).items() if says}


def notes(view: View, item: Item) -> dict[str, str]:
    """Return the notes on an item that later ones took the place of, and the last: who, when."""
    said: dict[str, str] = {}
    if getattr(item, "note", ""):
        for event in view.trail.history(item.id):
            for field in (one for one in event.fields if one.name == "note" and one.after):
                day = shown(event.at.astimezone(HERE).date(), language())
                heading = _titled(event, field.after) or label(type(item), "note")
                who = f"{day} · {event.who(language())} (#{event.index})"
                said[f"{heading} · {who}"] = str(field.after)
    return said if len(said) > 1 else {}


def label(item: type[Item], name: str) -> str:
    """Return what a field is called: its own word, else as in the opening that first sets it."""
    own = f"{item.register}.{name}"
    if (says := _(own)) != own:
        return _heading(says, name)
    openings = (change for change in Change.kinds.values() if issubclass(change, Opening))
    fields = [of.model_fields.get(name) for of in openings if of.item is item]
    title = next((field.title for field in fields if field and field.title), "")
    said = item.model_fields.get(name)
    title = title or (said.title if said else "") or ""
    # Of a number the brackets say what it counts; elsewhere only how to give it.
    takes = shape(_annotated(said)) if said else None
    counts = takes is not None and takes.type is int and takes.parts == 1
    return _heading(title if counts else re.sub(r" *\(.*?\)$", "", title), name)


def _titled(event: Event, value: object) -> str:
    """Return under which name a change said a value."""
    change = Change.kinds.get(event.kind)
    names = (name for name, said in event.change.items() if change and said == value)
    return next((_heading(_title(change, name), name) for name in names if change), "")


def _title(change: type[Change[Any]], name: str) -> str:
    field = change.model_fields.get(name)
    return re.sub(r" *\(.*?\)$", "", field.title or "") if field else ""


def _heading(title: str, name: str) -> str:
    says = title if title and language() == "vi" else _word(name)
    return says[:1].upper() + says[1:]


def _table(events: list[Told]) -> Table:
    columns = (
        Column("index", _("Entry")),
        Column("at", _("When")),
        Column("actor", _("Who")),
        Column("kind", _("Kind")),
        Column("what", _("What")),
        Column("field", _("Field")),
        Column("before", _("Before")),
        Column("after", _("After")),
    )
    nothing = (Altered("", "", ""),)
    rows: list[tuple[object, ...]] = [
        (*event[:-1], *altered) for event in events for altered in event.altered or nothing
    ]
    return Table(columns, rows)


def _tell(event: Told) -> None:
    number = click.style(f"#{event.number}", bold=True)
    click.echo(f"{number}  {shown(event.at, language())}  {line(event.actor)}")
    click.echo(f"    {event.what}")
    for name, before, after in event.altered:
        old = click.style(line(before), dim=True) + " → " if before else ""
        new = line(after) or click.style(_("(empty)"), dim=True)
        click.echo(click.style(f"      {name}: ", dim=True) + old + new)


def _altered(view: View, event: Event) -> Iterator[Altered]:
    item = Item.registers[event.item.partition(":")[0]]
    closed = [one for one in event.fields if one.after is None and isinstance(one.before, dict)]
    for field in closed:
        yield Altered(label(item, field.name), "…", "")
    others = [one for one in event.fields if one not in closed and one.name != "id"]
    before = _spread(view, item, {field.name: field.before for field in others})
    after = _spread(view, item, {field.name: field.after for field in others})
    for name in {**before, **after}:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new and (old, new) != ("", "0"):
            yield Altered(name, old, new)


def _said(view: View, event: Event) -> Iterator[Altered]:
    """Yield what the change said and the item does not keep, as the day an issue takes effect."""
    change = Change.kinds.get(event.kind)
    if change is None:
        return
    kept = {"code", *(field.name for field in event.fields), *_names(event.fields)}
    for name, field in change.model_fields.items():
        value, kind = event.change.get(name), shape(field.annotation).type
        if value and name not in kept and kind not in (Content, Attached):
            heading = _heading(_title(change, name), name)
            value = shown(graded(view, value), language()) if name == "grade" else value
            for path, says in _leaves(view, _annotated(field), value):
                if says:
                    yield Altered(" · ".join((heading, *path)), "", says)


def _signed(event: Event) -> Iterator[Altered]:
    made = event.entry.signature
    if made is not None:
        yield Altered(_("Signed with"), "", made.key)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    if isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _names(part)


def _spread(view: View, item: type[Item], body: dict[str, Any]) -> dict[str, str]:
    spread: dict[str, str] = {}
    for name, value in _in_order(item.model_fields, body):
        if name == "set_by" and value == f"policy:{POLICY}":
            spread[label(item, name)] = _("as the policy says")
            continue
        annotation = _annotated(item.model_fields[name])
        if name == "grade" and value:
            spread[label(item, name)] = shown(graded(view, value), language())
            continue
        for path, says in _leaves(view, annotation, value):
            spread[" · ".join((label(item, name), *path))] = says
    return spread


def _leaves(view: View, annotation: Any, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict) and not _whole(value):
        fields = getattr(shape(annotation).type, "model_fields", {})
        for name, inner in _in_order(fields, value):
            known = _annotated(fields[name]) if name in fields else str
            for path, says in _leaves(view, known, inner):
                yield (_word(name), *path), _meant(shape(annotation).type, name, says)
    elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
        for number, part in enumerate(value, 1):
            for path, says in _leaves(view, shape(annotation).type, part):
                yield (str(number), *path), says
    else:
        yield (), _leaf(view, shape(annotation), value)


def _meant(kind: Any, name: str, says: str) -> str:
    """Return a key of the policy with what it stands for."""
    key = f"{KEYS[kind, name]}{says}" if (kind, name) in KEYS else says
    meaning = _(key) if key and (kind, name) in KEYS else key
    return f"{says} = {meaning}" if meaning != key else says


def _annotated(field: FieldInfo) -> Any:
    """Return what a field is declared as, its marks with it."""
    marks = tuple(field.metadata)
    return Annotated[field.annotation, *marks] if marks else field.annotation


def _in_order(fields: Iterable[str], value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a value says, in the order in which its fields were written down."""
    first = {name: value[name] for name in fields if name in value}
    yield from (first | value).items()


def _whole(value: dict[str, Any]) -> bool:
    return set(value) in ({"sha256"}, {"name", "sha256", "size"})


def _leaf(view: View, takes: Shape, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_leaf(view, takes, part) for part in value)
    if isinstance(value, int) and takes.parts > 1:
        return shown(Counted.of(value, takes.parts), language())
    if isinstance(value, dict):
        if set(value) == {"sha256"}:
            return view.name(Sealed(**value))
        return f"{value['name']} ({value['size']} B, {value['sha256'][:12]}…)"
    if not isinstance(value, str) or not value:
        return shown(value, language())
    return _text(view, takes.type, value)


def _text(view: View, kind: Any, value: str) -> str:
    if isinstance(kind, type) and issubclass(kind, Word):
        return shown(kind(value), language())
    if kind is date:
        return shown(date.fromisoformat(value), language())
    if kind is datetime:
        return shown(datetime.fromisoformat(value), language())
    return name_of(view, value)


def _word(name: str) -> str:
    return _(name.replace("_", " "))
