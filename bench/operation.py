"""P1, P12: one whole operation, among more and more documents and revisions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qms import documents as d
from qms.values import Content, manifest

from . import obvious, offices
from .measuring import OFTEN, Figure, Work, in_turn, said, smaller, within
from .offices import code, git, opened, text

MADE = 200
"""Texts that are made before anything is measured; enough for every round."""

OF_GIT = {1_000: 5, 10_000: 12, 100_000: 80}
"""Which part of git's own time is to be reached, by documents; among fewer none is."""


def submitting(folder: Path, documents: int, stack: ExitStack) -> Work:
    """Return what submits a revised text of another document each time."""
    system = stack.enter_context(opened(folder, "hung"))
    turn, texts = itertools.count(), [text(number) for number in range(MADE)]

    def submit() -> None:
        number = next(turn)
        own = code(number * 7919 % documents)
        system.perform(d.Submit(code=own, text=texts[number], summary="Rút ngắn bước 3"))

    return submit


def committing(folder: Path, documents: int) -> Work:
    """Return what writes a revised text of another document each time, adds and commits it."""
    turn, texts = itertools.count(), [text(number) for number in range(MADE)]

    def commit() -> None:
        number = next(turn)
        file = offices.file_of(number * 7919 % documents)
        (folder / file).write_text(texts[number], "utf-8")
        git(folder, "add", file)
        git(folder, "commit", "-qm", "Rút ngắn bước 3")

    return commit


def among(place: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """Yield P1: one operation beside git's own, and beside the obvious way."""
    with ExitStack() as stack:
        ours = {}
        for size in sizes:
            ours[size] = submitting(offices.office(place, size), size, stack)
        for size in sizes:
            theirs = offices.repository(place / f"git-{size}", size)
            done, (one, other) = in_turn(rounds, ours[size], committing(theirs, size))
            reach = OF_GIT.get(size)
            yield Figure(
                "P1",
                f"submit a revised text among {size:,} documents",
                said(one),
                "git add && git commit",
                said(other),
                f"1/{other / one:.1f}",
                f"≤ 1/{reach}" if reach else "",
                one * reach <= other if reach else None,
                rounds=done,
            )
            if size == 10_000:
                yield _obvious(theirs, size, ours[size])
        yield _growth(ours, rounds)


def _obvious(repository: Path, size: int, ours: Work) -> Figure:
    with obvious.Way(repository) as way:
        turn, texts = itertools.count(), [text(f"obvious {number}") for number in range(MADE)]

        def commit() -> None:
            number = next(turn)
            way.submit(offices.file_of(number * 7919 % size), texts[number])

        done, (one, other) = in_turn(OFTEN, ours, commit)
    return Figure(
        "P1",
        f"the same among {size:,} documents, beside the obvious way",
        said(one),
        "GitPython's IndexFile, the ORM",
        said(other),
        f"1/{other / one:.0f}",
        "≤ 1/300",
        one * 300 <= other,
        rounds=done,
    )


def _growth(ours: dict[int, Work], rounds: int) -> Figure:
    few, many = min(ours), max(ours)
    done, (one, other) = in_turn(rounds, ours[many], ours[few])
    work, than = f"the same among {many:,} documents, beside few", f"ours among {few:,}"
    figure = within(1.5, "P1", work, one, than=than, other=other, rounds=done)
    return figure._replace(asked=smaller(many, 100_000, "documents"))


def revising(place: Path, sizes: tuple[int, int], rounds: int) -> Iterator[Figure]:
    """Yield P12: one more revision of a document that has few, and of one that has many."""
    founded = offices.filled(
        place / "revisions",
        itertools.chain.from_iterable(
            offices.adoptions(1, size, start=number) for number, size in enumerate(sizes)
        ),
    )
    with ExitStack() as stack:
        people = {name: stack.enter_context(opened(founded, name)) for name in _HANDS}
        turn, texts = itertools.count(), [text(f"revised {number}") for number in range(MADE)]

        def revise(own: str) -> None:
            number = next(turn)
            new, day = texts[number], datetime.now(UTC).date() + timedelta(number)
            signed = manifest({f"{own.lower()}.md": Content.of(new)})
            for change in (
                d.Submit(code=own, text=new, summary="Sửa"),
                d.Endorse(code=own, digest=signed),
                d.Approve(code=own, digest=signed, reissue=True),
                d.Issue(code=own, effective=day),
            ):
                people[_HANDS_OF[type(change)]].perform(change)

        done, (one, other) = in_turn(rounds, lambda: revise(code(1)), lambda: revise(code(0)))
    work = f"one more revision (four operations) of a document with {sizes[1]:,}"
    than = f"of one with {sizes[0]:,}"
    figure = within(1.2, "P12", work, one, than=than, other=other, rounds=done)
    yield figure._replace(asked=smaller(sizes[1], 10_000, "revisions"))


_HANDS = ("hung", "mai", "binh", "lan")
_HANDS_OF = {d.Submit: "hung", d.Endorse: "mai", d.Approve: "binh", d.Issue: "lan"}
