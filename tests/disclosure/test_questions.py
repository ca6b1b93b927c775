"""Readers ask, units answer; public only if both agree; contact is the unit's alone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from marketplace.disclosure import actions, queries
from marketplace.disclosure.models import Notice, Question
from marketplace.disclosure.tasks import forget_askers
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.moves import MoveRefused
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.idempotency import KeyReused
from marketplace.ledger.models import Event
from marketplace.registry.models import User
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, purchase

VISITOR = Actor.visitor()


@pytest.fixture
def noted(town: Town, reviewer: Actor) -> Notice:
    """A purchase whose buyer and agency are registered."""
    town.party("临溪市图书馆")
    town.party("明衡招标代理有限公司", "agency")
    return actions.release_notice(purchase(town), by=reviewer, at=clock.now())


def ask(notice: Notice, **more: object) -> Question:
    given = {
        "name": "李先生",
        "contact": "138 0013 8000",
        "text": "交货期可以延长吗？",
        "agrees": True,
        "key": "k1",
    }
    return actions.ask_question(notice, **(given | more), by=VISITOR, at=clock.now())  # type: ignore[arg-type]


def test_contact_is_encrypted_and_not_in_the_ledger(noted: Notice) -> None:
    question = ask(noted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact, asker_name FROM disclosure_question WHERE id = %s", [question.pk])
        stored = repr(cursor.fetchone())
    assert "13800138000" not in stored and "李" not in stored
    event = Event.objects.latest("pk")
    assert event.kind == "disclosure.question_asked"
    assert "13800138000" not in repr(event.data) and "交货期" not in repr(event.data)
    assert Question.objects.get().contact == "13800138000"


def test_the_same_form_twice_asks_once(noted: Notice) -> None:
    assert ask(noted) == ask(noted)
    assert Question.objects.count() == 1
    with pytest.raises(KeyReused):
        ask(noted, text="另一个问题")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 51}, "name"),
        ({"contact": "12345"}, "contact"),
        ({"contact": "nobody@"}, "contact"),
        ({"text": "\x00\n"}, "text"),
        ({"text": "长" * 1001}, "text"),
        ({"text": "我的手机 13900139000"}, "text"),
        ({"text": "身份证 11010519491231002X"}, "text"),
        ({"key": ""}, ""),
    ],
)
def test_bad_questions_are_refused_at_the_field(noted: Notice, change: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(noted, **change)
    assert refused.value.field == field and not Question.objects.exists()


def test_one_contact_asks_ten_times_a_day(noted: Notice, scripted_clock: clock.ScriptedClock) -> None:
    for number in range(10):
        ask(noted, key=f"k{number}", text=f"问题 {number}")
    with pytest.raises(actions.TooManyQuestions):
        ask(noted, key="k11", text="又一个")
    ask(noted, key="k12", text="别人的问题", contact="other@example.com")
    scripted_clock.advance(timedelta(days=1, seconds=1))
    ask(noted, key="k13", text="第二天")


def test_nobody_asks_about_a_withdrawn_notice(town: Town, noted: Notice) -> None:
    by = town.actor(Role.SUPERVISOR, "420500")
    actions.withdraw_notice(noted, basis="order", document="1", reason="错", by=by, at=clock.now())
    with pytest.raises(Refused, match="撤下"):
        ask(noted)


MATRIX = [
    (Role.BUYER, "临溪市图书馆", True),
    (Role.AGENCY, "明衡招标代理有限公司", True),
    (Role.BUYER, "另一家单位", False),
    (Role.AGENCY, "另一家代理", False),
    (Role.OPERATOR, "east", True),
    (Role.REVIEWER, "east", True),
    (Role.OPERATOR, "west", False),
    (Role.AUTHOR, "east", False),
    (Role.SUPERVISOR, "420500", False),
    (Role.SUPPLIER, "某公司", False),
]


@pytest.mark.parametrize(("role", "place", "allowed"), MATRIX)
def test_who_sees_and_answers(town: Town, noted: Notice, role: Role, place: str, allowed: bool) -> None:
    question, by = ask(noted), town.actor(role, place)
    assert queries.questions_visible_to(by).exists() == allowed
    if allowed:
        assert actions.read_asker(question, by=by, at=clock.now()) == ("李先生", "13800138000")
        assert Event.objects.latest("pk").kind == "disclosure.asker_read"
        done = actions.answer_question(question, answer="可以。", publish=True, by=by, at=clock.now())
        assert done.state == "published"
        return
    events = Event.objects.count()
    for act in (
        lambda: actions.answer_question(question, answer="可以。", publish=False, by=by, at=clock.now()),
        lambda: actions.close_question(question, reason="无关", by=by, at=clock.now()),
        lambda: actions.publish_question(question, by=by, at=clock.now()),
        lambda: actions.read_asker(question, by=by, at=clock.now()),
    ):
        with pytest.raises(NotAllowed):
            act()
    question.refresh_from_db()
    assert question.state == "asked" and Event.objects.count() == events


@pytest.mark.parametrize("by", [VISITOR, COMMAND])
def test_visitors_and_commands_answer_nothing(noted: Notice, by: Actor) -> None:
    question = ask(noted)
    with pytest.raises(NotAllowed):
        actions.answer_question(question, answer="可以。", publish=True, by=by, at=clock.now())
    assert not queries.questions_visible_to(by).exists()


def test_public_only_if_both_agree(town: Town, noted: Notice) -> None:
    by = town.actor(Role.BUYER, "临溪市图书馆")
    silent = ask(noted, agrees=False)
    with pytest.raises(Refused, match="不同意公开"):
        actions.answer_question(silent, answer="可以。", publish=True, by=by, at=clock.now())
    actions.answer_question(silent, answer="可以。", publish=False, by=by, at=clock.now())
    with pytest.raises(Refused, match="不同意公开"):
        actions.publish_question(silent, by=by, at=clock.now())
    assert queries.public_questions(noted) == []
    open_one = ask(noted, key="k2", text="能否分包？")
    actions.answer_question(open_one, answer="不能。", publish=False, by=by, at=clock.now())
    assert queries.public_questions(noted) == []
    actions.publish_question(open_one, by=by, at=clock.now())
    shown = queries.public_questions(noted)
    assert [(row.text, row.answer) for row in shown] == [("能否分包？", "不能。")]
    with pytest.raises(MoveRefused):
        actions.answer_question(open_one, answer="改", publish=True, by=by, at=clock.now())


def test_askers_are_forgotten_two_years_after_the_answer(
    town: Town, noted: Notice, scripted_clock: clock.ScriptedClock
) -> None:
    question = ask(noted)
    actions.answer_question(
        question, answer="可以。", publish=True, by=town.actor(Role.OPERATOR), at=clock.now()
    )
    assert actions.forget_askers(by=Actor.system("worker"), at=clock.now()) == 0
    scripted_clock.advance(timedelta(days=731))
    assert forget_askers() == 1
    question.refresh_from_db()
    assert (question.asker_name, question.contact, question.contact_index) == ("", "", "")
    assert question.answer == "可以。"


FORM = {
    "name": "李先生",
    "contact": "li@example.com",
    "text": "能否分包？",
    "agrees": "on",
    "consent": "on",
    "key": "x1",
}


def test_a_reader_asks_on_the_page_and_finds_the_answer_there(
    town: Town, noted: Notice, client: Client
) -> None:
    page = client.get(f"/notices/{noted.public_id}/questions/")
    assert page.status_code == 200 and 'name="key"' in page.content.decode()
    sent = client.post(f"/notices/{noted.public_id}/questions/", FORM)
    assert sent.status_code == 302
    again = client.post(f"/notices/{noted.public_id}/questions/", FORM)
    assert again["Location"] == sent["Location"] and Question.objects.count() == 1
    own = client.get(sent["Location"])
    assert "能否分包" in own.content.decode() and "li@example.com" not in own.content.decode()
    assert "no-store" in own["Cache-Control"]
    actions.answer_question(
        Question.objects.get(),
        answer="不能分包。",
        publish=False,
        by=town.actor(Role.OPERATOR),
        at=clock.now(),
    )
    assert "不能分包。" in client.get(sent["Location"]).content.decode()


@pytest.mark.parametrize(
    "change", [{"consent": ""}, {"contact": "x"}, {"text": ""}, {"name": "长" * 60}, {"key": ""}]
)
def test_the_form_says_what_is_wrong_and_keeps_the_rest(
    noted: Notice, client: Client, change: dict[str, str]
) -> None:
    page = client.post(f"/notices/{noted.public_id}/questions/", FORM | change)
    assert page.status_code == 422 and not Question.objects.exists()
    if "text" not in change:
        assert "能否分包" in page.content.decode()


def test_unknown_addresses_are_not_found(noted: Notice, client: Client) -> None:
    assert client.get("/notices/nothingthere/questions/").status_code == 404
    assert client.get(f"/notices/{noted.public_id}/questions/aaaaaaaaaaaa/").status_code == 404
    assert client.put(f"/notices/{noted.public_id}/questions/").status_code == 405


def login(client: Client, by: Actor) -> Client:
    """A browser of the account that acts."""
    client.force_login(User.objects.get(pk=by.user_id), settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.mark.parametrize(("role", "place", "allowed"), MATRIX)
def test_the_desk_shows_own_questions_only(
    town: Town, noted: Notice, client: Client, role: Role, place: str, allowed: bool
) -> None:
    question = ask(noted)
    login(client, town.actor(role, place))
    found = client.get(f"/desk/questions/{question.public_id}/")
    assert found.status_code == 200 if allowed else found.status_code in (403, 404)
    listed = client.get("/desk/questions/")
    assert (question.text in listed.content.decode()) == allowed
    assert "13800138000" not in found.content.decode()


def test_the_unit_answers_at_its_desk(town: Town, noted: Notice, client: Client) -> None:
    question = ask(noted)
    login(client, town.actor(Role.BUYER, "临溪市图书馆"))
    url = f"/desk/questions/{question.public_id}/"
    assert "13800138000" in client.post(f"{url}contact/").content.decode()
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "可以延长五日。", "publish": "on"}).status_code == 302
    question.refresh_from_db()
    assert (question.state, question.answer) == ("published", "可以延长五日。")
    assert client.post(url, {"answer": "再答"}).status_code == 422
    assert client.post(f"{url}close/", {"close-reason": "晚了"}).status_code == 422
    assert client.post(f"{url}publish/").status_code == 302
