"""The choices beside a list: facets with counts, chips of what is chosen, which filter to drop."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.registry.models import Region
from search import find
from search.backends.base import Counts
from search.choices import BANDS, PRESETS, STATUSES, kinds_of
from search.query import SearchQuery

Words = str | Promise
NOWHERE_ELSE = 8
"""More options than these start folded."""


@dataclass(slots=True)
class Option:
    """One choice of a facet; ``count`` is what choosing it alone would give."""

    value: str
    label: Words
    count: int | None = None
    checked: bool = False
    children: list["Option"] = field(default_factory=list)


@dataclass(slots=True)
class Facet:
    """One group of choices, as ``parts/facet.html`` draws it."""

    label: Words
    name: str
    options: list[Option]
    type: str = "checkbox"
    open: bool = True

    @property
    def chosen(self) -> str:
        """The chosen words, for the folded line."""
        return "、".join(
            str(option.label) for option in _flat(self.options) if option.checked and option.value
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter and the address without it."""

    label: Words
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of an empty answer: what to leave out, where that leads, how much is there."""

    label: Words
    url: str
    count: int


def _flat(options: list[Option]) -> list[Option]:
    return [each for option in options for each in (option, *_flat(option.children))]


def facets(query: SearchQuery, counts: Counts) -> list[Facet]:
    """All facets that have something to choose, in the order that readers know."""
    found = [
        Facet(_("状态"), "status", _statuses(query, counts), type="radio"),
        _chosen_facet(
            _("公告类型") if query.group == "notice" else _("类型"),
            "kind",
            query.kinds,
            counts.kinds,
            query.group,
        ),
        _chosen_facet(_("业务类型"), "trade", query.trades, counts.trades, "trade"),
        Facet(_("地区"), "region", _regions(query, counts)),
        Facet(_("发布时间"), "date", _presets(query), type="radio", open=bool(query.preset)),
    ]
    if query.group != "notice":
        found = [facet for facet in found if facet.name in ("kind", "region")]
    return [facet for facet in found if facet.options]


def _statuses(query: SearchQuery, counts: Counts) -> list[Option]:
    return [
        Option(key, words, counts.statuses.get(key, 0), query.status == key)
        for key, words in STATUSES.items()
    ]


def _chosen_facet(
    label: Words, name: str, chosen: tuple[str, ...], found: dict[str, int], group: str
) -> Facet:
    words = kinds_of(group)
    options = [
        Option(key, words[key], found.get(key, 0), key in chosen)
        for key in words
        if found.get(key) or key in chosen
    ]
    return Facet(label, name, options, open=len(options) <= NOWHERE_ELSE or bool(chosen))


def _presets(query: SearchQuery) -> list[Option]:
    unlimited = Option("", _("不限"), checked=not query.preset)
    return [
        unlimited,
        *(Option(key, preset.label, checked=query.preset == key) for key, preset in PRESETS.items()),
    ]


def bands(query: SearchQuery, counts: Counts) -> list[dict[str, Any]]:
    """The ready-made amounts as links."""
    return [
        {
            "label": band.label,
            "count": counts.bands[at] if at < len(counts.bands) else 0,
            "checked": (band.least, band.most) == (query.least, query.most),
            "url": query.address(least=band.least, most=band.most),
        }
        for at, band in enumerate(BANDS)
    ]


def _regions(query: SearchQuery, counts: Counts) -> list[Option]:
    """The tree of places with something in it, opened along what is chosen or where there is no choice."""
    codes = {*counts.regions, *query.regions}
    places = list(
        Region.objects.filter(code__in=codes)
        .order_by("code")
        .values_list("code", "name", "path", "parent_id")
    )
    chosen = {
        step for code, _name, path, _parent in places if code in query.regions for step in path.split("/")
    }

    def below(parent: str | None) -> list[Option]:
        here = [place for place in places if place[3] == parent]
        return [
            Option(
                code,
                name,
                counts.regions.get(code, 0),
                code in chosen,
                below(code) if code in chosen or len(here) == 1 else [],
            )
            for code, name, _path, _parent in here
        ]

    return below(None)


def region_names(query: SearchQuery) -> dict[str, str]:
    """The names of the chosen places."""
    if not query.regions:
        return {}
    return dict(Region.objects.filter(code__in=query.regions).values_list("code", "name"))


def chips(query: SearchQuery, names: dict[str, str]) -> list[Chip]:
    """Every filter that narrows the answer, each with the address without it."""
    return [Chip(label, query.address(**change)) for label, change in _filters(query, names)]


def _filters(query: SearchQuery, names: dict[str, str]) -> list[tuple[Words, dict[str, Any]]]:
    found: list[tuple[Words, dict[str, Any]]] = []
    if query.group == "notice" and query.status != "all":
        found.append((STATUSES[query.status], {"status": "all"}))
    for attribute, words in (
        ("kinds", kinds_of(query.group)),
        ("trades", kinds_of("trade")),
        ("regions", names),
    ):
        values = getattr(query, attribute)
        for value in values:
            rest = tuple(other for other in values if other != value)
            found.append((words.get(value, value), {attribute: rest}))
    if query.preset:
        found.append((PRESETS[query.preset].label, {"preset": ""}))
    if query.since or query.until:
        found.append((_dates(query), {"since": None, "until": None}))
    if query.least is not None or query.most is not None:
        found.append((_amounts(query), {"least": None, "most": None}))
    if query.title_only:
        found.append((_("只搜标题"), {"title_only": False}))
    return found


def _dates(query: SearchQuery) -> str:
    if query.since and query.until:
        return _("%(from)s 至 %(to)s") % {"from": query.since, "to": query.until}
    return _("%(from)s 起") % {"from": query.since} if query.since else _("%(to)s 止") % {"to": query.until}


def _amounts(query: SearchQuery) -> str:
    for band in BANDS:
        if (band.least, band.most) == (query.least, query.most):
            return str(band.label)
    if query.least is not None and query.most is not None:
        return _("%(least)s–%(most)s 元") % {"least": f"{query.least:,}", "most": f"{query.most:,}"}
    if query.least is not None:
        return _("%(least)s 元以上") % {"least": f"{query.least:,}"}
    return _("%(most)s 元以下") % {"most": f"{query.most:,}"}


def ways_out(query: SearchQuery, names: dict[str, str], at: datetime) -> list[Way]:
    """For an empty answer: each filter or word that could be left out, and what that would give."""
    ways = [
        Way(
            _("不限“%(filter)s”") % {"filter": label},
            query.address(**change),
            find.how_many(replace(query, **change), at=at),
        )
        for label, change in _filters(query, names)
    ]
    if len(query.terms) > 1:
        for term in query.terms:
            rest = tuple(other for other in query.terms if other != term)
            ways.append(_fewer(query, rest, _("不要“%(word)s”") % {"word": term.word}, at))
    if query.without:
        ways.append(_fewer(query, query.terms, _("不排除任何词"), at, without=()))
    loose = replace(query, any_term=True)
    if not query.any_term and any(len(term.word) > 2 for term in query.terms):
        ways.append(
            Way(_("只要含有其中任何一部分"), query.address(any_term=True), find.how_many(loose, at=at))
        )
    return sorted(ways, key=lambda way: way.count == 0)


def _fewer(query: SearchQuery, terms: Any, label: str, at: datetime, **change: Any) -> Way:
    without = change.get("without", query.without)
    words = [_written(term.word) for term in terms] + ["-" + _written(term.word) for term in without]
    asked = replace(query, terms=terms, text=" ".join(words), **change)
    return Way(label, asked.address(), find.how_many(asked, at=at))


def _written(word: str) -> str:
    return f'"{word}"' if " " in word else word
