"""Procedures that change: by request, because law changed, by the calendar; one form withdrawn."""

from __future__ import annotations

import re
from datetime import date
from gettext import gettext as _
from typing import Final, NamedTuple

from ..registers import competence as c
from ..registers import documents as d
from ..registers import external as x
from ..registers import records as r
from ..registers import reviews as v
from .planning import AMENDMENTS, REPLACED
from .stage import YEAR, Year

CODE: Final = "QT-12"
POSTAL: Final = "- Kết quả qua bưu chính được gửi trong ngày; người nhận tra cứu được mã bưu gửi."
CHECKED: Final = "- Ngày hết hạn do phần mềm tính; người thẩm định đối chiếu trước khi trình ký."
FORM: Final = "BM.05-QT-13"
DECREE: Final = "118/2025/NĐ-CP"
AMENDING: Final = "163/2026/NĐ-CP"


class Amendment(NamedTuple):
    """One change of a procedure: by whom, on which request, what is added before a heading."""

    code: str
    drafter: str
    request: str
    summary: str
    added: str = ""
    before: str = ""


def reviewed(year: Year) -> None:
    """Conclude the reviews that the law asked for, and accept what they propose."""
    year.on(3, 2)
    year.heading(_("What the reviews came to"))
    system = year.by("lan")
    open_still = {one.document: one.code for one in system.find(v.Review, state=v.ReviewState.OPEN)}
    amend = {"outcome": "amend", "proposal": "Thay căn cứ hết hiệu lực"}
    for code in ("QT-11", "QT-12"):
        document = system.get(d.Document, code).id
        year.do("tuan", v.Conclude(code=open_still[document], **amend))
    wish = d.Impact(documents=("QT-02",), forms=("BM.01-QT-12",), people=("CB-MC",))
    (other,) = year.do(
        "quang", d.File(document=CODE, reason="Đổi phông chữ của biểu mẫu", impact=wish)
    )
    year.do(
        "lan",
        d.Accept(code="YC-2026-001", drafter="long", due=date(YEAR, 3, 20)),
        d.Accept(code="YC-2026-002", drafter="long", due=date(YEAR, 3, 20)),
        d.Decline(code=other, reason="Phông chữ theo Nghị định 30/2020/NĐ-CP, không đổi riêng"),
    )
    year.voice.done(_("Two requests accepted, one declined with its reason"))


def drafted(year: Year) -> None:
    """Draft the next text of two procedures; wrong moves are refused."""
    year.on(3, 18)
    year.heading(_("QT-11 and QT-12 are amended, and wrong moves are refused"))
    _draft(year, Amendment("QT-11", "long", "YC-2026-001", "Thay căn cứ pháp lý"))
    _draft(
        year,
        Amendment(CODE, "long", "YC-2026-002", "Căn cứ mới, gửi bưu chính", POSTAL, "5.6"),
    )
    year.refuse("tuan", d.Revise(code=CODE, text="Bản khác", summary="Bản thứ hai"))
    system = year.by("mai")
    old = system.revisions(CODE)[0].digest
    draft = system.get(d.Document, CODE).draft
    new = draft.digest if draft else ""
    year.do("mai", d.Endorse(code=CODE, digest=new))
    year.refuse("binh", d.Approve(code=CODE, digest=old))
    year.refuse("mai", d.Approve(code=CODE, digest=new))
    year.do("binh", d.Approve(code=CODE, digest=new))
    year.sign("QT-11")


def issued(year: Year) -> None:
    """Issue both, see who has read, owe training to those whose work changed."""
    decided = year.on(4, 10)
    year.heading(_("Issued, read, taught"))
    told = {"decision": "88/QĐ-SGTVT", "decided": decided, "signer": "Phạm Quốc Bình"}
    units = ("LD", "VP", "TT", "QLVT", "MC")
    issue = d.Issue(code=CODE, effective=date(YEAR, 5, 1), distribution=units, **told)
    year.refuse("lan", issue.model_copy(update={"effective": date(YEAR, 4, 1)}))
    for code in (CODE, "QT-11"):
        _issued(year, issue.model_copy(update={"code": code}))
    year.read(CODE, "QT-11", since=date(YEAR, 5, 1), but="nga")
    year.do(
        "tuan",
        c.OweTraining(
            revision=f"{CODE}/1.1",
            people=("long", "quang"),
            change="Gửi kết quả qua bưu chính trong ngày",
            due=date(YEAR, 4, 29),
        ),
    )
    system = year.by("lan")
    owed = ", ".join(system.name(one.id) for one in system.receipts_owed(CODE, date(YEAR, 5, 1)))
    year.voice.done(_("{code} 1.1 is in force from 01/05/2026").format(code=CODE))
    year.voice.fact(_("Have not confirmed reading it: {names}").format(names=owed))


