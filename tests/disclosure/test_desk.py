"""Desk pages: own branch only, acts through forms, mistakes at the field."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.disclosure import actions, queries
from marketplace.disclosure.models import ImportBatch, Notice, ScanHit, TradeProject
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, imported, purchase
from tests.disclosure.test_questions import login

PLACES = {Role.SUPERVISOR: "420500", Role.BUYER: "某单位", Role.AGENCY: "某代理", Role.SUPPLIER: "某公司"}


@pytest.fixture
def foreign(town: Town) -> Notice:
    """A notice of the west branch."""
    content = purchase(
        town,
        branch_id=town.west.pk,
        region_code="420506",
        title="西区学校课桌采购公告",
        author_id=town.actor(Role.AUTHOR, "west").user_id,
    )
    return actions.release_notice(content, by=town.actor(Role.REVIEWER, "west"), at=clock.now())


@pytest.mark.parametrize("role", list(Role))
def test_roles_of_the_lists(town: Town, client: Client, role: Role) -> None:
    centre = {Role.OPERATOR, Role.AUTHOR, Role.REVIEWER, Role.SUPERVISOR}
    allowed = {
        "notices": centre,
        "questions": {Role.BUYER, Role.AGENCY, Role.OPERATOR, Role.REVIEWER},
        "scan-hits": {Role.REVIEWER},
    }
    login(client, town.actor(role, PLACES.get(role, "east")))
    for path, roles in allowed.items():
        assert client.get(f"/desk/{path}/").status_code == (200 if role in roles else 403), path


@pytest.mark.parametrize(
    "path",
    ["notices/", "questions/", "scan-hits/", "projects/aaaaaaaaaaaa/", "notices/aaaaaaaaaaaa/withdraw/"],
)
def test_visitors_log_in_first(town: Town, client: Client, path: str) -> None:
    page = client.get(f"/desk/{path}")
    assert page.status_code == 302 and "/accounts/login/" in page["Location"]


def test_who_holds_two_roles_and_chose_none_is_asked_first(town: Town, client: Client) -> None:
    """A role is chosen, never guessed: the desk asks, it does not refuse."""
    person = town.person("两职")
    town.give(person, Role.AUTHOR)
    town.give(person, Role.REVIEWER)
    client.force_login(person)
    page = client.get("/desk/notices/")
    assert page.status_code == 302 and page["Location"].startswith("/accounts/role/")


def test_another_branchs_objects_are_not_found(town: Town, foreign: Notice, client: Client) -> None:
    login(client, town.actor(Role.REVIEWER))
    assert foreign.title not in client.get("/desk/notices/").content.decode()
    assert client.get(f"/desk/notices/{foreign.public_id}/withdraw/").status_code == 404
    assert client.get(f"/desk/projects/{foreign.project.public_id}/").status_code == 404
    assert client.post(f"/desk/projects/{foreign.project.public_id}/merge/", {}).status_code == 404


def test_a_supervisor_sees_the_region_and_withdraws(
    town: Town, notice: Notice, foreign: Notice, client: Client
) -> None:
    login(client, town.actor(Role.SUPERVISOR, "420506"))
    listed = client.get("/desk/notices/").content.decode()
    assert foreign.title in listed and notice.title not in listed
    url = f"/desk/notices/{foreign.public_id}/withdraw/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"basis": "order", "reason": "程序违法"}).status_code == 422
    assert client.post(url, {"basis": "nonsense", "reason": "程序违法"}).status_code == 422
    assert (
        client.post(url, {"basis": "order", "reason": "程序违法", "document": "临监〔2026〕7号"}).status_code
        == 302
    )
    foreign.refresh_from_db()
    assert foreign.is_withdrawn
    assert "西区学校" not in str(queries.public_notice(foreign.public_id))


def test_a_reviewer_is_offered_legal_duties_only(town: Town, notice: Notice, client: Client) -> None:
    login(client, town.actor(Role.REVIEWER))
    url = f"/desk/notices/{notice.public_id}/withdraw/"
    page = client.get(url).content.decode()
    assert 'value="personal"' in page and 'value="order"' not in page
    assert client.post(url, {"basis": "order", "reason": "x", "document": "1"}).status_code == 422
    assert login(client, town.actor(Role.OPERATOR)).get(url).status_code == 403


def test_the_list_is_searched_by_title_and_code_and_filtered(
    town: Town, notice: Notice, client: Client
) -> None:
    login(client, town.actor(Role.AUTHOR))
    for query, found in (
        ("q=图书馆", True),
        (f"q={notice.codes[0].lower()}", True),
        ("q=没有的", False),
        ("state=withdrawn", False),
        ("q=%00&page=zzz&state=zzz", True),
        ("page=99999", True),
    ):
        page = client.get(f"/desk/notices/?{query}")
        assert page.status_code == 200 and (notice.title in page.content.decode()) == found


def test_a_finding_is_resolved_at_the_desk(town: Town, batch: ImportBatch, client: Client) -> None:
    actions.import_notice(imported(body_text="电话 13800138000"), batch=batch, by=COMMAND, at=clock.now())
    hit = ScanHit.objects.get()
    login(client, town.actor(Role.REVIEWER))
    page = client.get("/desk/scan-hits/").content.decode()
    assert "138******00" in page and "13800138000" not in page
    url = f"/desk/scan-hits/{hit.pk}/"
    assert client.post(url, {"event": "accept"}).status_code == 422
    assert client.post(url, {"event": "destroy", "reason": "x"}).status_code == 422
    assert client.post(url, {"event": "accept", "reason": "单位电话"}).status_code == 302
    assert client.post(url, {"event": "accept", "reason": "再次"}).status_code == 422
    hit.refresh_from_db()
    assert hit.state == "accepted"
    assert client.get("/desk/scan-hits/999999/").status_code == 404


@pytest.fixture
def two(batch: ImportBatch) -> list[TradeProject]:
    """Two imported projects."""
    rows = [
        actions.import_notice(
            imported(project_codes=(f"LX-2025-00{n}",)), batch=batch, by=COMMAND, at=clock.now()
        )
        for n in (1, 2)
    ]
    return [row.notice.project for row in rows]


@pytest.mark.parametrize("named", ["code", "id", "address"])
def test_projects_are_merged_at_the_desk(
    town: Town, two: list[TradeProject], client: Client, named: str
) -> None:
    one, other = two
    into = {
        "code": " lx-2025-002 ",
        "id": other.public_id,
        "address": f"https://example.org/projects/{other.public_id}/",
    }
    login(client, town.actor(Role.OPERATOR))
    url = f"/desk/projects/{one.public_id}/"
    assert client.get(url).status_code == 200
    assert client.post(f"{url}merge/", {"merge-into": "没有", "merge-reason": "x"}).status_code == 422
    assert client.post(f"{url}merge/", {"merge-into": into[named]}).status_code == 422
    assert (
        client.post(f"{url}merge/", {"merge-into": into[named], "merge-reason": "同一项目"}).status_code
        == 302
    )
    one.refresh_from_db()
    assert one.merged_into == other
    assert "已并入" in client.get(url).content.decode()
    assert client.post(f"{url}merge/", {"merge-into": into[named], "merge-reason": "再"}).status_code == 422


def test_a_project_is_split_at_the_desk(town: Town, two: list[TradeProject], client: Client) -> None:
    one, other = two
    by = town.actor(Role.OPERATOR)
    actions.merge_projects(one, into=other, reason="试", by=by, at=clock.now())
    login(client, by)
    url = f"/desk/projects/{other.public_id}/split/"
    moving = other.notices.first().pk
    fields = {
        "split-notices": [moving],
        "split-name": "分出",
        "split-codes": "LX-2025-001；x",
        "split-reason": "误并",
    }
    assert client.post(url, {**fields, "split-notices": [999999]}).status_code == 422
    assert client.post(url, {**fields, "split-name": ""}).status_code == 422
    assert client.post(url, fields).status_code == 302
    assert Notice.objects.get(pk=moving).project.name == "分出"


def test_readers_of_projects_may_not_change_them(town: Town, two: list[TradeProject], client: Client) -> None:
    login(client, town.actor(Role.AUTHOR))
    url = f"/desk/projects/{two[0].public_id}/"
    page = client.get(url)
    assert page.status_code == 200 and "merge-into" not in page.content.decode()
    assert (
        client.post(f"{url}merge/", {"merge-into": two[1].public_id, "merge-reason": "x"}).status_code == 403
    )


def test_lists_take_few_queries(town: Town, batch: ImportBatch, client: Client) -> None:
    login(client, town.actor(Role.REVIEWER))
    counts = []
    for _round in range(2):
        for _line in range(5):
            line = imported(body_text="电话 13800138000")
            actions.import_notice(line, batch=batch, by=COMMAND, at=clock.now())
        with CaptureQueriesContext(connection) as caught:
            client.get("/desk/notices/")
            client.get("/desk/scan-hits/")
        counts.append(len(caught))
    assert counts[0] == counts[1], "the number of queries does not grow with the rows"


def test_a_revoked_grant_closes_the_desk(town: Town, client: Client) -> None:
    from marketplace.registry import actions as registry
    from marketplace.registry.models import RoleGrant

    by: Actor = town.actor(Role.REVIEWER)
    login(client, by)
    assert client.get("/desk/notices/").status_code == 200
    registry.revoke_role(RoleGrant.objects.get(pk=by.grant_id), reason="离岗", by=COMMAND, at=clock.now())
    assert client.get("/desk/notices/").status_code == 403
