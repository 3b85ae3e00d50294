"""January and February: objectives, audits, services, risks, competence, law and records."""

from __future__ import annotations

from datetime import date
from gettext import gettext as _
from typing import Final

from ..registers import audits as a
from ..registers import competence as c
from ..registers import documents as d
from ..registers import external as x
from ..registers import objectives as o
from ..registers import records as r
from ..registers import risks as k
from ..registers import services as s
from .stage import YEAR, Year

PERIOD: Final = {"since": date(YEAR, 1, 1), "until": date(YEAR, 12, 31)}

OBJECTIVES: Final = (
    ("Người dân, doanh nghiệp hài lòng", "Tỷ lệ phiếu hài lòng", "%", 95_000, "VP", "CVP", 180),
    ("Hồ sơ trả đúng hạn", "Tỷ lệ hồ sơ đúng hạn", "%", 98_000, "QLVT", "TP-QLVT", 95),
    ("Thủ tục có phương án đơn giản hóa", "Tỷ lệ có phương án", "%", 25_000, "VP", "CVP", 365),
    ("Chỉ số cải cách hành chính", "Điểm chỉ số", "điểm", 80_000, "VP", "CVP", 365),
    ("Dịch vụ công trực tuyến toàn trình", "Tỷ lệ toàn trình", "%", 50_000, "VP", "CVP", 365),
)

SERVICES: Final = (
    ("1.000703", "Cấp giấy phép kinh doanh vận tải bằng xe ô tô", "QLVT", "QT-11", "4", 10),
    ("2.002286", "Cấp lại giấy phép kinh doanh vận tải khi thay đổi", "QLVT", "", "4", 6),
    ("2.002287", "Cấp lại giấy phép kinh doanh vận tải do mất, hỏng", "QLVT", "", "3", 6),
    ("2.002288", "Cấp phù hiệu xe ô tô kinh doanh vận tải", "QLVT", "", "full", 4),
    ("2.002289", "Cấp lại phù hiệu xe ô tô kinh doanh vận tải", "QLVT", "", "full", 4),
    ("2.002285", "Đăng ký khai thác tuyến", "QLVT", "", "partial", 6),
    ("1.002809", "Đổi giấy phép lái xe", "QLVT", "QT-12", "partial", 10),
    ("1.002820", "Cấp lại giấy phép lái xe", "QLVT", "QT-12", "partial", 10),
    ("1.002796", "Đổi giấy phép lái xe do nước ngoài cấp", "QLVT", "", "partial", 10),
    ("1.001765", "Cấp giấy chứng nhận giáo viên dạy thực hành", "QLVT", "", "partial", 6),
    ("1.004993", "Cấp lại giấy chứng nhận giáo viên dạy thực hành", "QLVT", "", "partial", 6),
    ("1.001735", "Cấp giấy phép xe tập lái", "QLVT", "", "2", 2),
    ("1.002877", "Cấp giấy phép liên vận giữa Việt Nam và Lào", "QLVT", "", "partial", 4),
    ("1.000028", "Cấp giấy phép lưu hành xe quá khổ, quá tải", "QLGT", "QT-13", "partial", 4),
    ("1.001061", "Cấp phép thi công nút giao đấu nối", "QLGT", "", "partial", 14),
    ("1.001046", "Chấp thuận thiết kế nút giao đấu nối", "QLGT", "", "partial", 14),
    ("1.001087", "Cấp phép thi công công trình thiết yếu", "QLGT", "", "partial", 14),
    ("2.001921", "Chấp thuận xây dựng công trình thiết yếu", "QLGT", "", "partial", 14),
    ("2.001915", "Gia hạn chấp thuận xây dựng công trình thiết yếu", "QLGT", "", "partial", 6),
    ("2.001919", "Cấp phép sử dụng tạm lòng đường, hè phố", "QLGT", "", "none", 10),
)
"""Code, title, unit, procedure, level as it was named then, half days."""

