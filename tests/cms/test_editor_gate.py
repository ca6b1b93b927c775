"""Who reaches what in the editor: another branch's drafts, closed pages, other roles."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cms.models import NoticeDraft
from cms.views.editor import is_open
from marketplace.kernel import clock
from marketplace.registry import actions as registry
from marketplace.registry.models import RoleGrant, User
from marketplace.registry.states import Role
from tests.cms.conftest import COMMAND, LogIn, Town, submitted, written

BASE = "/editor/notices/"


def draft_addresses(draft: NoticeDraft) -> list[str]:
    """Every address of the editor that names this draft, from the routes themselves."""
    found = []
    for pattern in _patterns(get_resolver().url_patterns, ""):
        route = pattern
        if route.startswith(BASE[1:]) and "pk" in route:
            filled_in = re.sub(r"<int:pk>|\(\?P<pk>\.\+\)", str(draft.pk), route)
            filled_in = re.sub(r"<slug:action_name>", "approve", filled_in)
            filled_in = re.sub(r"<int:\w+>", "1", filled_in)
            filled_in = re.sub(r"\(\?P<revision_id_[ab]>[^)]*\)", "1", filled_in)
            found.append("/" + filled_in.replace("\\.", ".").rstrip("$").replace("^", ""))
    return found


def _patterns(patterns: list[Any], prefix: str) -> list[str]:
    found = []
    for one in patterns:
        text = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            found += _patterns(one.url_patterns, text)
        elif isinstance(one, URLPattern):
            found.append(text)
    return found


def test_another_branchs_draft_does_not_exist(editors: Town, log_in: LogIn) -> None:
    """R99: neither listed, nor opened, nor found by id, by any address, in any of both roles."""
    draft = written(editors, "west", title="西区绝不外露的公告稿", region_id="420506")
    addresses = draft_addresses(draft)
    assert len(addresses) > 12, addresses
    for role in (Role.AUTHOR, Role.REVIEWER):
        client = log_in(editors.actor(role))
        assert "绝不外露" not in client.get(BASE).content.decode()
        assert "绝不外露" not in client.get(f"{BASE}results/?q=绝不外露").content.decode()
        for address in addresses:
            for response in (client.get(address), client.post(address, {"comment": "x", "title": "x"})):
                assert response.status_code == 404, address
                assert "绝不外露" not in response.content.decode(), address
    draft.refresh_from_db()
    assert draft.title == "西区绝不外露的公告稿"


def test_every_address_of_an_own_draft_answers(editors: Town, log_in: LogIn) -> None:
    """In each role and state: a page, a redirect or a clean refusal, never 500."""
    draft = submitted(editors)
    for role in (Role.AUTHOR, Role.REVIEWER):
        client = log_in(editors.actor(role))
        for address in draft_addresses(draft):
            for response in (client.get(address), client.post(address)):
                assert response.status_code < 500, address


def test_it_is_not_found_from_the_side_either(editors: Town, log_in: LogIn) -> None:
    """Choosers, bulk actions, reports, pings, the start page."""
    draft = submitted(editors, "west", title="西区绝不外露的公告稿", region_id="420506")
    client = log_in(editors.actor(Role.REVIEWER))
    for address in (
        "/editor/",
        "/editor/snippets/choose/cms/noticedraft/",
        f"/editor/snippets/choose/cms/noticedraft/chosen/{draft.pk}/",
        f"/editor/bulk/cms/noticedraft/delete/?id={draft.pk}",
        "/editor/reports/site-history/",
        "/editor/reports/workflow/",
        "/editor/reports/workflow_tasks/",
        f"/editor/editing-sessions/ping/cms/noticedraft/{draft.pk}/1/",
        "/editor/workflows/list/",
    ):
        for response in (client.get(address), client.post(address)):
            assert "绝不外露" not in response.content.decode(), address


@pytest.mark.parametrize(
    "address",
    [
        "users/",
        "users/add/",
        "groups/",
        "sites/",
        "workflows/list/",
        "workflows/tasks/index/",
        "collections/",
        "reports/site-history/",
        "reports/locked/",
        "reports/aging-pages/",
        "password_reset/",
        "api/main/pages/",
        "api_tokens/",
        "pages/search/",
        "snippets/",
        "failwhale/",
        "test404/",
        "redirects/",
        "locales/",
    ],
)
def test_closed_pages_answer_404(editors: Town, log_in: LogIn, address: str) -> None:
    """Wagtail's users, groups, tokens, site-wide histories: not reachable, whoever asks."""
    actor = editors.actor(Role.REVIEWER)
    User.objects.filter(pk=actor.user_id).update(is_superuser=True)
    assert log_in(actor).get(f"/editor/{address}").status_code == 404


def test_every_route_of_the_editor_is_decided() -> None:
    """New routes of a new Wagtail stay shut until somebody opens them: only known ones are open."""
    assert not is_open("wagtailusers_users:index", ["wagtailusers_users"])
    assert not is_open("wagtailadmin_reports:site_history", ["wagtailadmin_reports"])
    assert not is_open("something_new", [])
    assert is_open("wagtailadmin_home", [])


def test_strangers_are_sent_to_our_login(editors: Town) -> None:
    """Never to Wagtail's own."""
    for address in ("/editor/", BASE, "/editor/login/"):
        response = Client().get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUTHOR, Role.REVIEWER)])
def test_other_roles_and_superusers_stay_outside(editors: Town, log_in: LogIn, role: Role) -> None:
    """403 for everybody who neither writes nor reviews."""
    place = {Role.SUPERVISOR: "420500", Role.BUYER: "甲", Role.AGENCY: "乙", Role.SUPPLIER: "丙"}.get(
        role, "east"
    )
    actor = editors.give(editors.person(f"x{role}"), role, place)
    User.objects.filter(pk=actor.user_id).update(is_superuser=True)
    assert log_in(actor).get("/editor/").status_code == 403


def test_groups_follow_the_grants_at_each_request(editors: Town, log_in: LogIn) -> None:
    """A revoked grant shuts the door with the next request."""
    actor = editors.actor(Role.AUTHOR)
    client = log_in(actor)
    assert client.get(BASE).status_code == 200
    assert [group.name for group in User.objects.get(pk=actor.user_id).groups.all()] == ["公告编写"]
    registry.revoke_role(RoleGrant.objects.get(pk=actor.grant_id), reason="轮岗", by=COMMAND, at=clock.now())
    assert client.get(BASE).status_code == 403
