"""A chapter of the golden year: a requirement set, shown, revoked; a training given and judged."""

from __future__ import annotations

from datetime import timedelta

import qms
from qms import documents as d
from qms.registers import competence as c
from tests.records.chapters.nonconformities import later, today
from tests.records.golden import Year


def play(year: Year) -> None:
    """Require and attest; train for a new revision, judge it, waive another training."""
    later(year, 1)
    _shown(year)
    first, second = _owed(year), _owed(year)
    with year.by("hung") as perform:
        given = {"day": today(year), "effect_by": today(year) + timedelta(90)}
        perform(c.Train(code=first, evidence="Danh sách, bài kiểm tra", **given))
    with year.by("mai") as perform:
        perform(c.JudgeTraining(code=first, effective=True, says="Hồ sơ lập đúng"))
    with year.by("lan") as perform:
        perform(c.WaiveTraining(code=second, reason="Trùng"))


def _shown(year: Year) -> None:
    day = today(year)
    with year.by("mai") as perform:
        (entry,) = perform(
            c.Require(
                post="CV", what="Lập hồ sơ", shown_by="Tập huấn", since=day, process="QT-VP-02"
            )
        )
        need = str(entry.change["code"])
        (entry,) = perform(
            c.Attest(requirement=need, person="ha", evidence="Chứng nhận số 5", since=day)
        )
        shown = str(entry.change["code"])
        perform(c.EndRequirement(code=need, until=day + timedelta(30), reason="Đổi nhiệm vụ"))
    with year.by("lan") as perform:
        perform(c.RevokeCompetence(code=shown, reason="Chứng nhận hết giá trị"))


def _owed(year: Year) -> str:
    with qms.open(year.folder, actor="hung", **year.options) as system:
        revision = system.get(d.Document, "QT-VP-02").latest
        (entry,) = system.perform(
            c.OweTraining(
                revision=system.get(d.Revision, revision).code,
                people=("ha",),
                change="Lưu hồ sơ mười năm",
                due=today(year) + timedelta(30),
            )
        )
    return str(entry.change["code"])
