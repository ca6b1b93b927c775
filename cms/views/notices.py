"""The page of one announcement, and what hangs on it: calendar, data, questions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.queries import notice_page
from cms.views.caching import for_everyone
from cms.views.calendar import calendar_of
from marketplace.disclosure import queries as disclosure
from marketplace.disclosure.models import Notice
from marketplace.ledger.models import Event

_AS_THEY_ARE = (
    *(
        "number",
        "kind",
        "kind_label",
        "title",
        "state",
        "published_at",
        "precision",
        "deadline_at",
        "opening_at",
    ),
    *("amount_kind", "codes", "origin", "source", "source_url", "body_text", "digest"),
)


def _public(public_id: str) -> Notice:
    notice = disclosure.public_notice(public_id)
    if notice is None:
        raise Http404
    return notice


@require_safe
@for_everyone
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/notices/<id>/``: the announcement, or the stub that a withdrawal leaves."""
    found = _public(public_id)
    if found.is_withdrawn:
        context = {"notice": found, "meta": {"column": _("交易公告"), "title": found.title}}
        return render(request, "cms/withdrawn.html", context)
    page = notice_page(found)
    meta = {
        "column": _("交易公告"),
        "column_type": found.kind_label,
        "title": found.title,
        "pub_date": found.published_at,
        "source": found.source or (found.branch.name if found.branch else ""),
        "keywords": ",".join([found.kind_label, *found.codes]),
        "description": found.body_text,
        "url": request.build_absolute_uri(found.get_absolute_url()),
    }
    context = {"page": page, "notice": found, "meta": meta, **_proof(page.event)}
    return render(request, "cms/notice.html", context)


def _proof(event: Event | None) -> dict[str, str]:
    """Where the ledger shows the release, and its proof once it is in the signed log."""
    if event is None:
        return {}
    found = {"event_url": reverse("ledger_event", args=[event.uid])}
    if hasattr(event, "leaf"):
        found["proof_url"] = reverse("ledger_proof", args=[event.uid])
    return found


@require_safe
@for_everyone
def deadline(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/notices/<id>/deadline.ics``: deadline and opening as a calendar file (RFC 5545)."""
    found = _public(public_id)
    if found.is_withdrawn or (found.deadline_at is None and found.opening_at is None):
        raise Http404
    url = request.build_absolute_uri(found.get_absolute_url())
    response = HttpResponse(calendar_of(found, url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.public_id}.ics"'
    return response


@require_safe
@for_everyone
def data(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/notices/<id>/notice.json``: everything public as data; amounts are decimal strings in 元."""
    found = _public(public_id)
    said = _withdrawn_data(found) if found.is_withdrawn else _data(found)
    said["url"] = request.build_absolute_uri(found.get_absolute_url())
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _withdrawn_data(found: Notice) -> dict[str, Any]:
    return {
        "id": found.public_id,
        "kind": found.kind,
        "state": found.state,
        "withdrawn_at": found.withdrawn_at,
        "reason": found.withdrawal_reason,
    }


def _data(found: Notice) -> dict[str, Any]:
    page = notice_page(found)
    return {
        **{name: getattr(found, name) for name in _AS_THEY_ARE},
        "id": found.public_id,
        "trade": found.trade_type,
        "amount": None if found.amount is None else f"{found.amount:.2f}",
        "region": found.region_id,
        "project": found.project.public_id if found.project else None,
        "corrects": found.corrects.public_id if found.corrects else None,
        "corrected_by": found.superseded_by.public_id if found.superseded_by else None,
        "parties": [
            {"role": row.role, "name": row.name, "uscc": row.uscc}
            for rows in page.parties.values()
            for row in rows
        ],
        "fields": [
            {"key": key, "label": label, "value": value}
            for label, value, key in disclosure.public_fields(found)
        ],
        "attachments": [
            {"name": file.name, "size": file.size, "sha256": file.sha256, "url": file.get_absolute_url()}
            for file in page.attachments
        ],
        "ledger_event": page.event.uid if page.event else None,
    }
