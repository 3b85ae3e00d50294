"""The commands of one register: its changes, and the questions that every register answers."""

from __future__ import annotations

from datetime import date
from functools import partial
from gettext import gettext as _
from importlib import import_module
from typing import Any, Final

import click

from ..changes import Item
from ..intake.naming import Names
from ..shapes import shape
from ..values import Word
from .answering import listed
from .asking import questions
from .changing import command, newest
from .choices import OneOf, readings
from .document import rows, show
from .history import details, history_of, label, notes
from .kinds import MORE
from .language import language
from .paging import documents, page, paged
from .parameters import Day, Plain
from .phrases import first_line
from .session import asked
from .speech import spoken
from .tables import machine_readable, write

ONLY: Final = "only_"
"""What stands before the name of a column that narrows a list: one column is called form."""


def register(name: str) -> click.Group | None:
    """Return the commands of a register, or ``None`` where there is no such register."""
    changes = newest(name)
    item = Item.registers.get(name)
    if item is None and not changes:
        return None
    item = item or next(iter(changes.values())).item
    # A document has more to show than the fields of an item.
    own = [documents, show] if name == "document" else [_list(item), _show(item)]
    more = (*_more(name), *questions(name))
    asking = [spoken(one) for one in (*own, _history(item), *more)]
    making = [command(verb, change) for verb, change in changes.items()]
    says = first_line(item) if language() == "en" else _sentence(name)
    return spoken(Register(name, commands=[*asking, *making], help=says))


def _sentence(name: str) -> str:
    """Return what a register keeps, else what it is called."""
    key = f"{name}."
    return says if (says := _(key)) != key else _(name).capitalize() + "."


class Register(click.Group):
    """The commands of one register: first what one may ask, then what one may do."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were given."""
        return list(self.commands)


def _more(register: str) -> list[click.Command]:
    if register not in MORE:
        return []
    found = vars(import_module(f".{MORE[register]}", __package__)).values()
    return [one for one in found if isinstance(one, click.Command)]


def _list(item: type[Item]) -> click.Command:
    options: list[click.Parameter] = [_narrowing(item, name) for name in item.columns]
    says = "List what stands in this register."
    made = click.Command("list", params=options, callback=partial(_listed, item), help=says)
    return machine_readable(paged(made))


def _narrowing(item: type[Item], name: str) -> click.Option:
    field = item.model_fields.get(name)
    kind: Any = shape(field.annotation).type if field else item.columns[name]
    coded = issubclass(item.columns[name], Item) or (field and shape(field.annotation).code)
    takes: tuple[click.ParamType[Any], str] = (Plain(), "CODE" if coded else "TEXT")
    if issubclass(kind, Word):
        takes = (OneOf(readings(kind)), "WORD")
    elif kind is date:
        takes = (Day(), "DATE")
    names = [f"{ONLY}{name}", f"--{name.replace('_', '-')}"]
    return click.Option(names, type=takes[0], metavar=takes[1], help=label(item, name))


def _listed(item: type[Item], form: str | None, **said: Any) -> None:
    some = page(form=form, **{name: said.pop(name) for name in ("limit", "after", "whole")})
    chosen = {name.removeprefix(ONLY): of for name, of in said.items() if of is not None}
    with asked().reading() as view:
        if "grade" in chosen:
            chosen["grade"] = Names(view).grade(chosen["grade"])
        found = some.cut(view.find(item, **some.asking, **chosen), lambda one: one.code)
        told = listed(view, item, found)
    write(told, form)


def _show(item: type[Item]) -> click.Command:
    place = click.Argument(["code"], type=Plain(), metavar="CODE", help="Code or alias.")
    says = "Show one item of this register."
    return click.Command("show", params=[place], callback=partial(_shown, item), help=says)


def _shown(item: type[Item], code: str) -> None:
    with asked().reading() as view:
        found = view.get(item, code)
        said = details(view, found)
        if every := notes(view, found):
            said.pop(label(item, "note"), None)
        rows(iter((said | every).items()))


def _history(item: type[Item]) -> click.Command:
    place = click.Argument(["code"], type=Plain(), metavar="CODE", help="Code or alias.")
    says = "Tell what happened to one item, field by field."
    made = click.Command("history", params=[place], callback=partial(history_of, item), help=says)
    return machine_readable(made)
