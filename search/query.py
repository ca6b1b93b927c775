"""What a reader asks for, read from an address and written back into one.

Reading never raises: what cannot be understood is left out and named in ``problems``, so that a page can
say it at the field and the API can refuse it. The same object is what a saved search stores.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from marketplace.kernel import clock
from search import cursor as cursors
from search.choices import AMOUNT_MAX, PRESETS, SORTS, STATUSES, kinds_of
from search.fields import Problem, one_date, one_of, one_yuan, several, whole_number
from search.schema import GROUPS, Facts
from search.text import Phrase, phrase

MAX_TEXT = 300
MAX_TERMS = 24
PAGE_SIZES = range(1, 101)
DEPTH = 10_000
"""Page numbers reach this many results; further ones are reached by the cursor alone."""
_TERM = re.compile(r'(?P<sign>[-－]?)"(?P<quoted>[^"]*)"|(?P<bare>\S+)')
_PLACE = re.compile(r"[1-9]\d{5}", re.ASCII)
_QUOTES = str.maketrans("“”„＂「」", '""""""')


@dataclass(frozen=True, slots=True)
class Term:
    """One space-separated (or quoted) word of the question, and what engines look for."""

    word: str
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question in full; equal questions have equal digests.

    ``regions`` are GB/T 2260 codes, each with everything inside it; ``since`` and ``until`` are Beijing
    days, both included; amounts are in 元, both included. ``asked_sort`` is empty when the reader chose none.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    title_only: bool = False
    any_term: bool = False
    group: str = "notice"
    kinds: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    status: str = "active"
    preset: str = ""
    since: date | None = None
    until: date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    asked_sort: str = ""
    page: int = 1
    page_size: int = 20
    cursor: cursors.Cursor | None = None
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def sort(self) -> str:
        """The order: as asked; else relevance for several words, newest otherwise."""
        if self.asked_sort == "relevance" and not self.terms:
            return "newest"
        return self.asked_sort or ("relevance" if len(self.terms) > 1 else "newest")

    @property
    def unsearchable(self) -> bool:
        """Something was typed of which nothing can be searched: nothing is found, rather than everything."""
        return bool(self.text.strip()) and not self.terms and not self.without

    def params(self, **changes: Any) -> list[tuple[str, str]]:
        """The address parameters of this question with some fields changed; page and cursor start over."""
        asked = replace(self, **{"page": 1, "cursor": None} | changes)
        pairs: list[tuple[str, str]] = [
            ("q", asked.text),
            ("title", "1" if asked.title_only else ""),
            ("match", "any" if asked.any_term else ""),
            ("group", "" if asked.group == "notice" else asked.group),
            *(("kind", kind) for kind in asked.kinds),
            *(("trade", trade) for trade in asked.trades),
            *(("region", region) for region in asked.regions),
            ("status", "" if asked.status == "active" else asked.status),
            ("date", asked.preset),
            ("from", asked.since.isoformat() if asked.since else ""),
            ("to", asked.until.isoformat() if asked.until else ""),
            ("min", "" if asked.least is None else f"{asked.least:f}"),
            ("max", "" if asked.most is None else f"{asked.most:f}"),
            ("sort", asked.asked_sort),
            ("page_size", "" if asked.page_size == 20 else str(asked.page_size)),
            ("page", "" if asked.page == 1 else str(asked.page)),
            ("cursor", "" if asked.cursor is None else asked.cursor.signed(asked.digest)),
        ]
        return [(name, value) for name, value in pairs if value]

    def address(self, **changes: Any) -> str:
        """``?…`` for a link to this question with some fields changed."""
        return "?" + urlencode(self.params(**changes))

    @property
    def digest(self) -> str:
        """Names the question whatever its page: a cursor is valid only for the question that gave it."""
        same = replace(self, page=1, page_size=20, cursor=None, asked_sort=self.sort)
        return hashlib.sha256(urlencode(same.params()).encode()).hexdigest()[:20]

    @property
    def days(self) -> tuple[date | None, date | None]:
        """First and last day asked for; a preset counts back from today."""
        if self.preset:
            return clock.today() - timedelta(days=PRESETS[self.preset].days - 1), self.until
        return self.since, self.until

    @property
    def seconds(self) -> tuple[int | None, int | None]:
        """The published seconds asked for: from (included) and to (excluded)."""
        first, last = self.days
        start = None if first is None else int(clock.day_start(first).timestamp())
        end = None if last is None else int(clock.day_end(last).timestamp())
        return start, end

    def admits(self, facts: Facts, now: datetime) -> bool:
        """Whether a document passes every filter, its words aside: engines must agree with this."""
        start, end = self.seconds
        return (
            facts.group == self.group
            and (not self.kinds or facts.kind in self.kinds)
            and (not self.trades or facts.trade in self.trades)
            and (not self.regions or not set(self.regions).isdisjoint(facts.region))
            and (start is None or facts.second >= start)
            and (end is None or facts.second < end)
            and (self.least is None or (facts.amount is not None and facts.amount >= self.least))
            and (self.most is None or (facts.amount is not None and facts.amount <= self.most))
            and in_status(self.status, facts, now)
        )


def in_status(status: str, facts: Facts, now: datetime) -> bool:
    """Active is not superseded and not past its deadline; no deadline counts as active."""
    active = not facts.superseded and (facts.deadline_at is None or facts.deadline_at > now)
    if status == "all":
        return True
    if status == "closed":
        return not active
    if status == "closing":
        return active and facts.deadline_at is not None and facts.deadline_at <= now + timedelta(hours=72)
    return active


def read_terms(text: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Wanted and unwanted terms: separated by white space, ``-word`` excludes, quotes keep words together."""
    wanted: dict[Phrase, Term] = {}
    unwanted: dict[Phrase, Term] = {}
    for found in _TERM.finditer(text.translate(_QUOTES)):
        word = found["quoted"] if found["quoted"] is not None else found["bare"]
        minus = bool(found["sign"]) or (found["bare"] or "")[:1] in ("-", "－")
        asked = phrase(word)
        if asked is None or len(wanted) + len(unwanted) >= MAX_TERMS:
            continue
        (unwanted if minus else wanted).setdefault(asked, Term(word.lstrip("-－") if minus else word, asked))
    return tuple(wanted.values()), tuple(unwanted.values())


