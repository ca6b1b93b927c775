"""The workbench home and the login history that the audit administrator reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.registry.desk import groups_for
from marketplace.registry.models import LoginSession
from marketplace.registry.queries import actor_for, grants_of, visible_login_records
from marketplace.registry.states import Role
from marketplace.registry.views.pages import desk_page, page_of, words


@desk_page()
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this role, and everything it can do."""
    actor = actor_for(request)
    groups = groups_for(actor, request.path)
    entries = [entry for group in groups for entry in group["entries"]]
    todo = [entry for entry in entries if entry["count"] and entry["todo"]]
    earlier = LoginSession.objects.filter(user=request.user).order_by("-started_at")[1:2]
    context = {
        "groups": groups,
        "desk_nav": groups,  # counted once
        "todo": todo,
        "waiting": sum(entry["count"] for entry in todo),
        "actor": actor,
        "grants": grants_of(request.user),
        "last_login": next(iter(earlier), None),
    }
    return render(request, "registry/desk/home.html", context)


@desk_page(Role.AUDIT_ADMIN)
def logins(request: HttpRequest) -> HttpResponse:
    """Everybody's logins, newest first."""
    rows, word = visible_login_records(actor_for(request)), words(request)
    if word:
        rows = rows.filter(tried__icontains=word)
    return render(request, "registry/desk/logins.html", {"page": page_of(request, rows), "q": word})
