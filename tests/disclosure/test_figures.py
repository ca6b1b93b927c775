"""Numbers of the home page and the lists, and how few queries they take."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from marketplace.disclosure import actions, queries
from marketplace.disclosure.models import ImportBatch, Notice
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from tests.disclosure.conftest import COMMAND, Town, imported, purchase


def award(batch: ImportBatch, day: date, amount: str, **more: object) -> Notice:
    content = imported(
        amount=Decimal(amount), amount_kind="award", published_at=clock.day_start(day), kind="result", **more
    )
    return actions.import_notice(content, batch=batch, by=COMMAND, at=clock.now()).notice


def test_an_empty_site_shows_zeros(town: Town) -> None:
    figures = queries.home_figures()
    assert (figures.today, figures.open, figures.closing, figures.awarded) == (0, 0, 0, Decimal("0.00"))
    assert len(queries.monthly_totals()) == 12 and queries.closing_soon() == []


def test_home_figures_follow_the_clock(
    town: Town, reviewer: Actor, batch: ImportBatch, scripted_clock: clock.ScriptedClock
) -> None:
    notice = actions.release_notice(purchase(town), by=reviewer, at=clock.now())
    award(batch, date(2026, 6, 1), "1000.55")
    award(batch, date(2026, 5, 31), "7.00")
    figures = queries.home_figures()
    assert (figures.today, figures.open, figures.closing, figures.awarded) == (2, 1, 0, Decimal("1000.55"))
    scripted_clock.move_to(notice.deadline_at - timedelta(hours=72))
    assert (queries.home_figures().closing, queries.closing_soon()) == (1, [notice])
    scripted_clock.move_to(notice.deadline_at)
    assert (queries.home_figures().closing, queries.home_figures().open, queries.open_now()) == (0, 0, [])


def test_months_are_beijing_months(batch: ImportBatch) -> None:
    award(batch, date(2026, 5, 1), "100.00")  # 2026-04-30 16:00 in UTC
    totals = {total.month: total for total in queries.monthly_totals(3)}
    assert list(totals) == [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]
    assert totals[date(2026, 5, 1)].amount == Decimal("100.00") and totals[date(2026, 5, 1)].awards == 1
    assert totals[date(2026, 4, 1)].notices == 0


def test_key_facts_say_the_amount_in_words(notice: Notice) -> None:
    facts = {fact.key: fact for fact in queries.key_facts(notice)}
    assert facts["amount"].value == "1,286,000.00 元" and facts["amount"].label == "预算金额"
    assert facts["amount"].words == "人民币壹佰贰拾捌万陆仟元整"
    assert facts["deadline"].at == notice.deadline_at


@pytest.mark.parametrize("many", [1, 8])
def test_lists_take_a_fixed_number_of_queries(
    batch: ImportBatch, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, many + 1):
        award(batch, date(2026, 5, day), "1.00")
    with django_assert_max_num_queries(3):
        assert len(list(queries.newest())) == many
        assert [str(row.region or row.project) for row in queries.newest()]
    project = Notice.objects.first().project
    with django_assert_max_num_queries(1):
        assert [node.label for node in queries.timeline(project)] == ["中标结果公告"]
