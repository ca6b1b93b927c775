"""The first start: an empty installation is set up wholly in the browser (issue: first-run page)."""

import re

import pytest
from django.test import Client

from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry import actions
from marketplace.registry.models import Branch, Party, Person, Region, RoleGrant, User
from marketplace.registry.queries import needs_setup
from marketplace.registry.states import Role
from tests.registry.world import AT, COMMAND, uscc

PASSWORD = "三峡大坝-夜航-2026"


def setup_data(given: str, **changes: str) -> dict[str, str]:
    data = {
        "code": given,
        "region": "湖北省宜昌市",
        "branch_code": "YC",
        "branch_name": "宜昌示例交易中心",
        "branch_uscc": "",
    }
    for role, name in (("system_admin", "程系"), ("security_admin", "安全"), ("audit_admin", "沈计")):
        data |= {f"{role}_name": name, f"{role}_username": role, f"{role}_email": ""}
    return data | changes


@pytest.fixture
def code(db: None) -> str:
    return actions.issue_setup_code(by=COMMAND, at=AT)


SLIP = re.compile(r"<strong>([0-9A-Z-]{14})</strong>")


def activated(name: str, code: str) -> Client:
    """A browser in which this account has set its password and logged in."""
    client = Client()
    data = {"username": name, "code": code, "password": PASSWORD, "again": PASSWORD}
    assert client.post("/accounts/activate/", data).status_code == 302
    assert client.post("/accounts/login/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def test_the_first_page_makes_region_branch_and_three_administrators_once(code: str) -> None:
    client = Client()
    assert client.get("/setup/").status_code == 200
    page = client.post("/setup/", setup_data(code.lower())).content.decode()
    assert len(SLIP.findall(page)) == 3
    assert Region.objects.get(pk="420506").full_name == "湖北省宜昌市夷陵区"
    assert Branch.objects.get().region_id == "420500"
    roles = sorted(RoleGrant.objects.values_list("role", flat=True))
    assert roles == ["audit_admin", "security_admin", "system_admin"]
    assert Event.objects.filter(kind="registry.installed").count() == 1
    # The page is gone for good, and a second click finds the login page.
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", setup_data(code)).status_code == 302
    assert User.objects.count() == 3


def test_an_empty_installation_is_set_up_wholly_in_the_browser(code: str) -> None:
    slips = SLIP.findall(Client().post("/setup/", setup_data(code)).content.decode())
    system, security = activated("system_admin", slips[0]), activated("security_admin", slips[1])
    branch = Branch.objects.get().pk
    person = {
        "name": "罗望舒",
        "username": "luo",
        "mobile": "",
        "email": "",
        "id_number": "",
        "branch": branch,
    }
    assert system.post("/desk/people/new/", person).status_code == 302
    luo = User.objects.get(username="luo")
    luo_code = SLIP.findall(system.post(f"/desk/people/{luo.person_id}/code/").content.decode())[0]
    grant = {"person": luo.person_id, "role": "operator", "branch": branch}
    assert security.post("/desk/grants/new/", grant).status_code == 302
    desk = activated("luo", luo_code)
    party = {
        "name": "宜昌示例科技有限公司",
        "uscc": uscc(7),
        "roles": ["supplier"],
        "region": "湖北省宜昌市夷陵区",
        "branch": branch,
    }
    assert desk.post("/desk/parties/new/", party).status_code == 302
    assert desk.post(f"/desk/parties/{Party.objects.get().public_id}/admit/").status_code == 302
    assert Party.objects.get().state == "admitted"
    assert desk.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "AAAA-BBBB-CCCC"}, "启动代码不正确"),
        ({"region": "蓬莱仙岛"}, "没有找到这个行政区划"),
        ({"system_admin_name": ""}, "请填写“系统管理员的姓名”"),
        ({"audit_admin_username": "SYSTEM_ADMIN"}, "三名管理员须是三个人"),
        ({"system_admin_username": "a@b.cn"}, "用户名为 2 至 32 个"),
        ({"branch_uscc": "123"}, "统一社会信用代码"),
        ({"branch_name": "名" * 129}, "128"),
    ],
)
def test_bad_input_is_said_at_the_field_and_writes_nothing(
    code: str, changes: dict[str, str], words: str
) -> None:
    events = Event.objects.count()
    answer = Client().post("/setup/", setup_data(code, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (Person.objects.count(), Branch.objects.count(), Event.objects.count()) == (0, 0, events)


def test_the_code_is_for_the_terminal_only_dies_after_ten_tries_and_when_a_new_one_is_made(code: str) -> None:
    from marketplace.kernel.actor import Actor

    with pytest.raises(NotAllowed):
        actions.issue_setup_code(by=Actor.visitor(), at=AT)
    client = Client()
    for _try in range(10):
        client.post("/setup/", setup_data("XXXX-XXXX-XXXX"))
    assert client.post("/setup/", setup_data(code)).status_code == 422
    newer = actions.issue_setup_code(by=COMMAND, at=AT)
    assert client.post("/setup/", setup_data(code)).status_code == 422
    assert client.post("/setup/", setup_data(newer)).status_code == 200
    assert not needs_setup()
    with pytest.raises(Refused):
        actions.issue_setup_code(by=COMMAND, at=AT)


def test_three_administrators_hold_one_role_each(code: str) -> None:
    Client().post("/setup/", setup_data(code))
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert RoleGrant.objects.filter(role=role).count() == 1
    assert not User.objects.filter(is_superuser=True).exists()
