"""Writing parties: application, admission, suspension, exit; each act a version (R90)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions import _checking as checking
from marketplace.registry.crypto import mask
from marketplace.registry.models import Branch, Party, PartyVersion, Region
from marketplace.registry.queries.parties import visible_parties
from marketplace.registry.queries.places import in_scope
from marketplace.registry.states import PARTY_MOVES, PartyRole, PartyState


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyContent:
    """What is entered for a party. ``region`` is a code, ``branch`` an id."""

    name: str
    uscc: str
    roles: Sequence[str]
    region: str
    branch: int | None = None
    legal_representative: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    basic_account: str = ""


class PartyChanged(Refused):
    """Somebody else changed the entry since it was read."""


def _checked(content: PartyContent) -> dict[str, Any]:
    """Column values of a content; raises ``Refused`` at the field."""
    roles = [role for role in PartyRole.values if role in set(content.roles)]
    if not roles or len(roles) != len(set(content.roles)):
        raise Refused(_("请至少选择一种主体类别。"), field="roles")
    if not Region.objects.filter(code=content.region).exists():
        raise Refused(_("没有这个行政区划，请从列表中选择。"), field="region")
    if content.branch is not None and not Branch.objects.filter(pk=content.branch, is_active=True).exists():
        raise Refused(_("该平台不存在或已停用。"), field="branch")
    lines = {
        "legal_representative": 64,
        "address": 200,
        "contact_name": 64,
        "contact_phone": 32,
        "basic_account": 64,
    }
    optional = {
        field: checking.text(getattr(content, field), field, most=most, needed=False)
        for field, most in lines.items()
    }
    return optional | {
        "name": checking.text(content.name, "name", most=200),
        "uscc": checking.uscc(content.uscc),
        "roles": roles,
        "region_id": content.region,
        "branch_id": content.branch,
    }


def _snapshot(party: Party) -> dict[str, Any]:
    """What a version keeps; numbers of people and accounts masked."""
    return {
        "name": party.name,
        "uscc": party.uscc,
        "roles": list(party.roles),
        "region": party.region_id,
        "branch": party.branch_id,
        "state": str(party.state),
        "state_reason": party.state_reason,
        "legal_representative": party.legal_representative,
        "address": party.address,
        "contact_name": party.contact_name,
        "contact_phone": mask(party.contact_phone),
        "basic_account": mask(party.basic_account, head=4),
    }


def _write(party: Party, event: str, by: Actor, at: datetime) -> Party:
    """Save, keep the version, append the event: the end of every act on a party."""
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as error:
        raise Refused(_("该统一社会信用代码已登记，请勿重复申请。"), field="uscc") from error
    PartyVersion.objects.create(
        party=party, version=party.version, event=event, data=_snapshot(party), by=by.name, at=clock.now()
    )
    data = {
        "uscc": party.uscc,
        "name": party.name,
        "roles": list(party.roles),
        "state": str(party.state),
        "version": party.version,
        "reason": party.state_reason,
    }
    append(f"registry.party_{event}", by=by, at=at, subject=party, data=data)
    return party


def _locked(party: Party, by: Actor, *, own: bool = False) -> Party:
    """The row under lock, for the operator in scope (or, if ``own``, who speaks for it)."""
    party = Party.objects.select_for_update().get(pk=party.pk)
    in_charge = rules.may_manage_parties(by) and visible_parties(by).filter(pk=party.pk).exists()
    rules.demand(in_charge or (own and rules.speaks_for(by, party.pk)))
    return party


@transaction.atomic
def apply_party(content: PartyContent, *, by: Actor, at: datetime) -> Party:
    """Enter an application; one code has one entry (一次注册、多处互认).

    Raises ``NotAllowed`` for all but an operator (for the own branch or below) and the
    platform, ``Refused`` at the field, also for a code that is registered in any state.
    """
    rules.demand(rules.may_manage_parties(by))
    values = _checked(content)
    rules.demand(in_scope(by, content.branch), _("只能受理本平台范围内的主体。"))
    taken = Party.objects.filter(uscc=values["uscc"]).first()
    if taken:
        message = _("该统一社会信用代码已登记（%(state)s），请勿重复申请。")
        raise Refused(message % {"state": taken.get_state_display()}, field="uscc")
    party = Party(**values, state=PartyState.APPLIED, applied_at=clock.now())
    return _write(party, "applied", by, at)


def _move(party: Party, event: str, done: str, reason: str, by: Actor, at: datetime) -> Party:
    party = _locked(party, by)
    party.state = PARTY_MOVES.after(PartyState(party.state), event)
    moment = clock.now()
    if party.state == PartyState.ADMITTED and party.admitted_at is None:
        party.admitted_at = moment
    party.suspended_at = moment if party.state == PartyState.SUSPENDED else None
    party.exited_at = moment if party.state == PartyState.EXITED else None
    party.state_reason = reason
    party.version += 1
    return _write(party, done, by, at)


@transaction.atomic
def admit_party(party: Party, *, by: Actor, at: datetime) -> Party:
    """Admit an applicant. Raises ``NotAllowed`` out of scope, ``MoveRefused`` in another state."""
    return _move(party, "admit", "admitted", "", by, at)


@transaction.atomic
def return_party(party: Party, *, reason: str, by: Actor, at: datetime) -> Party:
    """Send an application back with what is missing. Raises as :func:`admit_party`."""
    return _move(party, "return", "returned", checking.text(reason, "reason", most=500), by, at)


@transaction.atomic
def resubmit_party(party: Party, *, by: Actor, at: datetime) -> Party:
    """Put a returned or exited party up for review again. Raises as :func:`admit_party`."""
    return _move(party, "resubmit", "resubmitted", "", by, at)


@transaction.atomic
def suspend_party(party: Party, *, reason: str, by: Actor, at: datetime) -> Party:
    """Suspend a party; it stays readable and may not act. Raises as :func:`admit_party`."""
    return _move(party, "suspend", "suspended", checking.text(reason, "reason", most=500), by, at)


@transaction.atomic
def resume_party(party: Party, *, reason: str, by: Actor, at: datetime) -> Party:
    """End a suspension. Raises as :func:`admit_party`."""
    return _move(party, "resume", "resumed", checking.text(reason, "reason", most=500), by, at)


@transaction.atomic
def exit_party(party: Party, *, reason: str, by: Actor, at: datetime) -> Party:
    """Take a party out of the register; grants for it no longer hold. Raises as :func:`admit_party`."""
    return _move(party, "exit", "exited", checking.text(reason, "reason", most=500), by, at)


@transaction.atomic
def change_party(party: Party, content: PartyContent, *, version: int, by: Actor, at: datetime) -> Party:
    """Change an entry that was read at ``version``; the code itself never changes.

    The operator in scope may change all of it; who speaks for the party only address,
    contact and account. Raises ``PartyChanged`` when somebody was first, ``Refused`` after exit.
    """
    party = _locked(party, by, own=True)
    if party.version != version:
        raise PartyChanged(_("此条目刚被他人修改，请核对最新内容后再提交。"))
    if party.state == PartyState.EXITED:
        raise Refused(_("已退出的主体不能修改，请先重新申请。"))
    values = _checked(content)
    if values["uscc"] != party.uscc:
        raise Refused(_("统一社会信用代码不能修改。"), field="uscc")
    if rules.may_manage_parties(by):
        rules.demand(in_scope(by, content.branch), _("只能受理本平台范围内的主体。"))
    else:
        values = {
            name: values[name] for name in ("address", "contact_name", "contact_phone", "basic_account")
        }
    for name, value in values.items():
        setattr(party, name, value)
    party.version += 1
    return _write(party, "changed", by, at)
