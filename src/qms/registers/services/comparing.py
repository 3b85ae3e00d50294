"""Where a procedure says other than its services, and what the reform reached: 8.2.3, 9.1.3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ...errors import Refused
from ...values import key
from ..documents import Front
from .items import ONLINE, Campaign, Level, Selection, Service, ServiceState


class NothingSelected(Refused):
    """There is no ratio over an empty selection."""

    clause = "9.1.3"
    vi = "Chưa lựa chọn thủ tục nào nên không có tỷ lệ."


class NothingOffered(Refused):
    """There is no share of online services where no service is announced."""

    clause = "9.1.3"
    vi = "Chưa công bố thủ tục nào nên không có tỷ lệ trực tuyến."


class Ratio(NamedTuple):
    """How many of the selected services have a proposal, against the target in per cent."""

    selected: int
    proposed: int
    target: int

    @property
    def tenths(self) -> int:
        """Return the ratio in tenths of a per cent, rounded down."""
        return 1000 * self.proposed // self.selected

    @property
    def reached(self) -> bool:
        """Tell whether the target is reached, without rounding."""
        return 100 * self.proposed >= self.target * self.selected


class LevelShare(NamedTuple):
    """How many announced services there are at each level, by the names of today."""

    offered: int
    by_level: dict[Level, int]

    @property
    def online(self) -> int:
        """Return how many services are applied for online."""
        return sum(self.by_level.get(level, 0) for level in ONLINE)

    def tenths(self, *levels: Level) -> int:
        """Return the share of these levels (``ONLINE`` by default) in tenths of a per cent."""
        chosen = {level.now for level in levels or ONLINE}
        return 1000 * sum(self.by_level.get(level, 0) for level in chosen) // self.offered


class Difference(NamedTuple):
    """One point in which a procedure and an announced service differ, in both languages."""

    service: str
    vi: str
    en: str


def ratio(campaign: Campaign, selections: Iterable[Selection]) -> Ratio:
    """Return the share with a proposal, or raise ``NothingSelected``."""
    own = [one for one in selections if one.campaign == campaign.id]
    if not own:
        raise NothingSelected(campaign.code)
    return Ratio(len(own), sum(bool(one.proposals) for one in own), campaign.target)


def online(services: Iterable[Service]) -> LevelShare:
    """Return how many announced services are at each level, or raise ``NothingOffered``."""
    levels = [one.level.now for one in services if one.state is ServiceState.ANNOUNCED]
    if not levels:
        raise NothingOffered
    return LevelShare(len(levels), dict(Counter(levels)))


def differences(service: Service, front: Front, decided: date | None) -> Iterator[Difference]:
    """Yield where the text of a procedure does not agree with a service as it was announced.

    ``decided`` is the day of the decision behind the procedure, ``None`` where there is none.
    """
    yield from _listing(service, front)
    yield from _days(service, front)
    yield from _papers(service, front)
    if decided is None:
        yield _differ(service, "quy trình chưa có quyết định ban hành", "no decision behind it")
    elif decided < service.announced:
        says = f"quyết định ban hành quy trình {_day(decided)} cũ hơn công bố"
        yield _differ(
            service,
            f"{says} {_day(service.announced)}",
            f"the procedure was decided {decided}, before the announcement of {service.announced}",
        )


def _listing(service: Service, front: Front) -> Iterator[Difference]:
    if key(service.code) not in map(key, front.services):
        yield _differ(service, "quy trình không nêu thủ tục này", "the procedure does not name it")


def _days(service: Service, front: Front) -> Iterator[Difference]:
    announced = Decimal(service.half_days) / 2
    total = sum((stage.days for stage in front.steps), start=Decimal(0))
    if front.steps and total != announced:
        yield _differ(
            service,
            f"tổng số ngày các bước {_number(total)} ≠ {_number(announced)} ngày công bố",
            f"the steps take {total:f} days, {announced:f} were announced",
        )
    if front.days is not None and front.days != announced:
        yield _differ(
            service,
            f"thời hạn trong quy trình {_number(front.days)} ≠ {_number(announced)} ngày công bố",
            f"the procedure says {front.days:f} days, {announced:f} were announced",
        )


def _papers(service: Service, front: Front) -> Iterator[Difference]:
    asked = {_words(paper.name): paper.name for paper in front.papers}
    announced = {_words(name): name for name in service.papers}
    for words in sorted(asked.keys() - announced.keys()) if announced else ():
        yield _differ(
            service,
            f"giấy tờ không được công bố: {asked[words]}",
            f"a paper that was not announced: {asked[words]}",
        )
    for words in sorted(announced.keys() - asked.keys()):
        yield _differ(
            service,
            f"quy trình thiếu giấy tờ đã công bố: {announced[words]}",
            f"an announced paper that the procedure leaves out: {announced[words]}",
        )


def _words(name: str) -> str:
    return " ".join(name.casefold().split()).rstrip(".;")


def _number(days: Decimal) -> str:
    return f"{days.normalize():f}".replace(".", ",")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _differ(service: Service, vi: str, en: str) -> Difference:
    return Difference(service.id, vi, en)
