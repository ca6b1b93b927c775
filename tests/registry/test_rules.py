"""Dated rules: lookup, counting (民法典 201–203), proposal and approval, the shipped numbers."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.moves import MoveRefused
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.models import Event
from marketplace.registry.actions.rules import (
    RuleContent,
    approve_rule_version,
    complete_holiday_year,
    load_holidays,
    load_rules,
    propose_rule_version,
    reject_rule_version,
    remove_holiday,
    set_holiday,
)
from marketplace.registry.models import Holiday, Person, Region, Rule, RuleVersion, User
from marketplace.registry.queries.rules import (
    NoRule,
    deadline,
    latest_before,
    proposals,
    rule,
    rule_history,
    rules_in_force,
)
from marketplace.registry.states import RULE_MOVES, Role, RuleState

pytestmark = pytest.mark.django_db

SETUP = Actor.command("test")
AT = datetime(2026, 11, 1, 4, tzinfo=clock.BEIJING)
TUESDAY = date(2026, 9, 29)


def place(code: str, name: str, parent: Region | None = None) -> Region:
    """A region with the path that the tree gives it."""
    path = f"{parent.path}/{code}" if parent else code
    level = ("province", "city", "county")[path.count("/")]
    return Region.objects.create(code=code, name=name, level=level, parent=parent, path=path, full_name=name)


def person(name: str, role: str, region: str = "") -> Actor:
    """Somebody with an account, acting in a role."""
    user = User.objects.create(username=name, person=Person.objects.create(name=name, created_at=AT))
    return Actor(
        kind="person",
        name=name,
        user_id=user.pk,
        person_id=user.person_id,
        role=role,
        region=region,
        grant_id=1,
    )


@pytest.fixture
def shipped() -> None:
    """The shipped rules and holidays, with the regions that some of them bind in."""
    hubei = place("420000", "湖北省")
    yichang = place("420500", "宜昌市", hubei)
    place("420506", "夷陵区", yichang)
    place("330200", "宁波市", place("330000", "浙江省"))
    load_rules(by=SETUP, at=AT)
    load_holidays(by=SETUP, at=AT)


def content(**changes: object) -> RuleContent:
    """A longer publicity of candidates for works, from 2027."""
    base: dict = {
        "rule_id": "L14.last",
        "trade_type": "works",
        "value": Decimal(5),
        "unit": "day",
        "effective_from": date(2027, 1, 1),
        "legal_basis": "某市公共资源交易管理办法第九条",
    }
    return RuleContent(**(base | changes))


class TestCounting:
    """dom 4.0."""

    def test_three_days_end_after_the_holiday(self, shipped: None) -> None:
        found = deadline(TUESDAY, n=3, unit="day")
        assert found.day == date(2026, 10, 8)
        assert found.at == datetime(2026, 10, 9, tzinfo=clock.BEIJING)
        assert not found.assumed

    def test_five_workdays_count_the_swap_day(self, shipped: None) -> None:
        assert deadline(TUESDAY, n=5, unit="workday").day == date(2026, 10, 12)

    def test_the_deadline_keeps_the_version_it_used(self, shipped: None) -> None:
        version = rule("L14.last", trade_type="works", on=TUESDAY)
        found = deadline(TUESDAY, version)
        assert (found.day, found.rule_version) == (date(2026, 10, 8), version)

    def test_start_day_is_not_counted(self, shipped: None) -> None:
        assert deadline(date(2026, 11, 2), n=1).day == date(2026, 11, 3)

    def test_business_hours_end_the_day_sooner(self, shipped: None) -> None:
        found = deadline(date(2026, 11, 2), n=1, closes=time(17, 30))
        assert found.at == datetime(2026, 11, 3, 17, 30, tzinfo=clock.BEIJING)

    def test_not_less_than_fifteen_days_before(self, shipped: None) -> None:
        # The 5th of October is a holiday: an act on it would leave bidders a day off as their first.
        assert latest_before(date(2026, 10, 20), n=15).day == date(2026, 9, 30)
        assert latest_before(date(2026, 12, 16), n=15).day == date(2026, 12, 1)

    def test_backward_is_the_mirror_of_forward_on_plain_days(self, shipped: None) -> None:
        for shift in range(60):
            start = date(2026, 3, 2) + timedelta(days=shift)
            end = deadline(start, n=7, unit="workday").day
            if Holiday.objects.filter(day=start).exists() or start.weekday() > 4:
                continue
            assert latest_before(end, n=7, unit="workday").day == start

    def test_months_and_years_end_on_the_same_day_or_the_last(self, shipped: None) -> None:
        assert deadline(date(2026, 8, 31), n=3, unit="month").day == date(2026, 11, 30)
        assert deadline(date(2024, 2, 29), n=1, unit="year").day == date(2025, 2, 28)

    def test_beyond_the_table_weekends_count_and_it_says_so(self, shipped: None) -> None:
        found = deadline(date(2027, 1, 1), n=5, unit="workday")
        assert found.day == date(2027, 1, 8)
        assert found.assumed

    def test_words_do_not_measure_days(self, shipped: None) -> None:
        with pytest.raises(ValueError, match="whole number"):
            deadline(TUESDAY, rule("L9", on=TUESDAY))
        with pytest.raises(ValueError, match="measure"):
            deadline(TUESDAY, rule("L18.rate", trade_type="works", on=TUESDAY))


class TestLookup:
    def test_trade_types_have_their_own_units(self, shipped: None) -> None:
        works, gp = (rule("L19.loser", trade_type=t, on=TUESDAY) for t in ("works", "gov_procurement"))
        assert (works.said(), gp.said()) == ("5 日", "5 个工作日")

    def test_before_its_first_day_there_is_no_rule(self, shipped: None) -> None:
        with pytest.raises(NoRule, match="F4.mean"):
            rule("F4.mean", trade_type="gov_procurement", on=date(2026, 1, 31))
        assert rule("F4.mean", trade_type="gov_procurement", on=date(2026, 2, 1)).value == 50

    def test_the_nearest_region_wins_over_trade_type(self, shipped: None) -> None:
        general = {
            "rule_id": "L14.last",
            "unit": "day",
            "legal_basis": "x",
            "evidence": "K",
            "state": "in_force",
        }
        dates = {"effective_from": date(2020, 1, 1), "decided_at": AT}
        RuleVersion.objects.create(value=4, region_id="420500", **general, **dates)
        RuleVersion.objects.create(value=6, region_id="420000", trade_type="works", **general, **dates)
        assert rule("L14.last", region="420506", trade_type="works", on=TUESDAY).value == 4
        assert rule("L14.last", region="420100", trade_type="works", on=TUESDAY).value == 6
        assert rule("L14.last", region=Region.objects.get(pk="420506"), on=TUESDAY).value == 4
        assert rule("L14.last", region="330200", trade_type="works", on=TUESDAY).value == 3

    def test_a_regional_rule_does_not_bind_elsewhere(self, shipped: None) -> None:
        assert rule("L41.idle", region="330200", on=TUESDAY).said() == "3 个月"
        with pytest.raises(NoRule):
            rule("L41.idle", region="420500", on=TUESDAY)

    def test_every_shipped_number_says_something(self, shipped: None) -> None:
        found = list(rules_in_force(date(2026, 11, 22)))
        assert len({v.rule.clause for v in found}) >= 43
        assert all(v.said() and v.legal_basis and v.rule.name for v in found)
        assert {v.unit for v in found} >= {
            "day",
            "workday",
            "yuan",
            "percent",
            "count",
            "month",
            "year",
            "fraction",
        }

    def test_fractions_are_exact(self, shipped: None) -> None:
        assert rule("L11.experts", trade_type="works", on=TUESDAY).fraction == Fraction(2, 3)
        assert rule("L18.cap", trade_type="works", on=TUESDAY).said() == "80 万元"
        assert rule("L33.fine_min", trade_type="works", on=TUESDAY).said() == "0.5%"

    def test_loading_twice_changes_nothing(self, shipped: None) -> None:
        before = RuleVersion.objects.count(), Holiday.objects.count(), Event.objects.count()
        assert (load_rules(by=SETUP, at=AT), load_holidays(by=SETUP, at=AT)) == (0, 0)
        assert (RuleVersion.objects.count(), Holiday.objects.count(), Event.objects.count()) == before


class TestTwoPeople:
    """DESIGN 4: one proposes, another approves."""

    def test_an_approved_version_ends_the_one_before(self, shipped: None) -> None:
        operator, supervisor = person("op", Role.OPERATOR), person("sup", Role.SUPERVISOR)
        old = rule("L14.last", trade_type="works", on=TUESDAY)
        used = deadline(TUESDAY, old)
        version = propose_rule_version(content(), by=operator, at=AT)
        assert rule("L14.last", trade_type="works", on=date(2027, 1, 1)) == old
        assert list(proposals()) == [version]
        approve_rule_version(version, by=supervisor, at=AT)
        old.refresh_from_db()
        assert old.effective_to == date(2026, 12, 31)
        assert rule("L14.last", trade_type="works", on=date(2026, 12, 31)) == old
        assert rule("L14.last", trade_type="works", on=date(2027, 1, 1)).value == 5
        assert used.rule_version == old
        assert [e.kind for e in Event.objects.order_by("pk")][-2:] == [
            "registry.rule_proposed",
            "registry.rule_approved",
        ]
        assert list(rule_history("L14.last")) == [version, old]

    def test_the_proposer_cannot_approve_in_any_role(self, shipped: None) -> None:
        supervisor = person("sup", Role.SUPERVISOR)
        version = propose_rule_version(content(), by=supervisor, at=AT)
        with pytest.raises(NotAllowed, match="另一人"):
            approve_rule_version(version, by=supervisor, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleVersion.objects.filter(pk=version.pk).update(
                state="in_force", decided_at=AT, decided_by=supervisor.user_id
            )

    @pytest.mark.parametrize("role", [r for r in Role if r not in (Role.SUPERVISOR, Role.SECURITY_ADMIN)])
    def test_others_cannot_approve(self, shipped: None, role: str) -> None:
        version = propose_rule_version(content(), by=person("op", Role.OPERATOR), at=AT)
        with pytest.raises(NotAllowed):
            approve_rule_version(version, by=person("x", role), at=AT)

    @pytest.mark.parametrize(
        "role", [r for r in Role if r not in (Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.OPERATOR)]
    )
    def test_others_cannot_propose(self, shipped: None, role: str) -> None:
        with pytest.raises(NotAllowed):
            propose_rule_version(content(), by=person("x", role), at=AT)

    @pytest.mark.parametrize(
        ("own", "target", "allowed"),
        [
            ("420500", "420506", True),
            ("420500", "420500", True),
            ("420500", "420100", False),
            ("420500", "", False),
            ("420000", "420506", True),
            ("", "330200", True),
        ],
    )
    def test_a_grant_reaches_its_own_region_only(
        self, shipped: None, own: str, target: str, allowed: bool
    ) -> None:
        if target == "420100":
            place("420100", "武汉市", Region.objects.get(pk="420000"))
        operator = person("op", Role.OPERATOR, own)
        if allowed:
            propose_rule_version(content(region=target), by=operator, at=AT)
        else:
            with pytest.raises(NotAllowed):
                propose_rule_version(content(region=target), by=operator, at=AT)

    def test_a_rejected_one_is_over(self, shipped: None) -> None:
        version = propose_rule_version(content(), by=person("op", Role.OPERATOR), at=AT)
        supervisor = person("sup", Role.SUPERVISOR)
        with pytest.raises(Refused, match="理由"):
            reject_rule_version(version, " ", by=supervisor, at=AT)
        reject_rule_version(version, "缺少依据", by=supervisor, at=AT)
        with pytest.raises(MoveRefused):
            approve_rule_version(version, by=supervisor, at=AT)

    def test_a_version_cannot_start_under_an_approved_one(self, shipped: None) -> None:
        version = propose_rule_version(
            content(effective_from=date(2012, 2, 1)), by=person("o", Role.OPERATOR), at=AT
        )
        with pytest.raises(Refused, match="2012-02-01"):
            approve_rule_version(version, by=person("sup", Role.SUPERVISOR), at=AT)

    def test_repeal_ends_a_rule(self, shipped: None) -> None:
        version = propose_rule_version(
            content(repeals=True, value=None), by=person("o", Role.OPERATOR), at=AT
        )
        approve_rule_version(version, by=person("sup", Role.SUPERVISOR), at=AT)
        with pytest.raises(NoRule):
            rule("L14.last", trade_type="works", on=date(2027, 1, 1))
        assert version.said() == "废止"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"value": None}, "value"),
            ({"value": Decimal(-1)}, "value"),
            ({"unit": "words"}, "value"),
            ({"effective_to": date(2026, 1, 1)}, "effective_to"),
            ({"rule_id": "L99"}, "rule_id"),
        ],
    )
    def test_unclear_content_is_refused_at_its_field(self, shipped: None, changes: dict, field: str) -> None:
        with pytest.raises(Refused) as refused:
            propose_rule_version(content(**changes), by=person("op", Role.OPERATOR), at=AT)
        assert refused.value.field == field

    def test_the_table_prints_itself(self) -> None:
        assert set(RULE_MOVES.ends()) == {RuleState.IN_FORCE, RuleState.REJECTED}


class TestHolidays:
    def test_an_edited_day_changes_the_count(self, shipped: None) -> None:
        operator = person("op", Role.OPERATOR)
        set_holiday(date(2026, 11, 3), "临时放假", False, by=operator, at=AT)
        assert deadline(date(2026, 11, 2), n=1).day == date(2026, 11, 4)
        remove_holiday(date(2026, 11, 3), by=operator, at=AT)
        assert deadline(date(2026, 11, 2), n=1).day == date(2026, 11, 3)

    def test_a_completed_year_warns_no_more(self, shipped: None) -> None:
        operator = person("op", Role.OPERATOR)
        with pytest.raises(Refused, match="放假日期"):
            complete_holiday_year(2027, "国办发明电〔2026〕9号", by=operator, at=AT)
        set_holiday(date(2027, 1, 1), "元旦", False, by=operator, at=AT)
        complete_holiday_year(2027, "国办发明电〔2026〕9号", by=operator, at=AT)
        assert not deadline(date(2027, 1, 1), n=5, unit="workday").assumed

    def test_only_a_weekend_can_be_a_swap_day(self, shipped: None) -> None:
        with pytest.raises(Refused, match="周六或周日"):
            set_holiday(date(2026, 11, 3), "调休", True, by=person("op", Role.OPERATOR), at=AT)

    @pytest.mark.parametrize("role", [Role.BUYER, Role.SUPPLIER, Role.AUTHOR, Role.AUDIT_ADMIN])
    def test_others_cannot_edit(self, shipped: None, role: str) -> None:
        with pytest.raises(NotAllowed):
            set_holiday(date(2026, 11, 3), "x", False, by=person("x", role), at=AT)


def test_every_shipped_rule_has_one_definition() -> None:
    load_rules(by=SETUP, at=AT)
    assert Rule.objects.filter(name="").count() == 0
