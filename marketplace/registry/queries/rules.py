"""Looking rules up by day, region and trade type, and counting the days they give."""

from calendar import monthrange
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.registry.models.rules import Holiday, HolidayYear, Rule, RuleUnit, RuleVersion
from marketplace.registry.states import RuleState

if TYPE_CHECKING:
    from marketplace.registry.models.places import Region


class NoRule(Refused):
    """No version of a rule is in force on that day for that region and trade type."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a legal period ends, and which rule said so.

    ``day`` is the last Beijing day that still counts; ``at`` is the exclusive end in
    UTC. ``assumed`` is true when a year outside the holiday table was counted by the
    plain week, so that the page can warn.
    """

    at: datetime
    day: date
    rule_version: RuleVersion | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Workdays of the years it knows; other years follow the plain week."""

    differing: Mapping[date, bool]
    years: Container[int]

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day`` after the State Council's notice for its year."""
        return self.differing.get(day, day.weekday() < 5)

    def walk(self, start: date, n: int, *, workdays: bool, step: int) -> date:
        """The ``n``-th day (or workday) from ``start``, which itself is not counted."""
        day = start
        while n > 0:
            day += timedelta(days=step)
            n -= 1 if not workdays or self.is_workday(day) else 0
        return day

    def off_holiday(self, day: date, step: int) -> date:
        """``day`` itself, or the nearest workday in the direction of counting."""
        while not self.is_workday(day):
            day += timedelta(days=step)
        return day


def holidays_known() -> list[int]:
    """The years whose holidays are entered completely, oldest first."""
    return list(HolidayYear.objects.values_list("year", flat=True))


def calendar(first: date, last: date) -> Calendar:
    """The workday calendar that covers ``first`` to ``last``."""
    rows = Holiday.objects.filter(day__range=(first, last)).values_list("day", "is_workday")
    return Calendar(dict(rows), frozenset(holidays_known()))


def _in_force(on: date) -> Q:
    """Versions that are approved and whose days include ``on``."""
    ends = Q(effective_to__isnull=True) | Q(effective_to__gte=on)
    return Q(state=RuleState.IN_FORCE, repeals=False, effective_from__lte=on) & ends


def _region_codes(region: "Region | str | None") -> list[str]:
    """The region's own code and those above it, the nearest last; empty for the country."""
    if not region:
        return []
    if isinstance(region, str):
        heads = (region[:2] + "0000", region[:4] + "00", region)
        return list(dict.fromkeys(heads))
    return region.path.split("/")


def rule(
    rule_id: str, *, region: "Region | str | None" = None, trade_type: str = "", on: date
) -> RuleVersion:
    """The version of a rule in force on a Beijing day.

    The most specific one wins: first the nearest region (county, city, province,
    country), then the trade type before the general one. ``region`` is a row or a
    GB/T 2260 code. Raises :class:`NoRule` when nothing is in force.
    """
    codes = _region_codes(region)
    here = Q(region__isnull=True) | Q(region__in=codes)
    found = RuleVersion.objects.select_related("rule").filter(
        _in_force(on), here, rule_id=rule_id, trade_type__in={"", trade_type}
    )
    rank = {code: place for place, code in enumerate(codes, start=1)}
    best = max(
        found,
        key=lambda v: (rank.get(v.region_id or "", 0), bool(v.trade_type), v.effective_from),
        default=None,
    )
    if best is None:
        raise NoRule(
            _("规则 %(key)s 在 %(day)s 没有有效版本，请先在“规则”中登记。") % {"key": rule_id, "day": on}
        )
    return best


def rules_in_force(
    on: date, *, region: "Region | str | None" = None, trade_type: str = ""
) -> QuerySet[RuleVersion]:
    """Every version in force on a day, in the order of the public page.

    Without filters all regions and trade types are listed; with them only versions
    that can bind there (the wider ones included).
    """
    found = RuleVersion.objects.select_related("rule", "region").filter(_in_force(on))
    if region:
        found = found.filter(Q(region__isnull=True) | Q(region__in=_region_codes(region)))
    if trade_type:
        found = found.filter(trade_type__in=("", trade_type))
    return found.order_by("rule__order", "rule_id", "region_id", "trade_type", "effective_from")


