"""Writing people and their accounts."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions import _checking as checking
from marketplace.registry.actions._accounts import (
    AccountContent,
    demand_not_last_administrator,
    put_account,
    put_both,
)
from marketplace.registry.actions._sessions import end_all
from marketplace.registry.crypto import mask
from marketplace.registry.models import Branch, Person, User
from marketplace.registry.queries.people import visible_people
from marketplace.registry.queries.places import in_scope


def _demand_branch(branch: int | None, by: Actor) -> None:
    if branch is not None and not Branch.objects.filter(pk=branch).exists():
        raise Refused(_("请选择所属平台。"), field="branch")
    rules.demand(in_scope(by, branch), _("只能登记本平台范围内的人员。"))


def _event_data(user: User) -> dict[str, object]:
    person = user.person
    return {
        "username": user.username,
        "branch": person.branch_id if person else None,
        "active": user.is_active,
    }


@transaction.atomic
def create_person_account(
    content: AccountContent, *, password: str | None = None, by: Actor, at: datetime
) -> User:
    """Register a person with an account that waits for activation by a one-time code.

    ``password`` activates it at once and is allowed to the platform itself only (demo,
    command line), so that no administrator knows another's password. Raises
    ``NotAllowed`` for all but the system administrator in scope, ``Refused`` at the field
    for a taken name, number or address.
    """
    rules.demand(rules.may_manage_people(by))
    rules.demand(password is None or rules.is_platform_itself(by))
    _demand_branch(content.branch, by)
    user = put_account(content, password=password)
    append("registry.account_created", by=by, at=at, subject=user, data=_event_data(user))
    return user


@transaction.atomic
def change_person(person: Person, content: AccountContent, *, by: Actor, at: datetime) -> User:
    """Change a person's name, numbers or branch; an empty ID number keeps the old one.

    Raises as :func:`create_person_account`. The event tells which fields changed, masked.
    """
    user = User.objects.select_for_update().get(person=person.pk)
    person = Person.objects.select_for_update().get(pk=person.pk)
    rules.demand(rules.may_manage_people(by) and visible_people(by).filter(pk=person.pk).exists())
    _demand_branch(content.branch, by)
    before = (person.name, user.email, person.mobile, person.branch_id, user.username)
    put_both(person, user, content)
    after = (person.name, user.email, person.mobile, person.branch_id, user.username)
    names = ("name", "email", "mobile", "branch", "username")
    changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
    data = _event_data(user) | {"changed": changed, "mobile": mask(person.mobile)}
    append("registry.person_changed", by=by, at=at, subject=user, data=data)
    return user


@transaction.atomic
def set_account_active(user: User, active: bool, *, reason: str, by: Actor, at: datetime) -> User:
    """Close an account and end its sessions, or open it again.

    Raises ``NotAllowed`` out of scope, ``Refused`` for one's own account and for the last
    administrator of a kind (else nobody could open it again).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    rules.demand(rules.may_manage_people(by) and visible_people(by).filter(user=user.pk).exists())
    rules.demand(by.user_id != user.pk, _("不能停用自己的账号。"))
    reason = checking.text(reason, "reason", most=200)
    if not active:
        demand_not_last_administrator(user.person_id)
        end_all(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    kind = "registry.account_opened" if active else "registry.account_closed"
    append(kind, by=by, at=at, subject=user, data=_event_data(user) | {"reason": reason})
    return user
