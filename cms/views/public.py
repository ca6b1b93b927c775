"""The public's first pages: home, parties, projects."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.queries import home as read_home
from cms.queries import standing
from cms.views.caching import for_everyone
from frontend.context import local_path
from marketplace.disclosure import queries as disclosure
from marketplace.disclosure.states import NoticeStage
from marketplace.kernel.trade import TradeType
from marketplace.registry.models import Party
from marketplace.registry.queries import public_party

PER_PAGE = 20


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """``/``: four numbers, what is open, what closes, the newest by trade, ledger, policies, guides, a year."""
    trade = request.GET.get("trade", "")
    found = read_home(trade if trade in TradeType.values else "")
    wan = [(f"{total.month.month}", total.amount) for total in found.months]
    context = {
        "home": found,
        "tabs": [("", _("全部")), *TradeType.choices],
        "standing": standing,
        "chart": _chart(wan),
        "meta": {"column": _("首页")},
    }
    return render(request, "cms/home.html", context)


def _chart(rows: list[tuple[str, Any]]) -> dict[str, Any]:
    """Rows of the chart in 亿元 where the largest reaches one, else in 万元."""
    top = max((amount for _month, amount in rows), default=0)
    divisor, unit = (100_000_000, _("亿元")) if top >= 100_000_000 else (10_000, _("万元"))
    drawn = [(_("%(n)s月") % {"n": month}, f"{amount / divisor:.2f}") for month, amount in rows]
    return {"rows": drawn, "unit": unit, "any": bool(top)}


@require_safe
@for_everyone
def project(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/projects/<id>/``: a tab per stage; a merged project's address leads to where it went."""
    landing = disclosure.public_project(public_id)
    if landing is None:
        raise Http404
    if landing.moved:
        target = local_path(f"/projects/{landing.project.public_id}/", request.LANGUAGE_CODE)
        return redirect(target, permanent=False)
    notices = disclosure.project_notices(landing.project)
    tabs = disclosure.stages(notices)
    chosen = request.GET.get("stage", "")
    tab = next((one for one in tabs if one.key == chosen), None)
    context = {
        "project": landing.project,
        "codes": list(landing.project.codes.all()),
        "tabs": tabs,
        "tab": tab,
        "notices": tab.notices if tab else notices,
        "standing": standing,
        "stage_label": NoticeStage(tab.key).label if tab else "",
        "meta": {"column": _("交易公告"), "description": landing.project.name},
    }
    return render(request, "cms/project.html", context)


@require_safe
@for_everyone
def party(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/parties/<id>/``: the register's public entry, and everything published that names it."""
    known = public_party(public_id)
    if known is None:
        raise Http404
    notices = disclosure.party_notices(Party.objects.get(public_id=public_id))
    kinds = _kinds(notices)
    chosen = request.GET.get("kind", "")
    if chosen in dict(kinds):
        notices = notices.filter(base_kind=chosen)
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    context = {"party": known, "page": page, "kinds": kinds, "kind": chosen, "standing": standing}
    return render(
        request, "cms/party.html", {**context, "meta": {"column": _("信用信息"), "description": known.name}}
    )


def _kinds(notices: Any) -> list[tuple[str, int]]:
    from django.db.models import Count

    rows = notices.order_by().values_list("base_kind").annotate(n=Count("pk")).order_by("-n")
    return [(kind, count) for kind, count in rows]
