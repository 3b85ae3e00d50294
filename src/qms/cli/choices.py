"""Words of the field as people type them: ``in_review``, ``chờ soát xét`` or ``cho soat xet``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from gettext import gettext as _
from typing import Any

import click


class OneOf(click.ParamType[str]):
    """One of some words, by its key or by its Vietnamese reading; without accents, too."""

    name = "word"

    def __init__(self, readings: Mapping[str, str]) -> None:
        self.readings = readings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the key of the word."""
        meant = self._meant(str(value))
        if len(meant) != 1:
            says = _("{value!r} is not one of: {words}.")
            self.fail(says.format(value=value, words=listed(self.readings)), param, ctx)
        return meant[0]

    def _meant(self, said: str) -> list[str]:
        if said in self.readings:
            return [said]
        exact = [key for key in self.readings if _spelled(said) in self._ways(key)]
        if exact or not said.isascii():
            return exact
        return [key for key in self.readings if _spelled(said) in map(_plain, self._ways(key))]

    def _ways(self, key: str) -> tuple[str, ...]:
        """Return how a word may be said: by its key, in full, and without its brackets."""
        vi = self.readings[key]
        return _spelled(key), _spelled(vi), _spelled(vi.partition("(")[0])


class SomeOf(OneOf):
    """One or several such words, with commas between."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the key of the word, or of all words that were given."""
        if not isinstance(value, str) or "," not in value or len(self._meant(value)) == 1:
            return super().convert(value, param, ctx)
        return tuple(
            super(SomeOf, self).convert(one.strip(), param, ctx) for one in value.split(",")
        )


def readings(kind: type[Enum]) -> dict[str, str]:
    """Return the words of a field by their keys, with what they mean in Vietnamese."""
    return {str(word.value): getattr(word, "vi", "") for word in kind}


def listed(said: Mapping[str, str]) -> str:
    """Return what may be said: each word with what it means in Vietnamese."""
    return ", ".join(f"{word} = {vi}" if vi else word for word, vi in said.items())


def _spelled(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("_", " ")
    return " ".join(re.findall(r"\w+", text)).casefold()


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
