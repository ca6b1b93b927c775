"""The demo's branches, parties and people, made by the registry's actions."""

from dataclasses import dataclass, field
from datetime import datetime

from marketplace.kernel.actor import Actor
from marketplace.registry.actions import GrantContent
from marketplace.registry.actions.grants import grant_role
from marketplace.registry.actions.parties import PartyContent, admit_party, apply_party
from marketplace.registry.actions.people import AccountContent, create_person_account
from marketplace.registry.actions.places import BranchContent, create_branch
from marketplace.registry.models import Branch, Party, RoleGrant, User
from marketplace.registry.queries.people import actor_of
from marketplace.registry.states import BranchMode, Role

from .places import AGENCIES, CITIES, ROLE_PEOPLE, SUPPLIERS, UNITS, City, Organisation

PASSWORD = "Sunlit-demo-2026"  # noqa: S105 - printed for everybody; production refuses a demo
HOURS = "工作日 8:30—17:30，线上业务全天受理"
SERVICES = "业务咨询\n项目登记\n场地安排\n公告公示\n专家抽取\n保证金收退\n见证服务\n档案查询"
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = ("明澈", "知远", "若水", "思衡", "予正", "景行", "怀瑾", "清和", "守拙", "见贤")


@dataclass(slots=True)
class Cast:
    """Everybody who acts in the demo; keys are region codes of branches, or names of organisations."""

    branches: dict[str, Branch] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    authors: dict[int, User] = field(default_factory=dict)
    reviewers: dict[int, Actor] = field(default_factory=dict)
    supervisors: dict[str, Actor] = field(default_factory=dict)
    demo: dict[str, User] = field(default_factory=dict)
    buyers: dict[str, Actor] = field(default_factory=dict)

    def branch_of(self, unit: Organisation) -> Branch:
        """Where a unit trades: its district's branch."""
        return self.branches[unit.region]


def build_cast(*, by: Actor, at: datetime) -> Cast:
    """Open the branches, admit the parties, register the people. Returns the cast."""
    cast = Cast()
    for city in CITIES:
        _branches(cast, city, by, at)
    for organisation in (*UNITS, *AGENCIES, *SUPPLIERS):
        cast.parties[organisation.name] = _party(cast, organisation, by, at)
    for number, (region, branch) in enumerate(cast.branches.items()):
        _hands(cast, number, region, branch, by, at)
    for city in CITIES:
        _supervisor(cast, city, by, at)
    for unit in UNITS:
        _buyer(cast, unit, by, at)
    _demo_people(cast, by, at)
    return cast


def _centre_name(name: str) -> str:
    return f"{name}公共资源交易中心"


def _branch(
    cast: Cast, city: City, region: str, name: str, mode: str, parent: int | None, by: Actor, at: datetime
) -> Branch:
    organisation = Organisation(
        "centre", city.key, _centre_name(name), region, "12", "centre", "", "", city.phone
    )
    content = BranchContent(
        code=f"{city.key}-{region}",
        name=organisation.name,
        region=region,
        uscc=organisation.uscc,
        mode=mode,
        parent=parent,
        platform_code=f"D{region}0001",
        address=f"{name}政务服务中心三层",
        phone=city.phone,
        hours=HOURS,
        services=SERVICES,
    )
    branch = create_branch(content, by=by, at=at)
    cast.branches[region] = branch
    return branch


def _branches(cast: Cast, city: City, by: Actor, at: datetime) -> None:
    top = _branch(cast, city, city.region, city.name, BranchMode.DIRECT, None, by, at)
    for region, name in city.direct:
        _branch(cast, city, region, f"{city.name}{name}", BranchMode.DIRECT, top.pk, by, at)
    for region, name in city.sub:
        _branch(cast, city, region, name, BranchMode.SUB_PLATFORM, top.pk, by, at)


def _party(cast: Cast, organisation: Organisation, by: Actor, at: datetime) -> Party:
    content = PartyContent(
        name=organisation.name,
        uscc=organisation.uscc,
        roles=[organisation.role],
        region=organisation.region,
        branch=cast.branches[organisation.region].pk,
        legal_representative=organisation.legal_representative,
        address=organisation.address,
        contact_name=organisation.legal_representative,
        contact_phone=organisation.phone,
    )
    return admit_party(apply_party(content, by=by, at=at), by=by, at=at)


def _person(
    name: str, username: str, branch: int | None, by: Actor, at: datetime, password: str | None = None
) -> User:
    content = AccountContent(name=name, username=username, branch=branch)
    return create_person_account(content, by=by, at=at, password=password)


def _grant(user: User, role: str, by: Actor, at: datetime, **scope: object) -> RoleGrant:
    return grant_role(GrantContent(person=user.person_id, role=role, **scope), by=by, at=at)  # type: ignore[arg-type]


def _name(number: int) -> str:
    return FAMILY[number % len(FAMILY)] + GIVEN[(number * 7) % len(GIVEN)]


def _hands(cast: Cast, number: int, region: str, branch: Branch, by: Actor, at: datetime) -> None:
    """One author and one reviewer per branch, two people."""
    author = _person(_name(2 * number), f"author-{region}", branch.pk, by, at)
    _grant(author, Role.AUTHOR, by, at, branch=branch.pk)
    reviewer = _person(_name(2 * number + 1), f"reviewer-{region}", branch.pk, by, at)
    cast.authors[branch.pk] = author
    cast.reviewers[branch.pk] = actor_of(reviewer, _grant(reviewer, Role.REVIEWER, by, at, branch=branch.pk))


def _supervisor(cast: Cast, city: City, by: Actor, at: datetime) -> None:
    user = _person(_name(60 + int(city.region[:2])), f"supervisor-{city.region}", None, by, at)
    cast.supervisors[city.key] = actor_of(user, _grant(user, Role.SUPERVISOR, by, at, region=city.region))


def _buyer(cast: Cast, unit: Organisation, by: Actor, at: datetime) -> None:
    user = _person(
        unit.legal_representative, f"unit-{unit.key[-2:].strip('-')}", cast.branch_of(unit).pk, by, at
    )
    grant = _grant(user, Role.BUYER, by, at, party=cast.parties[unit.name].pk)
    cast.buyers[unit.name] = actor_of(user, grant)


def _demo_people(cast: Cast, by: Actor, at: datetime) -> None:
    """One account for each role, with the printed password; all of the first city's first district."""
    branch = cast.branches["140502"]
    scopes: dict[str, dict[str, object]] = {
        Role.OPERATOR: {"branch": branch.pk},
        Role.AUTHOR: {"branch": branch.pk},
        Role.REVIEWER: {"branch": branch.pk},
        Role.SUPERVISOR: {"region": "140500"},
        Role.BUYER: {"party": cast.parties[UNITS[0].name].pk},
        Role.AGENCY: {"party": cast.parties[AGENCIES[0].name].pk},
        Role.SUPPLIER: {"party": cast.parties[SUPPLIERS[0].name].pk},
    }
    for username, name, role in ROLE_PEOPLE:
        scope = scopes.get(role, {})
        user = _person(name, username, scope.get("branch"), by, at, PASSWORD)  # type: ignore[arg-type]
        _grant(user, role, by, at, **scope)
        cast.demo[username] = user
