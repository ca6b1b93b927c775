"""Desk pages of branches."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.kernel import clock
from marketplace.registry import actions
from marketplace.registry.actions import BranchContent
from marketplace.registry.forms.fields import carry_out
from marketplace.registry.forms.places import BranchForm
from marketplace.registry.models import Branch
from marketplace.registry.queries import actor_for, visible_branches
from marketplace.registry.states import Role
from marketplace.registry.views.pages import back_to, desk_page, page_of, posted
from marketplace.registry.views.people import READERS


@desk_page(*READERS)
def branches(request: HttpRequest) -> HttpResponse:
    """The branches in one's scope, open and closed."""
    actor = actor_for(request)
    rows = visible_branches(actor).select_related("region", "parent")
    return render(request, "registry/desk/branches.html", {"page": page_of(request, rows), "actor": actor})


@desk_page(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_branch(request: HttpRequest) -> HttpResponse:
    """Open a branch."""
    actor = actor_for(request)
    form = BranchForm(posted(request), actor=actor, initial={"parent": actor.branch_id})
    if request.method == "POST" and form.is_valid():
        done = carry_out(form, lambda: actions.create_branch(form.content(), by=actor, at=clock.now()))
        if done:
            messages.success(request, _("平台已增设。"))
            return back_to("desk_branches")
    return _form(request, form, _("增设平台"))


def _initial(branch: Branch) -> dict[str, Any]:
    columns = {"region": "region_id", "parent": "parent_id"}
    return {
        field.name: getattr(branch, columns.get(field.name, field.name)) for field in fields(BranchContent)
    }


@desk_page(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_branch(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a branch, or close it."""
    actor = actor_for(request)
    branch = get_object_or_404(visible_branches(actor), pk=pk)
    form = BranchForm(posted(request), actor=actor, branch=branch, initial=_initial(branch))
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            form, lambda: actions.change_branch(branch, form.content(), by=actor, at=clock.now())
        )
        if done:
            messages.success(request, _("已保存。"))
            return back_to("desk_branches")
    return _form(request, form, branch.name)


def _form(request: HttpRequest, form: BranchForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "registry/desk/branch_form.html", context, status=422 if form.errors else 200)
