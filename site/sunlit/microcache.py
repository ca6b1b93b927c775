"""Anonymous pages are kept for a few seconds, never longer than the truth they show.

The key holds the address, the display preferences and the state of the database: the number
of the newest ledger event on SQLite (writers are serialised there, so numbers are in commit
order), the transaction snapshot on PostgreSQL (numbers may be committed out of order). A
withdrawn notice therefore leaves the cache with the commit that withdraws it. While
deliveries wait (the search index, the signed log) nothing is taken from the cache or kept.
"""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

_NEVER = (
    "/accounts/",
    "/desk/",
    "/editor/",
    "/setup/",
    "/healthz",
    "/files/",
    "/static/",
    "/media/",
    "/ledger/",
)
# A search server shows a new document up to a second after it took it.
_SEARCH = ("/notices/", "/api/v1/notices/")
_VARY_KNOWN = {"cookie", "accept-language", "accept-encoding", "hx-request", "hx-boosted", "hx-target"}
_HEADERS = ("HTTP_HX_REQUEST", "HTTP_HX_BOOSTED", "HTTP_HX_TARGET", "HTTP_ACCEPT")
_LARGEST = 512 * 1024
_STATE = {
    "sqlite": "SELECT MAX(id) FROM ledger_event",
    "postgresql": "SELECT pg_current_snapshot()::text",
}
_WAITING = "SELECT 1 FROM ledger_delivery WHERE state = 'waiting' AND tries < 3 LIMIT 1"


class MicroCacheMiddleware:
    """Serves and keeps answers to GET by visitors without a session."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        state = _may_be_cached(request) and database_state()
        if not state:
            return self.respond(request)
        key = _key(request, state)
        if kept := cache.get(key):
            status, headers, body = kept
            response = HttpResponse(body, status=status, headers=headers)
            response["X-Cache"] = "hit"
            return response
        response = self.respond(request)
        if _may_be_kept(request, response):
            kept = (response.status_code, dict(response.headers), response.content)
            cache.set(key, kept, _seconds(_path(request)))
        return response


def _path(request: HttpRequest) -> str:
    path = request.path_info
    return path.removeprefix("/en") if path.startswith("/en/") else path


def _seconds(path: str) -> int:
    if settings.ELASTICSEARCH_URL and path in _SEARCH:
        return 1
    return settings.MICRO_CACHE_SECONDS


def _may_be_cached(request: HttpRequest) -> bool:
    return (
        settings.MICRO_CACHE_SECONDS > 0
        and request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and not _path(request).startswith(_NEVER)
    )


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and varies <= _VARY_KNOWN
        and not any(word in response.get("Cache-Control", "") for word in ("private", "no-store"))
        and len(response.content) <= _LARGEST
    )


def _key(request: HttpRequest, state: str) -> str:
    cookies = sorted(
        (name, value) for name, value in request.COOKIES.items() if name != settings.CSRF_COOKIE_NAME
    )
    parts = [request.get_host(), str(request.scheme), request.get_full_path(), state, repr(cookies)]
    parts += [request.META.get(name, "") for name in _HEADERS]
    return "page:" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def database_state() -> str:
    """A text that changes with every commit of an event; empty while deliveries wait, or without database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone():
                return ""
            cursor.execute(_STATE[connection.vendor])
            return str(cursor.fetchone()[0])
    except DatabaseError:
        return ""
