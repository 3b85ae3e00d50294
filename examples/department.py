"""A small department to try things on: ``python examples/department.py so-gtvt``.

lan  quality officer        binh  director (leader)      mai   deputy director (reviewer, leader)
hung head of the office     tuan  head of transport      son   chief inspector (auditor)
ha   clerk of transport     QT-11 a procedure of transport, in force since 2020
"""

from __future__ import annotations

import sys
from datetime import date

import qms
from qms import documents, people
from qms.changes import Change

SINCE = date(2020, 1, 1)
UNITS = {"LD": "Lãnh đạo Sở", "VP": "Văn phòng Sở", "TT": "Thanh tra Sở", "QLVT": "Phòng Vận tải"}
POSTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "GD": ("Giám đốc", "LD", ("approver", "leader")),
    "PGD": ("Phó Giám đốc", "LD", ("reviewer", "leader")),
    "CVP": ("Chánh Văn phòng", "VP", ("drafter", "reviewer")),
    "CTT": ("Chánh Thanh tra", "TT", ("drafter", "auditor")),
    "TP-QLVT": ("Trưởng phòng Vận tải", "QLVT", ("drafter", "reviewer")),
    "CV-QLVT": ("Chuyên viên Vận tải", "QLVT", ("reader",)),
}
PEOPLE = {
    "binh": ("Phạm Quốc Bình", "GD"),
    "mai": ("Lê Thị Mai", "PGD"),
    "hung": ("Trần Văn Hùng", "CVP"),
    "son": ("Hoàng Sơn", "CTT"),
    "tuan": ("Đặng Anh Tuấn", "TP-QLVT"),
    "ha": ("Đỗ Thu Hà", "CV-QLVT"),
}


def changes() -> list[Change]:
    """Return what sets the department up."""
    made: list[Change] = []
    for code, title in UNITS.items():
        made.append(people.OpenUnit(code=code, title=title, since=SINCE))
    for code, (title, unit, roles) in POSTS.items():
        made.append(people.OpenPost(code=code, title=title, unit=unit, roles_held=roles))
    for code, (name, post) in PEOPLE.items():
        made.append(people.Enrol(code=code, name=name))
        made.append(people.Appoint(code=code, post=post, since=SINCE))
    facts = {"title": "Cấp giấy phép vận tải", "type": "QT", "unit": "QLVT", "owner": "TP-QLVT"}
    old = {"issue": 1, "issued": date(2020, 3, 2), "source": "bản giấy", "decision": "12/QĐ-SGTVT"}
    made.append(documents.AdoptDocument(code="QT-11", **facts))
    made.append(documents.AdoptRevision(code="QT-11", text="## 5. Nội dung\n\nXem đơn.\n", **old))
    made.append(documents.Classify(code="QT-11", clauses=("8.5.1",)))
    return made


def main(folder: str) -> None:
    name = {"officer": "lan", "officer_name": "Nguyễn Thị Lan"}
    with qms.found(folder, organisation="Sở Giao thông vận tải", **name) as system:
        system.perform(*changes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/department.py so-gtvt")
    main(sys.argv[1])