def rule_history(rule_id: str) -> QuerySet[RuleVersion]:
    """All approved versions of a rule, newest first; repeals included."""
    return (
        RuleVersion.objects.filter(rule_id=rule_id, state=RuleState.IN_FORCE)
        .select_related("rule", "region")
        .order_by("-effective_from", "region_id", "trade_type")
    )


def proposals() -> QuerySet[RuleVersion]:
    """Versions that wait for another person's decision, oldest first."""
    return (
        RuleVersion.objects.filter(state=RuleState.PROPOSED)
        .select_related("rule", "region", "proposed_by")
        .order_by("proposed_at", "pk")
    )


def _month_later(start: date, months: int) -> date:
    """The same day of a later (or earlier) month, or its last day (民法典 202 条)."""
    year, index = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, index + 1, min(start.day, monthrange(year, index + 1)[1]))


def _last_day(days: Calendar, start: date, n: int, unit: str, step: int) -> date:
    """The last day of a period that starts after ``start``, moved off a holiday."""
    if unit == RuleUnit.WORKDAY:
        return days.walk(start, n, workdays=True, step=step)
    if unit in (RuleUnit.MONTH, RuleUnit.YEAR):
        months = n * (12 if unit == RuleUnit.YEAR else 1)
        return days.off_holiday(_month_later(start, months * step), step)
    if unit != RuleUnit.DAY:
        raise ValueError(f"{unit} does not measure a period of days")
    return days.off_holiday(days.walk(start, n, workdays=False, step=step), step)


def _period(version: RuleVersion | None, n: int | None, unit: str) -> tuple[int, str]:
    """Number and unit from a version or from the caller; a whole positive number."""
    if version is not None:
        if version.value is None or version.value != int(version.value):
            raise ValueError(f"{version} is not a whole number of days")
        return int(version.value), version.unit
    if n is None or n < 0:
        raise ValueError("give a rule version, or a number that is not negative")
    return n, unit


def _span(start: date, n: int, unit: str, step: int) -> Iterator[date]:
    """The first and last day that can matter to a count; generous, never too short."""
    per = {RuleUnit.YEAR: 366, RuleUnit.MONTH: 31, RuleUnit.WORKDAY: 3}.get(RuleUnit(unit), 1)
    yield from sorted((start, start + timedelta(days=step * (n * per + 40))))


def _count(
    start: date, version: RuleVersion | None, n: int | None, unit: str, step: int
) -> tuple[date, bool]:
    """The last day of a period and whether it needed years outside the holiday table."""
    number, unit = _period(version, n, unit)
    days = calendar(*_span(start, number, unit, step))
    day = _last_day(days, start, number, unit, step)
    first, last = sorted((start, day))
    return day, any(year not in days.years for year in range(first.year, last.year + 1))


def deadline(
    start: date,
    version: RuleVersion | None = None,
    *,
    n: int | None = None,
    unit: str = RuleUnit.DAY,
    closes: time | None = None,
) -> Deadline:
    """When a period that begins on ``start`` ends (民法典 201–203 条).

    The start day is not counted; a last day that is a day off moves to the next
    workday; the period ends at midnight Beijing time, or at ``closes`` when business
    hours apply. Give a rule version, or ``n`` with a unit of :class:`RuleUnit`.
    Raises ``ValueError`` for a version that is not a whole number of days, workdays,
    months or years.
    """
    day, assumed = _count(start, version, n, unit, 1)
    at = (
        clock.day_end(day) if closes is None else datetime.combine(day, closes, clock.BEIJING).astimezone(UTC)
    )
    return Deadline(at, day, version, assumed)


def latest_before(
    end: date, version: RuleVersion | None = None, *, n: int | None = None, unit: str = RuleUnit.DAY
) -> Deadline:
    """The last moment for an act due "not less than n before" ``end`` (不少于 15 日前).

    Counted backwards the same way: the end day is not counted, and a last day that
    is a day off moves further back, so the others never get less time than the law gives.
    """
    day, assumed = _count(end, version, n, unit, -1)
    return Deadline(clock.day_end(day), day, version, assumed)


def all_rules() -> QuerySet[Rule]:
    """Every rule that has a key, in the order of the public page."""
    return Rule.objects.all()
