"""Roles, states and the printable table of moves of the registry."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.moves import Move, Moves


class Role(TextChoices):
    """What a person may be granted; one is chosen at a time and written into every act."""

    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")
    OPERATOR = "operator", _("交易中心经办")
    AUTHOR = "author", _("公告编写")
    REVIEWER = "reviewer", _("公告审核")
    SUPERVISOR = "supervisor", _("行政监督")
    BUYER = "buyer", _("采购单位")
    AGENCY = "agency", _("代理机构")
    SUPPLIER = "supplier", _("供应商")
    EXPERT = "expert", _("评审专家")


class PartyRole(TextChoices):
    """In which capacities a party (主体) is registered."""

    PROCURING_ENTITY = "procuring_entity", _("招标人（采购人）")
    SUPPLIER = "supplier", _("投标人（供应商）")
    AGENCY = "agency", _("代理机构")
    SUPERVISOR = "supervisor", _("行政监督部门")
    CENTRE = "centre", _("交易中心")


class RegionLevel(TextChoices):
    """Levels of GB/T 2260."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")


class BranchMode(TextChoices):
    """The two ways of the "1+4" model (R101)."""

    DIRECT = "direct", _("直接在市平台交易")
    SUB_PLATFORM = "sub_platform", _("分平台")


class PartyState(TextChoices):
    """Where a party stands in the register (R90)."""

    APPLIED = "applied", _("待审核")
    RETURNED = "returned", _("退回补正")
    ADMITTED = "admitted", _("已入库")
    SUSPENDED = "suspended", _("已暂停")
    EXITED = "exited", _("已退出")


PARTY_MOVES = Moves(
    PartyState,
    [
        Move(PartyState.APPLIED, "admit", PartyState.ADMITTED, who=Role.OPERATOR),
        Move(PartyState.APPLIED, "return", PartyState.RETURNED, who=Role.OPERATOR),
        Move(PartyState.RETURNED, "resubmit", PartyState.APPLIED, who=Role.OPERATOR),
        Move(PartyState.ADMITTED, "suspend", PartyState.SUSPENDED, who=Role.OPERATOR),
        Move(PartyState.SUSPENDED, "resume", PartyState.ADMITTED, who=Role.OPERATOR),
        Move(PartyState.APPLIED, "exit", PartyState.EXITED, who=Role.OPERATOR),
        Move(PartyState.RETURNED, "exit", PartyState.EXITED, who=Role.OPERATOR),
        Move(PartyState.ADMITTED, "exit", PartyState.EXITED, who=Role.OPERATOR),
        Move(PartyState.SUSPENDED, "exit", PartyState.EXITED, who=Role.OPERATOR),
        Move(PartyState.EXITED, "resubmit", PartyState.APPLIED, who=Role.OPERATOR),
    ],
)


class CodePurpose(TextChoices):
    """What a one-time code opens."""

    ACTIVATE = "activate", _("激活账号")
    RESET = "reset", _("重置密码")
    SETUP = "setup", _("首次启用")


class LoginOutcome(TextChoices):
    """What became of an attempt to log in, or of a session."""

    SUCCESS = "success", _("登录成功")
    FAILED = "failed", _("账号或密码不正确")
    INACTIVE = "inactive", _("账号未激活或已停用")
    LOCKED = "locked", _("失败次数过多，暂时锁定")
    LOGGED_OUT = "logged_out", _("退出登录")
    IDLE = "idle", _("长时间未操作，自动退出")
    ENDED = "ended", _("会话被结束")


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""三员: nobody holds two of them, nor a business role beside one (GB/T 22239 管理权限分离)."""

ROLE_NEEDS_PARTY = {
    Role.BUYER: PartyRole.PROCURING_ENTITY,
    Role.AGENCY: PartyRole.AGENCY,
    Role.SUPPLIER: PartyRole.SUPPLIER,
}
ROLE_NEEDS_BRANCH = frozenset({Role.OPERATOR, Role.AUTHOR, Role.REVIEWER})
ROLE_NEEDS_REGION = frozenset({Role.SUPERVISOR})

_TOGETHER_REFUSED = {
    frozenset(pair)
    for pair in (
        (Role.OPERATOR, Role.EXPERT),
        (Role.OPERATOR, Role.SUPPLIER),
        (Role.AUTHOR, Role.SUPPLIER),
        (Role.REVIEWER, Role.SUPPLIER),
        (Role.OPERATOR, Role.AGENCY),
        (Role.REVIEWER, Role.AGENCY),
    )
}


def may_stand_together(one: str, other: str) -> bool:
    """Whether one person may hold both roles at a time (R81, R103).

    Administrators hold nothing else, supervisors hold nothing else, and the centre's
    hands are neither bidder nor evaluator. Author and reviewer may stand together:
    that one act never has both is checked in the act itself.
    """
    if one == other:
        return True
    alone = ADMINISTRATORS | {Role.SUPERVISOR}
    if one in alone or other in alone:
        return False
    return frozenset((one, other)) not in _TOGETHER_REFUSED


class RuleState(TextChoices):
    """Where a version of a rule stands."""

    PROPOSED = "proposed", _("待批准")
    IN_FORCE = "in_force", _("已批准")
    REJECTED = "rejected", _("已退回")


RULE_MOVES = Moves(
    RuleState,
    [
        Move(
            RuleState.PROPOSED, "approve", RuleState.IN_FORCE, who="supervisor", note="never by its proposer"
        ),
        Move(RuleState.PROPOSED, "reject", RuleState.REJECTED, who="supervisor", note="with a reason"),
    ],
)
