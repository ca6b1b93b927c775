"""Granting and revoking roles: dated, by another hand, never two that must stand apart."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions import _checking as checking
from marketplace.registry.actions._accounts import demand_not_last_administrator, lock_administrators
from marketplace.registry.actions._grants import GrantContent, put_grant
from marketplace.registry.models import Person, RoleGrant
from marketplace.registry.queries.people import visible_grants, visible_people
from marketplace.registry.states import ADMINISTRATORS


def _event_data(grant: RoleGrant) -> dict[str, object]:
    return {
        "person": grant.person_id,
        "role": grant.role,
        "party": grant.party_id,
        "branch": grant.branch_id,
        "region": grant.region_id,
        "trade_type": grant.trade_type,
        "from": grant.valid_from,
        "to": grant.valid_to,
    }


@transaction.atomic
def grant_role(content: GrantContent, *, by: Actor, at: datetime) -> RoleGrant:
    """Grant a dated role to somebody else.

    Only the security administrator grants (三员分立), nobody grants to himself, and no one
    comes to hold roles that must stand apart: administrators each alone, operator and
    supervisor never in one hand (R103). Raises ``NotAllowed`` or ``Refused`` at the field.
    """
    rules.demand(rules.may_grant(by))
    rules.demand(by.person_id is None or by.person_id != content.person, _("不能给自己授权。"))
    if not visible_people(by).filter(pk=content.person).exists():
        raise NotAllowed(_("此人不在您的管理范围内。"), field="person")
    grant = put_grant(content, by=by)
    append("registry.role_granted", by=by, at=at, subject=grant, data=_event_data(grant))
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, reason: str, by: Actor, at: datetime) -> RoleGrant:
    """End a grant at once; its holder's next request no longer carries it.

    A second call changes nothing. Raises ``NotAllowed`` for all but the security
    administrator in scope and for one's own grant, ``Refused`` without a reason and for
    the last administrator of a kind.
    """
    Person.objects.select_for_update().get(pk=grant.person_id)
    if grant.role in ADMINISTRATORS:
        lock_administrators()
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    rules.demand(rules.may_grant(by) and visible_grants(by).filter(pk=grant.pk).exists())
    rules.demand(by.person_id is None or by.person_id != grant.person_id, _("不能收回自己的授权。"))
    if grant.revoked_at is not None:
        return grant
    grant.revoke_reason = checking.text(reason, "reason", most=200)
    if grant.role in ADMINISTRATORS:
        demand_not_last_administrator(grant.person_id)
    grant.revoked_at, grant.revoked_by_id = clock.now(), by.person_id
    grant.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    append("registry.role_revoked", by=by, at=at, subject=grant, data=_event_data(grant) | {"reason": reason})
    return grant
