"""Pages of rules and holidays: public by day, desk for two people (issue 3 point 11, R54)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from marketplace.registry import actions
from marketplace.registry.actions import RuleContent
from marketplace.registry.models import Holiday, HolidayYear, RuleVersion, User
from marketplace.registry.queries import rule
from marketplace.registry.states import Role, RuleState
from tests.registry.world import AT, COMMAND, PASSWORD, World


@pytest.fixture
def shipped(world: World) -> World:
    """The world with rules and holidays."""
    actions.load_rules(by=COMMAND, at=AT)
    actions.load_holidays(by=COMMAND, at=AT)
    return world


def log_in(user: User) -> Client:
    """A browser of that account."""
    client = Client()
    assert (
        client.post("/accounts/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    )
    return client


def proposal(**changes: str) -> dict[str, str]:
    """A filled-in form."""
    return {
        "rule_id": "L14.last",
        "trade_type": "works",
        "region": "湖北省宜昌市",
        "value": "5",
        "unit": "day",
        "effective_from": "2026-12-01",
        "legal_basis": "某市公共资源交易管理办法第九条",
        "evidence": "V",
    } | changes


class TestPublic:
    def test_rules_of_today_by_topic_with_basis_and_evidence(self, shipped: World) -> None:
        page = Client().get("/rules/").content.decode()
        assert "中标候选人公示期" in page
        assert "《中华人民共和国招标投标法实施条例》第五十四条" in page
        assert "据业务知识录入，使用前请核对原文" in page
        assert "80 万元" in page

    def test_another_day_shows_what_was_in_force_then(self, shipped: World) -> None:
        assert "异常低价审查" not in Client().get("/rules/?date=2026-01-31").content.decode()
        assert "异常低价审查" in Client().get("/rules/?date=2026-02-01").content.decode()

    def test_place_and_trade_narrow_the_list(self, shipped: World) -> None:
        page = Client().get("/rules/?trade=gov_procurement&region=宜昌市").content.decode()
        assert "评审报告送交采购人" in page
        assert "推荐的中标候选人人数" not in page
        assert "宁波市" not in page

    @pytest.mark.parametrize(
        "query", ["date=x", "date=2026-02-30", "trade=nonsense", "region=某某地方", "date=" + "9" * 5000]
    )
    def test_nonsense_is_named_and_answered(self, shipped: World, query: str) -> None:
        assert Client().get(f"/rules/?{query}").status_code == 400
        assert Client().get(f"/api/v1/rules/?{query}").json()["error"]["code"] == "invalid"

    def test_one_rule_with_its_history_and_a_count_of_days(self, shipped: World) -> None:
        page = Client().get("/rules/L14.last/?start=2026-09-29").content.decode()
        assert "2026年10月8日" in page
        assert "尚未录入" not in page
        assert "尚未录入" in Client().get("/rules/L14.last/?start=2027-09-29").content.decode()
        assert Client().get("/rules/L99/").status_code == 404

    def test_the_api_carries_decimal_strings(self, shipped: World) -> None:
        answer = Client().get("/api/v1/rules/?date=2026-11-24&trade=works").json()
        row = next(one for one in answer["results"] if one["rule"] == "L18.cap")
        assert (row["value"], row["unit"], row["evidence"]) == ("800000", "yuan", "K")
        assert answer["total"] == len(answer["results"])

    def test_the_english_page_exists(self, shipped: World) -> None:
        assert Client().get("/en/rules/").status_code == 200


class TestDesk:
    def test_one_proposes_and_another_approves(self, shipped: World) -> None:
        operator = log_in(shipped.user(Role.OPERATOR, shipped.city))
        answer = operator.post("/desk/rules/new/", proposal())
        version = RuleVersion.objects.get(state=RuleState.PROPOSED)
        assert answer["Location"] == f"/desk/rules/{version.pk}/"
        page = operator.get(f"/desk/rules/{version.pk}/").content.decode()
        assert "须由另一人批准" in page
        assert "退回" not in page
        assert operator.post(f"/desk/rules/{version.pk}/approve/").status_code == 403
        supervisor = log_in(shipped.user(Role.SUPERVISOR, shipped.city))
        assert "批准" in supervisor.get(f"/desk/rules/{version.pk}/").content.decode()
        assert supervisor.post(f"/desk/rules/{version.pk}/approve/").status_code == 302
        assert rule("L14.last", region="420506", trade_type="works", on=date(2026, 12, 1)).value == 5
        assert rule("L14.last", region="140500", trade_type="works", on=date(2026, 12, 1)).value == 3

    def test_a_proposer_who_may_decide_still_cannot(self, shipped: World) -> None:
        supervisor = log_in(shipped.user(Role.SUPERVISOR, shipped.city))
        supervisor.post("/desk/rules/new/", proposal())
        version = RuleVersion.objects.get(state=RuleState.PROPOSED)
        assert supervisor.post(f"/desk/rules/{version.pk}/approve/").status_code == 403
        version.refresh_from_db()
        assert version.state == RuleState.PROPOSED

    def test_rejecting_needs_a_reason(self, shipped: World) -> None:
        operator, supervisor = (shipped.user(role, shipped.city) for role in (Role.OPERATOR, Role.SUPERVISOR))
        log_in(operator).post("/desk/rules/new/", proposal())
        version = RuleVersion.objects.get(state=RuleState.PROPOSED)
        client = log_in(supervisor)
        answer = client.post(f"/desk/rules/{version.pk}/reject/", {"reason": " "})
        assert answer.status_code == 422
        assert client.post(f"/desk/rules/{version.pk}/reject/", {"reason": "缺少公布文本"}).status_code == 302
        version.refresh_from_db()
        assert (version.state, version.decision_reason) == (RuleState.REJECTED, "缺少公布文本")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"value": "二十"}, "请填写数字"),
            ({"value": ""}, "请填写数值"),
            ({"value": "NaN"}, "请填写数字"),
            ({"unit": "yuan", "value": "八十"}, "请输入金额"),
            ({"effective_from": "2026-13-01"}, "effective_from"),
            ({"rule_id": "L99"}, "rule_id"),
            ({"region": "某某地方"}, "没有找到"),
            ({"legal_basis": "依" * 301}, "legal_basis"),
            ({"legal_basis": ""}, "依据"),
        ],
    )
    def test_wrong_input_is_said_at_the_field(
        self, shipped: World, changes: dict[str, str], said: str
    ) -> None:
        client = log_in(shipped.user(Role.OPERATOR, shipped.city))
        answer = client.post("/desk/rules/new/", proposal(**changes))
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not RuleVersion.objects.filter(state=RuleState.PROPOSED).exists()

    def test_a_sum_may_be_written_in_wan(self, shipped: World) -> None:
        client = log_in(shipped.user(Role.OPERATOR, shipped.city))
        client.post("/desk/rules/new/", proposal(rule_id="L18.cap", unit="yuan", value="50万元"))
        assert RuleVersion.objects.get(state=RuleState.PROPOSED).value == Decimal(500_000)

    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("path", ["/desk/rules/", "/desk/rules/new/", "/desk/holidays/"])
    def test_who_may_open_what(self, shipped: World, role: str, path: str) -> None:
        readers = {Role.OPERATOR, Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
        writers = {Role.OPERATOR, Role.SUPERVISOR, Role.SYSTEM_ADMIN}
        allowed = role in (writers if path.endswith("new/") else readers)
        place = None if role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN) else shipped.city
        assert log_in(shipped.user(role, place)).get(path).status_code == (200 if allowed else 403)

    def test_visitors_are_sent_to_the_login(self, shipped: World) -> None:
        for path in ("/desk/rules/", "/desk/holidays/", "/desk/inbox/"):
            assert Client().get(path)["Location"].startswith("/accounts/login/")


class TestHolidayPage:
    def test_a_year_is_entered_and_completed(self, shipped: World) -> None:
        client = log_in(shipped.user(Role.OPERATOR, shipped.city))
        assert "尚未录全" in client.get("/desk/holidays/?year=2027").content.decode()
        client.post("/desk/holidays/set/", {"day": "2027-01-01", "name": "元旦", "is_workday": "0"})
        client.post("/desk/holidays/2027/complete/", {"legal_basis": "国办发明电〔2026〕9号"})
        assert HolidayYear.objects.get(pk=2027).legal_basis == "国办发明电〔2026〕9号"
        assert "该年度已录全" in client.get("/desk/holidays/?year=2027").content.decode()
        client.post("/desk/holidays/2027-01-01/remove/")
        assert not Holiday.objects.filter(day="2027-01-01").exists()

    @pytest.mark.parametrize("year", ["", "x", "20", "99999", "2027'"])
    def test_nonsense_years_show_a_year(self, shipped: World, year: str) -> None:
        client = log_in(shipped.user(Role.OPERATOR, shipped.city))
        assert client.get("/desk/holidays/", {"year": year}).status_code == 200

    def test_a_workday_in_the_week_is_refused_at_its_field(self, shipped: World) -> None:
        client = log_in(shipped.user(Role.OPERATOR, shipped.city))
        answer = client.post("/desk/holidays/set/", {"day": "2027-01-04", "name": "调休", "is_workday": "1"})
        assert answer.status_code == 422
        assert "周六或周日" in answer.content.decode()

    def test_supervisors_read_only(self, shipped: World) -> None:
        client = log_in(shipped.user(Role.SUPERVISOR, shipped.city))
        assert "录入或修改" not in client.get("/desk/holidays/?year=2026").content.decode()
        assert client.post("/desk/holidays/2026-10-01/remove/").status_code == 403


def test_the_matter_waits_on_the_desk_of_who_may_decide(shipped: World) -> None:
    content = RuleContent(
        rule_id="L14.last",
        region="420500",
        trade_type="works",
        value=Decimal(5),
        effective_from=date(2026, 12, 1),
        legal_basis="某市办法",
    )
    actions.propose_rule_version(content, by=shipped.actor(Role.OPERATOR, shipped.city), at=AT)
    page = log_in(shipped.user(Role.SUPERVISOR, shipped.city)).get("/desk/").content.decode()
    assert "<small>1</small>" in page
