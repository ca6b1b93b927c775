"""Desk pages of people and their accounts."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.kernel import clock
from marketplace.registry import actions
from marketplace.registry.forms.fields import EmptyForm, ReasonForm, carry_out
from marketplace.registry.forms.people import PersonForm
from marketplace.registry.models import Person
from marketplace.registry.queries import actor_for, own_sessions, visible_people
from marketplace.registry.states import Role
from marketplace.registry.views.pages import back_to, desk_page, page_of, posted, words

READERS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@desk_page(*READERS)
def people(request: HttpRequest) -> HttpResponse:
    """The people in one's scope."""
    rows, word = visible_people(actor_for(request)), words(request)
    if word:
        rows = rows.filter(Q(name__icontains=word) | Q(user__username__icontains=word))
    context = {"page": page_of(request, rows), "q": word, "actor": actor_for(request)}
    return render(request, "registry/desk/people.html", context)


def _person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(visible_people(actor_for(request)), pk=pk)


@desk_page(*READERS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: account, grants, open sessions."""
    one = _person(request, pk)
    user = getattr(one, "user", None)
    context = {
        "person": one,
        "account": user,
        "grants": one.grants.select_related("party", "branch", "region", "granted_by"),
        "sessions": own_sessions(user) if user else [],
        "actor": actor_for(request),
        "today": clock.today(),
    }
    return render(request, "registry/desk/person.html", context)


@desk_page(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Register a person with an account."""
    actor = actor_for(request)
    form = PersonForm(posted(request), actor=actor, initial={"branch": actor.branch_id})
    if request.method == "POST" and form.is_valid():
        user = carry_out(
            form, lambda: actions.create_person_account(form.content(), by=actor, at=clock.now())
        )
        if user:
            messages.success(request, _("已登记，请签发激活代码交给本人。"))
            return back_to("desk_person", user.person_id)
    return _form(request, form, _("登记人员"))


@desk_page(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's name, numbers or branch."""
    actor, one = actor_for(request), _person(request, pk)
    user = one.user
    initial = {
        "name": one.name,
        "username": user.username,
        "mobile": user.mobile,
        "email": user.email or "",
        "branch": one.branch_id,
    }
    form = PersonForm(posted(request), actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = carry_out(form, lambda: actions.change_person(one, form.content(), by=actor, at=clock.now()))
        if done:
            messages.success(request, _("已保存。"))
            return back_to("desk_person", pk)
    return _form(request, form, _("修改人员信息"), person=one)


def _form(request: HttpRequest, form: Any, title: str, **context: Any) -> HttpResponse:
    context |= {"form": form, "title": title}
    return render(request, "registry/desk/person_form.html", context, status=422 if form.errors else 200)


@desk_page(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def account_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    actor, one = actor_for(request), _person(request, pk)
    active = not one.user.is_active
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        # The page says which of the two it asks for: a second click must not undo the first.
        wanted = request.POST.get("active") == "1"
        reason = form.cleaned_data["reason"]
        if carry_out(
            form,
            lambda: actions.set_account_active(one.user, wanted, reason=reason, by=actor, at=clock.now()),
        ):
            messages.success(request, _("账号已启用。") if wanted else _("账号已停用，其会话已结束。"))
            return back_to("desk_person", pk)
    context = {"person": one, "form": form, "active": active}
    return render(request, "registry/desk/account_state.html", context, status=422 if form.errors else 200)


@desk_page(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def person_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a one-time code and show it once, on a page made to be printed."""
    actor, one = actor_for(request), _person(request, pk)
    form = EmptyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        code = carry_out(form, lambda: actions.issue_code(one.user, by=actor, at=clock.now()))
        if code:
            slips = [{"user": one.user, "code": code, "activate": one.user.activated_at is None}]
            return render(request, "registry/desk/code.html", {"slips": slips, "person": one})
    return render(
        request,
        "registry/desk/code_ask.html",
        {"person": one, "form": form},
        status=422 if form.errors else 200,
    )


@desk_page(Role.SECURITY_ADMIN)
@require_POST
def end_session(request: HttpRequest, pk: int, uid: str) -> HttpResponse:
    """End somebody's session."""
    one = _person(request, pk)
    session = get_object_or_404(own_sessions(one.user), uid=uid)
    actions.end_session(session, by=actor_for(request), at=clock.now())
    messages.success(request, _("该会话已结束。"))
    return redirect("desk_person", pk)
