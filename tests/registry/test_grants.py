"""Grants: dated, complete, by another hand, roles that stand apart (R81, R102, R103)."""

import threading
from datetime import date, timedelta
from itertools import combinations, permutations

import pytest
from django.db import connections
from django.test import Client

from marketplace.kernel import clock
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.registry import actions
from marketplace.registry.actions import GrantContent
from marketplace.registry.models import RoleGrant
from marketplace.registry.queries import active_grants, actor_of
from marketplace.registry.states import ADMINISTRATORS, PartyRole, Role, may_stand_together
from tests.registry.world import AT, COMMAND, World, build, party_content

TODAY = date(2026, 11, 24)


def test_administrators_stand_alone_and_so_does_supervision() -> None:
    for one, other in permutations(Role.values, 2):
        assert may_stand_together(one, other) == may_stand_together(other, one)
        if one in ADMINISTRATORS or one == Role.SUPERVISOR:
            assert not may_stand_together(one, other)
    assert not may_stand_together(Role.OPERATOR, Role.EXPERT)  # who draws experts cannot evaluate
    assert may_stand_together(Role.AUTHOR, Role.REVIEWER)  # one act never has both; see disclosure


def test_every_pair_of_roles_in_one_hand_is_refused_or_granted_as_the_table_says(world: World) -> None:
    for number, (one, other) in enumerate(combinations(Role.values, 2)):
        user = world.account(f"双岗{number}", world.city)
        world.grant(user, one, world.city)
        if may_stand_together(one, other):
            world.grant(user, other, world.city)
            continue
        with pytest.raises(Refused) as refused:
            world.grant(user, other, world.city)
        assert (refused.value.field, user.person.grants.count()) == ("role", 1)
        assert "职责分离" in refused.value.message


def test_what_ended_or_begins_later_does_not_clash(world: World) -> None:
    user = world.account("转岗", world.city)
    with clock.script(AT):
        first = world.grant(user, Role.OPERATOR, world.city, valid_to=TODAY + timedelta(days=30))
        with pytest.raises(Refused):
            world.grant(user, Role.SUPERVISOR, world.city, valid_from=TODAY + timedelta(days=30))
        world.grant(user, Role.SUPERVISOR, world.city, valid_from=TODAY + timedelta(days=31))
        actions.revoke_role(first, reason="提前转岗", by=COMMAND, at=AT)
        # The future one still stands against a new operator's grant without end.
        with pytest.raises(Refused):
            world.grant(user, Role.OPERATOR, world.city)


def test_a_grant_holds_from_its_first_to_its_last_beijing_day(world: World) -> None:
    user = world.account("短期", world.city)
    with clock.script(AT) as time:
        world.grant(
            user,
            Role.AUTHOR,
            world.city,
            valid_from=TODAY + timedelta(days=1),
            valid_to=TODAY + timedelta(days=2),
        )
        assert not active_grants(user.person_id)
        time.move_to(clock.day_start(TODAY + timedelta(days=1)))
        assert active_grants(user.person_id)
        time.move_to(clock.day_end(TODAY + timedelta(days=2)) - timedelta(seconds=1))
        assert active_grants(user.person_id)
        time.advance(timedelta(seconds=1))
        assert not active_grants(user.person_id)


def test_nobody_grants_to_himself_nor_takes_his_own(world: World) -> None:
    security = world.user(Role.SECURITY_ADMIN)
    by = actor_of(security, security.person.grants.get())
    with pytest.raises(NotAllowed):
        actions.grant_role(
            GrantContent(person=security.person_id, role=Role.AUTHOR, branch=world.city.pk), by=by, at=AT
        )
    with pytest.raises(NotAllowed):
        actions.revoke_role(security.person.grants.get(), reason="x", by=by, at=AT)


def test_the_last_administrator_stays(world: World) -> None:
    system = world.user(Role.SYSTEM_ADMIN)
    with pytest.raises(Refused):
        actions.revoke_role(system.person.grants.get(), reason="离职", by=COMMAND, at=AT)
    with pytest.raises(Refused):
        actions.set_account_active(system, False, reason="离职", by=COMMAND, at=AT)
    second = world.account("接任", world.city)
    world.grant(second, Role.SYSTEM_ADMIN)
    actions.set_account_active(system, False, reason="离职", by=COMMAND, at=AT)


@pytest.mark.parametrize(
    ("role", "more", "field"),
    [
        ("king", {}, "role"),
        ("", {}, "role"),
        (Role.BUYER, {}, "party"),
        (Role.OPERATOR, {}, "branch"),
        (Role.SUPERVISOR, {}, "region"),
        (Role.SUPERVISOR, {"region": "999999"}, "region"),
        (Role.OPERATOR, {"branch": 999_999}, "branch"),
        (Role.SUPPLIER, {"party": 999_999}, "party"),
        (Role.SYSTEM_ADMIN, {"region": "420500"}, "role"),
        (Role.EXPERT, {"trade_type": "magic"}, "trade_type"),
        (Role.EXPERT, {"valid_from": date(2020, 1, 1)}, "valid_from"),
        (Role.EXPERT, {"valid_to": date(2020, 1, 1)}, "valid_to"),
        (Role.EXPERT, {"reason": "长" * 201}, "reason"),
    ],
)
def test_an_incomplete_grant_is_refused_at_its_field(
    world: World, role: str, more: dict[str, object], field: str
) -> None:
    person = world.account("某人", world.city).person_id
    with pytest.raises(Refused) as refused:
        actions.grant_role(GrantContent(person=person, role=role, **more), by=COMMAND, at=AT)
    assert refused.value.field == field
    assert not RoleGrant.objects.exists()


