"""``/api/v1/notices/``: the same question as the list, as JSON. Fields are only ever added."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from marketplace.kernel import clock
from search import find
from search.backends.base import Counts, EngineUnavailable
from search.choices import BANDS
from search.highlight import Marker, marker_for
from search.query import SearchQuery, parse
from search.sources import Row


@require_safe
def notices(request: HttpRequest) -> JsonResponse:
    """One page of announcements; 400 names every parameter that cannot be understood."""
    query = parse({**dict(request.GET.lists()), "group": "notice"})
    if query.problems:
        return _refused(query)
    try:
        found = find.find(query)
    except EngineUnavailable:
        return error(503, "unavailable", "搜索暂时不可用，请稍后再试。")
    marker = marker_for(query)
    return _answer(
        {
            "total": found.total,
            "results": [_result(request, row, marker) for row in found.rows],
            "facets": _facets(found.counts),
            "next": found.next.signed(query.digest) if found.next else None,
        }
    )


def _refused(query: SearchQuery) -> JsonResponse:
    fields: dict[str, list[str]] = {}
    for problem in query.problems:
        fields.setdefault(problem.field, []).append(problem.message)
    return error(400, "invalid", "有的参数不能理解，见 fields。", fields)


def error(status: int, code: str, message: str, fields: dict[str, list[str]] | None = None) -> JsonResponse:
    """The one shape of an error."""
    return _answer({"error": {"code": code, "message": message, "fields": fields or {}}}, status)


def _answer(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


def _result(request: HttpRequest, row: Row, marker: Marker) -> dict[str, Any]:
    notice, facts = row.item, row.facts
    return {
        "id": notice.public_id,
        "source_id": notice.source_id or None,
        "title": row.title,
        "kind": facts.kind,
        "trade": facts.trade,
        "region": facts.region[-1] if facts.region else None,
        "published_at": _time(facts.published_at),
        "deadline_at": _time(facts.deadline_at),
        "amount": None if facts.amount is None else f"{facts.amount:.2f}",
        "url": request.build_absolute_uri(row.url),
        "snippet": marker.plain_snippet(row.body),
    }


def _time(value: Any) -> str | None:
    return value.astimezone(clock.BEIJING).isoformat() if value else None


def _facets(counts: Counts) -> dict[str, Any]:
    return {
        "kind": counts.kinds,
        "trade": counts.trades,
        "region": counts.regions,
        "status": counts.statuses,
        "amount": [
            {
                "min": None if band.least is None else f"{band.least:.2f}",
                "max": None if band.most is None else f"{band.most:.2f}",
                "count": number,
            }
            for band, number in zip(BANDS, counts.bands, strict=False)
        ],
        "newest_only": counts.newest_only,
    }
