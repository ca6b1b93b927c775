"""Messages to people: sent once, read by their owner, mailed and tried again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from marketplace.inbox import consumers
from marketplace.inbox.actions import mark_all_read, mark_read, send
from marketplace.inbox.models import Mail, Message
from marketplace.inbox.queries import unread_count, visible_to
from marketplace.inbox.states import MailState
from marketplace.inbox.tasks import LAST_TRY, send_due_mails
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.models import Event
from marketplace.registry import actions
from marketplace.registry.actions import RuleContent
from marketplace.registry.models import RuleVersion, User
from marketplace.registry.queries import actor_of
from marketplace.registry.states import Role
from tests.registry.world import AT, COMMAND, PASSWORD, World, build

SYSTEM = Actor.system("test")


@pytest.fixture
def world(db: None) -> World:
    """Two cities and a district, with rules."""
    made = build()
    actions.load_rules(by=COMMAND, at=AT)
    return made


def told(*users: User, **content: object) -> list[Message]:
    """Send one plain message."""
    return send(users=users, by=SYSTEM, at=AT, **{"title": "有一件事"} | content)


class TestSending:
    def test_the_same_key_reaches_each_person_once(self, world: World) -> None:
        one, two = world.user(Role.OPERATOR, world.city), world.user(Role.REVIEWER, world.city)
        assert len(told(one, key="k")) == 1
        assert [m.user_id for m in told(one, two, key="k")] == [two.pk]
        assert len(told(one, one)) == len(told(one)) == 1

    def test_accounts_that_are_not_active_get_nothing(self, world: World) -> None:
        user = world.user(Role.OPERATOR, world.city)
        user.is_active = False
        assert told(user) == []

    def test_only_its_owner_reads_it(self, world: World) -> None:
        owner, other = world.actor(Role.OPERATOR, world.city), world.actor(Role.REVIEWER, world.city)
        message = told(world.user(Role.OPERATOR, world.city))[0]
        assert list(visible_to(owner)) == [message]
        assert not visible_to(other)
        assert not visible_to(Actor.visitor())
        assert not visible_to(SYSTEM)
        with pytest.raises(NotAllowed):
            mark_read(message, by=other, at=AT)
        mark_read(message, by=owner, at=AT)
        assert unread_count(owner) == 0

    def test_all_are_marked_at_once(self, world: World) -> None:
        user = world.user(Role.OPERATOR, world.city)
        told(user), told(user)
        other = told(world.user(Role.REVIEWER, world.city))[0]
        assert mark_all_read(by=world.actor(Role.OPERATOR, world.city), at=AT) == 2
        other.refresh_from_db()
        assert other.read_at is None


class TestMail:
    def test_a_mail_goes_to_who_has_an_address(self, world: World) -> None:
        with_address = world.account("有邮箱", email="a@example.org")
        told(with_address, world.account("没有邮箱"), mail=True, body="正文", url="/desk/rules/1/")
        assert send_due_mails() == 1
        assert send_due_mails() == 0
        assert mail.outbox[0].to == ["a@example.org"]
        assert "/desk/rules/1/" in mail.outbox[0].body
        assert Mail.objects.get().state == MailState.SENT

    def test_a_title_cannot_smuggle_headers(self, world: World) -> None:
        told(world.account("某人", email="a@example.org"), title="标题\nBcc: b@example.org", mail=True)
        send_due_mails()
        assert mail.outbox[0].subject == "标题 Bcc: b@example.org"
        assert mail.outbox[0].recipients() == ["a@example.org"]

    def test_failures_wait_longer_and_longer_and_end(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(self: EmailBackend, messages: object) -> int:
            raise ConnectionRefusedError("a@example.org refused")

        monkeypatch.setattr(EmailBackend, "send_messages", broken)
        told(world.account("某人", email="a@example.org"), mail=True)
        waits = []
        for _try in range(LAST_TRY):
            row = Mail.objects.get()
            assert row.state == MailState.QUEUED
            Mail.objects.update(due_at=clock.recorded_now())
            before = clock.recorded_now()
            assert send_due_mails() == 0
            waits.append((Mail.objects.get().due_at - before) / timedelta(minutes=1))
        assert [round(wait) for wait in waits[:4]] == [1, 2, 4, 8]
        row = Mail.objects.get()
        assert (row.state, row.error) == (MailState.FAILED, "ConnectionRefusedError")

    def test_an_address_that_is_gone_drops_the_mail(self, world: World) -> None:
        user = world.account("某人", email="a@example.org")
        told(user, mail=True)
        User.objects.filter(pk=user.pk).update(email=None)
        assert send_due_mails() == 0
        assert Mail.objects.get().state == MailState.DROPPED


class TestEvents:
    def proposed(self, world: World, region: str = "420500") -> RuleVersion:
        content = RuleContent(
            rule_id="L14.last",
            region=region,
            trade_type="works",
            value=Decimal(5),
            effective_from=date(2027, 1, 1),
            legal_basis="某市办法",
        )
        return actions.propose_rule_version(content, by=self.proposer(world, region), at=AT)

    def proposer(self, world: World, region: str) -> Actor:
        return world.actor(Role.OPERATOR, world.city) if region else world.actor(Role.SYSTEM_ADMIN)

    def test_a_proposal_tells_those_who_may_decide(
        self, world: World, django_capture_on_commit_callbacks: object
    ) -> None:
        here = world.user(Role.SUPERVISOR, world.city)
        world.user(Role.SUPERVISOR, world.other)
        security = world.user(Role.SECURITY_ADMIN)
        with django_capture_on_commit_callbacks(execute=True):
            version = self.proposed(world)
        messages = Message.objects.filter(title="规则待批准：中标候选人公示期").order_by("user_id")
        assert [m.user_id for m in messages] == [here.pk, security.pk]
        assert messages[0].url == f"/desk/rules/{version.pk}/"

    def test_a_national_one_tells_only_who_is_bound_to_no_place(
        self, world: World, django_capture_on_commit_callbacks: object
    ) -> None:
        world.user(Role.SUPERVISOR, world.city)
        security = world.user(Role.SECURITY_ADMIN)
        with django_capture_on_commit_callbacks(execute=True):
            self.proposed(world, "")
        assert [m.user_id for m in Message.objects.filter(title__startswith="规则")] == [security.pk]

    def test_the_proposer_hears_of_the_decision_once(
        self, world: World, django_capture_on_commit_callbacks: object
    ) -> None:
        version = self.proposed(world)
        with django_capture_on_commit_callbacks(execute=True):
            actions.reject_rule_version(
                version, "缺少文本", by=world.actor(Role.SUPERVISOR, world.city), at=AT
            )
        message = Message.objects.get(user_id=version.proposed_by_id, title="规则已退回：中标候选人公示期")
        assert message.body == "缺少文本"
        before = Message.objects.count()
        consumers.handle(Event.objects.get(kind="registry.rule_rejected"))
        assert Message.objects.count() == before

    def test_who_is_granted_a_role_hears_of_it(
        self, world: World, django_capture_on_commit_callbacks: object
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            user = world.user(Role.SUPPLIER, world.city)
        titles = list(Message.objects.filter(user=user).values_list("title", flat=True))
        assert "您被授予角色：供应商" in titles


class TestPages:
    def client(self, user: User) -> Client:
        client = Client()
        client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
        return client

    def test_opening_marks_read_and_leads_on(self, world: World) -> None:
        user = world.user(Role.OPERATOR, world.city)
        message = told(user, url="/desk/rules/")[0]
        client = self.client(user)
        assert "有一件事" in client.get("/desk/inbox/").content.decode()
        assert client.get(f"/desk/inbox/{message.pk}/open/").status_code == 405
        assert client.post(f"/desk/inbox/{message.pk}/open/")["Location"] == "/desk/rules/"
        assert "有一件事" not in client.get("/desk/inbox/?unread=1").content.decode()

    def test_a_foreign_address_is_not_followed(self, world: World) -> None:
        user = world.user(Role.OPERATOR, world.city)
        message = told(user, url="https://example.org/")[0]
        answer = self.client(user).post(f"/desk/inbox/{message.pk}/open/")
        assert answer["Location"] == f"/desk/inbox/{message.pk}/"

    @pytest.mark.parametrize("path", ["", "open/"])
    def test_somebody_elses_is_not_found(self, world: World, path: str) -> None:
        message = told(world.user(Role.REVIEWER, world.city))[0]
        client = self.client(world.user(Role.OPERATOR, world.city))
        method = client.post if path else client.get
        assert method(f"/desk/inbox/{message.pk}/{path}").status_code == 404

    def test_the_bell_counts(self, world: World) -> None:
        user = world.user(Role.OPERATOR, world.city)
        told(user), told(user)
        client = self.client(user)
        assert '<b class="count">2</b>' in client.get("/desk/").content.decode()
        client.post("/desk/inbox/read-all/")
        assert '<b class="count">' not in client.get("/desk/").content.decode()

    @pytest.mark.parametrize("page", ["x", "0", "-1", "999999", "9" * 400])
    def test_nonsense_pages_show_a_page(self, world: World, page: str) -> None:
        client = self.client(world.user(Role.OPERATOR, world.city))
        assert client.get("/desk/inbox/", {"page": page}).status_code == 200


def test_actor_without_a_role_still_reads_own_messages(world: World) -> None:
    user = world.account("无角色")
    told(user)
    assert unread_count(actor_of(user, None)) == 1
