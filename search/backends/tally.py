"""Counting for the facets: one grouped query, then every facet from its few rows.

Documents that are alike in kind, trade, place, amount band and in being superseded share one class number
(see ``embedded._class_of``). The query groups by class, by how the deadline stands and by whether amounts
typed by hand fit: one whole number, which SQLite groups three times as fast as eight columns.
"""

# ruff: noqa: S608 - table names come from schema.GROUPS, values are bound, numbers are ints of ours

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from search.backends.base import Counts
from search.backends.plan import CLOSING, Plan, where
from search.choices import BANDS, STATUSES
from search.query import SearchQuery

NEWEST = 10_000
"""Beyond this many documents with the words, choices are counted over the newest of them."""
_AHEAD, _CLOSING, _CLOSED = 0, 1, 2
_STATES = {
    "active": (_AHEAD, _CLOSING),
    "closing": (_CLOSING,),
    "closed": (_CLOSED,),
    "all": (_AHEAD, _CLOSING, _CLOSED),
}


class Row(NamedTuple):
    """Documents that are alike in everything that can be chosen."""

    kind: str
    trade: str
    r1: int
    r2: int
    r3: int
    superseded: int
    band: int
    state: int
    fits: int
    number: int


def tally_sql(plan: Plan, query: SearchQuery, now: datetime) -> tuple[str, list[Any]]:
    """SQL that groups everything with the words and dates, other filters left out."""
    second = int(now.timestamp())
    state = (
        f"CASE WHEN d.deadline IS NULL OR d.deadline > {second + CLOSING} THEN {_AHEAD} "
        f"WHEN d.deadline > {second} THEN {_CLOSING} ELSE {_CLOSED} END"
    )
    key = f"d.class * 8 + ({state}) * 2 + {_fits_sql(query)}"
    inner = plan.matching + plan.spine
    if plan.match:
        newest = f"SELECT rowid FROM {plan.group}_f {where(inner)} ORDER BY rowid DESC LIMIT {NEWEST + 1}"
        source = f"FROM ({newest}) m CROSS JOIN {plan.group}_doc d ON d.rowid = m.rowid"
    else:
        source = f"FROM {plan.group}_doc d {where(inner)}"
    sql = (
        "SELECT c.kind, c.trade, c.r1, c.r2, c.r3, c.superseded, c.band, k / 2 % 4, k % 2, n "
        f"FROM (SELECT {key} AS k, count(*) AS n {source} GROUP BY 1) CROSS JOIN {plan.group}_class c ON c.id = k / 8"
    )
    return sql, [*((plan.match,) if plan.match else ()), *plan.spine_values]


def _fits_sql(query: SearchQuery) -> str:
    tests = [
        f"d.amount {sign} {int(amount * 100)}"
        for sign, amount in ((">=", query.least), ("<=", query.most))
        if amount is not None
    ]
    return f"coalesce({' AND '.join(tests)}, 0)" if tests else "1"


def band_of_amount(amount: Decimal | None) -> int:
    """The ready-made band an amount lies in; -1 without amount."""
    if amount is None:
        return -1
    return next(
        (at for at, band in enumerate(BANDS) if band.most is None or amount <= band.most), len(BANDS) - 1
    )


def band_of(query: SearchQuery) -> int | None:
    """Which of the ready-made bands the chosen amounts are; ``None`` for other amounts."""
    chosen = (query.least, query.most)
    return next((at for at, band in enumerate(BANDS) if (band.least, band.most) == chosen), None)


class Tally:
    """The grouped rows and what follows from them."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = [Row(*row) for row in rows]
        self.size = sum(row.number for row in self.rows)

    def counts(self, query: SearchQuery) -> Counts:
        """Every facet with its own filter left out and all others applied."""
        result = Counts(bands=[0] * len(BANDS), statuses=dict.fromkeys(STATUSES, 0))
        kinds, trades, places = (
            defaultdict[str, int](int),
            defaultdict[str, int](int),
            defaultdict[int, int](int),
        )
        fails = _Failures(query)
        for row in self.rows:
            failed = fails.of(row)
            number = row.number
            if failed == "":
                result.total += number
            if failed in ("", "kind"):
                kinds[row.kind] += number
            if failed in ("", "trade"):
                trades[row.trade] += number
            if failed in ("", "region"):
                for code in (row.r1, row.r2, row.r3):
                    places[code] += number
            if failed in ("", "amount") and row.band >= 0:
                result.bands[row.band] += number
            if failed in ("", "status"):
                _count_status(result.statuses, row)
        result.kinds = {kind: number for kind, number in kinds.items() if kind}
        result.trades = {trade: number for trade, number in trades.items() if trade}
        result.regions = {f"{code:06d}": number for code, number in places.items() if code}
        return result


def _count_status(statuses: dict[str, int], row: Row) -> None:
    statuses["all"] += row.number
    closed = row.superseded or row.state == _CLOSED
    statuses["closed" if closed else "active"] += row.number
    if row.state == _CLOSING and not closed:
        statuses["closing"] += row.number


class _Failures:
    """Which filter a row fails: none, the name of the only one, or ``None`` for several."""

    def __init__(self, query: SearchQuery) -> None:
        self.kinds, self.trades = frozenset(query.kinds), frozenset(query.trades)
        self.places = frozenset(map(int, query.regions))
        self.states = frozenset(_STATES[query.status])
        self.band = band_of(query)

    def of(self, row: Row) -> str | None:
        """The verdict on one row."""
        failed = ""
        count = 0
        if self.kinds and row.kind not in self.kinds:
            failed, count = "kind", count + 1
        if self.trades and row.trade not in self.trades:
            failed, count = "trade", count + 1
        if self.places and not (row.r1 in self.places or row.r2 in self.places or row.r3 in self.places):
            failed, count = "region", count + 1
        if (row.band != self.band) if self.band is not None else not row.fits:
            failed, count = "amount", count + 1
        if (_CLOSED if row.superseded else row.state) not in self.states:
            failed, count = "status", count + 1
        return failed if count < 2 else None
