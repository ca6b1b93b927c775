"""Counting for the facets: one grouped query, then every facet from its few rows."""

# ruff: noqa: S608 - table names come from schema.GROUPS, values are bound, numbers are ints of ours

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from search.backends.base import Counts
from search.backends.plan import Plan, _where, status_condition
from search.choices import BANDS, STATUSES
from search.query import SearchQuery

NEWEST = 10_000
"""Beyond this many documents with the words, choices are counted over the newest of them."""
_CLOSED, _CLOSING = 2, 1


class Row(NamedTuple):
    """Documents that are alike in everything that can be chosen."""

    kind: str
    trade: str
    r1: int | None
    r2: int | None
    r3: int | None
    state: int
    band: int
    amount_fits: int
    number: int


def tally_sql(plan: Plan, query: SearchQuery, now: datetime) -> tuple[str, list[Any]]:
    """SQL that groups everything with the words and dates, other filters left out."""
    second = int(now.timestamp())
    columns = (
        f"d.kind, d.trade, d.r1, d.r2, d.r3, CASE WHEN {status_condition('closing', second)} THEN {_CLOSING} "
        f"WHEN {status_condition('active', second)} THEN 0 ELSE {_CLOSED} END, {_band_sql()}, {_fits_sql(query)}"
    )
    inner = plan.matching + plan.spine
    if plan.match:
        newest = f"SELECT rowid FROM {plan.group}_f {_where(inner)} ORDER BY rowid DESC LIMIT {NEWEST + 1}"
        source = f"FROM ({newest}) m CROSS JOIN {plan.group}_doc d ON d.rowid = m.rowid"
    else:
        source = f"FROM {plan.group}_doc d {_where(inner)}"
    values = [*((plan.match,) if plan.match else ()), *plan.spine_values]
    return f"SELECT {columns}, count(*) {source} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8", values


def _band_sql() -> str:
    cases = [
        f"WHEN d.amount <= {int(band.most * 100)} THEN {at}"
        for at, band in enumerate(BANDS)
        if band.most is not None
    ]
    return f"CASE WHEN d.amount IS NULL THEN -1 {' '.join(cases)} ELSE {len(BANDS) - 1} END"


def _fits_sql(query: SearchQuery) -> str:
    tests = [
        f"d.amount {sign} {int(amount * 100)}"
        for sign, amount in ((">=", query.least), ("<=", query.most))
        if amount is not None
    ]
    return f"coalesce({' AND '.join(tests)}, 0)" if tests else "1"


class Tally:
    """The grouped rows and what follows from them."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = [Row(*row) for row in rows]
        self.size = sum(row.number for row in self.rows)

    def counts(self, query: SearchQuery) -> Counts:
        """Every facet with its own filter left out and all others applied."""
        tests = _tests(query)
        result = Counts(bands=[0] * len(BANDS), statuses=dict.fromkeys(STATUSES, 0))
        kinds, trades, regions = (
            defaultdict[str, int](int),
            defaultdict[str, int](int),
            defaultdict[str, int](int),
        )
        for row in self.rows:
            failed = [name for name, test in tests.items() if not test(row)]
            if len(failed) > 1:
                continue
            only = failed[0] if failed else ""
            if not only:
                result.total += row.number
            if only in ("", "kind") and row.kind:
                kinds[row.kind] += row.number
            if only in ("", "trade") and row.trade:
                trades[row.trade] += row.number
            if only in ("", "region"):
                for code in {row.r1, row.r2, row.r3} - {None}:
                    regions[f"{code:06d}"] += row.number
            if only in ("", "amount") and row.band >= 0:
                result.bands[row.band] += row.number
            if only in ("", "status"):
                _count_status(result.statuses, row)
        result.kinds, result.trades, result.regions = dict(kinds), dict(trades), dict(regions)
        return result


def _count_status(statuses: dict[str, int], row: Row) -> None:
    statuses["all"] += row.number
    statuses["closed" if row.state == _CLOSED else "active"] += row.number
    if row.state == _CLOSING:
        statuses["closing"] += row.number


def _fits(row: Row) -> bool:
    return bool(row.amount_fits)


def band_of(query: SearchQuery) -> int | None:
    """Which of the ready-made bands the chosen amounts are; ``None`` for other amounts."""
    return next(
        (at for at, band in enumerate(BANDS) if (band.least, band.most) == (query.least, query.most)), None
    )


def _tests(query: SearchQuery) -> dict[str, Callable[[Row], bool]]:
    regions = {int(code) for code in query.regions}
    states = {
        "active": (0, _CLOSING),
        "closing": (_CLOSING,),
        "closed": (_CLOSED,),
        "all": (0, _CLOSING, _CLOSED),
    }
    return {
        "kind": lambda row: not query.kinds or row.kind in query.kinds,
        "trade": lambda row: not query.trades or row.trade in query.trades,
        "region": lambda row: not regions or bool({row.r1, row.r2, row.r3} & regions),
        "amount": (lambda row: row.band == band) if (band := band_of(query)) is not None else _fits,
        "status": lambda row: row.state in states[query.status],
    }
