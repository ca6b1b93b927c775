"""Who hears of a draft, a question, an error report."""

from typing import Any

from cms import actions
from marketplace.disclosure.actions import ask_question
from marketplace.inbox.models import Message
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry.states import Role
from tests.cms.conftest import submitted
from tests.disclosure.conftest import Town


def told() -> dict[int, list[str]]:
    """The titles of all messages, by account."""
    found: dict[int, list[str]] = {}
    for user, title in Message.objects.order_by("pk").values_list("user_id", "title"):
        found.setdefault(user, []).append(title)
    return found


def test_a_submitted_draft_reaches_the_reviewers_of_its_branch(
    editors: Town, django_capture_on_commit_callbacks: Any
) -> None:
    here, there = editors.actor(Role.REVIEWER), editors.actor(Role.REVIEWER, "west")
    with django_capture_on_commit_callbacks(execute=True):
        draft = submitted(editors)
    title = f"公告稿待审核：{draft.title}"
    assert [user for user, titles in told().items() if title in titles] == [here.user_id]
    assert there.user_id in told()


def test_its_author_hears_that_it_was_returned(
    editors: Town, django_capture_on_commit_callbacks: Any
) -> None:
    draft = submitted(editors)
    with django_capture_on_commit_callbacks(execute=True):
        reviewer = editors.actor(Role.REVIEWER)
        actions.return_draft(draft=draft, by=reviewer, at=clock.now(), comment="请补充预算说明")
    author = editors.actor(Role.AUTHOR)
    assert f"公告稿被退回：{draft.title}" in told()[author.user_id or 0]


def test_a_question_reaches_the_unit_and_the_branch(
    editors: Town, django_capture_on_commit_callbacks: Any
) -> None:
    unit = editors.actor(Role.BUYER, "临溪市第二中学")
    stranger = editors.actor(Role.BUYER, "临溪市第三中学")
    operator = editors.actor(Role.OPERATOR)
    draft = submitted(editors)
    notice = actions.approve_draft(draft=draft, by=editors.actor(Role.REVIEWER), at=clock.now()).notice
    with django_capture_on_commit_callbacks(execute=True):
        ask_question(
            notice,
            name="李某",
            contact="someone@example.org",
            text="设备能否分批交货？",
            agrees=True,
            key="once",
            by=Actor.visitor(),
            at=clock.now(),
        )
    title = f"有人对公告提问：{notice.title}"
    asked = {user for user, titles in told().items() if title in titles}
    assert asked == {unit.user_id, operator.user_id}
    assert stranger.user_id in told()


def test_an_error_report_reaches_the_operators(
    editors: Town, django_capture_on_commit_callbacks: Any
) -> None:
    operator = editors.actor(Role.OPERATOR)
    with django_capture_on_commit_callbacks(execute=True):
        actions.report_error(
            page_path="/notices/", description="错别字", contact="", by=Actor.visitor(), at=clock.now()
        )
    assert "有人指出页面错误：/notices/" in told()[operator.user_id or 0]
