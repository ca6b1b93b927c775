"""Checks and rows of grants, for acts that write more than one. No events here."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.kernel.trade import TradeType
from marketplace.registry import rules
from marketplace.registry.actions import _checking as checking
from marketplace.registry.models import Branch, Party, Person, Region, RoleGrant
from marketplace.registry.queries.people import standing_grants
from marketplace.registry.queries.places import in_scope, region_covers
from marketplace.registry.states import (
    ADMINISTRATORS,
    ROLE_NEEDS_BRANCH,
    ROLE_NEEDS_PARTY,
    ROLE_NEEDS_REGION,
    PartyState,
    Role,
    may_stand_together,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantContent:
    """What is granted: ids of person, party and branch, code of the region; days are Beijing days."""

    person: int
    role: str
    party: int | None = None
    branch: int | None = None
    region: str = ""
    trade_type: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str = ""


def _demand_complete(content: GrantContent) -> None:
    """Each role comes with the scope that it works in, and none that it does not."""
    if content.role not in Role.values:
        raise Refused(_("请选择角色。"), field="role")
    if content.role in ROLE_NEEDS_PARTY and content.party is None:
        raise Refused(_("该角色须代表一个单位，请选择单位。"), field="party")
    if content.role in ROLE_NEEDS_BRANCH and content.branch is None:
        raise Refused(_("该角色须属于一个平台，请选择平台。"), field="branch")
    if content.role in ROLE_NEEDS_REGION and not content.region:
        raise Refused(_("监督角色须有监督区域（属地管理）。"), field="region")
    if content.role in ADMINISTRATORS and (content.party or content.region or content.trade_type):
        raise Refused(_("管理员角色不能附带单位、区域或交易类型。"), field="role")
    if content.trade_type and content.trade_type not in TradeType.values:
        raise Refused(_("请选择交易类型。"), field="trade_type")


def _demand_places(content: GrantContent, by: Actor) -> None:
    if content.branch is not None and not Branch.objects.filter(pk=content.branch, is_active=True).exists():
        raise Refused(_("该平台不存在或已停用。"), field="branch")
    if content.region and not Region.objects.filter(pk=content.region).exists():
        raise Refused(_("没有这个行政区划，请从列表中选择。"), field="region")
    if by.branch_id is None or rules.is_platform_itself(by):
        return
    # A branch's own security administrator gives nothing that reaches beyond the branch.
    within = []
    if content.branch is not None:
        within.append(in_scope(by, content.branch))
    if content.region:
        within.append(region_covers(by.region, content.region))
    if content.party is not None:
        within.append(in_scope(by, Party.objects.values_list("branch", flat=True).get(pk=content.party)))
    rules.demand(bool(within) and all(within), _("只能在本平台范围内授权。"))


def _demand_party(content: GrantContent) -> None:
    if content.party is None:
        return
    party = Party.objects.filter(pk=content.party).first()
    if party is None or party.state != PartyState.ADMITTED:
        raise Refused(_("该单位尚未入库或已暂停、退出。"), field="party")
    needed = ROLE_NEEDS_PARTY.get(Role(content.role))
    if needed and not party.has_role(needed):
        raise Refused(_("该单位没有登记为“%(role)s”。") % {"role": needed.label}, field="party")


def _demand_days(content: GrantContent) -> tuple[date, date | None]:
    today = clock.today()
    start = content.valid_from or today
    if start < today:
        raise Refused(_("生效日不能早于今天。"), field="valid_from")
    if content.valid_to and content.valid_to < start:
        raise Refused(_("截止日不能早于生效日。"), field="valid_to")
    return start, content.valid_to


def _overlap(grant: RoleGrant, start: date, end: date | None) -> bool:
    return (end is None or grant.valid_from <= end) and (grant.valid_to is None or start <= grant.valid_to)


def _demand_apart(content: GrantContent, start: date, end: date | None) -> None:
    """R81, R103 over every day on which both grants would hold."""
    for grant in standing_grants(content.person):
        if not _overlap(grant, start, end):
            continue
        if not may_stand_together(grant.role, content.role):
            message = _("职责分离：此人已是“%(has)s”，不能同时担任“%(new)s”。")
            raise Refused(
                message % {"has": grant.get_role_display(), "new": Role(content.role).label}, field="role"
            )
        same = (grant.role, grant.party_id, grant.branch_id, grant.region_id or "", grant.trade_type)
        if same == (content.role, content.party, content.branch, content.region, content.trade_type):
            raise Refused(_("此人在这段时间已有相同的授权。"), field="role")


def put_grant(content: GrantContent, *, by: Actor) -> RoleGrant:
    """Check and insert one grant; the person's row is locked first. No event."""
    person = Person.objects.select_for_update().filter(pk=content.person).first()
    if person is None:
        raise Refused(_("请选择人员。"), field="person")
    _demand_complete(content)
    _demand_party(content)
    _demand_places(content, by)
    start, end = _demand_days(content)
    _demand_apart(content, start, end)
    return RoleGrant.objects.create(
        person=person,
        role=content.role,
        party_id=content.party,
        branch_id=content.branch,
        region_id=content.region or None,
        trade_type=content.trade_type,
        valid_from=start,
        valid_to=end,
        granted_by_id=by.person_id,
        granted_at=clock.now(),
        reason=checking.text(content.reason, "reason", most=200, needed=False),
    )
