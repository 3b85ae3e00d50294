"""The spring of a small Sở GTVT: a procedure, tasks, cases, an objective, a campaign, an index.

What is owed and what the numbers are was counted by hand where it is asserted.
"""

from datetime import date

from qms import documents as d
from qms import nonconformities as n
from qms import objectives as o
from qms import records as k
from qms import reform_index as r
from qms import services as s
from qms import tasks as t
from tests.systems import Office, created

COUNTS = (o.Count(rating="very_satisfied", number=40), o.Count(rating="satisfied", number=50))
COUNTS = (*COUNTS, o.Count(rating="dissatisfied", number=10))


def played(office: Office) -> Office:
    """Let the spring of 2024 happen; it is the tenth of March afterwards."""
    office.clock.to("2024-01-03")
    _documents(office)
    _tasks(office)
    _cases(office)
    _campaign(office)
    office.clock.to("2024-03-10")
    return office


def _documents(office: Office) -> None:
    office.does("hung", created("QT-01", clauses=("7.2", "7.5.3")), d.Submit(code="QT-01"))
    office.signs("QT-01")
    issue = {"effective": date(2024, 2, 1), "distribution": ("VP",)}
    office.does("lan", d.Issue(code="QT-01", **issue))
    kept = {"unit": "VP", "day": date(2024, 1, 3), "years": 5, "ended": 2024, "place": "Tủ 1"}
    office.does("lan", k.Retain(title="Sổ đào tạo", process="QT-01", **kept))
    office.does("hung", created("QT-02", clauses=("9.2", "4.2")))
    office.does("ha", d.File(reason="Khó đọc", document="QT-01"))
    office.does("lan", d.Accept(code="YC-2024-001", drafter="hung", due=date(2024, 5, 1)))


def _tasks(office: Office) -> None:
    def task(code, unit, owner, *due):
        said = {"title": f"Việc {code}", "result": "Báo cáo", "due": date(2024, *due)}
        return t.Assign(code=code, unit=unit, owner=owner, **said)

    office.does(
        "lan",
        task("NV-1", "VP", "CVP", 3, 1),
        task("NV-2", "QLVT", "CV", 6, 30),
        task("NV-3", "QLVT", "CV", 3, 5),
    )
    office.does("ha", t.Complete(code="NV-3", done=date(2024, 1, 3), evidence="1/BC-QLVT"))
    office.does("lan", t.Confirm(code="NV-3"))


def _cases(office: Office) -> None:
    found = {"unit": "QLVT", "day": date(2024, 1, 3), "source": "self_found"}
    office.does("ha", n.Report(found="Thiếu chữ ký", **found), n.Report(found="Nhầm", **found))
    office.does("lan", n.Reject(code="KPH-2024-002", reason="Không phải"))
    office.does(
        "hung",
        o.Set(
            title="Người dân hài lòng",
            indicator="Tỷ lệ hài lòng",
            measure="%",
            target=85_000,
            unit="QLVT",
            owner="CV",
            since=date(2024, 1, 3),
            until=date(2024, 12, 31),
            method="Phiếu khảo sát",
        ),
        o.Measure(code="MT-2024-01", day=date(2024, 1, 3), source="Phiếu quý I", counts=COUNTS),
    )


def _campaign(office: Office) -> None:
    facts = {"title": "Cấp phép", "field": "Đường bộ", "level": "full", "unit": "QLVT"}
    told = {"decision": "9/QĐ", "announced": date(2023, 5, 1), "half_days": 10}
    codes = tuple(f"1.00{number}" for number in range(1, 5))
    office.does(
        "lan",
        *(s.Announce(code=code, **facts, **told) for code in codes),
        s.OpenCampaign(year="2024", title="Rà soát 2024", due=date(2024, 11, 30)),
        *(s.Select(campaign="RS-2024-01", service=code) for code in codes),
        s.Conclude(code="RS-2024-01/1.001", proposals=("cut_days",), says="Bớt hai ngày"),
        s.Conclude(code="RS-2024-01/1.002", says="Giữ nguyên"),
        r.Open(
            year="2024",
            title="Chỉ số 2024",
            target=8000,
            due=date(2024, 12, 31),
            criteria=tuple(
                r.Criterion(number=number, field="Thể chế", title="x", most=5000, unit="VP")
                for number in ("1.1", "1.2")
            ),
        ),
        r.Rate(index="CCHC-2024", number="1.1", own=4500, evidence="12/BC"),
        r.Rate(index="CCHC-2024", number="1.2", own=3600, evidence="13/BC"),
    )
