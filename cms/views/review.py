"""Beside the form: a draft's files, and the page on which a reviewer decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cms import actions, rules
from cms.forms import AttachmentForm, ReviewForm
from cms.models import NoticeDraft
from cms.queries import draft_findings, preview_of
from cms.states import DraftState
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.registry.forms.fields import show_refusal

_NAMESPACE = "wagtailsnippets_cms_noticedraft"


def draft_url(name: str, draft: NoticeDraft) -> str:
    """An address of the draft in the editor."""
    return reverse(f"{_NAMESPACE}:{name}", args=[draft.pk])


def _draft(request: HttpRequest, pk: int) -> NoticeDraft:
    return get_object_or_404(rules.visible_to(rules.actor_of(request.user)), pk=pk)


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    crumbs = [{"url": reverse(f"{_NAMESPACE}:list"), "label": _("公告")}, {"url": "", "label": title}]
    furniture = {
        "page_title": title,
        "header_title": title,
        "header_icon": "doc-full-inverse",
        "breadcrumbs_items": crumbs,
    }
    return TemplateResponse(request, template, {**furniture, **context})


def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """List, add and take off the files of a draft."""
    draft, actor = _draft(request, pk), rules.actor_of(request.user)
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _change_files(request, draft, form):
        return redirect(draft_url("attachments", draft))
    context = {
        "draft": draft,
        "form": form,
        "files": draft.attachments.select_related("file"),
        "may_write": rules.may_write(actor, draft),
        "back_url": draft_url("edit" if rules.may_write(actor) else "review", draft),
    }
    return _page(request, "cms/editor/attachments.html", _("附件"), context)


def _change_files(request: HttpRequest, draft: NoticeDraft, form: AttachmentForm) -> bool:
    act = {"by": rules.actor_of(request.user), "at": clock.now()}
    try:
        if remove := request.POST.get("remove", ""):
            gone = get_object_or_404(draft.attachments, pk=int(remove) if remove.isdigit() else 0)
            actions.detach(attachment=gone, **act)
        elif form.is_valid():
            file = form.cleaned_data["upload"]
            actions.attach(draft=draft, stream=file.file, name=file.name, **act)
        else:
            return False
    except Refused as refusal:
        form.add_error("upload", refusal.message) if form.is_bound else None
        messages.error(request, refusal.message)
        return False
    return True


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be public, what the checks found, and the decision; also reads a draft without editing it."""
    draft, actor = _draft(request, pk), rules.actor_of(request.user)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decide(request, draft, form):
        return redirect(f"{_NAMESPACE}:list")
    context = {
        "draft": draft,
        "form": form,
        "may_review": rules.may_review(actor, draft),
        "wrote": rules.wrote(actor, draft),
        "may_take_back": rules.may_take_back(actor, draft) and draft.state == DraftState.SCHEDULED,
        "findings": draft_findings(draft),
        "preview": preview_of(draft),
        "files": draft.attachments.select_related("file"),
        "history_url": draft_url("workflow_history", draft),
    }
    return _page(request, "cms/editor/review.html", _("审核公告"), context)


def _decide(request: HttpRequest, draft: NoticeDraft, form: ReviewForm) -> bool:
    act = {"by": rules.actor_of(request.user), "at": clock.now()}
    said = form.cleaned_data
    try:
        if said["decision"] == "approve":
            done = actions.approve_draft(draft=draft, comment=said["comment"], **act)
            published = done.state == DraftState.PUBLISHED
            messages.success(request, _("已发布。") if published else _("已通过，将按定时发布。"))
        elif said["decision"] == "return":
            actions.return_draft(draft=draft, comment=said["comment"], **act)
            messages.success(request, _("已退回编写人。"))
        else:
            actions.take_back_draft(draft=draft, **act)
            messages.success(request, _("已收回为草稿。"))
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True
