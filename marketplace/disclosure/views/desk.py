"""Published notices, findings and projects at the desk."""

import re
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.disclosure import actions, queries
from marketplace.disclosure.forms import HitForm, MergeForm, SplitForm, WithdrawForm
from marketplace.disclosure.models import ScanHit, TradeProject
from marketplace.disclosure.rules.who import may_curate_project, may_withdraw
from marketplace.disclosure.states import NoticeState, ScanState, WithdrawalBasis
from marketplace.disclosure.views import CENTRE
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.codes import normalise_code
from marketplace.kernel.refusal import Refused
from marketplace.registry.forms.fields import carry_out
from marketplace.registry.queries import actor_for
from marketplace.registry.states import Role
from marketplace.registry.views.pages import desk_page, page_of, words

_ADDRESS = re.compile(r"/projects/([a-z0-9]{12})/?")


@desk_page(*CENTRE)
@require_safe
def desk_notices(request: HttpRequest) -> HttpResponse:
    """The branch's (for supervisors the region's) published notices; ``?q=`` title or code, ``?state=withdrawn``."""
    rows = queries.notices_visible_to(actor_for(request))
    text, state = words(request), request.GET.get("state", "")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(project__codes__code=normalise_code(text))).distinct()
    if state in NoticeState.values:
        rows = rows.filter(state=state)
    context: dict[str, Any] = {"page": page_of(request, rows), "q": text, "state": state}
    context["states"] = NoticeState.choices
    context["may_withdraw"] = actor_for(request).role in (Role.SUPERVISOR, Role.REVIEWER)
    return render(request, "disclosure/desk/notices.html", context)


@desk_page(Role.SUPERVISOR, Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for the ground, then take a notice down."""
    actor = actor_for(request)
    notice = get_object_or_404(queries.notices_visible_to(actor), public_id=public_id)
    form = WithdrawForm(request.POST or None)
    lawful = [choice for choice in WithdrawalBasis.choices if may_withdraw(actor, notice, choice[0])]
    form.fields["basis"].choices = lawful  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        act = partial(actions.withdraw_notice, notice, **form.cleaned_data, by=actor, at=clock.now())
        if carry_out(form, act):
            messages.success(request, _("公告已撤下，原页面保留撤下说明。"))
            return redirect("disclosure:desk_notices")
    context = {"notice": notice, "form": form}
    return render(request, "disclosure/desk/withdraw.html", context, status=422 if form.errors else 200)


@desk_page(Role.REVIEWER)
@require_safe
def desk_scan_hits(request: HttpRequest) -> HttpResponse:
    """Findings that wait, or all of them (``?state=all``)."""
    every = request.GET.get("state") == "all"
    rows = queries.scan_hits_visible_to(actor_for(request))
    rows = rows if every else rows.filter(state=ScanState.OPEN)
    context = {"page": page_of(request, rows), "every": every}
    return render(request, "disclosure/desk/scan_hits.html", context)


@desk_page(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_scan_hit(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding and what became of it."""
    actor = actor_for(request)
    hit: ScanHit = get_object_or_404(queries.scan_hits_visible_to(actor), pk=pk)
    form = HitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(actions.resolve_scan_hit, hit, **form.cleaned_data, by=actor, at=clock.now())
        if carry_out(form, act):
            messages.success(request, _("处理结果已保存。"))
            return redirect("disclosure:desk_scan_hits")
    context = {"hit": hit, "form": form, "is_open": hit.state == ScanState.OPEN}
    return render(request, "disclosure/desk/scan_hit.html", context, status=422 if form.errors else 200)


def _project(actor: Actor, public_id: str) -> TradeProject:
    return get_object_or_404(queries.projects_visible_to(actor), public_id=public_id)


def _found(actor: Actor, text: str) -> TradeProject:
    """The project that an address, a public id or a code names, within what the actor may see."""
    bare = text.strip()
    match = _ADDRESS.search(bare)
    named = queries.projects_visible_to(actor).filter(
        Q(public_id=match.group(1) if match else bare) | Q(codes__code=normalise_code(bare))
    )
    project = named.distinct().first()
    if project is None:
        raise Refused(_("没有找到该项目，请核对编号或网址。"), field="into")
    return project


@desk_page(*CENTRE)
@require_safe
def desk_project(request: HttpRequest, public_id: str) -> HttpResponse:
    """One project: its codes and notices, and the two acts on it."""
    actor = actor_for(request)
    project = _project(actor, public_id)
    return render(request, "disclosure/desk/project.html", _project_page(actor, project))


def _project_page(actor: Actor, project: TradeProject, **forms_given: forms.Form) -> dict[str, Any]:
    return {
        "project": project,
        "codes": list(project.codes.all()),
        "merged": list(project.merged_from.all()),
        "notices": queries.project_notices(project),
        "may_curate": may_curate_project(actor, project) and project.merged_into_id is None,
        "merge_form": forms_given.get("merge_form") or MergeForm(prefix="merge"),
        "split_form": forms_given.get("split_form") or SplitForm(prefix="split", project=project),
    }


@desk_page(Role.OPERATOR, Role.REVIEWER)
@require_http_methods(["POST"])
def desk_project_merge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put this project under another."""
    actor = actor_for(request)
    project = _project(actor, public_id)
    form = MergeForm(request.POST, prefix="merge")
    if form.is_valid():
        data = form.cleaned_data
        done = carry_out(
            form,
            lambda: actions.merge_projects(
                project, into=_found(actor, data["into"]), reason=data["reason"], by=actor, at=clock.now()
            ),
        )
        if done:
            messages.success(request, _("项目已合并，原网址将转到合并后的项目。"))
            return redirect("disclosure:desk_project", public_id=done.public_id)
    page = _project_page(actor, project, merge_form=form)
    return render(request, "disclosure/desk/project.html", page, status=422)


@desk_page(Role.OPERATOR, Role.REVIEWER)
@require_http_methods(["POST"])
def desk_project_split(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move some notices to a project of their own."""
    actor = actor_for(request)
    project = _project(actor, public_id)
    form = SplitForm(request.POST, prefix="split", project=project)
    if form.is_valid():
        act = partial(actions.split_project, project, **form.cleaned_data, by=actor, at=clock.now())
        if fresh := carry_out(form, act):
            messages.success(request, _("已拆分出新项目。"))
            return redirect("disclosure:desk_project", public_id=fresh.public_id)
    page = _project_page(actor, project, split_form=form)
    return render(request, "disclosure/desk/project.html", page, status=422)
