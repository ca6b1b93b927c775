"""What people at their desks may see: default deny, scoped by the chosen grant."""

from django.db.models import Q, QuerySet

from marketplace.disclosure.models import Notice, Question, ScanHit, TradeProject
from marketplace.disclosure.queries.notices import for_lists
from marketplace.disclosure.rules.who import grant_in_force, region_prefix
from marketplace.disclosure.states import PartyPart, QuestionState, ScanState
from marketplace.kernel.actor import Actor
from marketplace.registry.models import RoleGrant
from marketplace.registry.states import Role

_CENTRE = (Role.OPERATOR, Role.AUTHOR, Role.REVIEWER)


def _scope(grant: RoleGrant | None) -> Q | None:
    """Rows of the branch, and rows without a branch in its region; for supervisors their region."""
    if grant is None:
        return None
    trade = Q(trade_type=grant.trade_type) if grant.trade_type else Q()
    if grant.role == Role.SUPERVISOR and grant.region_id:
        return trade & Q(region__code__startswith=region_prefix(grant.region_id))
    if grant.role in _CENTRE and grant.branch is not None:
        here = Q(region__isnull=True) | Q(region__code__startswith=region_prefix(grant.branch.region_id))
        return trade & (Q(branch=grant.branch) | (Q(branch__isnull=True) & here))
    return None


def notices_visible_to(actor: Actor) -> QuerySet[Notice]:
    """Published and withdrawn notices of the actor's branch or supervised region, newest first."""
    scope = _scope(grant_in_force(actor))
    rows = Notice.objects.none() if scope is None else Notice.objects.filter(scope)
    return for_lists(rows).order_by("-published_at", "-pk")


def projects_visible_to(actor: Actor) -> QuerySet[TradeProject]:
    """Projects of the actor's branch, place or supervised region."""
    scope = _scope(grant_in_force(actor))
    rows = TradeProject.objects.none() if scope is None else TradeProject.objects.filter(scope)
    return rows.select_related("region", "branch", "merged_into")


def scan_hits_visible_to(actor: Actor) -> QuerySet[ScanHit]:
    """Findings in the actor's notices: for reviewers only."""
    if actor.role != Role.REVIEWER:
        return ScanHit.objects.none()
    notices = notices_visible_to(actor).order_by().values("pk")
    light = [f"notice__{name}" for name in ("body_html", "body_text", "fields", "reasons", "rule_versions")]
    return ScanHit.objects.filter(notice__in=notices).select_related("notice").defer(*light)


def questions_visible_to(actor: Actor) -> QuerySet[Question]:
    """Questions on notices that name the actor's unit, or that its branch published."""
    grant = grant_in_force(actor)
    rows = Question.objects.none()
    if grant is not None and grant.role in (Role.BUYER, Role.AGENCY) and grant.party_id:
        named = Q(
            notice__parties__party=grant.party_id,
            notice__parties__role__in=(PartyPart.BUYER, PartyPart.AGENCY),
        )
        rows = Question.objects.filter(pk__in=Question.objects.filter(named).values("pk"))
    elif grant is not None and grant.role in (Role.OPERATOR, Role.REVIEWER):
        rows = Question.objects.filter(notice__in=notices_visible_to(actor).order_by().values("pk"))
    light = [f"notice__{name}" for name in ("body_html", "body_text", "fields", "reasons", "rule_versions")]
    return rows.select_related("notice").defer(*light)


def open_questions(actor: Actor) -> int:
    """How many questions wait for this actor."""
    return questions_visible_to(actor).filter(state=QuestionState.ASKED).count()


def open_scan_hits(actor: Actor) -> int:
    """How many findings wait for this actor."""
    return scan_hits_visible_to(actor).filter(state=ScanState.OPEN).count()


def public_questions(notice: Notice) -> list[Question]:
    """Questions and answers that both sides agreed to show, without asker; one query."""
    if notice.is_withdrawn:
        return []
    rows = notice.questions.filter(state=QuestionState.PUBLISHED)
    return list(rows.defer("asker_name", "contact", "contact_index").order_by("-published_at"))
