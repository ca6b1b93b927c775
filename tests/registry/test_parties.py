"""Parties: one entry per code, states, versions, what is public and what is not (R90)."""

import threading

import pytest
from django.db import connection, connections
from django.test import Client

from marketplace.kernel.moves import MoveRefused
from marketplace.kernel.refusal import Refused
from marketplace.ledger.models import Event
from marketplace.registry import actions
from marketplace.registry.actions import PartyChanged
from marketplace.registry.models import Party, PartyVersion
from marketplace.registry.queries import active_grants, party_by_name, public_party, version_changes
from marketplace.registry.states import PARTY_MOVES, PartyRole, PartyState, Role
from tests.registry.world import AT, COMMAND, World, build, party_content, uscc

ACTS = {
    "admit": (actions.admit_party, False),
    "return": (actions.return_party, True),
    "resubmit": (actions.resubmit_party, False),
    "suspend": (actions.suspend_party, True),
    "resume": (actions.resume_party, True),
    "exit": (actions.exit_party, True),
}


def do(event: str, party: Party) -> Party:
    act, why = ACTS[event]
    return act(party, **({"reason": "依据规定"} if why else {}), by=COMMAND, at=AT)


WAYS = {
    PartyState.APPLIED: [],
    PartyState.RETURNED: ["return"],
    PartyState.ADMITTED: ["admit"],
    PartyState.SUSPENDED: ["admit", "suspend"],
    PartyState.EXITED: ["admit", "exit"],
}


@pytest.fixture
def party(world: World) -> Party:
    return actions.apply_party(party_content(1, world.city, PartyRole.SUPPLIER), by=COMMAND, at=AT)


@pytest.mark.parametrize("state", PartyState)
def test_every_move_of_the_table_and_no_other(party: Party, state: PartyState) -> None:
    for event in WAYS[state]:
        party = do(event, party)
    assert party.state == state
    for event in ACTS:
        count = PartyVersion.objects.count()
        party = Party.objects.get(pk=party.pk)
        if event in PARTY_MOVES.events(state):
            continue
        with pytest.raises(MoveRefused):
            do(event, party)
        assert PartyVersion.objects.count() == count
    for event in PARTY_MOVES.events(state)[:1]:
        assert do(event, party).state == PARTY_MOVES.after(state, event)


def test_each_act_is_a_version_and_one_event(party: Party) -> None:
    for event in ("admit", "suspend", "resume", "exit", "resubmit", "admit"):
        party = do(event, party)
    assert [v.event for v in party.versions.order_by("version")] == [
        *("applied", "admitted", "suspended", "resumed", "exited", "resubmitted", "admitted"),
    ]
    assert Event.objects.filter(kind__startswith="registry.party_").count() == 7
    assert party.version == 7 and party.exited_at is None


