"""Every act of the editors leaves its event, and no write goes unseen (全程留痕)."""

from collections.abc import Callable
from typing import Any

import pytest

from cms import actions
from cms.models import ErrorReport
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger.quiet import watch
from marketplace.registry.states import Role
from tests.cms.conftest import COMMAND, LogIn, Town, content, submitted, written
from tests.cms.test_policies import imported

Act = Callable[[Town], Any]


def _submit(town: Town) -> Callable[[], Any]:
    draft = written(town)
    return lambda: actions.submit_draft(draft=draft, by=town.actor(Role.AUTHOR), at=clock.now())


def _return(town: Town) -> Callable[[], Any]:
    draft, by = submitted(town), town.actor(Role.REVIEWER)
    return lambda: actions.return_draft(draft=draft, comment="请补充", by=by, at=clock.now())


def _take_back(town: Town) -> Callable[[], Any]:
    draft = submitted(town)
    return lambda: actions.take_back_draft(draft=draft, by=town.actor(Role.AUTHOR), at=clock.now())


def _delete(town: Town) -> Callable[[], Any]:
    draft = written(town)
    return lambda: actions.delete_draft(draft=draft, by=town.actor(Role.AUTHOR), at=clock.now())


def _write(town: Town) -> Callable[[], Any]:
    by = town.actor(Role.AUTHOR)
    return lambda: actions.write_draft(by=by, at=clock.now(), **content())


def _change(town: Town) -> Callable[[], Any]:
    draft, by = written(town), town.actor(Role.AUTHOR)
    return lambda: actions.write_draft(draft=draft, by=by, at=clock.now(), title="改过的采购公告")


def _report(town: Town) -> Callable[[], Any]:
    said = {"page_path": "/", "description": "错字", "contact": ""}
    return lambda: actions.report_error(**said, by=Actor.visitor(), at=clock.now())


def _answer(town: Town) -> Callable[[], Any]:
    _report(town)()
    report, by = ErrorReport.objects.get(), town.actor(Role.OPERATOR)
    return lambda: actions.answer_error_report(report=report, reply="已改", by=by, at=clock.now())


@pytest.mark.parametrize(
    "prepare",
    [_write, _change, _submit, _return, _take_back, _delete, _report, _answer, lambda town: imported],
)
def test_one_act_leaves_one_event(editors: Town, prepare: Callable[[Town], Callable[[], Any]]) -> None:
    """Not two, not none; whatever Wagtail writes beside."""
    act = prepare(editors)
    with watch(events=1):
        act()


def test_an_approval_leaves_the_decision_and_the_release(editors: Town) -> None:
    """Two acts of two rooms in one transaction: who approved, and what became public."""
    draft, by = submitted(editors), editors.actor(Role.REVIEWER)
    with watch(events=2):
        actions.approve_draft(draft=draft, by=by, at=clock.now())


def test_building_the_site_leaves_one_event(town: Town) -> None:
    """All channels, groups and workflows of the first setup."""
    with watch(events=1):
        actions.build_site(by=COMMAND, at=clock.now())


def test_reading_in_the_editor_writes_nothing_unseen(editors: Town, log_in: LogIn) -> None:
    """Opening pages stores editing sessions and the like, which stand on the ledger's list."""
    draft = written(editors)
    client = log_in(editors.actor(Role.AUTHOR))
    for url in ("/editor/", "/editor/notices/", f"/editor/notices/edit/{draft.pk}/", "/editor/pages/"):
        with watch():
            assert client.get(url).status_code == 200