LAWS: Final = (
    ("19/2014/QĐ-TTg", "Quyết định", "Thủ tướng Chính phủ", (2014, 3, 5), (2014, 5, 18)),
    ("26/2014/TT-BKHCN", "Thông tư", "Bộ Khoa học và Công nghệ", (2014, 10, 10), (2014, 12, 1)),
    ("30/2020/NĐ-CP", "Nghị định", "Chính phủ", (2020, 3, 5), (2020, 3, 5)),
    ("10/2022/TT-BNV", "Thông tư", "Bộ Nội vụ", (2022, 12, 19), (2023, 2, 15)),
    ("118/2025/NĐ-CP", "Nghị định", "Chính phủ", (2025, 6, 9), (2025, 7, 1)),
    ("10/2020/NĐ-CP", "Nghị định", "Chính phủ", (2020, 1, 17), (2020, 4, 1)),
    ("12/2017/TT-BGTVT", "Thông tư", "Bộ Giao thông vận tải", (2017, 4, 15), (2017, 6, 1)),
    ("46/2015/TT-BGTVT", "Thông tư", "Bộ Giao thông vận tải", (2015, 9, 7), (2015, 12, 1)),
    ("158/2024/NĐ-CP", "Nghị định", "Chính phủ", (2024, 12, 18), (2025, 1, 1)),
    ("35/2024/TT-BGTVT", "Thông tư", "Bộ Giao thông vận tải", (2024, 11, 15), (2025, 1, 1)),
    ("39/2024/TT-BGTVT", "Thông tư", "Bộ Giao thông vận tải", (2024, 11, 15), (2025, 1, 1)),
)
"""Number, type, issuer, the days of signature and of effect."""

TITLES: Final = {
    "19/2014/QĐ-TTg": "Áp dụng hệ thống quản lý chất lượng trong cơ quan hành chính nhà nước",
    "26/2014/TT-BKHCN": "Hướng dẫn thi hành Quyết định 19/2014/QĐ-TTg",
    "30/2020/NĐ-CP": "Công tác văn thư",
    "10/2022/TT-BNV": "Thời hạn bảo quản tài liệu",
    "118/2025/NĐ-CP": "Giải quyết thủ tục hành chính theo cơ chế một cửa",
    "10/2020/NĐ-CP": "Kinh doanh và điều kiện kinh doanh vận tải bằng xe ô tô",
    "12/2017/TT-BGTVT": "Đào tạo, sát hạch, cấp giấy phép lái xe",
    "46/2015/TT-BGTVT": "Tải trọng, khổ giới hạn của đường bộ; lưu hành xe quá tải, quá khổ",
    "158/2024/NĐ-CP": "Hoạt động vận tải đường bộ",
    "35/2024/TT-BGTVT": "Đào tạo, sát hạch, cấp giấy phép lái xe",
    "39/2024/TT-BGTVT": "Tải trọng, khổ giới hạn; lưu hành xe quá tải, quá khổ giới hạn",
}

AMENDMENTS: Final = ("41/2024/NĐ-CP", "05/2024/TT-BGTVT")
"""They amended law that is replaced since: it goes, and they with it."""

REPLACED: Final = {
    "10/2020/NĐ-CP": "158/2024/NĐ-CP",
    "12/2017/TT-BGTVT": "35/2024/TT-BGTVT",
    "46/2015/TT-BGTVT": "39/2024/TT-BGTVT",
}


def programme(year: Year) -> None:
    """Draft the year's audits, and have a leader approve them."""
    year.on(1, 26)
    year.heading(_("The audit programme of the year"))
    aim = "Mọi điều khoản, các đơn vị có quá trình chính"
    (code,) = year.do("lan", a.DraftProgramme(year=YEAR, aim=aim))
    office = ("4", "5", "6", "7", "9", "10")
    year.do(
        "lan",
        a.Schedule(
            programme=code, unit="VP", clauses=office, processes=("QT-02", "QT-09"), month=6
        ),
    )
    year.do(
        "mai",
        a.Schedule(
            programme=code, unit="QLVT", clauses=("8",), processes=("QT-11", "QT-12"), month=9
        ),
    )
    year.refuse("mai", a.ApproveProgramme(code=code))
    year.do("binh", a.ApproveProgramme(code=code))
    year.voice.done(_("Two audits cover every clause from 4 to 10; the director approved them"))


