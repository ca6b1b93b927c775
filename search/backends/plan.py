"""From a question to SQL: one FTS5 expression, one set of conditions on the narrow table."""

# ruff: noqa: S608 - table names come from schema.GROUPS, values are bound, numbers are ints of ours

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from search.query import SearchQuery, Term
from search.text import Phrase, runs

RAREST = 16
"""A question in "any word" mode keeps this many of its rarest tokens."""
CLOSING = 72 * 3600


@dataclass(frozen=True, slots=True)
class Plan:
    """``FROM … WHERE …`` of a question; ``spine`` holds what no facet may leave out (words and dates)."""

    group: str
    match: str
    spine: tuple[str, ...]
    spine_values: tuple[Any, ...]
    filters: tuple[str, ...]
    filter_values: tuple[Any, ...]

    @classmethod
    def of(cls, connection: sqlite3.Connection, query: SearchQuery, now: datetime) -> "Plan":
        """Plan a question for one generation."""
        match = _match(connection, query)
        spine: list[str] = []
        values: list[Any] = []
        start, end = query.seconds
        ident = f"{query.group}_f.rowid" if match else "d.rowid"
        for sign, second in ((">=", start), ("<", end)):
            if second is not None:
                spine.append(f"{ident} {sign} ?")
                values.append(second << 22)
        if query.without and not match:
            unwanted = " OR ".join(_expression(term.phrase, query.title_only) for term in query.without)
            spine.append(f"d.rowid NOT IN (SELECT rowid FROM {query.group}_f WHERE {query.group}_f MATCH ?)")
            values.append(unwanted)
        filters, filter_values = _filters(query, int(now.timestamp()))
        return cls(query.group, match, tuple(spine), tuple(values), tuple(filters), tuple(filter_values))

    @property
    def id(self) -> str:
        """The column by which everything is ordered."""
        return f"{self.group}_f.rowid" if self.match else "d.rowid"

    @property
    def browses(self) -> bool:
        """No words and no dates: the counts of everything apply."""
        return not self.match and not self.spine

    @property
    def table(self) -> str:
        """``FROM``: FTS5 walks first, the narrow table is looked up."""
        if not self.match:
            return f"FROM {self.group}_doc d"
        return f"FROM {self.group}_f CROSS JOIN {self.group}_doc d ON d.rowid = {self.group}_f.rowid"

    @property
    def source(self) -> str:
        """``FROM … WHERE …`` with every condition."""
        return f"{self.table} {where(self.matching + self.spine + self.filters)}"

    @property
    def matching(self) -> tuple[str, ...]:
        """The ``MATCH`` condition, if there are words."""
        return (f"{self.group}_f MATCH ?",) if self.match else ()

    @property
    def values(self) -> tuple[Any, ...]:
        """What the question marks of :attr:`source` stand for."""
        return ((self.match,) if self.match else ()) + self.spine_values + self.filter_values

    def narrowed(self, condition: str, *values: Any) -> "Plan":
        """The same plan with one more condition."""
        return replace(self, filters=(*self.filters, condition), filter_values=(*self.filter_values, *values))

    def count(self, connection: sqlite3.Connection) -> int:
        """The exact number of documents."""
        if self.match and not self.filters:
            sql = f"SELECT count(*) FROM {self.group}_f {where(self.matching + self.spine)}"
        else:
            sql = f"SELECT count(*) {self.source}"
        return int(connection.execute(sql, self.values).fetchone()[0])


def where(conditions: tuple[str, ...]) -> str:
    """``WHERE`` with all conditions, or nothing."""
    return "WHERE " + " AND ".join(conditions) if conditions else ""


def _expression(asked: Phrase, title_only: bool) -> str:
    tokens = " ".join(asked.tokens)
    return f'{"t : " if title_only else ""}"{tokens}"{" *" if asked.prefix else ""}'


def _match(connection: sqlite3.Connection, query: SearchQuery) -> str:
    """The FTS5 expression; tokens hold no quote, so nothing of a reader's text is read as syntax."""
    if not query.terms:
        return ""
    wanted = query.terms
    if query.any_term:
        parts = _rarest(connection, query.group, wanted)
        text = " OR ".join(_expression(part, query.title_only) for part in parts)
    else:
        text = " AND ".join(_expression(term.phrase, query.title_only) for term in wanted)
    for term in query.without:
        text = f"({text}) NOT {_expression(term.phrase, query.title_only)}"
    return text


def loosened(terms: tuple[Term, ...]) -> list[Phrase]:
    """What "any word" looks for: the bigrams and words of all terms, each for itself."""
    single: dict[str, None] = {}
    for term in terms:
        for run in runs(term.word):
            pairs = [run.text[at : at + 2] for at in range(len(run.text) - 1)] if run.cjk else [run.text]
            single.update(dict.fromkeys(pairs or [run.text]))
    return [Phrase((token,)) for token in single]


def _rarest(connection: sqlite3.Connection, group: str, terms: tuple[Term, ...]) -> list[Phrase]:
    parts = loosened(terms)
    if len(parts) <= RAREST:
        return parts
    marks = ",".join("?" * len(parts))
    rows = connection.execute(
        f"SELECT term, doc FROM {group}_vocab WHERE term IN ({marks})", [part.tokens[0] for part in parts]
    )
    often = dict(rows.fetchall())
    known = [part for part in parts if part.tokens[0] in often] or parts
    return sorted(known, key=lambda part: often.get(part.tokens[0], 0))[:RAREST]


def _filters(query: SearchQuery, now: int) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    for column, chosen in (("kind", query.kinds), ("trade", query.trades)):
        if chosen:
            conditions.append(f"d.{column} IN ({','.join('?' * len(chosen))})")
            values.extend(chosen)
    if query.regions:
        marks = ",".join("?" * len(query.regions))
        conditions.append(f"(d.r1 IN ({marks}) OR d.r2 IN ({marks}) OR d.r3 IN ({marks}))")
        values.extend([int(code) for code in query.regions] * 3)
    for sign, amount in ((">=", query.least), ("<=", query.most)):
        if amount is not None:
            conditions.append(f"d.amount {sign} ?")
            values.append(int(amount * 100))
    if query.status != "all":
        conditions.append(status_condition(query.status, now))
    return conditions, values


def status_condition(status: str, now: int) -> str:
    """SQL for one status; must say what :func:`search.query.in_status` says."""
    active = f"(d.superseded = 0 AND (d.deadline IS NULL OR d.deadline > {now}))"
    if status == "closed":
        return f"NOT {active}"
    if status == "closing":
        return f"(d.superseded = 0 AND d.deadline > {now} AND d.deadline <= {now + CLOSING})"
    return active


def deadline_key(status: str, now: int) -> str:
    """What "closing soonest" sorts by, ascending; among closed ones the latest comes first."""
    if status == "closed":
        return "(CASE WHEN d.deadline IS NULL THEN 1 ELSE -d.deadline END)"
    return (
        f"(CASE WHEN d.deadline > {now} THEN d.deadline WHEN d.deadline IS NULL THEN {1 << 40} "
        f"ELSE d.deadline + {1 << 41} END)"
    )
