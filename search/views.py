"""The public list of announcements, which is also the search page."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search import facets, find
from search.backends.base import EngineUnavailable
from search.choices import GROUP_LABELS, SORTS
from search.highlight import marker_for
from search.query import DEPTH, SearchQuery, first_problem, parse
from search.rows import Shown, shown
from search.sources import all_sources

BESIDE_FIELD = ("from", "to", "min", "max")
"""Problems with these are said at their fields, all others above the list."""
BESIDE = 3
"""So many policies and parties stand beside the announcements."""


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """``/notices/``: everything in the address, nothing needs script."""
    query = parse(request.GET)
    try:
        found = find.find(query)
    except EngineUnavailable:
        return _unavailable(request, query)
    context = _context(query, found) | {"groups": _groups(query, found)}
    return render(request, "search/list.html", context)


def _context(query: SearchQuery, found: find.Found) -> dict[str, Any]:
    names = facets.region_names(query)
    marker = marker_for(query)
    choices = facets.facets(query, found.counts)
    chosen = facets.chips(query, names)
    return {
        "query": query,
        "search_text": query.text,
        "heading": _heading(query, found),
        "found": found,
        "rows": [shown(row, marker, now=found.at) for row in found.rows],
        "first": (query.page - 1) * query.page_size + 1,
        "last": (query.page - 1) * query.page_size + len(found.rows),
        "facets": choices,
        "bands": facets.bands(query, found.counts) if query.group == "notice" else [],
        "chips": chosen,
        "clear_url": SearchQuery(text=query.text, status="all", group=query.group).address()
        if chosen
        else "",
        "ways": [] if found.rows else facets.ways_out(query, names, found.at),
        "sorts": _sorts(query),
        "page": _pages(query, found),
        "next_url": _onward(query, found),
        "hidden": _hidden(query),
        "address": query.address(page=1),
        "exact_url": query.address(any_term=False),
        "notes": [problem.message for problem in query.problems if problem.field not in BESIDE_FIELD],
        "date_problem": first_problem(query.problems, "from") or first_problem(query.problems, "to"),
        "amount_problem": first_problem(query.problems, "min") or first_problem(query.problems, "max"),
        "meta": {"column": _("交易公告")},
    }


def _heading(query: SearchQuery, found: find.Found) -> str:
    """Where the reader is and how much there is."""
    what = (
        _("有效公告")
        if query.group == "notice" and query.status == "active"
        else str(GROUP_LABELS[query.group])
    )
    words = {"words": query.text, "what": what, "total": f"{found.total:,}"}
    if not query.text:
        return _("%(what)s %(total)s 条") % words
    return (
        _("“%(words)s”找到 %(total)s 条%(what)s") % words
        if found.rows
        else _("“%(words)s”没有找到%(what)s") % words
    )


def _groups(query: SearchQuery, found: find.Found) -> list[dict[str, Any]]:
    """Announcements, policies and parties with their totals; the first rows of the other groups beside."""
    if not query.text or query.unsearchable:
        return []
    marker = marker_for(query)
    groups = []
    for source in sorted(all_sources(), key=lambda known: list(GROUP_LABELS).index(known.group)):
        here = source.group == query.group
        rows, total = ([], found.total) if here else find.glance(query, source.group, size=BESIDE)
        blank = SearchQuery(
            text=query.text, terms=query.terms, title_only=query.title_only, group=source.group
        )
        groups.append(
            {
                "name": source.group,
                "label": GROUP_LABELS[source.group],
                "total": total,
                "current": here,
                "url": replace(blank, status="active" if source.group == "notice" else "all").address(),
                "rows": _beside(rows, marker) if not here and query.page == 1 else [],
            }
        )
    return groups


def _beside(rows: list[Any], marker: Any) -> list[Shown]:
    return [shown(row, marker) for row in rows]


def _sorts(query: SearchQuery) -> list[dict[str, Any]]:
    usable = {key: words for key, words in SORTS.items() if key != "relevance" or query.terms}
    if query.group != "notice":
        usable.pop("deadline", None)
    return [
        {"label": words, "url": query.address(asked_sort=key), "current": query.sort == key}
        for key, words in usable.items()
    ]


def _pages(query: SearchQuery, found: find.Found) -> Page[int] | None:
    """Page links as far as page numbers reach; none while somebody reads on by cursor."""
    if query.cursor:
        return None
    return Paginator(range(min(found.total, DEPTH)), query.page_size).get_page(query.page)


def _onward(query: SearchQuery, found: find.Found) -> str:
    """Past the last page number, or once reading by cursor, the list goes on here."""
    last = query.cursor is not None or query.page * query.page_size >= DEPTH
    return query.address(cursor=found.next) if found.next and last else ""


def _hidden(query: SearchQuery) -> list[tuple[str, str]]:
    """What the filter form keeps without showing it."""
    kept = ("q", "match", "group", "sort", "page_size")
    return [(name, value) for name, value in query.params() if name in kept]


def _unavailable(request: HttpRequest, query: SearchQuery) -> HttpResponse:
    context = {"query": query, "search_text": query.text, "meta": {"column": _("交易公告")}}
    response = render(request, "search/unavailable.html", context, status=503)
    response["Retry-After"] = "30"
    return response
