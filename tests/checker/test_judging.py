"""A pack judged by the library: what its own checker finds, and every rule played again."""

from __future__ import annotations

from hashlib import sha256

import pytest

import qms
from qms import documents as d
from qms.packing import judged
from qms.proofs.checkpoint import Checkpoint, Trust
from qms.proofs.note import Note
from qms.registers.log_keys import CODE, RotateLogKey
from qms.trail.findings import Severity
from tests.checker import hostile, test_verify
from tests.checker.packs import (
    LOG,
    SIGNER,
    STRANGER,
    WITNESS,
    altered,
    forged,
    opened,
    packed,
    rendered,
    zipped,
)

KEYS = (SIGNER.verifier,)
TRUST = Trust(LOG, KEYS)


def found(pack, folder, trust=TRUST):
    path = folder / "pack.zip"
    path.write_bytes(pack)
    return [finding.code for finding in judged(path, trust)]


def test_nothing_is_wrong_with_a_pack(whole, part, tmp_path):
    assert found(whole, tmp_path) == found(part, tmp_path) == []


def test_qms_verify_takes_a_pack_and_says_that_no_key_was_given(whole, tmp_path):
    (tmp_path / "pack.zip").write_bytes(whole)
    (finding,) = qms.verify(tmp_path / "pack.zip")

    assert (finding.code, finding.severity) == ("C01", Severity.ERROR)


@pytest.mark.parametrize("name", ["P09 another checker", "P09 another page"])
def test_another_checker_in_a_pack_is_said(whole, tmp_path, name):
    (tmp_path / "pack.zip").write_bytes(test_verify.WHOLE[name](whole))
    (finding,) = judged(tmp_path / "pack.zip", TRUST)

    assert (finding.code, finding.severity) == ("P09", Severity.WARNING)


def self_approved(changed):
    """Hung, who drafted it, approves; whoever holds the key signs that."""
    approval = next(entry for entry in changed if entry["kind"] == "document.approve/1")
    approval["actor"]["id"] = "person:hung"
    return changed


def test_a_rule_that_was_broken_with_the_key_in_hand_is_found(whole, tmp_path):
    pack = forged(whole, self_approved)
    members = opened(pack)
    for name in ("entries.csv", "entries.jsonl", "index.html"):
        members.pop(name)
    codes = found(zipped(members), tmp_path)

    assert "R01" in found(rendered(pack), tmp_path)
    assert codes.count("P02") == 3


def otherwise(**said):
    """Say otherwise what the newest entry with evidence left behind; what it said is then gone."""

    def alter(changed):
        entry = next(entry for entry in reversed(changed) if entry["evidence"])
        entry |= {name: told(entry) for name, told in said.items()}
        return changed

    return alter


def brought_along(entry):
    return next(own for own in entry["state"] if own != entry["item"])


def sized(entry):
    return {name: of | {"size": 7} for name, of in entry["evidence"].items()}


def test_what_an_entry_says_otherwise_than_its_change_left_it_is_found(whole, tmp_path):
    item = rendered(forged(whole, otherwise(item=brought_along)))
    members = opened(forged(whole, otherwise(evidence=lambda _: {})))
    members.pop(f"contents/{sha256(b'Don').hexdigest()}")
    lost = rendered(zipped(members))
    size = rendered(forged(whole, otherwise(evidence=sized)))

    assert found(item, tmp_path) == ["S01"]
    assert found(lost, tmp_path) == ["S01"]
    assert found(size, tmp_path) == ["F04", "S01"]


def test_a_stranger_s_key_and_a_missing_witness_are_found(whole, tmp_path):
    assert found(whole, tmp_path, Trust(LOG, (STRANGER.verifier,))) == ["C03"]
    assert found(whole, tmp_path, TRUST._replace(witnesses=(WITNESS.verifier,), quorum=1)) == []
    assert found(whole, tmp_path, TRUST._replace(quorum=1)) == ["A01"]


def seen_of(pack):
    return Checkpoint.parse(Note.parse(opened(pack)["checkpoint"]).text)


def test_a_pack_that_does_not_go_on_from_what_was_seen_is_found(whole, part, made, tmp_path):
    seen = seen_of(whole)
    old = Checkpoint.parse(Note.parse(made.anchor).text)
    fitting, newer = TRUST._replace(seen=seen), TRUST._replace(seen=seen._replace(size=9999))
    rewritten = TRUST._replace(seen=old._replace(root=bytes(32)))

    assert found(whole, tmp_path, fitting) == found(part, tmp_path, fitting) == []
    assert found(whole, tmp_path, TRUST._replace(seen=old)) == []
    assert found(whole, tmp_path, newer) == ["A04", "C13"]
    assert found(whole, tmp_path, rewritten) == ["A02", "C13"]
    assert found(part, tmp_path, rewritten) == ["C07"]  # or else its proof was damaged
    assert found(part, tmp_path, TRUST._replace(seen=old._replace(size=old.size - 1))) == ["A03"]


def test_a_pack_signed_by_a_key_that_was_replaced_is_found(made, tmp_path):
    office = made.office.copy(tmp_path / "so")
    office.does("lan", RotateLogKey(code=CODE, reason="Mất máy"))
    office.does("lan", d.Rename(code="QT-06", title="Tên", reason="Ghi nhầm"))
    packed(office, tmp_path / "new.zip")
    pack = (tmp_path / "new.zip").read_bytes()
    retired = rendered(altered(pack, checkpoint=seen_of(pack).signed(SIGNER).data()))

    assert found(pack, tmp_path, None) == ["C01"]
    assert found(pack, tmp_path) == ["K03"]
    assert found(pack, tmp_path, office.trust()) == []
    assert "C08" in found(retired, tmp_path)


@pytest.mark.parametrize("name", test_verify.WHOLE)
def test_it_finds_all_that_the_checker_finds(whole, tmp_path, name):
    assert name[:3] in found(test_verify.WHOLE[name](whole), tmp_path)


@pytest.mark.parametrize("name", [name for name in hostile.PACKS if "bomb" not in name])
def test_a_hostile_pack_is_one_finding(whole, tmp_path, name):
    assert found(hostile.PACKS[name](whole), tmp_path) == [name[:3]]
