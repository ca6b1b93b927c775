"""Two people at one moment: one draft becomes one notice, one notice has one correction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from marketplace.disclosure import actions
from marketplace.disclosure.models import Notice, ProjectCode, Question
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.ledger.models import Event
from marketplace.registry.states import Role
from tests.disclosure.conftest import MONDAY, Town, purchase
from tests.disclosure.test_questions import ask


@pytest.fixture
def live(transactional_db: None, scripted_clock: clock.ScriptedClock, request: pytest.FixtureRequest) -> Town:
    """The town in a database that other threads see."""
    return request.getfixturevalue("town")


def race(act: Callable[[int], object], times: int = 4) -> list[object]:
    """Run ``act`` in several threads at once; results, or the refusals raised."""
    ready = Barrier(times)

    def one(number: int) -> object:
        with clock.script(MONDAY):
            ready.wait(timeout=20)
            try:
                return act(number)
            except Refused as refused:
                return refused
            finally:
                connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_one_draft_is_released_once(live: Town) -> None:
    draft, by = purchase(live), live.actor(Role.REVIEWER)
    events = Event.objects.count()
    results = race(lambda _n: actions.release_notice(draft, by=by, at=clock.now()))
    assert [type(row) for row in results].count(Notice) == 1
    assert sum(isinstance(row, actions.AlreadyReleased) for row in results) == 3
    assert (Notice.objects.count(), Event.objects.count()) == (1, events + 1)


def test_one_notice_is_corrected_once(live: Town) -> None:
    by = live.actor(Role.REVIEWER)
    notice = actions.release_notice(purchase(live), by=by, at=clock.now())
    closes: datetime = notice.deadline_at + timedelta(days=3)
    drafts = [purchase(live, deadline_at=closes, opening_at=closes, draft_key=f"d{n}") for n in range(4)]
    results = race(lambda n: actions.release_correction(notice, drafts[n], by=by, at=clock.now()))
    assert [type(row) for row in results].count(Notice) == 1
    assert Notice.objects.filter(corrects=notice).count() == 1


def test_announcements_of_one_code_at_one_moment_share_a_project(live: Town) -> None:
    by = live.actor(Role.REVIEWER)
    drafts = [purchase(live, project_codes=("LX-2026-777",), draft_key=f"d{n}") for n in range(4)]
    results = race(lambda n: actions.release_notice(drafts[n], by=by, at=clock.now()))
    assert all(isinstance(row, Notice) for row in results), results
    assert ProjectCode.objects.filter(code="LX-2026-777").count() == 1
    assert len({row.project_id for row in results if isinstance(row, Notice)}) == 1


def test_one_form_sent_four_times_asks_once(live: Town) -> None:
    notice = actions.release_notice(purchase(live), by=live.actor(Role.REVIEWER), at=clock.now())
    results = race(lambda _n: ask(notice))
    assert Question.objects.count() == 1 and len(set(results)) == 1


def test_one_question_is_answered_once(live: Town) -> None:
    notice = actions.release_notice(purchase(live), by=live.actor(Role.REVIEWER), at=clock.now())
    question, by = ask(notice), live.actor(Role.OPERATOR)
    give: Callable[[int], object] = lambda n: actions.answer_question(  # noqa: E731
        question, answer=f"答复 {n}", publish=False, by=by, at=clock.now()
    )
    results = race(give)
    assert [type(row) for row in results].count(Question) == 1


def test_an_actor_is_a_plain_value(live: Town) -> None:
    assert isinstance(live.actor(Role.REVIEWER), Actor)
