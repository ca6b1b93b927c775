"""What every request passes: its id, its address, its actor, its language and its limits."""

import hashlib
import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from sunlit import errors
from sunlit.logs import request_id

Respond = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("sunlit.request")
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REQUEST_ID")
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
# Preview responses are shown inside the editor's own page, nothing else is.
_PREVIEW = re.compile(r"/preview/(?:\d+/)?$")


@lru_cache(maxsize=4096)
def _is_trusted(address: str, networks: tuple[str, ...]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(network, strict=False) for network in networks)


def client_address(request: HttpRequest) -> str:
    """The network address of the client: the last one that is no proxy of ours."""
    trusted = tuple(settings.TRUSTED_PROXIES)
    address = request.META.get("REMOTE_ADDR", "") or ""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and _is_trusted(address, trusted):
        address = hops.pop()
    return address


class RequestMiddleware:
    """Gives each request an id, drops forwarded headers of strangers and writes one log line.

    The line has no query string, no address and no account: none of them may reach a log.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_trusted(request.META.get("REMOTE_ADDR", "") or "", tuple(settings.TRUSTED_PROXIES)):
            for name in _FORWARDED:
                request.META.pop(name, None)
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(request.request_id)
        started = time.perf_counter()
        try:
            response = self.respond(request)
            response["X-Request-ID"] = request.request_id
            response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
            _log(request, response, started)
        finally:
            request_id.reset(token)
        return response


def _log(request: HttpRequest, response: HttpResponse, started: float) -> None:
    extra = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    log.log(logging.ERROR if response.status_code >= 500 else logging.INFO, "request", extra=extra)


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is text; a file that people download keeps its length and its bytes."""

    kinds = ("text/", "application/json", "application/atom+xml", "application/xml", "image/svg+xml")
    whole = 1024 * 1024

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """As Django's, for text only; a short file becomes one piece, which compresses better."""
        kind = response.get("Content-Type", "")
        if not kind.startswith(self.kinds) and "javascript" not in kind:
            return response
        if response.streaming and 0 < int(response.get("Content-Length") or 0) <= self.whole:
            pieces, headers = b"".join(response.streaming_content), dict(response.headers)
            response.close()
            response = HttpResponse(pieces, status=response.status_code, headers=headers)
        return super().process_response(request, response)


class FramingMiddleware:
    """The editor's looser policy for the editor, and framing for its previews alone."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        editor = request.path.startswith(settings.EDITOR_PREFIX)
        if editor and _PREVIEW.search(request.path):
            response._csp_update = {"frame-ancestors": ["'self'"]}
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        elif editor:
            response._csp_config = settings.EDITOR_CONTENT_SECURITY_POLICY
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if editor else "DENY")
        return response


class PathLocaleMiddleware(LocaleMiddleware):
    """Language by address only, so that a page never depends on the browser's languages."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """As Django's, without ``Vary: Accept-Language``."""
        before = response.get("Vary")
        response = super().process_response(request, response)
        if before is None:
            response.headers.pop("Vary", None)
        else:
            response["Vary"] = before
        return response


class ActorMiddleware:
    """``request.actor``: who acts, in the role that was chosen; found when first asked for."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))
        return self.respond(request)


def _actor(request: HttpRequest) -> object:
    from marketplace.registry.queries import actor_for

    return actor_for(request)


class RateLimitMiddleware:
    """Answers 429 where one browser, or one whole address, asks too often.

    ``settings.RATE_LIMITS`` names the addresses (URL names) that are limited. A browser is
    known by its session once it has one and by its headers before; the second ceiling,
    for the whole address, catches who changes them.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.RATE_LIMITS_ENABLED:
            return self.respond(request)
        limit = _limit_for(request)
        if limit and (wait := _seconds_to_wait(request, *limit)):
            return errors.too_many_requests(request, wait)
        return self.respond(request)


def _limit_for(request: HttpRequest) -> tuple[str, int, int, int] | None:
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return None
    for key in (f"{request.method} {name}", name):
        if key in settings.RATE_LIMITS:
            return (key, *settings.RATE_LIMITS[key])
    return None


def _seconds_to_wait(request: HttpRequest, name: str, browser: int, address: int, seconds: int) -> int:
    window, into = divmod(int(time.time()), seconds)
    origin = client_address(request)
    counters = ((f"{origin}|{_browser(request)}", browser), (origin, address))
    for who, ceiling in counters:
        key = "limit:" + hashlib.sha256(f"{name}|{who}|{window}".encode()).hexdigest()
        cache.add(key, 0, seconds)
        if _increment(key, seconds) > ceiling:
            return seconds - into
    return 0


def _increment(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, seconds)
        return 1


def _browser(request: HttpRequest) -> str:
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if session:
        return session
    return "|".join(
        request.META.get(name, "") for name in ("HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT")
    )
