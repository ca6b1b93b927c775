"""Rules in force for everyone, and the desk where one proposes and another approves."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry import actions
from marketplace.registry.forms.fields import ReasonForm, carry_out
from marketplace.registry.forms.rules import ProposalForm, RulesForm, StartForm
from marketplace.registry.models import Rule, RuleVersion
from marketplace.registry.models.rules import RuleTopic, RuleUnit
from marketplace.registry.queries import (
    Deadline,
    NoRule,
    actor_for,
    deadline,
    latest_before,
    proposals,
    rule,
    rule_history,
    rules_in_force,
)
from marketplace.registry.rules import may_decide_rules, may_propose_rules
from marketplace.registry.states import Role, RuleState
from marketplace.registry.views.pages import back_to, desk_page, page_of, posted

READERS = (Role.OPERATOR, Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
_PERIODS = (RuleUnit.DAY, RuleUnit.WORKDAY, RuleUnit.MONTH, RuleUnit.YEAR)


def _asked(form: RulesForm) -> tuple[date, str, str]:
    """Day, trade type and region that the reader asked for; what is wrong counts as not asked."""
    form.is_valid()
    data = form.cleaned_data
    return data.get("date") or clock.today(), data.get("trade") or "", data.get("region") or ""


def _by_topic(versions: Iterable[RuleVersion]) -> list[dict[str, Any]]:
    """Topics in the order of a purchase, each with its versions."""
    order = {topic: place for place, topic in enumerate(RuleTopic)}
    rows = sorted(versions, key=lambda v: order[RuleTopic(v.rule.topic)])
    return [
        {"key": topic, "label": RuleTopic(topic).label, "versions": list(found)}
        for topic, found in groupby(rows, key=lambda v: v.rule.topic)
    ]


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force on a day, by topic; ``?date=&trade=&region=``."""
    form = RulesForm(request.GET)
    day, trade, region = _asked(form)
    found = list(rules_in_force(day, region=region, trade_type=trade))
    context = {
        "form": form,
        "day": day,
        "is_today": day == clock.today(),
        "topics": _by_topic(found),
        "total": len(found),
        "meta": {"column": _("规则参数")},
    }
    return render(request, "registry/rules_list.html", context, status=400 if form.errors else 200)


@require_safe
def rule_page(request: HttpRequest, key: str) -> HttpResponse:
    """One rule with all its versions, and a count of days from ``?start=``."""
    found = get_object_or_404(Rule, pk=key)
    form = StartForm(request.GET)
    start = form.cleaned_data.get("start") if form.is_valid() else None
    versions = list(rule_history(key))
    today = clock.today()
    context = {
        "rule": found,
        "rows": [{"version": v, "standing": _standing(v, today)} for v in versions],
        "form": form,
        "start": start,
        "counted": _counted(versions, start) if start else [],
        "is_period": any(v.unit in _PERIODS and not v.repeals for v in versions),
        "meta": {"column": _("规则参数"), "title": found.name},
    }
    return render(request, "registry/rules_detail.html", context, status=400 if form.errors else 200)


def _standing(version: RuleVersion, day: date) -> str:
    """``in_force``, ``not_started`` or ``ended`` on a day."""
    if version.effective_from > day:
        return "not_started"
    ended = version.effective_to is not None and version.effective_to < day
    return "ended" if ended or version.repeals else "in_force"


def _counted(versions: list[RuleVersion], start: date) -> list[tuple[RuleVersion, Deadline, Deadline]]:
    """Where each version in force on the start day leads, forwards and backwards."""
    bound = [
        v
        for v in versions
        if v.unit in _PERIODS and not v.repeals and v.value is not None and _standing(v, start) == "in_force"
    ]
    return [(v, deadline(start, v), latest_before(start, v)) for v in bound]


@require_safe
def api(request: HttpRequest) -> JsonResponse:
    """``/api/v1/rules/?date=&trade=&region=``: the rules in force. Fields are only ever added."""
    form = RulesForm(request.GET)
    if not form.is_valid():
        fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
        error = {"code": "invalid", "message": _("有的参数不能理解，见 fields。"), "fields": fields}
        return JsonResponse({"error": error}, status=400, json_dumps_params={"ensure_ascii": False})
    day, trade, region = _asked(form)
    found = [_row(version) for version in rules_in_force(day, region=region, trade_type=trade)]
    answer = {"date": day.isoformat(), "total": len(found), "results": found}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _row(version: RuleVersion) -> dict[str, Any]:
    return {
        "rule": version.rule_id,
        "clause": version.rule.clause,
        "topic": version.rule.topic,
        "name": version.rule.name,
        "relation": version.rule.relation,
        "value": None if version.value is None else version.number(),
        "text": version.text or None,
        "unit": version.unit,
        "trade": version.trade_type or None,
        "region": version.region_id,
        "effective_from": version.effective_from.isoformat(),
        "effective_to": version.effective_to.isoformat() if version.effective_to else None,
        "legal_basis": version.legal_basis,
        "evidence": version.evidence,
        "note": version.note or None,
    }


