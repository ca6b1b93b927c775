"""The desk's inbox: list, open, mark read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.inbox.actions import mark_all_read, mark_read
from marketplace.inbox.queries import unread_count, visible_to
from marketplace.kernel import clock
from marketplace.registry.queries import actor_for

PER_PAGE = 20


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The account's messages, newest first; ``?unread=1`` leaves out what was read."""
    only_unread = request.GET.get("unread") == "1"
    found = visible_to(actor_for(request))
    if only_unread:
        found = found.filter(read_at__isnull=True)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "only_unread": only_unread, "unread": unread_count(actor_for(request))}
    return render(request, "inbox/list.html", context)


@login_required
@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; somebody else's is not found."""
    return render(
        request, "inbox/detail.html", {"message": get_object_or_404(visible_to(actor_for(request)), pk=pk)}
    )


@login_required
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    row = mark_read(
        get_object_or_404(visible_to(actor_for(request)), pk=pk), by=actor_for(request), at=clock.now()
    )
    if row.url and url_has_allowed_host_and_scheme(row.url, allowed_hosts={request.get_host()}):
        return redirect(row.url)
    return redirect("inbox:message", pk=row.pk)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message of the account as read."""
    count = mark_all_read(by=actor_for(request), at=clock.now())
    messages.success(request, _("已将 %(count)d 条消息标为已读。") % {"count": count})
    return redirect("inbox:list")