def taught(year: Year) -> None:
    """Give the training that is owed."""
    day = year.on(4, 28)
    judged = {"effect_by": date(YEAR, 8, 31), "evidence": "Danh sách lớp, bài kiểm tra"}
    year.do("tuan", c.Train(code="DT-2026-001", day=day, **judged))


def handed_out(year: Year) -> None:
    """Hand a paper copy of a form to whoever works without a screen."""
    day = year.on(5, 5)
    year.do("lan", d.HandOut(code=FORM, holder="CV-QLGT", day=day))


def withdrawn(year: Year) -> None:
    """Withdraw a form by a decision."""
    decided = year.on(6, 15)
    ended = {"day": date(YEAR, 7, 1), "decision": "120/QĐ-SGTVT", "decided": decided}
    year.do("binh", d.Withdraw(code=FORM, reason="Gộp vào BM.02-QT-13", **ended))


def called_back(year: Year) -> None:
    """Call the paper copies of what is over back."""
    year.on(7, 2)
    year.heading(_("A form is over, its paper copy called back"))
    system = year.by("lan")
    back = [d.TakeBack(code=copy.code, day=system.today) for copy in system.copies_to_recall()]
    year.do("lan", *back)
    year.voice.done(_("{form} is over from 01/07/2026, its copy is back").format(form=FORM))


def law_changes(year: Year) -> None:
    """A decree is amended: every procedure that rests on it is reviewed, one is amended."""
    day = year.on(7, 3)
    year.heading(_("A law changes: {law}").format(law=DECREE))
    facts = {"type": "Nghị định", "issuer": "Chính phủ", "signed": date(YEAR, 6, 26)}
    title = "Sửa đổi, bổ sung Nghị định 118/2025/NĐ-CP (văn bản giả định)"
    since = date(YEAR, 8, 1)
    year.do("lan", x.Enter(number=AMENDING, title=title, since=since, **facts))
    year.do("lan", x.Amend(code=DECREE, by=AMENDING, day=since, articles=("Điều 16",)))
    system = year.by("lan")
    opened = year.do("lan", *system.reviews_to_open())
    owed = system.find(v.Review, state=v.ReviewState.OPEN, cause=v.Cause.LAW)
    due = max(one.deadline for one in owed)
    says = _("{n} procedures are to be reviewed by {day}, three months after it takes effect")
    year.voice.done(says.format(n=len(opened), day=f"{due:%d/%m/%Y}"))
    _conclude_law(year, day)


def _conclude_law(year: Year, day: date) -> None:
    system = year.by("hung")
    owed = system.find(v.Review, state=v.ReviewState.OPEN, cause=v.Cause.LAW)
    changed = [one for one in owed if one.document.endswith("qt-13")]
    kept = [one for one in owed if one not in changed]
    keep = "Đã đối chiếu Điều 16, nội dung không bị ảnh hưởng"
    year.do("hung", *(v.Conclude(code=one.code, outcome="keep", proposal=keep) for one in kept))
    for one in changed:
        says = "Thay căn cứ; sửa mục 5.4 về ngày hết hạn"
        year.do("ha", v.Conclude(code=one.code, outcome="amend", proposal=says))
    year.voice.fact(
        _("{kept} procedures stay as they are, {changed} has to be amended").format(
            kept=len(kept), changed="QT-13"
        )
    )