@desk_page(*READERS)
@require_safe
def desk_rules(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and the rules in force today."""
    actor = actor_for(request)
    decided = RuleVersion.objects.exclude(proposed_at=None).exclude(state=RuleState.PROPOSED)
    context = {
        "waiting": proposals(),
        "topics": _by_topic(rules_in_force(clock.today())),
        "page": page_of(request, decided.select_related("rule", "region").order_by("-decided_at")),
        "may_propose": may_propose_rules(actor, actor.region),
    }
    return render(request, "registry/rules_desk.html", context)


@desk_page(Role.OPERATOR, Role.SUPERVISOR, Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a version; ``?version=`` copies one that is in force."""
    actor = actor_for(request)
    form = ProposalForm(posted(request), initial=_initial(request.GET.get("version", "")))
    if request.method == "POST" and form.is_valid():
        version = carry_out(
            form, lambda: actions.propose_rule_version(form.content(), by=actor, at=clock.now())
        )
        if version:
            messages.success(request, _("已提交，等待另一人批准。"))
            return back_to("desk_rule", version.pk)
    context = {"form": form, "title": _("提出规则修改")}
    return render(request, "registry/rules_form.html", context, status=422 if form.errors else 200)


def _initial(pk: str) -> dict[str, Any]:
    """What the form starts with: a copy of a version, without its days."""
    version = RuleVersion.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 12 else None
    if version is None:
        return {"evidence": "V"}
    return {
        "rule_id": version.rule_id,
        "trade_type": version.trade_type,
        "region": version.region_id or "",
        "value": version.number() if version.value is not None else "",
        "text": version.text,
        "unit": version.unit,
        "evidence": "V",
    }


@desk_page(*READERS)
@require_safe
def desk_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One version with what it would replace, and the decision for those who may take it."""
    version = get_object_or_404(
        RuleVersion.objects.select_related("rule", "region", "proposed_by", "decided_by"), pk=pk
    )
    return _desk_rule(request, version, ReasonForm())


def _desk_rule(request: HttpRequest, version: RuleVersion, form: ReasonForm) -> HttpResponse:
    actor = actor_for(request)
    waiting = version.state == RuleState.PROPOSED
    mine = version.proposed_by_id == actor.user_id
    context = {
        "version": version,
        "before": _before(version) if waiting else None,
        "form": form,
        "may_decide": waiting and not mine and may_decide_rules(actor, version.region_id or ""),
        "is_mine": waiting and mine,
    }
    return render(request, "registry/rules_version.html", context, status=422 if form.errors else 200)


def _before(version: RuleVersion) -> RuleVersion | None:
    """What applies to the proposal's place and trade today, be it a wider version."""
    try:
        return rule(version.rule_id, region=version.region, trade_type=version.trade_type, on=clock.today())
    except NoRule:
        return None


@desk_page(Role.SUPERVISOR, Role.SECURITY_ADMIN)
@require_http_methods(["POST"])
def decide(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Approve a proposal, or reject it with a reason."""
    if event not in ("approve", "reject"):
        raise Http404
    actor = actor_for(request)
    version = get_object_or_404(RuleVersion, pk=pk)
    form = ReasonForm(request.POST if event == "reject" else {"reason": "-"})
    if form.is_valid() and carry_out(
        form, lambda: _decide(version, event, form.cleaned_data["reason"], actor)
    ):
        messages.success(request, _("已批准，将按生效日期执行。") if event == "approve" else _("已退回。"))
        return back_to("desk_rules")
    return _desk_rule(request, version, form)


def _decide(version: RuleVersion, event: str, reason: str, actor: Actor) -> RuleVersion:
    if event == "approve":
        return actions.approve_rule_version(version, by=actor, at=clock.now())
    return actions.reject_rule_version(version, reason, by=actor, at=clock.now())
