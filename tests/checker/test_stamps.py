"""Timestamps in a pack: what its checker says of them, and who judges the rest."""

from __future__ import annotations

import shlex
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qms
from qms import anchors
from qms.checker import verify
from qms.packing import judged
from qms.proofs import timestamp
from qms.proofs.checkpoint import Trust
from tests.checker.packs import (
    LOG,
    SIGNER,
    bodied,
    codes,
    entries,
    findings,
    opened,
    packed,
    zipped,
)
from tests.tsa import Authority, needs_openssl

pytestmark = needs_openssl
HELD = Trust(LOG, (SIGNER.verifier,))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "ours")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "other")


@pytest.fixture(scope="module")
def stamped(made, authority, tmp_path_factory):
    """The packs, whole and in part, of an office whose trail was timestamped."""
    folder = tmp_path_factory.mktemp("stamped")
    office = made.office.copy(folder / "so")
    note = office.asks(lambda system: system.trail.checkpoint())
    answer = authority.answer(timestamp.request(note.text.encode()))
    kept = {"medium": "timestamp", "place": "Ban Cơ yếu", "answer": answer}
    office.does("lan", anchors.KeepAnchor(code="NEO-1", note=note.data().decode(), **kept))
    packed(office, folder / "whole.zip")
    packed(office, folder / "part.zip", items=("QT-06",))
    return folder


def answer_in(pack):
    (entry,) = (one for one in entries(pack) if one["kind"] == "anchor.keep/1")
    return entry["change"]["answer"]["sha256"]


@pytest.mark.parametrize("kind", ["whole", "part"])
def test_who_made_a_timestamp_is_said_to_be_unknown(stamped, kind):
    pack = (stamped / f"{kind}.zip").read_bytes()
    (said,) = findings(pack)

    assert said.startswith(f"A06 NEO-1, 46: contents/{answer_in(pack)}, 20")
    assert said.endswith(" UTC")


def test_a_timestamp_over_something_else_is_found(stamped, made):
    pack = (stamped / "whole.zip").read_bytes()
    text = next(iter(next(one for one in entries(pack) if one["files"])["files"].values()))
    older = made.anchor.decode()

    assert "A05" in codes(bodied(pack, "anchor:neo-1", note=older))
    assert "A05" in codes(bodied(pack, "anchor:neo-1", answer=text["sha256"]))
    assert "A06" not in codes(bodied(pack, "anchor:neo-1", answer=None))


def test_what_the_entries_say_is_kept_outside_is_held_to_the_tree(stamped):
    pack = (stamped / "whole.zip").read_bytes()

    assert "A02" in codes(bodied(pack, "anchor:neo-1", root="0" * 64))
    assert "A02" in codes(bodied(pack, "anchor:neo-1", size=9999))


@pytest.mark.parametrize("kind", ["whole", "part"])
def test_the_library_judges_who_made_it(stamped, kind, authority, other):
    def found(*by):
        trust = HELD._replace(authorities=tuple(one.certificate.read_bytes() for one in by))
        return [finding.code for finding in judged(stamped / f"{kind}.zip", trust)]

    assert found() == ["A06"]
    assert found(authority) == found(other, authority) == []
    assert found(other) == ["A05"]


def test_without_its_extra_the_library_says_that_it_was_not_checked(
    stamped, authority, monkeypatch
):
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    trust = HELD._replace(authorities=(authority.certificate.read_bytes(),))

    assert [finding.code for finding in judged(stamped / "whole.zip", trust)] == ["A06"]


def test_openssl_judges_who_made_it_as_the_page_says(stamped, authority, other, tmp_path):
    """The commands of docs/auditor.md."""
    pack = (stamped / "whole.zip").read_bytes()
    (number,) = (
        name
        for name, data in opened(pack).items()
        if name.startswith("anchors/") and data.startswith(f"{LOG}\n46\n".encode())
    )

    def judge(by):
        lines = (
            f"python3 -m zipfile -e {shlex.quote(str(stamped / 'whole.zip'))} goi",
            f"sed '/^$/,$d' goi/{number} > diem.txt",
            f"openssl ts -verify -in goi/contents/{answer_in(pack)} -data diem.txt "
            f"-CAfile {shlex.quote(str(by.certificate))}",
        )
        ran = subprocess.run(" && ".join(lines), shell=True, cwd=tmp_path, capture_output=True)
        return ran.returncode

    assert judge(authority) == 0
    assert judge(other) != 0


def test_an_answer_is_read_as_the_library_reads_it(stamped):
    pack = (stamped / "whole.zip").read_bytes()
    answer = opened(pack)[f"contents/{answer_in(pack)}"]
    (body,) = (
        verify.parsed(one)
        for name, one in opened(pack).items()
        if b"NEO-1" in one and name.startswith("items/")
    )
    text = verify.Checkpoint.parse(body["note"].encode()).text
    hashed, moment = verify.stamped(answer)

    assert hashed == sha256(text).digest()
    assert moment == f"{timestamp.stamped(answer, text):%Y-%m-%d %H:%M:%S} UTC"
    for size in range(len(answer)):
        with pytest.raises((ValueError, LookupError)):
            verify.stamped(answer[:size])
    for more in (b"\0", b"0", answer):
        with pytest.raises((ValueError, LookupError)):
            verify.stamped(answer + more)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_an_answer_with_other_bytes_never_surprises(stamped, data):
    pack = (stamped / "whole.zip").read_bytes()
    answer = bytearray(opened(pack)[f"contents/{answer_in(pack)}"])
    for _ in range(data.draw(st.integers(1, 4))):
        answer[data.draw(st.integers(0, 200))] = data.draw(st.integers(0, 255))
    with suppress(ValueError, LookupError):
        verify.stamped(bytes(answer))


@pytest.mark.parametrize("long", ["3080", "308100", "3082007f", "3084000000", "30817f", "307f00"])
def test_a_length_has_one_form(long):
    with pytest.raises((ValueError, LookupError)):
        list(verify._der(bytes.fromhex(long) + bytes(127)))


def test_verify_of_the_library_agrees_with_the_pack(stamped):
    assert [one.code for one in qms.verify(stamped / "whole.zip", HELD)] == ["A06"]
    assert codes(zipped(opened((stamped / "whole.zip").read_bytes()))) == ["A06"]
