"""P1, P8, P12: one whole operation, among more and more documents, revisions and writers."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import monotonic, perf_counter

from qms import documents as d
from qms.system import QMS
from qms.values import Content, manifest

from . import obvious, offices
from .measuring import Figure, Work, in_turn, said, times, worst
from .offices import code, git, opened, text

ALONE = multiprocessing.get_context("fork")
MADE = 200
"""Texts that are made before anything is measured; enough for every round."""

OF_GIT = {1_000: 5, 10_000: 12, 100_000: 80}
"""Which part of git's own time is to be reached, by documents."""


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
            folder = offices.filled(place / f"so-{size}", offices.adoptions(size))
            ours[size] = submitting(folder, size, stack)
        for size in sizes:
            theirs = offices.repository(place / f"git-{size}", size)
            one, other = in_turn(rounds, ours[size], committing(theirs, size))
            reach = OF_GIT.get(size, 5)
            yield Figure(
                "P1",
                f"submit a revised text among {size:,} documents",
                said(one),
                "git add && git commit",
                said(other),
                f"1/{other / one:.1f}",
                f"≤ 1/{reach}",
                one * reach <= other,
            )
            if size == 10_000:
                yield _obvious(theirs, size, ours[size])
        yield _growth(ours, rounds)


def _obvious(repository: Path, size: int, ours: Work) -> Figure:
    with obvious.Way(repository) as way:
        turn = itertools.count()

        def commit() -> None:
            number = next(turn)
            way.submit(offices.file_of(number * 7919 % size), text(f"obvious {number}"))

        one, other = in_turn(5, ours, commit)
    return Figure(
        "P1",
        f"the same among {size:,} documents, beside the obvious way",
        said(one),
        "GitPython's IndexFile, the ORM",
        said(other),
        f"1/{other / one:.0f}",
        "≤ 1/300",
        one * 300 <= other,
    )


def _growth(ours: dict[int, Work], rounds: int) -> Figure:
    few, many = min(ours), max(ours)
    one, other = in_turn(rounds, ours[many], ours[few])
    return Figure(
        "P1",
        f"the same among {many:,} documents, beside few",
        said(one),
        f"ours among {few:,}",
        said(other),
        times(one / other),
        "≤ 1.5 ×",
        one <= other * 1.5,
    )


def revising(place: Path, sizes: tuple[int, int], rounds: int) -> Iterator[Figure]:
    """Yield P12: one more revision of a document that has few, and of one that has many."""
    founded = offices.filled(
        place / "revisions",
        itertools.chain.from_iterable(
            itertools.chain(
                offices.adoptions(1, size, start=number),
            )
            for number, size in enumerate(sizes)
        ),
    )
    with ExitStack() as stack:
        people = {name: stack.enter_context(opened(founded, name)) for name in _HANDS}
        turn = itertools.count()

        def revise(own: str) -> None:
            number = next(turn)
            words, day = f"{own} {number}", datetime.now(UTC).date() + timedelta(number)
            signed = manifest({f"{own.lower()}.md": Content.of(text(words))})
            for change in (
                d.Submit(code=own, text=text(words), summary="Sửa"),
                d.Endorse(code=own, digest=signed),
                d.Approve(code=own, digest=signed, reissue=True),
                d.Issue(code=own, effective=day),
            ):
                people[_HANDS_OF[type(change)]].perform(change)

        one, other = in_turn(rounds, lambda: revise(code(1)), lambda: revise(code(0)))
    yield Figure(
        "P12",
        f"one more revision (four operations) of a document with {sizes[1]:,}",
        said(one),
        f"of one with {sizes[0]:,}",
        said(other),
        times(one / other),
        "≤ 1.2 ×",
        one <= other * 1.2,
    )


_HANDS = ("hung", "mai", "binh", "lan")
_HANDS_OF = {d.Submit: "hung", d.Endorse: "mai", d.Approve: "binh", d.Issue: "lan"}


def together(place: Path, seconds: float) -> Iterator[Figure]:
    """Yield P8: processes that write to one system."""
    folder = offices.filled(place / "together", offices.adoptions(8_000))
    rates: dict[int, float] = {}
    for crowd in (1, 2, 4, 8):
        waits = _crowd(folder, crowd, seconds)
        rates[crowd] = len(waits) / seconds
        if crowd == 1:
            alone = sum(waits) / len(waits)
            continue
        share, longest = rates[crowd] / rates[1], max(waits)
        yield Figure(
            "P8",
            f"{crowd} processes write",
            f"{rates[crowd]:.0f}/s",
            "one",
            f"{rates[1]:.0f}/s",
            times(share),
            "≥ 0.6 ×",
            share >= 0.6,
        )
        yield Figure(
            "P8",
            f"the longest that anybody of {crowd} waited",
            said(longest),
            "one operation",
            said(alone),
            times(longest / alone),
            "≤ 20 ×",
            longest <= 20 * alone,
        )


def beside(place: Path, seconds: float) -> Iterator[Figure]:
    """Yield P8: how long who asks has to wait while others write."""
    folder = offices.filled(place / "beside", offices.adoptions(2_000))
    with opened(folder) as system:
        alone = worst(_asked(system, seconds), 0.99)
        hear, tell = ALONE.Pipe(duplex=False)
        together = ALONE.Barrier(2)
        writer = ALONE.Process(target=_write, args=(folder, 0, seconds, together, tell))
        writer.start()
        together.wait()
        busy = worst(_asked(system, seconds), 0.99)
        writes = len(hear.recv())
        writer.join()
        assert writer.exitcode == 0
    yield Figure(
        "P8",
        f"a reader's p99 while another writes ({writes / seconds:.0f}/s)",
        said(busy),
        "while nobody does",
        said(alone),
        times(busy / alone),
        "≤ 2 ×",
        busy <= 2 * alone,
    )


def _asked(system: QMS, seconds: float) -> list[float]:
    waits, end = [], monotonic() + seconds
    for turn in itertools.count():
        if monotonic() >= end:
            return waits
        begun = perf_counter()
        system.in_force(code(turn * 7919 % 2_000))
        waits.append(perf_counter() - begun)
    raise AssertionError


def _crowd(folder: Path, crowd: int, seconds: float) -> list[float]:
    together = ALONE.Barrier(crowd)
    pipes = [ALONE.Pipe(duplex=False) for _ in range(crowd)]
    writers = [
        ALONE.Process(target=_write, args=(folder, number, seconds, together, end))
        for number, (_, end) in enumerate(pipes)
    ]
    for writer in writers:
        writer.start()
    waits = [each for mine, _ in pipes for each in mine.recv()]
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    return waits


def _write(folder: Path, number: int, seconds: float, together: Barrier, told: Connection) -> None:
    waits = []
    with opened(folder, "hung") as system:
        # What a process does but once is done: nothing here is measured when it is done first.
        system.perform(d.File(reason=f"{number} first", document=code(0)))
        together.wait()
        end = monotonic() + seconds
        for turn in itertools.count():
            if monotonic() >= end:
                break
            begun = perf_counter()
            system.perform(d.File(reason=f"{number} {turn}", document=code(turn % 100)))
            waits.append(perf_counter() - begun)
    told.send(waits)
