"""From a question to Elasticsearch's language, through ``elasticsearch.dsl``."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query

from search.backends.plan import RAREST, loosened
from search.choices import BANDS, STATUSES
from search.query import SearchQuery
from search.text import Phrase

TITLE_WEIGHT = 5.0
PLACES = 4_000
_CLOSING = 72 * 3600
Frequencies = Callable[[str, list[str]], dict[str, int]]


def either(make: Callable[[str], Query], *, title_only: bool = False) -> Query:
    """The same condition on the title or on the body."""
    if title_only:
        return make("t")
    return Q("bool", should=[make("t"), make("b")], minimum_should_match=1)


def asked_phrase(asked: Phrase, *, title_only: bool) -> Query:
    """One term: tokens side by side, or one token's beginning."""

    def on(field: str) -> Query:
        weight = TITLE_WEIGHT if field == "t" else 1.0
        if asked.prefix:
            return Q("prefix", **{field: {"value": asked.tokens[0], "boost": weight}})
        return Q("match_phrase", **{field: {"query": " ".join(asked.tokens), "boost": weight}})

    return either(on, title_only=title_only)


def words(query: SearchQuery, frequencies: Frequencies) -> Query:
    """Group, dates and words: what no facet leaves out."""
    spine: list[Query] = [Q("term", group=query.group)]
    start, end = query.seconds
    bounds = {sign: second for sign, second in (("gte", start), ("lt", end)) if second is not None}
    if bounds:
        spine.append(Q("range", published=bounds))
    unwanted = [asked_phrase(term.phrase, title_only=query.title_only) for term in query.without]
    wanted = [asked_phrase(term.phrase, title_only=query.title_only) for term in query.terms]
    if query.any_term and wanted:
        parts = _rarest(query, frequencies)
        loose = [asked_phrase(part, title_only=query.title_only) for part in parts]
        wanted = [Q("bool", should=loose, minimum_should_match=1)]
    return Q("bool", must=wanted, filter=spine, must_not=unwanted)


def _rarest(query: SearchQuery, frequencies: Frequencies) -> list[Phrase]:
    parts = loosened(query.terms)
    if len(parts) <= RAREST:
        return parts
    often = frequencies(query.group, [part.tokens[0] for part in parts])
    known = [part for part in parts if often.get(part.tokens[0])] or parts
    return sorted(known, key=lambda part: often.get(part.tokens[0], 0))[:RAREST]


def filters(query: SearchQuery, now: datetime) -> dict[str, Query]:
    """The filters by facet, so that a facet can leave out its own."""
    found: dict[str, Query] = {}
    for name, chosen in (("kind", query.kinds), ("trade", query.trades), ("region", query.regions)):
        if chosen:
            found[name] = Q("terms", **{name: list(chosen)})
    limits = {
        sign: int(amount * 100)
        for sign, amount in (("gte", query.least), ("lte", query.most))
        if amount is not None
    }
    if limits:
        found["amount"] = Q("range", amount=limits)
    if query.status != "all":
        found["status"] = status(query.status, int(now.timestamp()))
    return found


def status(name: str, now: int) -> Query:
    """Must say what :func:`search.query.in_status` says."""
    ahead = Q("range", deadline={"gt": now})
    current = Q("term", superseded=False)
    active = Q(
        "bool",
        filter=[current, Q("bool", should=[ahead, ~Q("exists", field="deadline")], minimum_should_match=1)],
    )
    if name == "closed":
        return ~active
    if name == "closing":
        return Q("bool", filter=[current, Q("range", deadline={"gt": now, "lte": now + _CLOSING})])
    return active if name == "active" else Q("match_all")


def facets(now: datetime) -> dict[str, Any]:
    """What is counted for each facet."""
    second = int(now.timestamp())
    cents: dict[str, Any] = {}
    for at, band in enumerate(BANDS):
        limits = {
            sign: int(edge * 100)
            for sign, edge in (("gte", band.least), ("lte", band.most))
            if edge is not None
        }
        cents[str(at)] = Q("range", amount=limits)
    return {
        "kind": A("terms", field="kind", size=100),
        "trade": A("terms", field="trade", size=100),
        "region": A("terms", field="region", size=PLACES),
        "status": A("filters", filters={name: status(name, second) for name in STATUSES}),
        "amount": A("filters", filters=cents),
    }


def order(query: SearchQuery) -> list[Any]:
    """The sort of a question; the last value is always the document's own order number."""
    if query.sort == "relevance":
        return ["_score", {"seq": "desc"}]
    if query.sort == "deadline":
        way = "desc" if query.status == "closed" else "asc"
        near = {"deadline": {"order": way, "missing": "_last"}}
        return [*(["_score"] if query.status == "all" else []), near, {"seq": "desc"}]
    return [{"seq": "desc"}]


def nearest_first(asked: Search, now: int) -> Search:
    """Deadlines ahead score 2, none 1, those past 0: three groups without any script."""
    steps = [
        Q("constant_score", filter=Q("range", deadline={"gt": now}), boost=2),
        Q("constant_score", filter=~Q("exists", field="deadline"), boost=1),
    ]
    body = asked.to_dict()
    return asked.update_from_dict(
        {"query": {"bool": {"filter": [body["query"]], "should": [step.to_dict() for step in steps]}}}
    )
