"""Counts and sums of the home page and the statistics."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from marketplace.disclosure.models import Notice
from marketplace.disclosure.queries.notices import current, for_lists, published
from marketplace.disclosure.states import AmountKind, NoticeKind
from marketplace.kernel import clock
from marketplace.kernel.trade import TradeType

CLOSING = timedelta(hours=72)
_AWARDED = Q(base_kind=NoticeKind.RESULT, amount_kind=AmountKind.AWARD)


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Four numbers of the home page; money in 元."""

    today: int
    open: int
    closing: int
    awarded: Decimal


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """One Beijing month: notices published, awards announced and their sum in 元."""

    month: date
    notices: int
    awards: int
    amount: Decimal


def _month_start(day: date) -> datetime:
    return clock.day_start(day.replace(day=1))


def home_figures() -> HomeFigures:
    """Published today, open now, closing within 72 hours, and this Beijing month's award sum; two queries."""
    now = clock.now()
    today = clock.today()
    counts = current().aggregate(
        open=Count("pk", filter=Q(deadline_at__gt=now)),
        closing=Count("pk", filter=Q(deadline_at__gt=now, deadline_at__lte=now + CLOSING)),
        awarded=Sum("amount", filter=_AWARDED & Q(published_at__gte=_month_start(today))),
    )
    return HomeFigures(
        today=published()
        .filter(published_at__gte=clock.day_start(today), published_at__lt=clock.day_end(today))
        .count(),
        open=counts["open"],
        closing=counts["closing"],
        awarded=counts["awarded"] or Decimal("0.00"),
    )


def closing_soon(limit: int = 8) -> list[Notice]:
    """What closes within 72 hours, the nearest first; one query."""
    now = clock.now()
    rows = current().filter(deadline_at__gt=now, deadline_at__lte=now + CLOSING)
    return list(for_lists(rows).order_by("deadline_at", "pk")[:limit])


def open_now(limit: int = 8) -> list[Notice]:
    """What can still be answered, newest first; one query."""
    return list(for_lists(current().filter(deadline_at__gt=clock.now()))[:limit])


def newest(trade_type: str = "", limit: int = 8) -> list[Notice]:
    """The newest notices, of one trade if given; one query."""
    rows = current().filter(trade_type=trade_type) if trade_type in TradeType.values else current()
    return list(for_lists(rows)[:limit])


def monthly_totals(months: int = 12) -> list[MonthTotal]:
    """The last ``months`` Beijing months, oldest first, empty ones included; one query."""
    first = _months_back(clock.today(), months - 1)
    rows = _by_month(published().filter(published_at__gte=clock.day_start(first)))
    found = {row["month"]: row for row in rows}
    wanted = [_months_back(clock.today(), back) for back in range(months - 1, -1, -1)]
    return [_total(month, found.get(month)) for month in wanted]


def _by_month(rows: QuerySet[Notice]) -> list[dict[str, object]]:
    latest = _AWARDED & Q(superseded_by__isnull=True)
    grouped = rows.order_by().annotate(month=TruncMonth("published_at", tzinfo=clock.BEIJING)).values("month")
    totals = grouped.annotate(
        notices=Count("pk"), awards=Count("pk", filter=latest), amount=Sum("amount", filter=latest)
    )
    return [{**row, "month": row["month"].astimezone(clock.BEIJING).date()} for row in totals]


def _total(month: date, row: dict[str, object] | None) -> MonthTotal:
    if row is None:
        return MonthTotal(month, 0, 0, Decimal("0.00"))
    amount = row["amount"]
    return MonthTotal(
        month,
        int(str(row["notices"])),
        int(str(row["awards"])),
        amount if isinstance(amount, Decimal) else Decimal("0.00"),
    )


def _months_back(day: date, months: int) -> date:
    years, index = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, index + 1, 1)
