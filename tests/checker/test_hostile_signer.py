"""Whoever holds the key of a log signs what they like: a finding or nothing, never a traceback."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qms.checker import verify
from qms.packing import judged
from qms.proofs.checkpoint import Trust
from qms.registers.anchors import KeepAnchor
from qms.values import canonical
from tests import browser, systems
from tests.checker.generate import PAGE
from tests.checker.packs import (
    LOG,
    SIGNER,
    codes,
    entries,
    forged,
    opened,
    packed,
    promised,
    rendered,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=9)
NAMES = st.sampled_from(
    ["sha256", "size", "code", "title", "name", "__proto__", "constructor", "0", "10", "9", ""]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    TEXTS,
    st.sampled_from(["2024-01-02", "2024-02-31", "person:lan", "a" * 64, "f" * 64, LOG]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(NAMES | TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)
QUICK = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def plain(template) -> Iterator[Callable[[], bytes]]:
    """A small pack in which nobody signed but the log."""
    with TemporaryDirectory() as folder:
        office = systems.copied(template, Path(folder, "so"))
        office.issues("QT-05", "2024-01-02")
        note = office.asks(lambda system: system.trail.checkpoint()).data().decode()
        office.does("lan", KeepAnchor(code="NEO-1", note=note, medium="paper", place="Kho bạc"))
        packed(office, Path(folder, "plain.zip"))
        data = Path(folder, "plain.zip").read_bytes()
        yield lambda: data  # whose representation is short


def items(data: bytes) -> list[str]:
    """Return whatever an entry left behind, the registers that the checker reads first."""
    known = {own for entry in entries(data) for own in entry["state"]}
    return sorted(known, key=lambda own: (own.partition(":")[0] not in verify.BODIES, own))


def bodies(data: bytes) -> st.SearchStrategy[tuple[str, Any]]:
    """Return an item and what its body is now: anything, or itself with other members."""
    members, said = opened(data), entries(data)

    def other(own: str) -> st.SearchStrategy[tuple[str, Any]]:
        state = next(entry["state"][own] for entry in said if own in entry["state"])
        body = verify.parsed(members[f"items/{state}"])
        changed = st.dictionaries(st.sampled_from(sorted(body)), VALUES, min_size=1, max_size=2)
        less = st.sampled_from(sorted(body)).map(
            lambda name: {k: body[k] for k in body if k != name}
        )
        return st.tuples(st.just(own), VALUES | changed.map(lambda new: {**body, **new}) | less)

    return st.sampled_from(items(data)).flatmap(other)


def spoiled(data: bytes, draw: st.DataObject) -> bytes:
    own, body = draw.draw(bodies(data))
    return promised(data, own, canonical(body))


def whole(pack: bytes) -> bytes:
    """Return a pack with what people read made anew, where the checker would come to that."""
    return rendered(pack) if set(codes(pack)) <= {"P05", *verify.WARNINGS} else pack


@QUICK
@given(draw=st.data())
def test_any_body_of_any_item_is_a_finding_or_none(plain, tmp_path, draw):
    pack = whole(spoiled(plain(), draw))
    found = codes(pack)
    (tmp_path / "pack.zip").write_bytes(pack)
    by_the_library = [
        one.code for one in judged(tmp_path / "pack.zip", Trust(LOG, (SIGNER.verifier,)))
    ]

    assert "P05" not in found
    assert len(found) <= 2, found
    assert set(found) <= set(by_the_library)


@pytest.mark.parametrize(
    ("register", "name"),
    [(register, name) for register, names in verify.BODIES.items() for name in names],
)
def test_a_body_that_lacks_what_is_read_in_it_is_a_finding(plain, register, name):
    data = plain()
    own = next((own for own in items(data) if own.partition(":")[0] == register), None)
    if own is None:
        assert register == "signing_key"  # nobody enrolled a key here
        return
    state = next(one["state"][own] for one in entries(data) if own in one["state"])
    body = verify.parsed(opened(data)[f"items/{state}"])
    del body[name]

    assert "P07" in codes(promised(data, own, canonical(body)))


ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "actor": st.fixed_dictionaries({"id": TEXTS, "kind": TEXTS, "post": TEXTS}),
        "change": st.dictionaries(NAMES | TEXTS, VALUES, max_size=3),
        "evidence": st.dictionaries(NAMES, st.just({"sha256": "a" * 64, "size": -1}), max_size=2),
        "files": st.dictionaries(NAMES, st.none(), max_size=2),
        "item": TEXTS | st.sampled_from(["correction:a", "revision:", ":", "__proto__"]),
        "kind": TEXTS | st.sampled_from(["__proto__", "constructor", "signing_key.enrol/1"]),
        "tool": TEXTS,
    },
)


def replacing(new: dict[str, Any], at: int) -> Callable[[list[Any]], list[Any]]:
    def alter(changed: list[Any]) -> list[Any]:
        changed[at % len(changed)].update(new)
        return changed

    return alter


@QUICK
@given(new=ENTRY, at=st.integers(1, 30))
def test_any_entry_is_a_finding_or_none(plain, tmp_path, new, at):
    pack = whole(forged(plain(), replacing(new, at)))
    (tmp_path / "pack.zip").write_bytes(pack)

    assert "P05" not in codes(pack)
    list(judged(tmp_path / "pack.zip", Trust(LOG, (SIGNER.verifier,))))


@pytest.fixture(scope="module")
def page():
    with browser.started() as chromium:
        page = chromium.new_context(offline=True).new_page()
        page.goto(PAGE.as_uri())
        yield page


def said(page, pack):
    """Return what the page finds in a pack, as codes."""
    asked = """async ([data, key]) => {
        const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
        const trust = {keys: keysIn(key, ""), witnesses: [], quorum: 0, anchors: []};
        return (await verify(new File([bytes], "a.zip"), trust)).findings.map(one => one.code);
    }"""
    given = [verify.base64.b64encode(pack).decode(), SIGNER.verifier.text()]
    return page.evaluate(asked, given)


@settings(QUICK, max_examples=20)
@given(draw=st.data())
def test_the_page_says_the_same_of_any_body(plain, page, draw):
    pack = whole(spoiled(plain(), draw))

    assert said(page, pack) == codes(pack)


@settings(QUICK, max_examples=20)
@example(new={"change": {"__proto__": None}}, at=9)
@example(new={"kind": "constructor"}, at=9)
@given(new=ENTRY, at=st.integers(1, 30))
def test_the_page_says_the_same_of_any_entry(plain, page, new, at):
    pack = whole(forged(plain(), replacing(new, at)))

    assert said(page, pack) == codes(pack)


def test_the_checker_reads_what_it_says_it_reads(plain):
    registers = {own.partition(":")[0] for own in items(plain())}

    assert {"anchor", "document", "log_key", "policy", "revision"} <= registers
    assert verify.Pack(io.BytesIO(plain())).members
