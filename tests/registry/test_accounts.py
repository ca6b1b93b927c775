"""Logging in by any name, lock-out, idle end, sessions, codes and passwords (GB/T 22239 8.1.4.1)."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client, override_settings

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.ledger.quiet import watch
from marketplace.registry import actions
from marketplace.registry.models import LoginRecord, LoginSession, OneTimeCode, User
from marketplace.registry.queries import actor_for, actor_of
from marketplace.registry.states import Role
from tests.registry.world import AT, COMMAND, PASSWORD, World

NEW = "春江潮水-连海平-8"


def log_in(name: str, password: str = PASSWORD, client: Client | None = None, **headers: str) -> Client:
    client = client or Client(**headers)
    client.answer = client.post("/accounts/login/", {"username": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/sessions/").status_code == 200


@pytest.fixture
def user(world: World) -> User:
    return world.account("顾清和", world.city, mobile="13800138000", email="Gu@Example.com")


@pytest.mark.parametrize("name", ["顾清和", " 顾清和 ", "13800138000", "gu@example.com", "GU@EXAMPLE.COM"])
def test_any_name_of_the_account_logs_in(user: User, name: str) -> None:
    assert is_in(log_in(name))


def test_user_names_are_folded_and_never_look_like_a_mail_or_a_number(world: World) -> None:
    assert world.account("LuoWang").username == "luowang"
    assert is_in(log_in("LUOWANG"))
    for bad in ("a@b.cn", "13900139000", "x", "有 空格", "名" * 33, "a/b"):
        with pytest.raises(Refused) as refused:
            world.account(bad)
        assert refused.value.field == "username"


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.lower() + "x"])
def test_a_wrong_password_is_refused_without_saying_which_was_wrong(user: User, password: str) -> None:
    client = log_in("顾清和", password)
    unknown = log_in("没有这个人", password)
    assert not is_in(client)
    assert client.answer.status_code == unknown.answer.status_code == 422
    if password:
        for page in (client.answer, unknown.answer):
            assert "账号或密码不正确，或账号尚未激活、已停用。" in page.content.decode()


def test_next_goes_only_to_this_site(user: User) -> None:
    for target, expected in (
        ("/desk/people/", "/desk/people/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example", "/desk/"),
    ):
        answer = Client().post(
            "/accounts/login/", {"username": "顾清和", "password": PASSWORD, "next": target}
        )
        assert answer["Location"] == expected


def test_five_failures_lock_the_account_on_that_address_only(user: User, world: World) -> None:
    world.account("同事", world.city)
    office = {"REMOTE_ADDR": "10.1.1.1"}
    for name in ("顾清和", "13800138000", "gu@example.com", "顾清和", "顾清和"):
        client = log_in(name, "wrong", **office)
    assert client.answer.status_code == 429
    assert "登录已暂时锁定" in client.answer.content.decode()
    assert client.answer["Retry-After"] == "900"
    # Whichever name is typed, even with the right password.
    assert log_in("13800138000", **office).answer.status_code == 429
    # The office is not punished, and neither is the owner elsewhere.
    assert is_in(log_in("同事", **office))
    assert is_in(log_in("顾清和", REMOTE_ADDR="10.2.2.2"))
    assert Event.objects.filter(kind="registry.login_locked").count() == 1
    assert set(LoginRecord.objects.values_list("outcome", flat=True)) == {"failed", "locked", "success"}


def test_an_unused_session_ends_and_the_cookie_is_worth_nothing(user: User) -> None:
    with clock.script(AT) as time:
        client = log_in("顾清和")
        time.advance(timedelta(minutes=29))
        assert is_in(client)
        time.advance(timedelta(minutes=29))
        assert is_in(client)
        time.advance(timedelta(minutes=31))
        answer = client.get("/desk/", follow=True)
        assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
        assert "长时间未操作" in answer.content.decode()
    assert LoginSession.objects.get().end_reason == "idle"


def test_sessions_are_listed_and_ended_from_another_browser(user: User, world: World) -> None:
    here, there = log_in("顾清和", HTTP_USER_AGENT="Here/1"), log_in("顾清和", HTTP_USER_AGENT="There/2")
    page = here.get("/accounts/sessions/").content.decode()
    assert "Here/1" in page and "There/2" in page
    victim = LoginSession.objects.get(user_agent="There/2")
    stranger = log_in(world.account("路人").username)
    assert stranger.post(f"/accounts/sessions/{victim.uid}/end/").status_code == 404
    assert is_in(there)
    assert here.post(f"/accounts/sessions/{victim.uid}/end/").status_code == 302
    assert not is_in(there)
    before = Event.objects.count()
    assert here.post(f"/accounts/sessions/{victim.uid}/end/").status_code == 302
    assert Event.objects.count() == before
    history = here.get("/accounts/history/").content.decode()
    assert "登录成功" in history and "会话被结束" in history


def test_logging_out_needs_a_click_and_ends_the_row(user: User) -> None:
    client = log_in("顾清和")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert LoginSession.objects.get().end_reason == "logged_out"


def test_session_key_changes_at_login(user: User) -> None:
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sunlit_session"] = before = session.session_key
    log_in("顾清和", client=client)
    assert client.session.session_key != before


def test_logging_in_writes_exactly_one_event(user: User) -> None:
    with watch(events=1):
        log_in("顾清和")


def test_a_closed_account_is_out_at_once(user: User) -> None:
    client = log_in("顾清和")
    with watch(events=1):
        actions.set_account_active(user, False, reason="离职", by=COMMAND, at=AT)
    assert not is_in(client)
    assert log_in("顾清和").answer.status_code == 422


class TestCodes:
    def account(self, world: World) -> User:
        from marketplace.registry.actions import AccountContent

        content = AccountContent(
            name="郑望", username="zheng", email="zheng@example.com", branch=world.city.pk
        )
        return actions.create_person_account(content, by=COMMAND, at=AT)

    def post(self, page: str, code: str, password: str = NEW, name: str = "zheng", again: str = "") -> Client:
        client = Client()
        data = {"username": name, "code": code, "password": password, "again": again or password}
        client.answer = client.post(f"/accounts/{page}/", data)
        return client

    def test_nobody_logs_in_before_activation_and_a_code_works_once(self, world: World) -> None:
        user = self.account(world)
        assert not user.has_usable_password()
        code = actions.issue_code(user, by=COMMAND, at=AT)
        assert self.post("reset", code).answer.status_code == 422
        with watch(events=1):
            assert self.post("activate", code.lower().replace("-", " ")).answer.status_code == 302
        assert is_in(log_in("zheng", NEW))
        assert self.post("activate", code).answer.status_code == 422

    def test_codes_expire_and_a_new_one_ends_the_old(self, world: World) -> None:
        user = self.account(world)
        with clock.script(AT) as time:
            old = actions.issue_code(user, by=COMMAND, at=AT)
            new = actions.issue_code(user, by=COMMAND, at=AT)
            assert self.post("activate", old).answer.status_code == 422
            time.advance(timedelta(days=7, seconds=1))
            assert self.post("activate", new).answer.status_code == 422

    def test_ten_wrong_tries_kill_a_code(self, world: World) -> None:
        user = self.account(world)
        code = actions.issue_code(user, by=COMMAND, at=AT)
        for _try in range(10):
            assert self.post("activate", "ZZZZ-ZZZZ-ZZZZ").answer.status_code == 422
        assert OneTimeCode.objects.get().tries == 10
        assert self.post("activate", code).answer.status_code == 422

    @pytest.mark.parametrize(
        ("password", "again", "words"),
        [
            ("short", "", "10"),
            ("1234567890123", "", "数字"),
            ("password123", "", "常见"),
            (NEW, NEW + "x", "两次输入的密码不一致"),
            ("", "", "请填写“新密码”"),
        ],
    )
    def test_a_weak_password_does_not_spend_the_code(
        self, world: World, password: str, again: str, words: str
    ) -> None:
        code = actions.issue_code(self.account(world), by=COMMAND, at=AT)
        answer = self.post("activate", code, password, again=again).answer
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert self.post("activate", code).answer.status_code == 302

    @pytest.mark.django_db(transaction=True)
    @override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
    def test_reset_by_mail_says_nothing_about_who_exists_and_ends_sessions(
        self, transactional_db: None
    ) -> None:
        from tests.registry.world import build

        world = build()
        world.account("郑望", email="zheng@example.com")
        inside = log_in("郑望")
        answers = [
            Client().post("/accounts/reset/mail/", {"username": n}, follow=True) for n in ("郑望", "无此人")
        ]
        assert (
            len(
                {
                    re.sub(
                        r'(?s)<input[^>]*csrf[^>]*>|data-now="[^"]*"|datetime="[^"]*"', "", a.content.decode()
                    )
                    for a in answers
                }
            )
            == 1
        )
        assert len(mail.outbox) == 1
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", mail.outbox[0].body)
        assert code
        assert self.post("reset", code[0], name="zheng@example.com").answer.status_code == 302
        assert not is_in(inside)
        assert is_in(log_in("郑望", NEW))
        for _more in range(5):
            Client().post("/accounts/reset/mail/", {"username": "郑望"})
        assert len(mail.outbox) == actions.credentials.MOST_MAILS_AN_HOUR


def test_changing_the_password_keeps_this_session_and_ends_the_others(user: User) -> None:
    here, there = log_in("顾清和"), log_in("顾清和")
    bad = here.post("/accounts/password/", {"old": "x", "password": NEW, "again": NEW})
    assert bad.status_code == 422 and "原密码不正确" in bad.content.decode()
    assert (
        here.post("/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    )
    assert is_in(here)
    assert not is_in(there)


def test_must_change_password_comes_before_the_desk(user: User) -> None:
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    client = log_in("顾清和")
    assert client.get("/desk/")["Location"] == "/accounts/password/"
    client.post("/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert client.get("/desk/").status_code == 200


class TestChoosingARole:
    def test_one_grant_needs_no_choice_and_several_are_asked(self, world: World) -> None:
        user = world.user(Role.AUTHOR, world.city)
        client = log_in(user.username)
        assert client.answer["Location"] == "/desk/"
        world.grant(user, Role.REVIEWER, world.district)
        assert client.get("/desk/")["Location"].startswith("/accounts/role/")
        again = log_in(user.username)
        assert again.answer["Location"].startswith("/accounts/role/")
        grant = user.person.grants.get(role=Role.REVIEWER)
        with watch(events=1):
            answer = again.post("/accounts/role/", {"grant": grant.pk, "next": "/desk/"})
        assert answer["Location"] == "/desk/"
        page = again.get("/desk/")
        actor = actor_for(page.wsgi_request)
        assert (actor.role, actor.branch_id, actor.grant_id) == ("reviewer", world.district.pk, grant.pk)

    def test_nobody_takes_another_persons_grant_nor_one_that_ended(self, world: World) -> None:
        user = world.user(Role.AUTHOR, world.city)
        second = world.grant(user, Role.REVIEWER, world.city)
        foreign = world.user(Role.OPERATOR, world.city).person.grants.get()
        client = log_in(user.username)
        for pk in (foreign.pk, 999_999, "x", ""):
            assert client.post("/accounts/role/", {"grant": pk}).status_code == 422
        session = LoginSession.objects.get(user=user)
        with pytest.raises(NotAllowed):
            actions.choose_grant(session, foreign.pk, by=actor_of(user, None), at=AT)
        client.post("/accounts/role/", {"grant": second.pk})
        actions.revoke_role(second, reason="轮岗", by=COMMAND, at=AT)
        # The other grant is then the only one; the revoked role is gone in the very next request.
        assert actor_for(client.get("/desk/").wsgi_request).role == "author"

    def test_a_visitor_and_a_person_without_role(self, world: World, user: User) -> None:
        assert Client().get("/desk/")["Location"].startswith("/accounts/login/?next=/desk/")
        page = log_in("顾清和").get("/desk/")
        assert page.status_code == 200
        assert "您还没有任何角色" in page.content.decode()
        assert actor_for(page.wsgi_request).role == ""

    def test_a_superuser_has_no_business_right(self, world: World) -> None:
        root = User.objects.create_superuser("root", PASSWORD)
        client = Client()
        client.force_login(root)
        for page in ("/desk/people/", "/desk/grants/", "/desk/parties/", "/desk/branches/", "/desk/logins/"):
            assert client.get(page).status_code == 403
        with pytest.raises(NotAllowed):
            actions.load_regions(by=actor_of(root, None), at=AT)


def test_others_history_is_for_the_audit_administrator(world: World, user: User) -> None:
    log_in("顾清和", "wrong")
    page = log_in(world.user(Role.AUDIT_ADMIN).username).get("/desk/logins/?q=顾清和")
    assert "账号或密码不正确" in page.content.decode()
    assert log_in(world.user(Role.SYSTEM_ADMIN).username).get("/desk/logins/").status_code == 403


def test_pages_of_an_account_are_never_stored_and_visitors_have_no_actor(user: User) -> None:
    assert "no-store" in log_in("顾清和").get("/accounts/sessions/")["Cache-Control"]
    assert actor_for(Client().get("/accounts/login/").wsgi_request).kind == "visitor"
    assert Actor.visitor().role == ""


def test_login_data_go_when_their_time_is_over(user: User) -> None:
    from marketplace.registry.tasks import forget_logins

    with clock.script(AT) as time:
        client = log_in("顾清和")
        client.post("/accounts/logout/")
        open_one = log_in("顾清和")
        actions.issue_code(user, by=COMMAND, at=AT)
        time.advance(timedelta(days=183))
        assert forget_logins() == 1  # the code; the history stays six months
        assert LoginRecord.objects.count() == 3
        time.advance(timedelta(days=2))
        with watch(events=1):
            forget_logins()
        assert (LoginRecord.objects.count(), LoginSession.objects.count()) == (0, 1)
        with watch(events=0):
            assert forget_logins() == 0
        assert open_one