def _values(data: Mapping[str, Any], name: str) -> list[str]:
    found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
    return [found] if isinstance(found, str) else [str(value) for value in found]


def parse(data: Mapping[str, Any]) -> SearchQuery:
    """Read a ``QueryDict`` (or a plain mapping of strings or lists). Never raises."""
    problems: list[Problem] = []

    def last(name: str) -> str:
        return (_values(data, name) or [""])[-1].strip()

    text = " ".join(last("q").replace("\x00", " ").split())
    text = text.encode("utf-8", "ignore").decode("utf-8")
    if len(text) > MAX_TEXT:
        problems.append(
            Problem("q", _("搜索词最长 %(limit)d 字，后面的没有参加搜索。") % {"limit": MAX_TEXT})
        )
        text = text[:MAX_TEXT]
    wanted, unwanted = read_terms(text)
    group = one_of("group", last("group"), GROUPS, problems) or "notice"
    query = SearchQuery(
        text=text,
        terms=wanted,
        without=unwanted,
        title_only=last("title") in ("1", "on", "true"),
        any_term=last("match") == "any",
        group=group,
        kinds=several("kind", _values(data, "kind"), kinds_of(group), problems),
        trades=several("trade", _values(data, "trade"), kinds_of("trade"), problems),
        regions=_narrowest(several("region", _values(data, "region"), _PLACE, problems)),
        status=one_of("status", last("status"), STATUSES, problems) or "active",
        preset=one_of("date", last("date"), PRESETS, problems),
        since=one_date("from", last("from"), problems),
        until=one_date("to", last("to"), problems),
        least=one_yuan("min", last("min"), AMOUNT_MAX, problems),
        most=one_yuan("max", last("max"), AMOUNT_MAX, problems),
        asked_sort=one_of("sort", last("sort"), SORTS, problems),
        page=whole_number("page", last("page"), range(1, DEPTH + 1), 1, problems),
        page_size=whole_number("page_size", last("page_size"), PAGE_SIZES, 20, problems),
    )
    return _with_cursor(_within_depth(_in_order(query, problems), problems), last("cursor"), problems)


def _narrowest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """A place chosen inside a chosen place narrows it: the outer one is dropped (GB/T 2260 nests by digits)."""

    def holds(outer: str, inner: str) -> bool:
        return outer != inner and any(
            outer[:size] + "0" * (6 - size) == outer and inner[:size] == outer[:size] for size in (2, 4)
        )

    return tuple(code for code in codes if not any(holds(code, other) for other in codes))


def _in_order(query: SearchQuery, problems: list[Problem]) -> SearchQuery:
    """A range whose end stands before its beginning is named and left out."""
    if query.preset and query.since:
        query = replace(query, preset="")
    if query.since and query.until and query.since > query.until:
        problems.append(Problem("to", _("结束日期早于开始日期。")))
        query = replace(query, since=None, until=None)
    if query.least is not None and query.most is not None and query.least > query.most:
        problems.append(Problem("max", _("最高金额小于最低金额。")))
        query = replace(query, least=None, most=None)
    return query


def _within_depth(query: SearchQuery, problems: list[Problem]) -> SearchQuery:
    """Page numbers end at the depth; what lies behind is reached by the cursor."""
    if (query.page - 1) * query.page_size < DEPTH:
        return query
    message = _("页码最多翻到第 %(last)d 页；再往后请缩小范围，或从列表末尾继续。")
    problems.append(Problem("page", message % {"last": DEPTH // query.page_size}))
    return replace(query, page=1)


def _with_cursor(query: SearchQuery, signed: str, problems: list[Problem]) -> SearchQuery:
    cursor = cursors.read(signed, query.digest) if signed else None
    if signed and cursor is None:
        problems.append(Problem("cursor", _("翻页标记无效或已被改动，请从第一页重新开始。")))
    return replace(query, cursor=cursor, problems=tuple(problems))


def first_problem(problems: Iterable[Problem], name: str) -> str:
    """The message for one field, empty when there is none."""
    return next((problem.message for problem in problems if problem.field == name), "")
