"""Anonymous pages are kept for a few seconds, never longer than the truth they show.

The key holds the address, the display preferences and the state of the database: the number
of the newest ledger event on SQLite (writers are serialised there, so numbers are in commit
order), the transaction snapshot on PostgreSQL (numbers may be committed out of order). A
withdrawn notice therefore leaves the cache with the commit that withdraws it.
"""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

_NEVER = ("/accounts/", "/desk/", "/editor/", "/setup/", "/healthz", "/files/", "/static/", "/media/")
_VARY_KNOWN = {"cookie", "accept-language", "accept-encoding", "hx-request", "hx-boosted", "hx-target"}
_HEADERS = ("HTTP_HX_REQUEST", "HTTP_HX_BOOSTED", "HTTP_HX_TARGET", "HTTP_ACCEPT")
_LARGEST = 512 * 1024


class MicroCacheMiddleware:
    """Serves and keeps answers to GET by visitors without a session."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_cached(request):
            return self.respond(request)
        key = _key(request)
        if kept := cache.get(key):
            status, headers, body = kept
            response = HttpResponse(body, status=status, headers=headers)
            response["X-Cache"] = "hit"
            return response
        response = self.respond(request)
        if _may_be_kept(request, response):
            cache.set(
                key,
                (response.status_code, dict(response.headers), response.content),
                settings.MICRO_CACHE_SECONDS,
            )
        return response


def _may_be_cached(request: HttpRequest) -> bool:
    path = (
        request.path_info.removeprefix("/en") if request.path_info.startswith("/en/") else request.path_info
    )
    return (
        settings.MICRO_CACHE_SECONDS > 0
        and request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and not path.startswith(_NEVER)
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


def _key(request: HttpRequest) -> str:
    cookies = sorted(
        (name, value) for name, value in request.COOKIES.items() if name != settings.CSRF_COOKIE_NAME
    )
    parts = [request.get_host(), request.scheme, request.get_full_path(), database_state(), repr(cookies)]
    parts += [request.META.get(name, "") for name in _HEADERS]
    return "page:" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def database_state() -> str:
    """A text that changes with every commit of a ledger event."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_current_snapshot()::text")
        else:
            cursor.execute("SELECT MAX(id) FROM ledger_event")
        return str(cursor.fetchone()[0])
