"""Who may do what with public information. A superuser has no right here."""

from django.utils.translation import gettext as _

from marketplace.disclosure.models import Attachment, Notice, Question, TradeProject
from marketplace.disclosure.states import Disclosure, PartyPart, WithdrawalBasis
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.registry.models import Branch, RoleGrant, User
from marketplace.registry.queries import active_grants
from marketplace.registry.rules import actor_has, is_platform_itself
from marketplace.registry.states import Role

CENTRE = (Role.OPERATOR, Role.AUTHOR, Role.REVIEWER)


def region_prefix(code: str) -> str:
    """The leading digits that all places within a region share: 420500 gives 4205."""
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def within(region_code: str | None, scope: str) -> bool:
    """Whether a place lies within a scope; an empty scope covers nothing."""
    return bool(scope) and bool(region_code) and str(region_code).startswith(region_prefix(scope))


def grant_in_force(actor: Actor) -> RoleGrant | None:
    """The grant by which a person acts, if it is in force on the platform's day; fresh from the database."""
    if actor.kind != "person" or actor.grant_id is None or actor.person_id is None or not actor.role:
        return None
    grants = active_grants(actor.person_id).filter(
        pk=actor.grant_id, role=actor.role, person__user__is_active=True
    )
    return grants.first()


def demand_grant(actor: Actor, *roles: str) -> RoleGrant:
    """The actor's grant in one of these roles; raises ``NotAllowed``."""
    grant = grant_in_force(actor) if actor_has(actor, *roles) else None
    if grant is None:
        raise NotAllowed(_("您当前的角色无权进行此操作。"))
    return grant


def same_person(actor: Actor, user_id: int | None) -> bool:
    """Whether an account belongs to the person who acts, whatever account is used."""
    if user_id is None:
        return False
    if actor.user_id == user_id:
        return True
    person = User.objects.filter(pk=user_id).values_list("person_id", flat=True).first()
    return person is not None and person == actor.person_id


def covers(grant: RoleGrant, *, branch_id: int | None, region_code: str | None, trade_type: str) -> bool:
    """Whether a grant of the centre's people reaches a row of that branch, place and trade.

    A row without a branch (imported) belongs to the branches whose region holds its place.
    """
    if grant.trade_type and trade_type and grant.trade_type != trade_type:
        return False
    if branch_id is not None:
        return grant.branch_id == branch_id
    branch: Branch | None = grant.branch
    return branch is not None and (region_code is None or within(region_code, branch.region_id))


def may_withdraw(actor: Actor, notice: Notice, basis: str) -> bool:
    """A supervisor of the place on any ground; the branch's reviewer only where the law leaves no choice."""
    grant = grant_in_force(actor)
    if grant is None:
        return False
    if grant.role == Role.SUPERVISOR:
        trade = not grant.trade_type or grant.trade_type == notice.trade_type
        return trade and within(notice.region_id, grant.region_id or "")
    legal_duty = basis in (WithdrawalBasis.SECRET, WithdrawalBasis.PERSONAL)
    return grant.role == Role.REVIEWER and legal_duty and _covers_notice(grant, notice)


def _covers_notice(grant: RoleGrant, notice: Notice) -> bool:
    return covers(
        grant, branch_id=notice.branch_id, region_code=notice.region_id, trade_type=notice.trade_type
    )


def may_curate(actor: Actor, notice: Notice) -> bool:
    """Scan hits of a notice: reviewers of its branch."""
    grant = grant_in_force(actor)
    return grant is not None and grant.role == Role.REVIEWER and _covers_notice(grant, notice)


def may_curate_project(actor: Actor, project: TradeProject) -> bool:
    """Merging and splitting: reviewers and operators of the project's branch, or of its place."""
    grant = grant_in_force(actor)
    return (
        grant is not None
        and grant.role in (Role.REVIEWER, Role.OPERATOR)
        and covers(
            grant, branch_id=project.branch_id, region_code=project.region_id, trade_type=project.trade_type
        )
    )


def may_answer(actor: Actor, question: Question) -> bool:
    """The unit or agency that the notice names, or the branch that published it."""
    grant = grant_in_force(actor)
    if grant is None:
        return False
    if grant.role in (Role.BUYER, Role.AGENCY):
        if grant.party_id is None:
            return False
        parts = (PartyPart.BUYER, PartyPart.AGENCY)
        return question.notice.parties.filter(role__in=parts, party_id=grant.party_id).exists()
    return grant.role in (Role.OPERATOR, Role.REVIEWER) and _covers_notice(grant, question.notice)


def may_import(actor: Actor) -> bool:
    """The platform's own commands, and reviewers."""
    return is_platform_itself(actor) or (
        actor_has(actor, Role.REVIEWER) and grant_in_force(actor) is not None
    )


def may_read_file(actor: Actor, attachment: Attachment) -> bool:
    """Public files of a published notice are everyone's; the rest is the branch's own."""
    notice = attachment.notice
    if notice is not None and not notice.is_withdrawn and attachment.disclosure == Disclosure.PUBLIC:
        return True
    grant = grant_in_force(actor)
    if grant is None:
        return False
    branch = notice.branch_id if notice else attachment.branch_id
    if grant.role in CENTRE:
        return branch is not None and grant.branch_id == branch
    supervised = grant.role == Role.SUPERVISOR and notice is not None
    return supervised and within(notice.region_id if notice else None, grant.region_id or "")
