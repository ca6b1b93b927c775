"""A small world, built through the actions: two cities, a district, people of every role."""

from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from marketplace.kernel.actor import Actor
from marketplace.kernel.codes import make_uscc
from marketplace.registry import actions
from marketplace.registry.actions import AccountContent, BranchContent, GrantContent, PartyContent
from marketplace.registry.actions._places import shipped_regions
from marketplace.registry.models import Branch, Party, Region, RoleGrant, User
from marketplace.registry.queries import actor_of, forget_region_names
from marketplace.registry.states import BranchMode, PartyRole, Role

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
COMMAND = Actor.command("tests")
PASSWORD = "明月照大江-2026"
PARTY_ROLES = {
    Role.BUYER: PartyRole.PROCURING_ENTITY,
    Role.AGENCY: PartyRole.AGENCY,
    Role.SUPPLIER: PartyRole.SUPPLIER,
}


def uscc(number: int) -> str:
    """A valid code for the n-th unit."""
    return make_uscc("91420506", f"{number:08d}")


def branch_content(code: str, region: str, parent: Branch | None = None) -> BranchContent:
    """What is entered for a branch."""
    return BranchContent(
        code=code,
        name=f"{code}公共资源交易中心",
        region=region,
        mode=BranchMode.SUB_PLATFORM if parent else BranchMode.DIRECT,
        parent=parent.pk if parent else None,
    )


def party_content(number: int, place: Branch, *roles: str, **changes: object) -> PartyContent:
    """What is entered for a party."""
    values: dict[str, object] = {
        "name": f"夷陵示例单位{number}号",
        "uscc": uscc(number),
        "roles": roles or (PartyRole.SUPPLIER,),
        "region": "420506",
        "branch": place.pk,
        "contact_name": "周予安",
        "contact_phone": "13800138000",
        "basic_account": "6222020200112233445",
        "address": "夷陵大道 1 号",
    }
    return PartyContent(**values | changes)


@dataclass
class World:
    """Branches, and people and parties on demand."""

    city: Branch
    district: Branch
    other: Branch
    made: dict[object, User] = field(default_factory=dict)
    parties: dict[object, Party] = field(default_factory=dict)

    def account(self, name: str, branch: Branch | None = None, **content: str) -> User:
        """An active account without roles."""
        made = AccountContent(name=name, username=name, branch=branch.pk if branch else None, **content)
        return actions.create_person_account(made, by=COMMAND, at=AT, password=PASSWORD)

    def party(self, role: str, branch: Branch) -> Party:
        """An admitted party of one capacity at a branch."""
        key = (role, branch.pk)
        if key not in self.parties:
            content = party_content(len(self.parties) + 1, branch, role)
            self.parties[key] = actions.admit_party(
                actions.apply_party(content, by=COMMAND, at=AT), by=COMMAND, at=AT
            )
        return self.parties[key]

    def user(self, role: str, branch: Branch | None = None) -> User:
        """An account with one role at a branch (administrators without one: everywhere)."""
        key = (role, branch.pk if branch else None)
        if key not in self.made:
            user = self.account(f"{role}{len(self.made)}", branch or self.city)
            self.grant(user, role, branch)
            self.made[key] = user
        return self.made[key]

    def grant(self, user: User, role: str, branch: Branch | None = None, **more: object) -> RoleGrant:
        """Grant a role with the scope it needs."""
        place = branch or self.city
        scope: dict[str, object] = {}
        if role in PARTY_ROLES:
            scope["party"] = self.party(PARTY_ROLES[role], place).pk
        elif role == Role.SUPERVISOR:
            scope["region"] = place.region_id
        elif role in (Role.OPERATOR, Role.AUTHOR, Role.REVIEWER) or branch is not None:
            scope["branch"] = place.pk
        content = GrantContent(person=user.person_id, role=role, **scope | more)
        return actions.grant_role(content, by=COMMAND, at=AT)

    def actor(self, role: str, branch: Branch | None = None) -> Actor:
        """The actor of such an account."""
        user = self.user(role, branch)
        return actor_of(user, user.person.grants.get())


@lru_cache
def _places() -> list[Region]:
    return [region for region in shipped_regions() if region.code[:2] in ("11", "14", "42")]


def build() -> World:
    """Three provinces of the shipped tree, and three branches."""
    Region.objects.bulk_create(copy(region) for region in _places())
    forget_region_names()
    city = actions.create_branch(branch_content("YC", "420500"), by=COMMAND, at=AT)
    district = actions.create_branch(branch_content("YC-YL", "420506", city), by=COMMAND, at=AT)
    other = actions.create_branch(branch_content("JC", "140500"), by=COMMAND, at=AT)
    return World(city, district, other)
