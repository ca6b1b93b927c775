"""Who may, as a matrix over every role: the others are refused and nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.quiet import watch
from marketplace.registry import actions
from marketplace.registry.actions import AccountContent, GrantContent
from marketplace.registry.models import Party, Region, User
from marketplace.registry.states import PartyRole, Role
from tests.registry.world import AT, COMMAND, World, branch_content, party_content

Act = Callable[[Actor], Any]


SYSTEM, SECURITY, OPERATOR = {Role.SYSTEM_ADMIN}, {Role.SECURITY_ADMIN}, {Role.OPERATOR}
Table = dict[str, tuple[set[str], Act]]


def place_acts(world: World) -> Table:
    """Acts on regions, branches and the installation."""
    new, city = branch_content("NEW", "420500", world.city), branch_content("YC", "420500")
    return {
        "load_regions": (SYSTEM, lambda by: actions.load_regions(by=by, at=AT)),
        "create_branch": (SYSTEM, lambda by: actions.create_branch(new, by=by, at=AT)),
        "change_branch": (SYSTEM, lambda by: actions.change_branch(world.city, city, by=by, at=AT)),
        "forget_logins": (set(), lambda by: actions.forget_logins(by=by, at=AT)),
        "issue_setup_code": (set(), lambda by: actions.issue_setup_code(by=by, at=AT)),
    }


def people_acts(world: World) -> Table:
    """Acts on people, accounts and grants of the city."""
    target = world.account("被办理人", world.city)
    grant = world.grant(world.account("持有人", world.city), Role.AUTHOR, world.city)
    new = AccountContent(name="新人", username="new", branch=world.city.pk)
    other = AccountContent(name="改名", username="renamed", branch=world.city.pk)
    given = GrantContent(person=target.person_id, role=Role.AUTHOR, branch=world.city.pk)
    return {
        "create_person_account": (SYSTEM, lambda by: actions.create_person_account(new, by=by, at=AT)),
        "change_person": (SYSTEM, lambda by: actions.change_person(target.person, other, by=by, at=AT)),
        "set_account_active": (
            SYSTEM,
            lambda by: actions.set_account_active(target, False, reason="离职", by=by, at=AT),
        ),
        "issue_code": (SYSTEM, lambda by: actions.issue_code(target, by=by, at=AT)),
        "grant_role": (SECURITY, lambda by: actions.grant_role(given, by=by, at=AT)),
        "revoke_role": (SECURITY, lambda by: actions.revoke_role(grant, reason="轮岗", by=by, at=AT)),
        "change_password": (
            set(),
            lambda by: actions.change_password(target, "x", "y", session="", by=by, at=AT),
        ),
    }


def party_acts(world: World) -> Table:
    """Acts on parties of the city, one in each state."""

    def applied(number: int) -> Party:
        return actions.apply_party(party_content(number, world.city), by=COMMAND, at=AT)

    new, waiting, back = party_content(903, world.city), applied(900), applied(902)
    admitted = world.party(PartyRole.SUPPLIER, world.city)
    stopped = actions.admit_party(applied(901), by=COMMAND, at=AT)
    stopped = actions.suspend_party(stopped, reason="调查", by=COMMAND, at=AT)
    back = actions.return_party(back, reason="缺件", by=COMMAND, at=AT)
    changed = party_content(1, world.city, PartyRole.SUPPLIER, uscc=admitted.uscc, address="新址")
    return {
        "apply_party": (OPERATOR, lambda by: actions.apply_party(new, by=by, at=AT)),
        "admit_party": (OPERATOR, lambda by: actions.admit_party(waiting, by=by, at=AT)),
        "return_party": (OPERATOR, lambda by: actions.return_party(waiting, reason="缺件", by=by, at=AT)),
        "resubmit_party": (OPERATOR, lambda by: actions.resubmit_party(back, by=by, at=AT)),
        "suspend_party": (OPERATOR, lambda by: actions.suspend_party(admitted, reason="调查", by=by, at=AT)),
        "resume_party": (OPERATOR, lambda by: actions.resume_party(stopped, reason="查清", by=by, at=AT)),
        "exit_party": (OPERATOR, lambda by: actions.exit_party(admitted, reason="注销", by=by, at=AT)),
        "change_party": (
            OPERATOR | {Role.SUPPLIER},
            lambda by: actions.change_party(admitted, changed, version=2, by=by, at=AT),
        ),
    }


def acts(world: World) -> Table:
    """Every act of the registry with the roles that may do it, tried on objects of the city."""
    return place_acts(world) | people_acts(world) | party_acts(world)


ACTS = [
    *("load_regions", "create_branch", "change_branch", "create_person_account", "change_person"),
    *("set_account_active", "issue_code", "grant_role", "revoke_role", "apply_party", "admit_party"),
    *("return_party", "resubmit_party", "suspend_party", "resume_party", "exit_party", "change_party"),
    *("issue_setup_code", "change_password", "forget_logins"),
]


def test_the_matrix_names_every_act(world: World) -> None:
    exempt = {"activate_account", "reset_password", "request_code", "first_setup"}  # guarded by a code
    exempt |= {"start_session", "end_session", "choose_grant", "touch_session", "note_failure"}  # one's own
    from marketplace.registry.actions import credentials, grants, parties, people, places, sessions, setup

    modules = (credentials, grants, parties, people, places, sessions, setup)
    public = {
        name
        for module in modules
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__ and name.islower()
    }
    assert {name for name in public if not name.startswith("_")} - exempt == set(ACTS) == set(acts(world))


@pytest.mark.parametrize("name", ACTS)
def test_only_the_named_roles_may(world: World, name: str) -> None:
    allowed, act = acts(world)[name]
    actors = [world.actor(role, world.city) for role in Role.values]
    actors += [world.actor(role, world.other) for role in sorted(allowed)]
    superuser = Actor(kind="person", name="root", user_id=10**9)
    for actor in (*actors, superuser, Actor.visitor()):
        if actor.role in allowed and actor.branch_id != world.other.pk and actor.region != "140500":
            continue
        if name == "load_regions" and actor.role in allowed:
            continue  # the tree belongs to no branch
        with watch(events=0) as seen, pytest.raises(NotAllowed):
            act(actor)
        assert seen.loud == [], f"{name} wrote for {actor.role or actor.kind}"


@pytest.mark.parametrize(
    "name", [name for name in ACTS if name not in ("issue_setup_code", "change_password", "forget_logins")]
)
def test_the_right_role_may_and_leaves_one_event(world: World, name: str) -> None:
    allowed, act = acts(world)[name]
    actor = world.actor(next(iter(allowed)), world.city)
    if name == "load_regions":
        Region.objects.filter(pk="420506").update(name="旧名")
    if name == "change_branch":
        actor = world.actor(Role.SYSTEM_ADMIN)
    with watch(events=1):
        act(actor)


PAGES = {
    "/desk/": set(Role.values),
    "/desk/people/": {"system_admin", "security_admin", "audit_admin"},
    "/desk/people/new/": {"system_admin"},
    "/desk/grants/": {"system_admin", "security_admin", "audit_admin"},
    "/desk/grants/new/": {"security_admin"},
    "/desk/branches/": {"system_admin", "security_admin", "audit_admin"},
    "/desk/branches/new/": {"system_admin"},
    "/desk/parties/": {"operator", "system_admin", "security_admin", "audit_admin"},
    "/desk/parties/new/": {"operator"},
    "/desk/logins/": {"audit_admin"},
}


@pytest.mark.parametrize("role", Role.values)
def test_pages_by_role(world: World, role: str) -> None:
    client = Client()
    client.force_login(world.user(role, world.city))
    for page, roles in PAGES.items():
        for send in (client.get, client.post):
            expected = {200, 405, 422} if role in roles else {403}
            assert send(page).status_code in expected, (page, role)


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_objects_of_another_branch_are_not_found(world: World, role: str) -> None:
    """R99: a branch works in its own area; another's object is 404, not 403, to whoever has the page."""
    person = world.account("外市人员", world.other).person
    grant = world.grant(person.user, Role.AUTHOR, world.other)
    party = world.party(PartyRole.SUPPLIER, world.other)
    pages = {
        f"/desk/people/{person.pk}/": {"system_admin", "security_admin", "audit_admin"},
        f"/desk/people/{person.pk}/edit/": {"system_admin"},
        f"/desk/people/{person.pk}/account/": {"system_admin"},
        f"/desk/people/{person.pk}/code/": {"system_admin"},
        f"/desk/grants/{grant.pk}/revoke/": {"security_admin"},
        f"/desk/branches/{world.other.pk}/": {"system_admin"},
        f"/desk/parties/{party.public_id}/": {
            *("operator", "system_admin", "security_admin", "audit_admin", "buyer", "agency", "supplier"),
        },
        f"/desk/parties/{party.public_id}/edit/": {"operator", "buyer", "agency", "supplier"},
        f"/desk/parties/{party.public_id}/suspend/": {"operator"},
    }
    client = Client()
    if role:
        client.force_login(world.user(role, world.city))
    for page, roles in pages.items():
        for send in (client.get, client.post):
            expected = 302 if not role else 404 if role in roles else 403
            with watch(events=0):
                assert send(page).status_code == expected, page


