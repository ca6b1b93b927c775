"""Desk pages of role grants."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.kernel import clock
from marketplace.registry import actions
from marketplace.registry.forms.fields import ReasonForm, carry_out
from marketplace.registry.forms.people import GrantForm
from marketplace.registry.queries import active_grants, actor_for, visible_grants
from marketplace.registry.states import Role
from marketplace.registry.views.pages import back_to, desk_page, page_of, posted, words
from marketplace.registry.views.people import READERS


@desk_page(*READERS)
def grants(request: HttpRequest) -> HttpResponse:
    """The grants in one's scope: those in force, or all that ever were."""
    rows, word, every = visible_grants(actor_for(request)), words(request), request.GET.get("all") == "1"
    if not every:
        rows = rows.filter(pk__in=active_grants().values("pk"))
    role = words(request, "role")
    if role in Role.values:
        rows = rows.filter(role=role)
    if word:
        rows = rows.filter(Q(person__name__icontains=word) | Q(party__name__icontains=word))
    context = {
        "page": page_of(request, rows),
        "q": word,
        "role": role,
        "roles": Role.choices,
        "every": every,
        "actor": actor_for(request),
        "today": clock.today(),
    }
    return render(request, "registry/desk/grants.html", context)


@desk_page(Role.SECURITY_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_grant(request: HttpRequest) -> HttpResponse:
    """Grant a role to somebody else."""
    actor = actor_for(request)
    person = request.GET.get("person", "")
    form = GrantForm(
        posted(request), actor=actor, initial={"person": int(person) if person.isdecimal() else None}
    )
    if request.method == "POST" and form.is_valid():
        grant = carry_out(form, lambda: actions.grant_role(form.content(), by=actor, at=clock.now()))
        if grant:
            messages.success(
                request,
                _("已授权：%(person)s，%(role)s。")
                % {"person": grant.person, "role": grant.get_role_display()},
            )
            return back_to("desk_person", grant.person_id)
    return render(
        request, "registry/desk/grant_form.html", {"form": form}, status=422 if form.errors else 200
    )


@desk_page(Role.SECURITY_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grant back."""
    actor = actor_for(request)
    grant = get_object_or_404(visible_grants(actor), pk=pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if carry_out(form, lambda: actions.revoke_role(grant, reason=reason, by=actor, at=clock.now())):
            messages.success(request, _("授权已收回。"))
            return back_to("desk_person", grant.person_id)
    return render(
        request,
        "registry/desk/grant_revoke.html",
        {"grant": grant, "form": form},
        status=422 if form.errors else 200,
    )
