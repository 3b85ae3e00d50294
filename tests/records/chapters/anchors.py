"""A chapter of the golden year: a ministry cosigns how far the trail has come, once."""

from __future__ import annotations

import qms
from qms import anchors as a
from qms.proofs.note import COSIGNATURE, Signer, skey
from tests.records.chapters.nonconformities import later
from tests.records.golden import Year

MINISTRY = Signer.parse(skey("bo-gtvt", b"w" * 32, COSIGNATURE))


def play(year: Year) -> None:
    """Enrol a witness, bring back what it cosigned, and release it."""
    later(year, 1)
    vkey = MINISTRY.verifier.text()
    with qms.open(year.folder, actor="lan", **year.options) as system:
        system.perform(a.EnrolWitness(code="BGTVT", title="Bộ Giao thông vận tải", vkey=vkey))
        note = system.trail.checkpoint().signed(MINISTRY, at=1_700_000_000)
        text = note.data().decode()
        kept = {"medium": "witness", "place": "Vụ Vận tải", "witnesses": ("BGTVT",)}
        system.perform(a.KeepAnchor(note=text, **kept))
        system.perform(a.ReleaseWitness(code="BGTVT", reason="Bộ hợp nhất"))
