"""The first start of an empty installation: three administrators, the region, the first branch."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions._accounts import AccountContent, put_account
from marketplace.registry.actions._codes import put_code, spend_code
from marketplace.registry.actions._grants import GrantContent, put_grant
from marketplace.registry.actions._places import BranchContent, put_branch, put_regions
from marketplace.registry.models import Region, User
from marketplace.registry.queries.people import needs_setup
from marketplace.registry.queries.places import forget_region_names, region_by_name
from marketplace.registry.states import CodePurpose, Role

THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSetup:
    """What the first page asks: the place in words, the branch, and one account per role."""

    region: str
    branch: BranchContent
    administrators: Mapping[str, AccountContent] = field(default_factory=dict)


@transaction.atomic
def issue_setup_code(*, by: Actor, at: datetime) -> str:
    """A new code for the first page, for the terminal only; earlier ones end.

    Raises ``NotAllowed`` for all but the command line, ``Refused`` once set up.
    """
    rules.demand(rules.is_platform_itself(by))
    if not needs_setup():
        raise Refused(_("系统已完成首次设置。"))
    code = put_code(None, CodePurpose.SETUP)
    append("registry.setup_code_issued", by=by, at=at)
    return code


@contextmanager
def _named(prefix: str) -> Iterator[None]:
    """Put refusals at the fields of one part of the page."""
    try:
        yield
    except Refused as refused:
        raise Refused(
            refused.message, field=f"{prefix}_{refused.field}" if refused.field else ""
        ) from refused


def _accounts(content: FirstSetup, by: Actor) -> dict[str, tuple[User, str]]:
    made = {}
    for role in THREE:
        with _named(role.value):
            user = put_account(content.administrators[role])
        put_grant(GrantContent(person=user.person_id or 0, role=role), by=by)
        made[role.value] = (user, put_code(user, CodePurpose.ACTIVATE))
    return made


@transaction.atomic
def _set_up(content: FirstSetup, code: str, by: Actor, at: datetime) -> dict[str, tuple[User, str]] | None:
    if not spend_code(None, CodePurpose.SETUP, code):
        return None
    if not needs_setup():
        raise Refused(_("系统已完成首次设置，请登录。"))
    if not Region.objects.exists():
        put_regions()
        forget_region_names()
    region = region_by_name(content.region)
    if region is None:
        raise Refused(_("没有找到这个行政区划，请写全称，例如“湖北省宜昌市”。"), field="region")
    with _named("branch"):
        branch = put_branch(replace(content.branch, region=region.code))
    made = _accounts(content, by)
    data = {
        "branch": branch.code,
        "region": region.code,
        "administrators": [u.username for u, _c in made.values()],
    }
    append("registry.installed", by=by, at=at, subject=branch, data=data)
    return made


def first_setup(content: FirstSetup, *, code: str, by: Actor, at: datetime) -> dict[str, tuple[User, str]]:
    """Create region tree, first branch and the three administrators in one step.

    Returns per role the account and its activation code, to be printed and handed over in
    person; the three must be three people. Raises ``NotAllowed`` for a wrong code,
    ``Refused`` at the field (prefixed with the role for an administrator's).
    """
    made = _set_up(content, code, by, at)
    if made is None:
        raise NotAllowed(_("启动代码不正确或已失效，请查看终端中最新的代码。"), field="code")
    return made
