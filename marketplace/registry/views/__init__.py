"""Pages of the registry, and their entries on the desk."""

from django.utils.translation import gettext_lazy as _

from marketplace.kernel.actor import Actor
from marketplace.registry.desk import DeskEntry, register
from marketplace.registry.queries import proposals, visible_parties
from marketplace.registry.rules import may_decide_rules
from marketplace.registry.states import PartyState, Role
from marketplace.registry.views import rules

_ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
_PEOPLE = _("主体与人员")
_RULES = _("规则")
_SYSTEM = _("系统")


def _waiting_parties(actor: Actor) -> int:
    """Applications that an operator has to review."""
    if actor.role != Role.OPERATOR:
        return 0
    return visible_parties(actor).filter(state=PartyState.APPLIED).count()


def _waiting_rules(actor: Actor) -> int:
    """Proposals that this actor may decide: those of others."""
    if not may_decide_rules(actor, actor.region):
        return 0
    others = proposals().exclude(proposed_by=actor.user_id)
    return sum(may_decide_rules(actor, version.region_id or "") for version in others)


def register_desk() -> None:
    """Put this room's pages on the desk; called once at start."""
    register(DeskEntry(_("待办"), "desk", "inbox"))
    readers = (Role.OPERATOR, *_ADMINS)
    register(DeskEntry(_("主体库"), "desk_parties", "building-2", _PEOPLE, readers, count=_waiting_parties))
    register(
        DeskEntry(
            _("本单位信息"), "desk_own_party", "building-2", _PEOPLE, (Role.BUYER, Role.AGENCY, Role.SUPPLIER)
        )
    )
    register(DeskEntry(_("人员与账号"), "desk_people", "users", _PEOPLE, _ADMINS))
    register(DeskEntry(_("角色授权"), "desk_grants", "key-round", _PEOPLE, _ADMINS))
    register(DeskEntry(_("规则"), "desk_rules", "scale", _RULES, rules.READERS, count=_waiting_rules))
    register(DeskEntry(_("工作日历"), "desk_holidays", "calendar", _RULES, rules.READERS, todo=False))
    register(DeskEntry(_("平台与分支"), "desk_branches", "network", _SYSTEM, _ADMINS))
    register(DeskEntry(_("登录记录"), "desk_logins", "history", _SYSTEM, (Role.AUDIT_ADMIN,)))