def amended(year: Year) -> None:
    """Amend QT-13 for the law and for the complaint of May."""
    year.on(7, 6)
    year.heading(_("QT-13 is amended for the law and for the complaint"))
    system = year.by("lan")
    asked = [one.code for one in system.find(d.Request, state=d.RequestState.REQUESTED)]
    year.do("lan", *(d.Accept(code=code, drafter="yen", due=date(YEAR, 7, 9)) for code in asked))
    amendment = Amendment("QT-13", "yen", asked[0], "Căn cứ mới; ngày hết hạn", CHECKED, "5.5")
    _draft(year, amendment)
    year.sign("QT-13")
    decided = year.on(7, 10)
    told = {"decision": "131/QĐ-SGTVT", "decided": decided, "signer": "Phạm Quốc Bình"}
    _issued(year, d.Issue(code="QT-13", effective=date(YEAR, 7, 15), **told))
    year.read("QT-13", since=date(YEAR, 7, 15))
    year.voice.done(_("QT-13 1.1 issued, in force from 15/07/2026"))
    year.voice.fact(f"+ {CHECKED}")


def by_calendar(year: Year) -> None:
    """Open every review that the calendar asks for soon; conclude all but one in time."""
    year.on(7, 27)
    year.heading(_("Six months on: reviews by the calendar"))
    opened = year.do("lan", *year.by("lan").reviews_to_open(date(YEAR, 8, 3)))
    year.voice.done(_("{n} reviews opened in one operation").format(n=len(opened)))
    kept = (v.Conclude(code=code, outcome="keep", proposal="Vẫn phù hợp") for code in opened[:-1])
    year.do("hung", *kept)
    year.voice.fact(_("{code} is left open, and will be late").format(code=opened[-1]))
    year.on(8, 14)
    year.do(
        "mai",
        c.JudgeTraining(code="DT-2026-001", effective=True, says="Không hồ sơ gửi chậm"),
    )


def old_records(year: Year) -> None:
    """Dispose of what is over: list, council, decision, minutes; then destroy the content."""
    day = year.on(11, 20)
    year.heading(_("A record whose time is over"))
    system = year.by("hung")
    ripe = [one.code for one in r.ripe(system.find(r.Record), day)]
    (listed,) = year.do("hung", r.ListForDisposal(records=ripe))
    council = ("hung", "tuan", "nga")
    seen = {"manner": "Máy hủy giấy tại kho", "witnesses": ("tuan", "nga")}
    destroyed = r.CarryOut(code=listed, minutes="04/BB-TH", day=day, **seen)
    year.refuse("hung", destroyed)
    year.do("binh", r.AppointCouncil(code=listed, decision="190/QĐ-SGTVT", members=council))
    met = {"minutes": "03/BB-HĐ", "met": day, "present": council}
    year.do("tuan", r.Appraise(code=listed, **met))
    year.do("binh", r.DecideDisposal(code=listed, decision="192/QĐ-SGTVT", day=day))
    year.do("hung", destroyed)
    says = _("{codes} disposed of; what was done stays in the trail")
    year.voice.done(says.format(codes=ripe[0]))


def _draft(year: Year, made: Amendment) -> None:
    """Write and submit the next text: other law, and one line before a heading."""
    text = year.by(made.drafter).text(made.code, "1.0")
    text = _cited_anew(text)
    if made.added:
        text = text.replace(f"\n### {made.before} ", f"{made.added}\n\n### {made.before} ", 1)
    facts = {"summary": made.summary, "request": made.request}
    year.do(
        made.drafter,
        d.Revise(code=made.code, text=text, place="Mục 3, 5", **facts),
        d.Submit(code=made.code, reviewers=("mai",)),
    )


def _issued(year: Year, change: d.Issue) -> None:
    """Issue a text, and take the law it now cites over into the register."""
    cited = year.by("lan").get(d.Document, change.code).legal
    legal = tuple(REPLACED.get(number, number) for number in cited if number not in AMENDMENTS)
    year.do("lan", change, d.Classify(code=change.code, legal=legal))


def _cited_anew(text: str) -> str:
    """Return a text with the law of today in it: what only amended the old law goes with it."""
    gone = "|".join(AMENDMENTS)
    text = re.sub(rf"^- \w+ \w+ số ({gone}) .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(rf", được sửa đổi, bổ sung bởi \w+ \w+ số ({gone})", "", text)
    text = re.sub(rf', "({gone})"', "", text)
    for old, new in REPLACED.items():
        text = text.replace(old, new)
    return text