def test_a_role_for_a_party_needs_that_capacity_and_admission(world: World) -> None:
    user = world.account("某人", world.city)
    supplier = world.party(PartyRole.SUPPLIER, world.city)
    applied = actions.apply_party(party_content(77, world.city, PartyRole.AGENCY), by=COMMAND, at=AT)
    for role, party in ((Role.BUYER, supplier), (Role.AGENCY, applied)):
        with pytest.raises(Refused) as refused:
            actions.grant_role(
                GrantContent(person=user.person_id, role=role, party=party.pk), by=COMMAND, at=AT
            )
        assert refused.value.field == "party"


def test_the_same_grant_twice_and_revoking_twice(world: World) -> None:
    user = world.account("某人", world.city)
    grant = world.grant(user, Role.AUTHOR, world.city)
    with pytest.raises(Refused):
        world.grant(user, Role.AUTHOR, world.city)
    first = actions.revoke_role(grant, reason="轮岗", by=COMMAND, at=AT)
    second = actions.revoke_role(grant, reason="再来", by=COMMAND, at=AT)
    assert (second.revoked_at, second.revoke_reason) == (first.revoked_at, "轮岗")


def test_a_branchs_security_administrator_gives_nothing_beyond_the_branch(world: World) -> None:
    by = world.actor(Role.SECURITY_ADMIN, world.district)
    user = world.account("区里人", world.district)
    outside = world.account("市里人", world.city)
    foreign = world.party(PartyRole.SUPPLIER, world.other)
    for content in (
        GrantContent(person=user.person_id, role=Role.OPERATOR, branch=world.city.pk),
        GrantContent(person=user.person_id, role=Role.SYSTEM_ADMIN),
        GrantContent(person=user.person_id, role=Role.SUPERVISOR, region="420500"),
        GrantContent(person=outside.person_id, role=Role.OPERATOR, branch=world.district.pk),
        # A place of one's own does not carry another's along.
        GrantContent(person=user.person_id, role=Role.SUPERVISOR, region="140500", branch=world.district.pk),
        GrantContent(person=user.person_id, role=Role.SUPPLIER, party=foreign.pk, branch=world.district.pk),
        GrantContent(person=user.person_id, role=Role.EXPERT),
    ):
        with pytest.raises(Refused):
            actions.grant_role(content, by=by, at=AT)
    actions.grant_role(
        GrantContent(person=user.person_id, role=Role.SUPERVISOR, region="420506"), by=by, at=AT
    )


def test_the_page_grants_once_however_often_it_is_sent(world: World) -> None:
    client = Client()
    client.force_login(world.user(Role.SECURITY_ADMIN))
    person = world.account("某人", world.city).person_id
    data = {
        "person": person,
        "role": "supervisor",
        "region": "宜昌市",
        "trade_type": "works",
        "valid_to": "2099-12-31",
    }
    assert client.post("/desk/grants/new/", data).status_code == 302
    again = client.post("/desk/grants/new/", data)
    assert again.status_code == 422 and "此人在这段时间已有相同的授权" in again.content.decode()
    grant = RoleGrant.objects.get(person=person)
    assert (grant.region_id, grant.valid_to) == ("420500", date(2099, 12, 31))
    assert client.get("/desk/grants/?q=某人&all=1").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": "999999"}, "选择一个有效的选项"),
        ({"person": "x"}, "选择一个有效的选项"),
        ({"person": ""}, "请选择“人员”"),
        ({"role": "king"}, "king"),
        ({"region": "鼓楼区"}, "没有找到"),
        ({"valid_to": "2026-02-30"}, "日期"),
        ({"role": "buyer", "party": "不存在的单位"}, "没有找到已入库的单位"),
        ({"reason": "长" * 300}, "200"),
    ],
)
def test_bad_input_is_said_at_the_field(world: World, changes: dict[str, str], words: str) -> None:
    client = Client()
    client.force_login(world.user(Role.SECURITY_ADMIN))
    data = {"person": world.account("某人", world.city).person_id, "role": "supervisor", "region": "420500"}
    answer = client.post("/desk/grants/new/", data | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not RoleGrant.objects.filter(role="supervisor").exists()


@pytest.mark.django_db(transaction=True)
def test_the_last_two_administrators_cannot_remove_each_other(transactional_db: None) -> None:
    world = build()
    users = [world.account(name, world.city) for name in ("甲某", "乙某")]
    grants = [world.grant(user, Role.SYSTEM_ADMIN) for user in users]
    results: list[str] = []

    def revoke(grant: RoleGrant) -> None:
        try:
            actions.revoke_role(grant, reason="轮岗", by=COMMAND, at=AT)
            results.append("revoked")
        except Refused:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=revoke, args=(grant,)) for grant in grants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "revoked"]


@pytest.mark.django_db(transaction=True)
def test_ten_grants_at_once_leave_one_and_never_two_that_stand_apart(transactional_db: None) -> None:
    world = build()
    user = world.account("双岗", world.city)
    results: list[str] = []

    def grant(role: str) -> None:
        try:
            world.grant(user, role, world.city)
            results.append("granted")
        except Refused:
            results.append("refused")
        finally:
            connections.close_all()

    roles = [Role.OPERATOR, Role.SUPERVISOR] * 5
    threads = [threading.Thread(target=grant, args=(role,)) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["granted"] + ["refused"] * 9
