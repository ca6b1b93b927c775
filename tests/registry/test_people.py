"""People and accounts at the desk: bad input, numbers hidden, codes printed once."""

import re
import threading

import pytest
from django.db import connection, connections
from django.test import Client

from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry import actions
from marketplace.registry.actions import AccountContent
from marketplace.registry.models import LoginSession, Person, User
from marketplace.registry.states import Role
from tests.registry.world import AT, COMMAND, World, build

ID = "11010519491231002X"


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.user(Role.SYSTEM_ADMIN))
    return client


def data(**changes: object) -> dict[str, object]:
    values = {
        "name": "柳如烟",
        "username": "liu",
        "mobile": "13900139000",
        "email": "liu@example.com",
        "id_number": ID,
        "branch": "",
    }
    return values | changes


def test_registering_twice_makes_one_person(world: World, desk: Client) -> None:
    people = Person.objects.count()
    assert desk.post("/desk/people/new/", data()).status_code == 302
    again = desk.post("/desk/people/new/", data())
    assert again.status_code == 422 and "用户名已被使用" in again.content.decode()
    assert Person.objects.count() == people + 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请填写“姓名”"),
        ({"name": "名" * 65}, "64"),
        ({"username": "a@b.cn"}, "用户名为 2 至 32 个"),
        ({"username": "13900139000"}, "用户名为 2 至 32 个"),
        ({"mobile": "12345"}, "手机"),
        ({"email": "nonsense"}, "电子邮箱格式不正确"),
        ({"id_number": "110105194912310021"}, "身份"),
        ({"branch": "999999"}, "选择一个有效的选项"),
        ({"branch": "x"}, "选择一个有效的选项"),
    ],
)
def test_bad_input_is_said_at_the_field(
    world: World, desk: Client, changes: dict[str, object], words: str
) -> None:
    people = Person.objects.count()
    answer = desk.post("/desk/people/new/", data(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Person.objects.count() == people


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "LIU"}, "username"),
        ({"username": "li2", "mobile": "139 0013 9000", "email": "", "id_number": ""}, "mobile"),
        ({"username": "li3", "mobile": "", "email": "LIU@example.com", "id_number": ""}, "email"),
        ({"username": "li4", "mobile": "", "email": "", "id_number": ID.lower()}, "id_number"),
    ],
)
def test_names_and_numbers_are_unique_however_they_are_written(
    world: World, changes: dict[str, str], field: str
) -> None:
    first = {k: v for k, v in data().items() if k != "branch"}
    actions.create_person_account(AccountContent(**first), by=COMMAND, at=AT)
    with pytest.raises(Refused) as refused:
        actions.create_person_account(AccountContent(**first | changes), by=COMMAND, at=AT)
    assert refused.value.field == field


def test_numbers_are_never_stored_shown_or_logged_in_clear(world: World, desk: Client) -> None:
    desk.post("/desk/people/new/", data())
    user = User.objects.get(username="liu")
    page = desk.get(f"/desk/people/{user.person_id}/").content.decode()
    assert "139****9000" in page and "13900139000" not in page and ID not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, mobile FROM registry_person WHERE id = %s", [user.person_id])
        assert all(value.startswith("g1.") for value in cursor.fetchone())
        cursor.execute("SELECT data, actor FROM ledger_event")
        assert not re.search(f"13900139000|{ID}|liu@example.com", str(cursor.fetchall()))


def test_editing_keeps_an_id_number_that_is_left_empty(world: World, desk: Client) -> None:
    desk.post("/desk/people/new/", data())
    person = User.objects.get(username="liu").person
    changed = data(name="柳烟", id_number="", mobile="", branch=world.city.pk)
    assert desk.post(f"/desk/people/{person.pk}/edit/", changed).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.id_number, person.mobile, person.branch_id) == ("柳烟", ID, "", world.city.pk)
    assert Event.objects.get(kind="registry.person_changed").data["changed"] == ["name", "mobile", "branch"]


def test_a_code_is_printed_once_and_never_for_oneself_or_a_closed_account(world: World, desk: Client) -> None:
    desk.post("/desk/people/new/", data())
    user = User.objects.get(username="liu")
    url = f"/desk/people/{user.person_id}/code/"
    assert "<strong>" not in desk.get(url).content.decode().split("<main")[1]
    page = desk.post(url)
    assert re.search(r"<strong>[0-9A-Z-]{14}</strong>", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    desk.post(f"/desk/people/{user.person_id}/account/", {"active": "0", "reason": "借调"})
    assert "账号已停用" in desk.post(url).content.decode()
    own = world.user(Role.SYSTEM_ADMIN)
    assert desk.post(f"/desk/people/{own.person_id}/code/").status_code == 403


def test_closing_and_opening_an_account_and_a_second_click(world: World, desk: Client) -> None:
    user = world.account("某人", world.city)
    url = f"/desk/people/{user.person_id}/account/"
    assert desk.post(url, {"active": "0", "reason": ""}).status_code == 422
    for _click in range(2):
        desk.post(url, {"active": "0", "reason": "离职"})
        user.refresh_from_db()
        assert not user.is_active
    desk.post(url, {"active": "1", "reason": "返聘"})
    user.refresh_from_db()
    assert user.is_active
    assert (
        desk.post(
            f"/desk/people/{world.user(Role.SYSTEM_ADMIN).person_id}/account/", {"active": "0", "reason": "x"}
        ).status_code
        == 403
    )


def test_a_branchs_administrator_registers_people_of_the_branch_only(world: World) -> None:
    by = world.actor(Role.SYSTEM_ADMIN, world.district)
    with pytest.raises(NotAllowed):
        actions.create_person_account(
            AccountContent(name="某", username="mou", branch=world.city.pk), by=by, at=AT
        )
    user = actions.create_person_account(
        AccountContent(name="某", username="mou", branch=world.district.pk), by=by, at=AT
    )
    with pytest.raises(NotAllowed):
        actions.change_person(
            user.person, AccountContent(name="某", username="mou", branch=world.other.pk), by=by, at=AT
        )


def test_the_security_administrator_ends_sessions_of_others(world: World) -> None:
    user = world.account("某人", world.city)
    theirs, guard = Client(), Client()
    theirs.force_login(user)
    guard.force_login(world.user(Role.SECURITY_ADMIN))
    session = LoginSession.objects.get(user=user)
    assert session.uid in guard.get(f"/desk/people/{user.person_id}/").content.decode()
    url = f"/desk/people/{user.person_id}/sessions/{session.uid}/end/"
    assert guard.get(url).status_code == 405
    assert guard.post(url).status_code == 302
    assert guard.post(url).status_code == 404
    assert theirs.get("/accounts/sessions/").status_code == 302


def test_lists_are_found_by_part_of_a_name(world: World, desk: Client) -> None:
    world.account("欧阳修竹", world.city)
    assert "欧阳修竹" in desk.get("/desk/people/?q=修竹").content.decode()
    assert "没有符合条件的人员" in desk.get("/desk/people/?q=无此人").content.decode()


@pytest.mark.django_db(transaction=True)
def test_ten_registrations_of_one_user_name_make_one_account(transactional_db: None) -> None:
    build()
    results: list[str] = []

    def register() -> None:
        try:
            actions.create_person_account(AccountContent(name="某", username="same"), by=COMMAND, at=AT)
            results.append("made")
        except Refused as refused:
            results.append(refused.field)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=register) for _unused in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["made"] + ["username"] * 9
    assert Person.objects.count() == 1
