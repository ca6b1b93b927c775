"""Policies' list, error reports, and what machines read first."""

from collections.abc import Iterator
from functools import partial

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from cms import actions
from cms.forms import AnswerForm, ErrorReportForm, PolicyFilterForm
from cms.models import ErrorReport
from cms.queries import policies_matching
from cms.views.caching import for_everyone
from marketplace.disclosure.queries import published
from marketplace.kernel import clock
from marketplace.registry.forms.fields import carry_out
from marketplace.registry.queries import actor_for
from marketplace.registry.states import Role
from marketplace.registry.views.pages import desk_page

PER_PAGE = 20
SITEMAP_SIZE = 40_000


@require_safe
@for_everyone
def policies(request: HttpRequest) -> HttpResponse:
    """``/policies/``: the list with its filters; unknown values are left out."""
    form = PolicyFilterForm(request.GET)
    found = policies_matching(**form.known())
    page = Paginator(found.defer("body", "body_text"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "filtered": any(form.known().values()),
        "meta": {"column": _("政策法规")},
    }
    return render(request, "cms/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """``/report/``: 我为政府网站找错."""
    form = ErrorReportForm(request.POST or None, initial={"page": request.GET.get("page", "")[:500]})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        act = partial(actions.report_error, by=actor_for(request), at=clock.now())
        words = {"description": said["description"], "contact": said["contact"]}
        if carry_out(form, partial(act, page_path=said["page"], **words)):
            return redirect(f"{reverse('report')}?sent=1")
    context = {
        "form": form,
        "sent": request.GET.get("sent") == "1",
        "meta": {"column": _("我为政府网站找错")},
    }
    return render(request, "cms/report.html", context)


@desk_page(Role.OPERATOR, Role.AUTHOR)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """``/desk/reports/``: what readers reported, open ones first."""
    rows = ErrorReport.objects.order_by("-state", "-reported_at")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cms/desk_reports.html", {"page": page})


@desk_page(Role.OPERATOR, Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def report_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """``/desk/reports/<pk>/``: one report with its contact, and the answer."""
    found = get_object_or_404(ErrorReport, pk=pk)
    if found.contact and request.method == "GET":
        actions.read_error_report(report=found, by=actor_for(request), at=clock.now())
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(actions.answer_error_report, report=found, by=actor_for(request), at=clock.now())
        if carry_out(form, partial(act, reply=form.cleaned_data["reply"])):
            return redirect("desk_reports")
    return render(request, "cms/desk_report.html", {"report": found, "form": form})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``: everything public may be read; desks and the editor are nobody's reading."""
    lines = [
        "User-agent: *",
        "Disallow: /desk/",
        "Disallow: /editor/",
        "Disallow: /accounts/",
        "Allow: /",
        "",
    ]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def sitemap(request: HttpRequest) -> StreamingHttpResponse:
    """``/sitemap.xml``: stable addresses, the newest notices, the live editorial pages."""
    root = request.build_absolute_uri("/").rstrip("/")
    response = StreamingHttpResponse(_sitemap(root), content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return response


def _sitemap(root: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path in ("/", "/notices/", "/policies/", "/rules/", "/ledger/"):
        yield f"<url><loc>{root}{path}</loc></url>\n"
    notices = published().values_list("public_id", "published_at")[:SITEMAP_SIZE]
    for public_id, at in notices.iterator(chunk_size=2000):
        yield f"<url><loc>{root}/notices/{public_id}/</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>\n"
    pages = Page.objects.live().public().filter(depth__gte=3).order_by("path")
    for url_path, at in pages.values_list("url_path", "last_published_at"):
        day = f"<lastmod>{at:%Y-%m-%d}</lastmod>" if at else ""
        yield f"<url><loc>{root}{escape(_site_path(url_path))}</loc>{day}</url>\n"
    yield "</urlset>\n"


def _site_path(url_path: str) -> str:
    """Wagtail's path without the home page's own slug."""
    return "/" + url_path.strip("/").partition("/")[2] + "/"
