"""What a management review is told: its twelve inputs, out of the registers; ISO 9001:2015, 9.3.2.

Pure over what is found. Each input is a few lines of a period; without a line nothing arose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from .changes import Item
from .overview import Find, holders
from .registers import (
    audits,
    competence,
    external,
    improvements,
    nonconformities,
    objectives,
    people,
    reform_index,
    reviews,
    risks,
    services,
    tasks,
)
from .registers import management_reviews as m
from .values import LONGEST

Cases = list[nonconformities.Nonconformity]


class Period(NamedTuple):
    """What is asked: of which registers, from which day to which, after which review."""

    find: Find
    since: date
    until: date
    previous: str

    def within(self, day: date | None) -> bool:
        """Tell whether a day lies in the period."""
        return day is not None and self.since <= day <= self.until

    def cases(self) -> Cases:
        """Return the nonconformities found in the period, without those that were none."""
        found = self.find(nonconformities.Nonconformity)
        return [one for one in found if self.within(one.day) and one.state is not REJECTED]

    def unit(self, own: str) -> str:
        """Return the code of a unit."""
        return next((one.code for one in self.find(people.Unit) if one.id == own), own)


REJECTED: Final = nonconformities.State.REJECTED


def inputs(
    find: Find, review: m.ManagementReview, on: date
) -> tuple[m.FillInput | m.NothingArose, ...]:
    """Return the changes that fill each input nobody has filled yet, as things stand on a day."""
    day = min(review.until, on)
    period = Period(find, review.since, day, review.previous)
    return tuple(_filled(review.code, one, period) for one in review.missing)


def _filled(code: str, wanted: m.Input, period: Period) -> m.FillInput | m.NothingArose:
    lines = list(TELLS[wanted](period))
    if not lines:
        return m.NothingArose(code=code, input=wanted, day=period.until)
    return m.FillInput(code=code, input=wanted, content=_fitted(lines), day=period.until)


def _fitted(lines: list[str]) -> str:
    """Return as many lines as one text may hold, and how many more there are."""
    text, kept = "\n".join(lines), len(lines)
    while len(text) > LONGEST:
        kept -= 1
        text = "\n".join((*lines[:kept], f"… và {len(lines) - kept} nội dung khác"))
    return text


def _follow_up(period: Period) -> Iterator[str]:
    drawn = period.find(m.Conclusion, review=period.previous) if period.previous else []
    for one in m.follow_up(drawn, period.find(tasks.Task), period.until):
        yield f"{one.line} – {one.conclusion.decision}"


def _context(period: Period) -> Iterator[str]:
    laws = {one.id: one for one in period.find(external.External)}
    for turn in period.find(external.Turn):
        law = laws[turn.external]
        new = turn.what is external.What.ENTERED
        if period.within(law.signed if new else turn.day):
            yield f"{law.code}: {turn.what.vi} từ {_day(turn.day)}"
    for unit in period.find(people.Unit):
        if period.within(unit.until):
            yield f"Đơn vị {unit.code} kết thúc từ {_day(unit.until)}"
        elif period.within(unit.since):
            yield f"Đơn vị {unit.code} lập từ {_day(unit.since)}"


def _satisfaction(period: Period) -> Iterator[str]:
    known = {one.id: one for one in period.find(objectives.Objective)}
    for one in period.find(objectives.Measurement):
        if one.counts and not one.corrected_by and period.within(one.day):
            asked = sum(count.number for count in one.counts)
            share, code = _thousandths(one.value), known[one.objective].code
            yield f"{code}, {_day(one.day)}: {share} % hài lòng trên {asked} phiếu"
    told = _of_source(period, nonconformities.Source.COMPLAINT)
    if told:
        yield f"Phản ánh, kiến nghị, khiếu nại: {_listed(told)}"


def _objectives(period: Period) -> Iterator[str]:
    measured = period.find(objectives.Measurement)
    for one in period.find(objectives.Objective):
        if one.since <= period.until and period.since <= one.until:
            seen = [row for row in measured if row.day <= period.until]
            yield f"{one.code} {one.title}: {_outlook(one, objectives.outlook(one, seen))}"
    scores = period.find(reform_index.Score)
    for index in period.find(reform_index.Index):
        if period.since.year <= int(index.year) <= period.until.year:
            points = reform_index.total(index, scores)
            yield f"{index.code}: {_hundredths(points.expected)}/{_hundredths(points.target)} điểm"


def _outlook(objective: objectives.Objective, seen: objectives.Outlook) -> str:
    if seen.last is None:
        return seen.standing.vi
    unit = objective.measure
    text = (
        f"{_thousandths(seen.last)} {unit}, chỉ tiêu {objective.direction.vi.lower()}"
        f" {_thousandths(seen.target)} {unit}: {seen.standing.vi}"
    )
    if seen.forecast is None:
        return text
    return f"{text}; dự báo cuối kỳ {_thousandths(seen.forecast)} {unit}"


def _processes(period: Period) -> Iterator[str]:
    rows = tasks.by_unit(period.find(tasks.Task), period.until)
    if rows:
        given, done = sum(row.assigned for row in rows), sum(row.done for row in rows)
        late, thin = sum(row.overdue for row in rows), sum(row.thin for row in rows)
        yield f"Nhiệm vụ: giao {given}, hoàn thành {done}, quá hạn {late}, chưa triệt để {thin}"
    slow = _of_source(period, nonconformities.Source.LATE_DOSSIER)
    if slow:
        yield f"Hồ sơ trễ hạn: {_listed(slow)}"
    outputs = sum(len(case.outputs) for case in period.cases())
    if outputs:
        yield f"Kết quả giải quyết bị ảnh hưởng bởi sự không phù hợp: {outputs}"
    looked = [one for one in period.find(reviews.Review) if period.within(one.day)]
    came = Counter(one.outcome.vi for one in looked if one.outcome is not None)
    if came:
        yield f"Rà soát tài liệu: {_counted(came)}"


def _nonconformities(period: Period) -> Iterator[str]:
    cases = period.cases()
    if cases:
        open_still = nonconformities.still_open(cases)
        yield f"{len(cases)} sự không phù hợp, chưa đóng {len(open_still)}"
        yield f"Nguồn: {_counted(Counter(case.source.vi for case in cases))}"
    for bar in nonconformities.pareto(cases, nonconformities.Dimension.CAUSE):
        yield f"Nguyên nhân {nonconformities.Cause(bar.what).vi.lower()}: {bar.times}"
    for group in nonconformities.recurrent(cases):
        yield f"Lặp lại: {_listed(group)}"
    actions = period.find(nonconformities.Action)
    late = nonconformities.overdue_actions(actions, period.until)
    if late:
        yield f"Hành động khắc phục quá hạn: {_listed(late)}"


def _measurements(period: Period) -> Iterator[str]:
    known = {one.id: one for one in period.find(objectives.Objective)}
    made = [one for one in period.find(objectives.Measurement) if period.within(one.day)]
    for own, count in sorted(Counter(one.objective for one in made).items()):
        last = max(one.day for one in made if one.objective == own)
        yield f"{known[own].code}: {count} lần đo, lần cuối {_day(last)}"


def _audits(period: Period) -> Iterator[str]:
    findings = period.find(audits.Finding)
    for audit in period.find(audits.Audit):
        if period.within(audit.reported):
            found = Counter(one.kind.vi for one in findings if one.audit == audit.id)
            yield f"Đánh giá {audit.code}, {period.unit(audit.unit)}, phát hiện: {_counted(found)}"
    for visit in period.find(audits.Inspection):
        if period.within(visit.carried_out):
            found = Counter(one.kind.vi for one in findings if one.inspection == visit.id)
            unit = period.unit(visit.unit)
            yield f"Kiểm tra đột xuất {visit.code}, {unit}, phát hiện: {_counted(found)}"


def _providers(period: Period) -> Iterator[str]:
    said = (
        case
        for case in period.cases()
        if case.clause.startswith("8.4") or case.cause == nonconformities.Cause.COORDINATION
    )
    for case in said:
        yield f"{case.code}: {case.found}"


def _resources(period: Period) -> Iterator[str]:
    known = {one.id: one.code for one in period.find(people.Person)}
    posts = {one.id: one.code for one in period.find(people.Post)}
    asked, shown = period.find(competence.Requirement), period.find(competence.Competence)
    held = holders(period.find, period.until)
    for gap in competence.gaps(asked, shown, held, period.until):
        lacks = f"{known[gap.person]} ({posts[gap.post]})"
        yield f"Chưa có bằng chứng năng lực: {lacks}, {gap.requirement.what}"
    late = competence.overdue(period.find(competence.Training), period.until)
    if late:
        yield f"Đào tạo quá hạn: {_listed(late)}"
    lacking = (nonconformities.Cause.PEOPLE, nonconformities.Cause.EQUIPMENT)
    caused = [case for case in period.cases() if case.cause in lacking]
    if caused:
        yield f"Sự không phù hợp do con người, thiết bị: {_listed(caused)}"


def _risks(period: Period) -> Iterator[str]:
    known = period.find(risks.Risk)
    for kind in risks.RiskKind:
        levels = {level.vi: count for level, count in risks.by_level(known, kind).items() if count}
        if levels:
            yield f"{kind.vi}: {_counted(levels)}"
    for risk in known:
        if risk.treatments:
            yield f"{risk.code} {risk.event}: {risk.state.vi}, điểm còn lại {risk.rating.points}"
    late = risks.overdue(known, period.until)
    if late:
        yield f"Quá hạn xử lý hoặc xem lại: {_listed(late)}"


def _improvements(period: Period) -> Iterator[str]:
    for idea in period.find(improvements.Improvement):
        if period.within(idea.proposed):
            yield f"{idea.code} {idea.title}: {idea.state.vi}"
    for finding in period.find(audits.Finding):
        if finding.kind is audits.FindingKind.IMPROVEMENT and period.within(finding.day):
            yield f"{finding.code}: {finding.conclusion}"
    chosen = period.find(services.Selection)
    for campaign in period.find(services.Campaign):
        if period.since.year <= int(campaign.year) <= period.until.year and any(
            one.campaign == campaign.id for one in chosen
        ):
            share = services.ratio(campaign, chosen)
            yield f"{campaign.code}: {share.proposed}/{share.selected} thủ tục có phương án"


TELLS: Final[Mapping[m.Input, Callable[[Period], Iterator[str]]]] = {
    m.Input.FOLLOW_UP: _follow_up,
    m.Input.CONTEXT: _context,
    m.Input.SATISFACTION: _satisfaction,
    m.Input.OBJECTIVES: _objectives,
    m.Input.PROCESSES: _processes,
    m.Input.NONCONFORMITIES: _nonconformities,
    m.Input.MEASUREMENTS: _measurements,
    m.Input.AUDITS: _audits,
    m.Input.PROVIDERS: _providers,
    m.Input.RESOURCES: _resources,
    m.Input.RISKS: _risks,
    m.Input.IMPROVEMENTS: _improvements,
}
"""What each input is told, in the words of the registers."""


def _of_source(period: Period, source: nonconformities.Source) -> Cases:
    return [case for case in period.cases() if case.source is source]


def _listed(items: Iterable[Item]) -> str:
    return ", ".join(item.code for item in items)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what.lower()} {count}" for what, count in counts.items()) or "không có"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _thousandths(value: int) -> str:
    # As it was measured: rounded, it could seem to reach what it missed.
    said = f"{Decimal(value) / 1000:.3f}"
    return (said[:-2] + said[-2:].rstrip("0")).replace(".", ",")


def _hundredths(value: int) -> str:
    return f"{Decimal(value) / 100:.2f}".replace(".", ",")
