"""Asking: the engine finds, the database decides what is shown.

Every hit is read again before it is shown, and dropped when it is withdrawn, hidden or no longer fits the
filters; so "at once" holds whatever the engine still believes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from marketplace.kernel import clock
from search.backends import get_backend
from search.backends.base import Counts, Hit
from search.cursor import Cursor
from search.query import DEPTH, SearchQuery
from search.sources import Row, source_of

ROUNDS = 4
"""How often a page that lost hits is filled up from the following ones."""


@dataclass(slots=True)
class Found:
    """One page of an answer. ``next`` leads on, whatever the page number."""

    query: SearchQuery
    at: datetime
    rows: list[Row]
    counts: Counts
    next: Cursor | None = None
    engine: str = ""

    @property
    def total(self) -> int:
        """How many documents the question finds."""
        return self.counts.total


@dataclass(slots=True)
class _Page:
    rows: list[Row] = field(default_factory=list)
    last: Hit | None = None
    more: bool = False
    dropped: int = 0


def find(query: SearchQuery, *, at: datetime | None = None) -> Found:
    """The rows of one page with total and facet counts.

    Raises :class:`search.backends.base.EngineUnavailable` when the engine cannot answer.
    """
    now = at or clock.now()
    backend = get_backend()
    page = _page(query, now)
    counts = backend.counts(query, now)
    counts.total = max(counts.total - page.dropped, len(page.rows))
    return Found(query, now, page.rows, counts, _next(query, page, now), backend.name)


def every_row(query: SearchQuery, *, limit: int, at: datetime | None = None) -> Iterator[Row]:
    """All rows of a question in its order, up to ``limit``, read page by page."""
    now = at or clock.now()
    asked = replace(query, page=1, page_size=100, cursor=None)
    given = 0
    while given < limit:
        page = _page(asked, now)
        for row in page.rows[: limit - given]:
            given += 1
            yield row
        onward = _next(asked, page, now)
        if onward is None:
            return
        asked = replace(asked, cursor=onward)


def glance(query: SearchQuery, group: str, *, size: int) -> tuple[list[Row], int]:
    """The first rows and the total of another group for the same words, filters left out."""
    if source_of(group) is None:
        return [], 0
    other = SearchQuery(
        text=query.text,
        terms=query.terms,
        without=query.without,
        title_only=query.title_only,
        group=group,
        status="all",
        asked_sort="relevance",
        page_size=size,
    )
    now = clock.now()
    page = _page(other, now)
    total = len(page.rows) if not page.more else get_backend().total(other, now) - page.dropped
    return page.rows, total


def how_many(query: SearchQuery, *, at: datetime | None = None) -> int:
    """The total alone."""
    return get_backend().total(query, at or clock.now())


def _page(query: SearchQuery, now: datetime) -> _Page:
    backend, page = get_backend(), _Page()
    after, skip = query.cursor, min((query.page - 1) * query.page_size, DEPTH)
    for _round in range(ROUNDS):
        wanted = query.page_size - len(page.rows)
        hits = backend.search(query, now, size=wanted + 1, after=after, skip=skip)
        page.more = len(hits) > wanted
        hits = hits[:wanted]
        if hits:
            page.last = hits[-1]
        shown = _shown(query, hits, now)
        page.rows.extend(shown)
        page.dropped += len(hits) - len(shown)
        if not page.more or len(page.rows) >= query.page_size or page.last is None:
            break
        after, skip = Cursor(page.last.values, _began(query, now)), 0
    return page


def _shown(query: SearchQuery, hits: list[Hit], now: datetime) -> list[Row]:
    source = source_of(query.group)
    if source is None or not hits:
        return []
    rows = {row.facts.pk: row for row in source.rows([hit.pk for hit in hits])}
    standing = (rows[hit.pk] for hit in hits if hit.pk in rows)
    return [row for row in standing if query.admits(row.facts, now)]


def _began(query: SearchQuery, now: datetime) -> int:
    return query.cursor.at if query.cursor else int(now.timestamp())


def _next(query: SearchQuery, page: _Page, now: datetime) -> Cursor | None:
    return Cursor(page.last.values, _began(query, now)) if page.more and page.last else None
