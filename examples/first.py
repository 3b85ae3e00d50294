"""A procedure's way into force, by three people: ``python examples/first.py so-gtvt``."""

from __future__ import annotations

import sys

import qms
from qms import documents, people

TEXT = """\
## 1. Mục đích

Thống nhất việc đăng ký phòng họp.

## 2. Nội dung

Đơn vị đăng ký với Văn phòng trước một ngày làm việc.
"""


def main(folder: str) -> None:
    organisation = "Sở Giao thông vận tải"
    with qms.found(folder, organisation=organisation, officer="lan", officer_name="Lan") as system:
        today = system.today
        system.perform(
            people.OpenPost(code="TP", title="Trưởng phòng", unit="CQ", roles_held=("reviewer",)),
            people.OpenPost(
                code="GD", title="Giám đốc", unit="CQ", roles_held=("approver", "leader")
            ),
            people.Enrol(code="hung", name="Trần Văn Hùng"),
            people.Enrol(code="binh", name="Phạm Quốc Bình"),
            people.Appoint(code="hung", post="TP", since=today),
            people.Appoint(code="binh", post="GD", since=today),
        )
        facts = {"title": "Đăng ký phòng họp", "type": "HD", "unit": "CQ", "owner": "CBISO"}
        system.perform(
            documents.Create(code="HD-01", text=TEXT, **facts),
            documents.Submit(code="HD-01", text=TEXT, reviewers=("hung",)),
        )
        digest = system.get(documents.Document, "HD-01").draft.digest

    with qms.open(folder, actor="hung") as system:
        system.perform(documents.Endorse(code="HD-01", digest=digest))

    with qms.open(folder, actor="binh") as system:
        system.perform(
            documents.Approve(code="HD-01", digest=digest),
            documents.Issue(
                code="HD-01", effective=today, decision="12/QĐ-SGTVT", decided=today, signer="Bình"
            ),
        )
        print(system.in_force("HD-01").revision.code, "đang hiệu lực")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/first.py so-gtvt")
    main(sys.argv[1])
