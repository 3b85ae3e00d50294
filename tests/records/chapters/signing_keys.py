"""A chapter of the golden year: a drafter signs with his own key, which the policy demands."""

from __future__ import annotations

import qms
from qms import documents as d
from qms import policy
from qms import signing_keys as k
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import TWO, Year
from tests.ssh import pair

KEY, sign = pair(1)


def play(year: Year) -> None:
    """Enrol a key, demand signatures, sign a text with it, and revoke the key."""
    later(year, 1)
    with year.by("lan") as perform:
        perform(policy.Revise(code="policy", reason="Ký số", signed_kinds=("document.submit",)))
    with qms.open(year.folder, actor="hung", sign=sign, **year.options) as system:
        (enrolled,) = system.perform(k.Enrol(person="hung", public=KEY.line()))
        system.perform(d.Submit(code="QT-VP-02", text=TWO, summary="Lưu hai mươi năm"))
    with year.by("lan") as perform:
        perform(k.Revoke(code=enrolled.change["code"], since=today(year), reason="Thay token"))
