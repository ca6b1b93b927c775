"""Desk pages of parties: the register, one entry with its history, and the acts on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.kernel import clock
from marketplace.registry import actions, rules
from marketplace.registry.crypto import mask
from marketplace.registry.forms.fields import EmptyForm, ReasonForm, carry_out
from marketplace.registry.forms.parties import OwnPartyForm, PartyForm, initial_of
from marketplace.registry.models import Branch, Party, Region
from marketplace.registry.queries import actor_for, version_changes, visible_parties
from marketplace.registry.states import PARTY_MOVES, PartyRole, PartyState, Role
from marketplace.registry.views.pages import back_to, desk_page, page_of, posted, words

OWNERS = (Role.BUYER, Role.AGENCY, Role.SUPPLIER)
READERS = (Role.OPERATOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)

# event: (action, words on the button, whether a reason is asked for, whether it hurts)
ACTS: dict[str, tuple[Callable[..., Party], Promise, bool, bool]] = {
    "admit": (actions.admit_party, gettext_lazy("审核通过，入库"), False, False),
    "return": (actions.return_party, gettext_lazy("退回补正"), True, False),
    "resubmit": (actions.resubmit_party, gettext_lazy("重新提交审核"), False, False),
    "suspend": (actions.suspend_party, gettext_lazy("暂停"), True, True),
    "resume": (actions.resume_party, gettext_lazy("恢复"), True, False),
    "exit": (actions.exit_party, gettext_lazy("退出"), True, True),
}
EVENTS = {
    "applied": gettext_lazy("申请"),
    "admitted": gettext_lazy("入库"),
    "returned": gettext_lazy("退回补正"),
    "resubmitted": gettext_lazy("重新提交"),
    "suspended": gettext_lazy("暂停"),
    "resumed": gettext_lazy("恢复"),
    "exited": gettext_lazy("退出"),
    "changed": gettext_lazy("修改"),
}
LABELS = {
    "name": gettext_lazy("单位名称"),
    "roles": gettext_lazy("主体类别"),
    "region": gettext_lazy("注册地"),
    "branch": gettext_lazy("受理平台"),
    "state": gettext_lazy("状态"),
    "state_reason": gettext_lazy("说明"),
    "legal_representative": gettext_lazy("法定代表人"),
    "address": gettext_lazy("地址"),
    "contact_name": gettext_lazy("联系人"),
    "contact_phone": gettext_lazy("联系电话"),
    "basic_account": gettext_lazy("基本账户"),
}


@desk_page(*READERS)
def parties(request: HttpRequest) -> HttpResponse:
    """The register in one's scope; what waits for review comes first."""
    rows, word, state = visible_parties(actor_for(request)), words(request), words(request, "state")
    if word:
        rows = rows.filter(Q(name__icontains=word) | Q(uscc__istartswith=word))
    if state in PartyState.values:
        rows = rows.filter(state=state)
    context = {
        "page": page_of(request, rows.order_by("name", "pk")),
        "q": word,
        "state": state,
        "states": PartyState.choices,
        "actor": actor_for(request),
    }
    return render(request, "registry/desk/parties.html", context)


def _party(request: HttpRequest, public_id: str) -> Party:
    return get_object_or_404(visible_parties(actor_for(request)), public_id=public_id)


def _shown(name: str, value: Any) -> str:
    """A value of a version in words."""
    if value in (None, "", []):
        return "—"
    if name == "roles":
        return "、".join(str(PartyRole(role).label) for role in value)
    if name == "state":
        return str(PartyState(value).label)
    if name == "region":
        return Region.objects.filter(pk=value).values_list("full_name", flat=True).first() or str(value)
    if name == "branch":
        return Branch.objects.filter(pk=value).values_list("name", flat=True).first() or str(value)
    return str(value)


def _history(party: Party) -> list[dict[str, Any]]:
    rows = version_changes(party)
    for row in rows:
        row["label"] = EVENTS.get(row["version"].event, row["version"].event)
        row["changes"] = [
            {"label": LABELS[name], "before": _shown(name, before), "after": _shown(name, after)}
            for name, (before, after) in row["changed"].items()
            if name in LABELS
        ]
    return rows


@desk_page(*READERS, *OWNERS)
def party(request: HttpRequest, public_id: str) -> HttpResponse:
    """One entry, its history and what may be done next."""
    one, actor = _party(request, public_id), actor_for(request)
    events = PARTY_MOVES.events(PartyState(one.state)) if rules.may_manage_parties(actor) else []
    context = {
        "party": one,
        "phone": one.contact_phone if rules.may_manage_parties(actor) else mask(one.contact_phone),
        "account": mask(one.basic_account, head=4),
        "history": _history(one),
        "acts": [{"event": event, "label": ACTS[event][1], "danger": ACTS[event][3]} for event in events],
        "may_change": one.state != PartyState.EXITED
        and (rules.may_manage_parties(actor) or rules.speaks_for(actor, one.pk)),
        "actor": actor,
    }
    return render(request, "registry/desk/party.html", context)


@desk_page(*OWNERS)
def own_party(request: HttpRequest) -> HttpResponse:
    """To the entry of the party that one acts for."""
    one = visible_parties(actor_for(request)).first()
    if one is None:
        raise Http404
    return redirect("desk_party", one.public_id)


@desk_page(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_party(request: HttpRequest) -> HttpResponse:
    """Enter an application."""
    actor = actor_for(request)
    form = PartyForm(posted(request), actor=actor)
    if request.method == "POST" and form.is_valid():
        one = carry_out(form, lambda: actions.apply_party(form.content(), by=actor, at=clock.now()))
        if one:
            messages.success(request, _("已登记，等待审核。"))
            return back_to("desk_party", one.public_id)
    return _form(request, form, _("登记主体"))


@desk_page(Role.OPERATOR, *OWNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_party(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an entry; the party's own people change contact and account only."""
    one, actor = _party(request, public_id), actor_for(request)
    kind = PartyForm if rules.may_manage_parties(actor) else OwnPartyForm
    form = kind(posted(request), actor=actor, party=one, initial=initial_of(one))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if carry_out(
            form,
            lambda: actions.change_party(one, form.content(), version=version, by=actor, at=clock.now()),
        ):
            messages.success(request, _("已保存为新的版本。"))
            return back_to("desk_party", public_id)
    return _form(request, form, one.name, party=one)


def _form(request: HttpRequest, form: Any, title: str, **context: Any) -> HttpResponse:
    context |= {"form": form, "title": title}
    return render(request, "registry/desk/party_form.html", context, status=422 if form.errors else 200)


@desk_page(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_party(request: HttpRequest, public_id: str, event: str) -> HttpResponse:
    """Ask, then admit, return, resubmit, suspend, resume or end."""
    if event not in ACTS:
        raise Http404
    one, actor = _party(request, public_id), actor_for(request)
    act, label, asks_why, danger = ACTS[event]
    form = (ReasonForm if asks_why else EmptyForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = {"reason": form.cleaned_data["reason"]} if asks_why else {}
        if carry_out(form, lambda: act(one, **reason, by=actor, at=clock.now())):
            messages.success(request, _("已办理：%(act)s。") % {"act": label})
            return back_to("desk_party", public_id)
    context = {"party": one, "form": form, "label": label, "danger": danger, "event": event}
    return render(request, "registry/desk/party_act.html", context, status=422 if form.errors else 200)