def objectives(year: Year) -> None:
    """Set what is to be reached, measured how, by whom."""
    year.on(1, 28)
    year.heading(_("The objectives of the year"))
    changes = [
        o.Set(
            title=title,
            indicator=indicator,
            measure=measure,
            target=target,
            unit=unit,
            owner=owner,
            every=every,
            method="Theo MTCL-2026",
            resources="Số liệu hệ thống một cửa, phiếu khảo sát",
            **PERIOD,
        )
        for title, indicator, measure, target, unit, owner, every in OBJECTIVES
    ]
    year.do("hung", *changes)
    year.voice.done(_("{n} objectives, each with its target and its way of measuring").format(n=5))


def services(year: Year) -> None:
    """Enter the announced services, link them to procedures, see where the two differ."""
    year.on(2, 2)
    year.heading(_("Twenty administrative services, and the procedures that handle them"))
    decided = {"decision": "2214/QĐ-UBND", "announced": date(YEAR - 1, 12, 1), "field": "Đường bộ"}
    year.do(
        "lan",
        *(
            s.Announce(
                code=code,
                title=title,
                unit=unit,
                level=level,
                half_days=half,
                papers=_papers(year, code, document),
                **decided,
            )
            for code, title, unit, document, level, half in SERVICES
        ),
        *(s.Link(code=code, document=own) for code, _title, _unit, own, *_rest in SERVICES if own),
    )
    online = s.online(year.by("lan").find(s.Service))
    says = _("{n} announced, {share} per cent online by the names of today")
    year.voice.done(says.format(n=online.offered, share=online.tenths() // 10))
    year.show("differences")


def _papers(year: Year, code: str, document: str) -> tuple[str, ...]:
    # The decision announces one paper less for a driving licence: the register is to notice.
    if not document:
        return ()
    front = d.part(year.by("lan").text(document, "1.0")).front
    names = tuple(paper.name for paper in front.papers) if front else ()
    return names[:-1] if code == "1.002809" else names


def risks(year: Year) -> None:
    """Enter two risks and an opportunity; treat what is high."""
    year.on(2, 4)
    year.heading(_("Risks and opportunities, rated by the policy"))
    alone = {"cause": "Chỉ một người vận hành phần mềm", "event": "Người đó nghỉ dài ngày"}
    mixed = {"cause": "Nhập tay ngày hết hạn", "event": "Giấy phép ghi sai ngày hết hạn"}
    online = {"cause": "Hạ tầng của tỉnh đã sẵn sàng", "event": "Đưa thủ tục lên toàn trình"}
    facts = {"source": "Rà soát quy trình đầu năm"}
    year.do(
        "tuan",
        _risk("risk", (4, 3), date(YEAR, 3, 4), "QLVT", outcome="Hồ sơ trễ hạn", **alone, **facts),
        _risk(
            "risk", (2, 2), date(YEAR + 1, 1, 29), "QLGT", outcome="Phải thu hồi", **mixed, **facts
        ),
        _risk(
            "opportunity",
            (2, 2),
            date(YEAR + 1, 1, 29),
            "QLVT",
            outcome="Bớt đi lại",
            **online,
            **facts,
        ),
    )
    year.refuse("lan", k.AcceptRisk(code="RC-2026-001", reason="Chưa có người"))
    effect = "Không hồ sơ trễ khi người chính nghỉ"
    treat = {"measure": "Phân công, hướng dẫn người thay", "due": date(YEAR, 2, 27)}
    year.do("tuan", k.Treat(code="RC-2026-001", owner="TP-QLVT", effect=effect, **treat))
    levels = k.by_level(year.by("lan").find(k.Risk), k.RiskKind.RISK)
    year.voice.fact(_("Risks: {high} high, {low} low").format(**levels))


def _risk(nature: str, points: tuple[int, int], review: date, unit: str, **said: str) -> k.Identify:
    likelihood, consequence = points
    rating = {"likelihood": likelihood, "consequence": consequence}
    return k.Identify(
        nature=nature, rating=rating, review=review, unit=unit, owner=f"TP-{unit}", **said
    )


def competence(year: Year) -> None:
    """Say what posts require, attest who has shown it, see who has not."""
    since = year.on(2, 5)
    year.heading(_("What each post requires, and who has shown it"))
    need, other = year.do(
        "mai",
        c.Require(
            post="CV-QLVT",
            what="Thẩm định hồ sơ đổi giấy phép lái xe",
            shown_by="Quyết định phân công, bài kiểm tra",
            since=since,
            process="QT-12",
            step="B2",
        ),
        c.Require(
            post="CB-MC",
            what="Hướng dẫn nộp hồ sơ trực tuyến toàn trình",
            shown_by="Chứng nhận tập huấn",
            since=since,
        ),
    )
    year.do("mai", c.Attest(requirement=need, person="long", evidence="12/QĐ-QLVT", since=since))
    year.voice.fact(_("Not shown yet: {code}").format(code=other))
    year.show("lacking")


def law(year: Year) -> None:
    """Enter the law that the procedures cite; what is over opens reviews."""
    year.on(2, 10)
    year.heading(_("The law that the procedures rest on"))
    system = year.by("lan")
    cited: dict[str, list[str]] = {}
    for document in system.find(d.Document):
        for number in document.legal:
            cited.setdefault(number, []).append(document.code)
    listed = year.kept("Danh mục tài liệu bên ngoài", "QT-01")
    year.do("lan", *(_enter(law, cited) for law in LAWS), listed)
    year.do(
        "lan",
        *(x.Replace(code=old, by=new, day=date(2025, 1, 1)) for old, new in REPLACED.items()),
    )
    year.show("expired-law")
    opened = year.do("lan", *system.reviews_to_open())
    says = _("{n} reviews opened at once, one for each procedure that cites it: {codes}")
    year.voice.done(says.format(n=len(opened), codes=", ".join(opened)))


def _enter(
    law: tuple[str, str, str, tuple[int, int, int], tuple[int, int, int]],
    cited: dict[str, list[str]],
) -> x.Enter:
    number, kind, issuer, signed, since = law
    return x.Enter(
        number=number,
        title=TITLES[number],
        type=kind,
        issuer=issuer,
        signed=date(*signed),
        since=date(*since),
        documents=tuple(cited.get(number, ())),
    )


def records(year: Year) -> None:
    """Keep evidence by form and process, and correct it by addition."""
    year.on(2, 24)
    year.heading(_("Records, kept by form and process"))
    dossier = {"process": "QT-12", "day": date(YEAR, 2, 23), "years": 5}
    own, _old = year.do(
        "long",
        r.Retain(
            title="Hồ sơ đổi giấy phép lái xe",
            unit="QLVT",
            dossier="000.00.18.H03-260223-0012",
            applicant="Trần Thị Bưởi",
            form="BM.01-QT-12/1.0",
            contents={"don-de-nghi.txt": "Đơn đề nghị đổi giấy phép lái xe"},
            basis="10/2022/TT-BNV",
            **dossier,
        ),
        r.Retain(
            title="Sổ theo dõi cấp giấy phép 2014",
            unit="QLVT",
            process="QT-12",
            day=date(2014, 1, 6),
            ended=2014,
            years=10,
            place="Kho lưu trữ, giá 4",
        ),
    )
    (fixed,) = year.do(
        "long", r.Correct(record=own, says="Số điện thoại ghi sai một số", reason="Đối chiếu")
    )
    year.refuse("long", r.Confirm(code=fixed))
    year.do("tuan", r.Confirm(code=fixed))
    year.voice.done(_("{code} kept for five years; its applicant is sealed").format(code=own))
