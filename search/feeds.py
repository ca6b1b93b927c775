"""An Atom feed of every question: the newest answers at the time of reading."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search import find
from search.backends.base import EngineUnavailable
from search.highlight import marker_for
from search.query import SearchQuery, parse

ENTRIES = 50


@require_safe
def notice_feed(request: HttpRequest) -> HttpResponse:
    """The newest announcements of a question; open it in any reader, no account needed."""
    query = replace(
        parse(request.GET), asked_sort="newest", page=1, page_size=ENTRIES, cursor=None, group="notice"
    )
    try:
        rows = list(find.every_row(query, limit=ENTRIES))
    except EngineUnavailable:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    marker = marker_for(query)
    feed = Atom1Feed(
        title=_title(query),
        link=request.build_absolute_uri(request.path.replace("feed.atom", "") + query.address()),
        feed_url=request.build_absolute_uri(),
        description="",
        language=request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else settings.LANGUAGE_CODE,
    )
    for row in rows:
        feed.add_item(
            title=_clean(row.title),
            link=request.build_absolute_uri(row.url),
            description=_clean(marker.plain_snippet(row.body)),
            unique_id=request.build_absolute_uri(f"/notices/{row.item.public_id}/"),
            pubdate=row.facts.published_at,
            updateddate=row.facts.published_at,
            author_name=_clean(row.unit or str(settings.WAGTAIL_SITE_NAME)),
            categories=[str(row.label), row.place] if row.place else [str(row.label)],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _title(query: SearchQuery) -> str:
    site = str(settings.WAGTAIL_SITE_NAME)
    return _("%(site)s：%(words)s") % {"site": site, "words": _clean(query.text) or _("交易公告")}


def _clean(text: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r")
