"""Error pages in the house's look; a page that cannot be drawn still says what happened."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger("sunlit.errors")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be understood."""
    return _page(request, 400, "400.html", _("这个请求无法理解，请返回后重试。"))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: logged in or not, this role may not do this."""
    return _page(request, 403, "403.html", _("当前身份无权进行此项操作。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was not sent from our own page, or was left open too long."""
    return _page(request, 403, "403_csrf.html", _("页面停留时间过长或来源不明，请刷新页面后重新提交。"))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may know of."""
    return _page(request, 404, "404.html", _("没有找到这个页面。"))


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: come back in ``seconds``."""
    response = _page(request, 429, "429.html", _("操作过于频繁，请稍后再试。"), seconds=seconds)
    response["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own mistake; the page gives the request's id to report it with."""
    return _page(request, 500, "500.html", _("系统出现错误，我们已经记录下来。"))


def _page(request: HttpRequest, status: int, template: str, message: str, **context: object) -> HttpResponse:
    identity = getattr(request, "request_id", "")
    if request.path_info.startswith("/api/"):
        return JsonResponse(
            {"error": {"status": status, "message": message, "request": identity}}, status=status
        )
    try:
        body = render_to_string(
            template, {"message": message, "request_id": identity} | context, request=request
        )
    except Exception:  # the page itself may be what is broken: never fail twice
        log.exception("error page %s cannot be drawn", template)
        return HttpResponse(f"{status} {message}", status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(body, status=status)
