"""Legal periods against the rules in force: refused, or kept with a written reason."""

import dataclasses
from datetime import datetime, timedelta

import pytest

from marketplace.disclosure import actions
from marketplace.disclosure.models import Notice
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry.actions.rules import load_holidays, load_rules
from tests.disclosure.conftest import COMMAND, Town, moment, purchase
from tests.disclosure.test_chain import corrected
from tests.disclosure.test_levels import candidates


@pytest.fixture(autouse=True)
def law(town: Town) -> None:
    """The shipped rules and holidays."""
    load_rules(by=COMMAND, at=clock.now())
    load_holidays(by=COMMAND, at=clock.now())


def release(town: Town, reviewer: Actor, closes: datetime, **more: object) -> Notice:
    draft = purchase(town, deadline_at=closes, opening_at=closes, **more)
    return actions.release_notice(draft, by=reviewer, at=clock.now())


def test_twenty_days_for_an_open_tender(town: Town, reviewer: Actor) -> None:
    """政府采购法第三十五条: not less than 20 日; the start day is not counted."""
    with pytest.raises(actions.DeadlineRefused, match="20 日") as refused:
        release(town, reviewer, moment(20))
    assert refused.value.field == "deadline_at"
    notice = release(town, reviewer, moment(22))
    assert notice.rule_versions[0]["rule"] == "L2" and notice.rule_versions[0]["kept"] is True
    assert notice.rule_versions[0]["version"]


def test_a_written_reason_is_kept_with_the_notice(town: Town, reviewer: Actor) -> None:
    notice = release(town, reviewer, moment(10), reasons={"deadline": "紧急采购，经批准缩短"})
    assert notice.rule_versions[0]["kept"] is False
    assert notice.reasons["deadline"] == "紧急采购，经批准缩短"


@pytest.mark.parametrize(("method", "early", "lawful"), [("3", 3, 4), ("4", 3, 4), ("6", 10, 11)])
def test_other_methods_have_their_own_periods(
    town: Town, reviewer: Actor, method: str, early: int, lawful: int
) -> None:
    """谈判 and 询价 3 个工作日, 磋商 10 日 from Monday 1 June."""
    fields = {"BULLETIN_BID_NUM": "1", "PURCHASER_MODE": method}
    with pytest.raises(actions.DeadlineRefused):
        release(town, reviewer, moment(early), fields=fields)
    assert release(town, reviewer, moment(lawful), fields=fields).pk


def test_a_trade_without_such_a_rule_is_not_bound(town: Town, reviewer: Actor) -> None:
    fields = {"TRA_AGENCY_NAME": "中心"}
    notice = release(town, reviewer, moment(3), trade_type="state_property", kind="listing", fields=fields)
    assert notice.rule_versions == []


def test_candidates_are_shown_for_three_days(town: Town, reviewer: Actor) -> None:
    """条例 54: from Monday 1 June to Thursday 4 June."""
    draft = candidates(town)
    short = {**draft.fields, "PUBLICITY_END_TIME": moment(3, 23)}
    with pytest.raises(actions.DeadlineRefused, match="公示期"):
        actions.release_notice(dataclasses.replace(draft, fields=short), by=reviewer, at=clock.now())
    assert actions.release_notice(draft, by=reviewer, at=clock.now()).pk


def test_a_publicity_whose_last_day_is_a_holiday_ends_after_it(
    town: Town, reviewer: Actor, scripted_clock: clock.ScriptedClock
) -> None:
    """dom 4.0: from Tuesday 2026-09-29, 3 日 end on Thursday 8 October."""
    scripted_clock.move_to(moment(29, month=9))
    draft = candidates(town)
    for end, lawful in ((moment(7, 23, month=10), False), (moment(8, 23, month=10), True)):
        fields = {**draft.fields, "PUBLICITY_START_TIME": moment(29, month=9), "PUBLICITY_END_TIME": end}
        content = dataclasses.replace(draft, fields=fields)
        if lawful:
            assert actions.release_notice(content, by=reviewer, at=clock.now()).pk
        else:
            with pytest.raises(actions.DeadlineRefused, match="2026-10-08"):
                actions.release_notice(content, by=reviewer, at=clock.now())


def test_a_late_correction_moves_the_deadline(
    town: Town, reviewer: Actor, scripted_clock: clock.ScriptedClock
) -> None:
    """L4: less than 15 日 before the deadline the deadline moves."""
    notice = release(town, reviewer, moment(26))
    scripted_clock.advance(timedelta(days=13))
    with pytest.raises(actions.DeadlineRefused, match="顺延"):
        corrected(town, notice, reviewer)
    assert corrected(town, notice, reviewer, reasons={"deadline": "不影响投标文件编制"}).sequence == 1