def test_a_district_is_below_its_city_and_not_the_other_way_round(world: World) -> None:
    city, district = world.actor(Role.OPERATOR, world.city), world.actor(Role.OPERATOR, world.district)
    below = actions.apply_party(party_content(910, world.district), by=district, at=AT)
    above = actions.apply_party(party_content(911, world.city), by=city, at=AT)
    actions.admit_party(below, by=city, at=AT)
    with pytest.raises(NotAllowed):
        actions.admit_party(above, by=district, at=AT)
    with pytest.raises(NotAllowed):
        actions.apply_party(party_content(912, world.city), by=district, at=AT)


def test_a_party_speaks_for_itself_in_contact_and_account_only(world: World) -> None:
    supplier = world.actor(Role.SUPPLIER, world.city)
    party = Party.objects.get(pk=supplier.party_id)
    content = party_content(
        1,
        world.city,
        PartyRole.SUPPLIER,
        PartyRole.AGENCY,
        name="换个名字",
        uscc=party.uscc,
        address="新址 9 号",
    )
    changed = actions.change_party(party, content, version=party.version, by=supplier, at=AT)
    assert (changed.address, changed.name, changed.roles) == ("新址 9 号", party.name, party.roles)


def test_only_the_platform_itself_sets_a_password(world: World) -> None:
    content = AccountContent(name="新人", username="new", branch=world.city.pk)
    by = world.actor(Role.SYSTEM_ADMIN, world.city)
    with watch(events=0), pytest.raises(NotAllowed):
        actions.create_person_account(content, by=by, at=AT, password="任何密码都不行-2026")
    assert not User.objects.filter(username="new").exists()
