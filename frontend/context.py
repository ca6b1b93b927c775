"""What every page's template may count on: identity, display preferences, navigation."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import clock

COOKIE = "display"
THEMES = ("light", "dark")
SIZES = ("125", "150")

# The names a site has until it gives itself others.
USUAL_NAMES = (_("阳光交易"), _("公共资源交易平台"))
NAV = (
    (_("首页"), "/"),
    (_("交易公告"), "/notices/"),
    (_("交易公开"), "/disclosure/"),
    (_("政策法规"), "/policies/"),
    (_("服务指南"), "/services/"),
    (_("信用信息"), "/credit/"),
    (_("统计"), "/statistics/"),
    (_("公开台账"), "/ledger/"),
)


@dataclass(frozen=True, slots=True)
class Display:
    """How this reader wants pages drawn; the cookie holds it in one canonical form."""

    elder: bool = False
    contrast: bool = False
    theme: str = ""
    size: str = ""

    @classmethod
    def parse(cls, text: str) -> "Display":
        """Read the cookie; whatever is not on the allow-list is dropped."""
        words = set(text[:80].split("."))
        return cls(
            elder="elder" in words,
            contrast="contrast" in words,
            theme=next((t for t in THEMES if t in words), ""),
            size=next((s for s in SIZES if s in words), ""),
        )

    def __str__(self) -> str:
        """The canonical form, fit for a cookie and for a cache key."""
        words = ["elder" * self.elder, "contrast" * self.contrast, self.theme, self.size]
        return ".".join(word for word in words if word)


def _host(request: HttpRequest) -> str:
    """The host that was asked for; nothing where it is not ours, because the error page says so."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""


def identity(request: HttpRequest) -> dict[str, str]:
    """Who runs this site, from ``settings.SITE_IDENTITY``; an empty field is not shown."""
    values = dict(settings.SITE_IDENTITY)
    values["domain"] = values["domain"] or _host(request)
    return values | {key: gettext(values[key]) for key in ("name", "subtitle") if values.get(key)}


@lru_cache(maxsize=256)
def local_path(path: str, language: str) -> str:
    """The address of ``path`` (as in the default language) in another language."""
    if language == settings.LANGUAGE_CODE:
        return path
    try:
        with override(settings.LANGUAGE_CODE):
            match = resolve(path)
        with override(language):
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    except (Resolver404, NoReverseMatch):
        return path


def _navigation(path: str) -> list[dict[str, Any]]:
    """The main navigation with the current entry marked."""
    language = get_language() or settings.LANGUAGE_CODE
    entries = []
    for label, target in NAV:
        url = local_path(target, language)
        home = local_path("/", language)
        current = path == url if url == home else path.startswith(url)
        entries.append({"label": label, "url": url, "current": current})
    return entries


def _viewer(request: HttpRequest) -> Any:
    """Who is logged in, or None; error pages must stand when the database does not."""
    try:
        user = getattr(request, "user", None)
        return user if user is not None and user.is_authenticated else None
    except DatabaseError:
        return None


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``identity``, ``display``, ``site_nav``, ``now`` and ``viewer``."""
    display = Display.parse(request.COOKIES.get(COOKIE, ""))
    return {
        "identity": identity(request),
        "display": asdict(display),
        "site_nav": _navigation(request.path),
        "now": clock.now(),
        "viewer": SimpleLazyObject(lambda: _viewer(request)),
    }
