"""Reads of notice drafts."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.models import Workflow

from cms import rules
from cms.models import NoticeDraft
from cms.queries.content import body_html, content_of
from cms.states import DraftState
from marketplace.disclosure.actions import check_notice
from marketplace.disclosure.queries.levels import field_specs
from marketplace.disclosure.rules.body import sanitise
from marketplace.kernel import clock, money
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.registry.states import Role
from search import text


def default_workflow() -> Workflow:
    """The notices' review; raises ``Refused`` where setup has not run."""
    workflow = NoticeDraft.get_default_workflow()
    if workflow is None:
        raise Refused(_("公告审核流程还没有建立，请先完成初始化（sunlit setup）。"))
    return workflow


def drafts_due() -> QuerySet[NoticeDraft]:
    """Approved drafts whose time has come and that were not refused before, oldest first."""
    due = NoticeDraft.objects.filter(
        state=DraftState.SCHEDULED, release_at__lte=clock.now(), release_error=""
    )
    return due.order_by("release_at", "pk")


def waiting_for(actor: Actor) -> int:
    """How many drafts wait for this reviewer's decision; for an author, how many were returned or refused."""
    mine = rules.visible_to(actor)
    if actor.role == Role.REVIEWER:
        light = mine.filter(state=DraftState.IN_REVIEW).only(
            "state", "author_id", "writers", "branch_id", "trade_type"
        )
        return sum(rules.may_review(actor, draft) for draft in light)
    return mine.filter(Q(state=DraftState.DRAFT) & ~Q(return_reason="") | ~Q(release_error="")).count()


def drafts_matching(drafts: QuerySet[NoticeDraft], asked: str) -> QuerySet[NoticeDraft]:
    """Drafts that hold every word of a question: the public search's text analysis over ``search_key``.

    A draft's key is its own small index: runs of words and codes, folded, apart by one space.
    """
    for word in asked.split()[:24]:
        wanted = text.normalise(word)
        if not wanted:
            return drafts.none()
        drafts = drafts.filter(search_key__contains=_needle(word, wanted))
    return drafts


def _needle(word: str, wanted: str) -> str:
    """Codes match from their beginning, other letters and digits whole, Chinese anywhere."""
    parts = list(text.runs(word))
    start = "" if parts[0].cjk else " "
    end = "" if parts[-1].cjk or text.is_code(parts) else " "
    return f"{start}{wanted}{end}"


def search_key(draft: NoticeDraft, body: str) -> str:
    """What a draft is found by."""
    said = (draft.title, draft.project_code, draft.project_name, draft.buyer_name, draft.agency_name, body)
    return f" {'  '.join(text.normalise(part) for part in said if part)} "


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the key box."""

    label: str
    value: Any
    words: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would look like."""

    facts: list[Fact] = field(default_factory=list)
    body: SafeString | str = ""


def preview_of(draft: NoticeDraft) -> Preview:
    """The draft as readers would see it: facts and sanitised text."""
    return Preview(facts=[*_columns(draft), *_structured(draft)], body=mark_safe(sanitise(body_html(draft))))


def _columns(draft: NoticeDraft) -> list[Fact]:
    names = (
        "project_code",
        "project_name",
        "lot_code",
        "lot_name",
        "buyer_name",
        "agency_name",
        "winner_name",
    )
    facts = [_fact(draft, name, getattr(draft, name)) for name in names if getattr(draft, name)]
    if draft.amount is not None:
        label = draft.get_amount_kind_display() or str(draft._meta.get_field("amount").verbose_name)
        facts.append(Fact(label, f"¥{money.format_yuan(draft.amount)}", money.in_words(draft.amount)))
    times = [(name, getattr(draft, name)) for name in ("deadline_at", "opening_at") if getattr(draft, name)]
    facts += [_fact(draft, name, f"{at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}") for name, at in times]
    people = [
        (name, getattr(draft, name)) for name in ("responsible_person", "verifier") if getattr(draft, name)
    ]
    return facts + [_fact(draft, name, value) for name, value in people]


def _fact(draft: NoticeDraft, name: str, value: Any) -> Fact:
    return Fact(str(draft._meta.get_field(name).verbose_name), value)


def _structured(draft: NoticeDraft) -> list[Fact]:
    base = draft.corrects.base_kind if draft.corrects else ""
    specs = field_specs(draft.kind, draft.trade_type, base_kind=base) if draft.kind else []
    shown = ((spec, (draft.fields or {}).get(spec.key)) for spec in specs)
    return [Fact(spec.label, _readable(spec, value)) for spec, value in shown if value not in (None, "", [])]


def _readable(spec: Any, value: Any) -> str:
    if isinstance(value, list):
        return "\n".join("，".join(str(cell) for cell in row.values() if cell) for row in value)
    if spec.choices:
        return str(spec.choice_map.get(str(value), value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Findings:
    """What stands between a draft and the public."""

    problems: list[str]
    hits: list[Any]


def draft_findings(draft: NoticeDraft) -> Findings:
    """Everything that a release would refuse now, without releasing."""
    checked = check_notice(content_of(draft), corrects=draft.corrects)
    problems = list(checked.problems)
    if not draft.responsible_person:
        problems.append(_("请填写公告发布责任人。"))
    return Findings(problems=problems, hits=list(checked.hits))


def check_draft(draft: NoticeDraft) -> None:
    """Raise ``Refused`` for what a release would refuse, so that reviewers get complete drafts."""
    found = draft_findings(draft)
    blocking = found.problems + ([] if draft.scan_reason.strip() else [_hit_text(hit) for hit in found.hits])
    if blocking:
        raise Refused("；".join(blocking))


def _hit_text(hit: Any) -> str:
    said = {"what": hit.rule.label, "excerpt": hit.excerpt}
    return _("扫描到%(what)s（%(excerpt)s），请删去或写明理由") % said