def test_one_code_has_one_entry_in_whatever_state(world: World, party: Party) -> None:
    do("exit", party)
    with pytest.raises(Refused) as refused:
        actions.apply_party(party_content(1, world.other, name="换个名字"), by=COMMAND, at=AT)
    assert refused.value.field == "uscc" and "已退出" in refused.value.message
    assert Party.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uscc": ""}, "uscc"),
        ({"uscc": "91359128593462349A"}, "uscc"),  # wrong check character
        ({"uscc": "1" * 40}, "uscc"),
        ({"name": "  "}, "name"),
        ({"name": "名" * 201}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"region": "000000"}, "region"),
        ({"branch": 999_999}, "branch"),
        ({"address": "址" * 201}, "address"),
        ({"contact_phone": "1" * 33}, "contact_phone"),
    ],
)
def test_bad_content_is_refused_at_its_field(world: World, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.apply_party(party_content(5, world.city, **changes), by=COMMAND, at=AT)
    assert refused.value.field == field
    assert not Party.objects.exists()


def test_codes_are_normalised(world: World) -> None:
    typed = " " + uscc(9)[:8].lower() + " " + uscc(9)[8:].lower()
    assert actions.apply_party(party_content(9, world.city, uscc=typed), by=COMMAND, at=AT).uscc == uscc(9)


def test_two_people_changing_one_entry_do_not_overwrite_each_other(world: World, party: Party) -> None:
    content = party_content(1, world.city, PartyRole.SUPPLIER, address="甲地")
    actions.change_party(party, content, version=1, by=COMMAND, at=AT)
    with pytest.raises(PartyChanged):
        actions.change_party(
            party, party_content(1, world.city, address="乙地"), version=1, by=COMMAND, at=AT
        )
    with pytest.raises(Refused) as refused:
        actions.change_party(party, party_content(2, world.city), version=2, by=COMMAND, at=AT)
    assert refused.value.field == "uscc"
    row = version_changes(party)[0]
    assert row["changed"] == {"address": ("夷陵大道 1 号", "甲地")}


def test_an_exited_partys_people_no_longer_act_for_it(world: World) -> None:
    user = world.user(Role.SUPPLIER, world.city)
    assert active_grants(user.person_id)
    do("exit", world.party(PartyRole.SUPPLIER, world.city))
    assert not active_grants(user.person_id)


def test_public_data_never_holds_contact_or_account(party: Party) -> None:
    assert public_party(party.public_id) is None
    do("admit", party)
    public = public_party(party.public_id)
    assert public is not None
    assert (public.name, public.uscc, public.region, public.role_labels) == (
        "夷陵示例单位1号",
        party.uscc,
        "湖北省宜昌市夷陵区",
        ("投标人（供应商）",),
    )
    for secret in ("13800138000", "6222020200112233445", "周予安"):
        assert secret not in repr(public)
    assert party_by_name(" 夷陵示例单位1号 ") == party
    assert public_party("nosuchparty0") is None


def test_numbers_are_encrypted_at_rest_and_masked_in_versions_and_events(party: Party) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, basic_account FROM registry_party")
        stored = cursor.fetchone()
    assert all(value.startswith("g1.") for value in stored)
    assert Party.objects.get().contact_phone == "13800138000"
    kept = f"{[v.data for v in PartyVersion.objects.all()]}{[e.data for e in Event.objects.all()]}"
    assert "13800138000" not in kept and "6222020200112233445" not in kept
    assert "138****8000" in kept


class TestPages:
    @pytest.fixture
    def desk(self, world: World) -> Client:
        client = Client()
        client.force_login(world.user(Role.OPERATOR, world.city))
        return client

    def data(self, world: World, **changes: object) -> dict[str, object]:
        values = {
            "name": "宜昌示例科技有限公司",
            "uscc": uscc(60),
            "roles": ["supplier", "agency"],
            "region": "宜昌市夷陵区",
            "branch": world.city.pk,
        }
        return values | changes

    def test_from_application_to_exit_with_history(self, world: World, desk: Client) -> None:
        assert desk.post("/desk/parties/new/", self.data(world)).status_code == 302
        again = desk.post("/desk/parties/new/", self.data(world))
        assert again.status_code == 422 and "请勿重复申请" in again.content.decode()
        party = Party.objects.get()
        url = f"/desk/parties/{party.public_id}/"
        assert ">1</b>" in desk.get("/desk/").content.decode()  # one application waits
        for event, more in (
            ("admit", {}),
            ("suspend", {"reason": "被投诉调查"}),
            ("resume", {"reason": "查清"}),
        ):
            assert desk.get(f"{url}{event}/").status_code == 200
            assert desk.post(f"{url}{event}/", more).status_code == 302
            assert desk.post(f"{url}{event}/", more).status_code == 422  # the second click
        assert desk.post(f"{url}exit/", {}).status_code == 422
        assert desk.post(f"{url}exit/", {"reason": "注销"}).status_code == 302
        page = desk.get(url).content.decode()
        for word in ("申请", "入库", "暂停", "恢复", "退出", "被投诉调查", "宜昌示例科技有限公司"):
            assert word in page
        assert desk.post(f"{url}elevate/", {}).status_code == 404
        assert desk.get("/desk/parties/?q=示例科技&state=exited").content.decode().count("<tr>") == 2

    def test_editing_keeps_the_code_and_notices_another_hand(self, world: World, desk: Client) -> None:
        desk.post("/desk/parties/new/", self.data(world))
        party = Party.objects.get()
        url = f"/desk/parties/{party.public_id}/edit/"
        assert desk.get(url).status_code == 200
        changed = self.data(world, address="新址 8 号", version=1, uscc=uscc(61))
        assert desk.post(url, changed).status_code == 302
        party.refresh_from_db()
        assert (party.address, party.uscc, party.version) == ("新址 8 号", uscc(60), 2)
        late = desk.post(url, changed)
        assert late.status_code == 422 and "刚被他人修改" in late.content.decode()
        for version in ("", "x", "-1"):
            assert desk.post(url, changed | {"version": version}).status_code == 422

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"uscc": "123"}, "统一社会信用代码"),
            ({"roles": []}, "请选择“主体类别”"),
            ({"region": "鼓楼区"}, "没有找到"),
            ({"branch": "999999"}, "选择一个有效的选项"),
            ({"name": "名" * 300}, "200"),
        ],
    )
    def test_bad_input(self, world: World, desk: Client, changes: dict[str, object], words: str) -> None:
        answer = desk.post("/desk/parties/new/", self.data(world, **changes))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Party.objects.exists()

    def test_a_branch_of_another_city_cannot_be_chosen(self, world: World, desk: Client) -> None:
        assert desk.post("/desk/parties/new/", self.data(world, branch=world.other.pk)).status_code == 422

    @pytest.mark.parametrize(
        "query",
        ["?q=%00", "?q=" + "长" * 500, "?state=king", "?page=x", "?page=-1", "?page=99999999999999999999"],
    )
    def test_query_parameters_never_break(self, desk: Client, query: str) -> None:
        assert desk.get("/desk/parties/" + query).status_code == 200

    def test_the_partys_own_people_see_and_change_their_entry(self, world: World) -> None:
        client = Client()
        client.force_login(world.user(Role.SUPPLIER, world.city))
        party = world.party(PartyRole.SUPPLIER, world.city)
        assert client.get("/desk/parties/own/")["Location"] == f"/desk/parties/{party.public_id}/"
        page = client.get(f"/desk/parties/{party.public_id}/").content.decode()
        assert "138****8000" in page and "13800138000" not in page
        url = f"/desk/parties/{party.public_id}/edit/"
        data = {
            "address": "自改 1 号",
            "contact_name": "",
            "contact_phone": "",
            "basic_account": "",
            "version": 2,
            "name": "冒名",
        }
        assert client.post(url, data).status_code == 302
        party.refresh_from_db()
        assert (party.address, party.name) == ("自改 1 号", "夷陵示例单位1号")
        assert client.post(f"/desk/parties/{party.public_id}/exit/", {"reason": "x"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_ten_hands_at_once_admit_one_party_once(transactional_db: None) -> None:
    world = build()
    party = actions.apply_party(party_content(1, world.city), by=COMMAND, at=AT)
    results: list[str] = []

    def admit() -> None:
        try:
            actions.admit_party(party, by=COMMAND, at=AT)
            results.append("admitted")
        except MoveRefused:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=admit) for _unused in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["admitted"] + ["refused"] * 9
    assert list(party.versions.order_by("version").values_list("version", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_ten_applications_of_one_code_make_one_entry(transactional_db: None) -> None:
    world = build()
    results: list[str] = []

    def apply() -> None:
        try:
            actions.apply_party(party_content(1, world.city), by=COMMAND, at=AT)
            results.append("entered")
        except Refused as refused:
            results.append(refused.field)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=apply) for _unused in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["entered"] + ["uscc"] * 9
