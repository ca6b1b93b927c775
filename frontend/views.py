"""Display preferences: the one act of the look itself, without a table."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .context import COOKIE, SIZES, THEMES, Display

YEAR = 365 * 24 * 3600


def _next(request: HttpRequest) -> str:
    """Where to go back to: an address of this site, else the home page."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe else "/"


def _chosen(request: HttpRequest) -> Display:
    """The preferences after this form: a field that is not sent keeps its value."""
    old = Display.parse(request.COOKIES.get(COOKIE, ""))
    sent = request.POST
    theme = sent.get("theme", old.theme)
    size = sent.get("size", old.size)
    return Display(
        elder=sent.get("elder", "1" if old.elder else "") == "1",
        contrast=sent.get("contrast", "1" if old.contrast else "") == "1",
        theme=theme if theme in THEMES else "",
        size=size if size in SIZES else "",
    )


# No CSRF token: it would put a cookie on every anonymous page and end its caching,
# and all that a forged form could do is change how pages look.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponseBase:
    """Show the display settings, or keep them in a cookie for a year and go back."""
    if request.method != "POST":
        return render(request, "frontend/preferences.html", {"next": _next(request)})
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return HttpResponseForbidden()
    response = HttpResponseRedirect(_next(request))
    response.status_code = 303
    value = str(_chosen(request))
    if value:
        response.set_cookie(
            COOKIE, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
