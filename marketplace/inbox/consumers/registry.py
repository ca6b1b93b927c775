"""What the register's events mean to people: rules and parties that wait, what was decided."""

from django.utils.translation import gettext as _

from marketplace.inbox.consumers.routes import Notification, Route
from marketplace.inbox.queries import holders, users_by_id
from marketplace.ledger.models import Event
from marketplace.registry.models import Party, RoleGrant, RuleVersion
from marketplace.registry.states import Role


def _version(event: Event) -> RuleVersion:
    return RuleVersion.objects.select_related("rule").get(pk=event.subject_id)


def _rule_proposed(event: Event) -> Notification:
    version = _version(event)
    return Notification(
        users=holders(Role.SUPERVISOR, Role.SECURITY_ADMIN, region=version.region_id or ""),
        title=_("规则待批准：%(name)s") % {"name": version.rule.name},
        body=_("拟自 %(day)s 起改为“%(says)s”。依据：%(basis)s")
        % {"day": version.effective_from, "says": version.said(), "basis": version.legal_basis},
        url=f"/desk/rules/{version.pk}/",
    )


def _rule_decided(event: Event) -> Notification:
    version = _version(event)
    said = _("已批准") if event.kind.endswith("approved") else _("已退回")
    return Notification(
        users=users_by_id([version.proposed_by_id]),
        title=_("规则%(said)s：%(name)s") % {"said": said, "name": version.rule.name},
        body=version.decision_reason,
        url=f"/desk/rules/{version.pk}/",
    )


def _party_waits(event: Event) -> Notification:
    party = Party.objects.get(pk=event.subject_id)
    return Notification(
        users=holders(Role.OPERATOR, branch_id=party.branch_id) if party.branch_id else [],
        title=_("主体待审核：%(name)s") % {"name": party.name},
        url=f"/desk/parties/{party.public_id}/",
        mail=False,
    )


def _party_decided(event: Event) -> Notification:
    party = Party.objects.get(pk=event.subject_id)
    return Notification(
        users=holders(Role.BUYER, Role.AGENCY, Role.SUPPLIER, party_ids=[party.pk]),
        title=_("主体状态变更为“%(state)s”：%(name)s")
        % {"state": party.get_state_display(), "name": party.name},
        body=str(event.data.get("reason") or ""),
        url="/desk/parties/own/",
    )


def _granted(event: Event) -> Notification | None:
    grant = RoleGrant.objects.select_related("person__user").get(pk=event.subject_id)
    user = getattr(grant.person, "user", None)
    if user is None:
        return None
    title = _("您被授予角色：%(role)s") if event.kind.endswith("granted") else _("您的角色已收回：%(role)s")
    return Notification(
        users=users_by_id([user.pk]),
        title=title % {"role": grant.get_role_display()},
        body=grant.revoke_reason or grant.reason,
        url="/desk/",
    )


ROUTES: dict[str, Route] = {
    "registry.rule_proposed": _rule_proposed,
    "registry.rule_approved": _rule_decided,
    "registry.rule_rejected": _rule_decided,
    "registry.party_applied": _party_waits,
    "registry.party_resubmitted": _party_waits,
    "registry.party_admitted": _party_decided,
    "registry.party_returned": _party_decided,
    "registry.party_suspended": _party_decided,
    "registry.party_resumed": _party_decided,
    "registry.role_granted": _granted,
    "registry.role_revoked": _granted,
}
