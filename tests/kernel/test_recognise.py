"""Reading announcements and government documents (issue: real input; dom 2.2, 3.2)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import clock
from marketplace.kernel.recognise import Bidder, recognise, recognise_document
from marketplace.kernel.recognise.bidders import split_names
from marketplace.kernel.recognise.codes import Code, split_code
from marketplace.kernel.recognise.dates import first_day, moments
from marketplace.kernel.recognise.kinds import kind_of, trade_of
from marketplace.kernel.recognise.sums import plain_sum


def beijing(*parts: int) -> datetime:
    """A Beijing moment in UTC."""
    return datetime(*parts, tzinfo=clock.BEIJING).astimezone(UTC)  # type: ignore[misc,arg-type]


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "2023年10月10日",
            "2023-10-10",
            "2023/10/10",
            "2023.10.10",
            "２０２３年１０月１０日",
            "2023 年 10 月 10 日",
            "二〇二三年十月十日",
            "二○二三年十月十日",
            "2023-10-10 09:16:00",
        ],
    )
    def test_a_day_in_every_form(self, text: str) -> None:
        assert first_day(f"发布日期：{text}") == date(2023, 10, 10)

    @pytest.mark.parametrize(
        "text", ["2026-02-30", "2026-13-01", "2017124", "1234-5-6", "202-10-10", "12023-10-10", ""]
    )
    def test_what_is_no_day(self, text: str) -> None:
        assert first_day(text) is None

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            ("2026年11月22日 17时30分", beijing(2026, 11, 22, 17, 30)),
            ("2026年11月22日下午3时", beijing(2026, 11, 22, 15)),
            ("2026-11-22T09:05:07", beijing(2026, 11, 22, 9, 5, 7)),
            ("2026年11月22日24时00分", beijing(2026, 11, 23)),
            ("2026年11月22日", beijing(2026, 11, 22)),
        ],
    )
    def test_moments_are_beijing_time(self, text: str, at: datetime) -> None:
        assert moments(text) == [at]

    def test_a_last_day_ends_at_the_next_midnight(self) -> None:
        assert moments("2026年11月22日", end_of_day=True) == [beijing(2026, 11, 23)]

    def test_an_impossible_time_is_left_out(self) -> None:
        assert moments("2026年11月22日 25时61分") == []


class TestKinds:
    @pytest.mark.parametrize(
        ("title", "kind"),
        [
            ("某某道路工程施工招标公告", "tender"),
            ("某某道路工程资格预审公告", "prequalification"),
            ("某某小学课桌椅竞争性磋商公告", "tender"),
            ("某某道路工程招标文件澄清公告（一）", "clarification"),
            ("某某道路工程招标公告的更正公告", "correction"),
            ("某某道路工程中标候选人公示", "candidates"),
            ("某某道路工程中标候选人公示第2次公示", "candidates"),
            ("某某道路工程中标结果公告", "result"),
            ("某某资格预审项目中标结果公告", "result"),
            ("某某医院监护仪采购成交公告", "result"),
            ("某某道路工程招标失败（流标）公告", "termination"),
            ("某某学校2026年6月政府采购意向", "intention"),
            ("某某设备采购合同公告", "contract"),
            ("某某服务项目履约验收公示", "performance"),
            ("某某地块国有建设用地使用权网上挂牌出让公告", "listing"),
            ("某某国有房产招租公告", "listing"),
            ("某某设备单一来源采购公示", "tender"),
            ("某某道路工程开标记录", "opening_record"),
            ("关于系统维护的通知", "circular"),
            ("今天天气很好", ""),
        ],
    )
    def test_by_title(self, title: str, kind: str) -> None:
        assert kind_of(title) == kind

    def test_the_sources_own_word_goes_first(self) -> None:
        assert kind_of("中标结果公告", "某某道路工程招标公告") == "result"

    @pytest.mark.parametrize(
        ("title", "body", "trade"),
        [
            ("某某道路工程中标结果公告", "招标人：某单位", "works"),
            ("某某小学课桌椅采购公告", "采购人：某小学\n采购代理机构：某公司", "gov_procurement"),
            ("某某地块国有建设用地使用权挂牌出让公告", "", "land"),
            ("某某石灰岩矿采矿权出让公告", "", "mining"),
            ("某某公司国有股权转让公告", "", "state_property"),
            ("某某村农村土地经营权流转公告", "", "rural_property"),
            ("某某企业排污权交易公告", "", "environment"),
            ("关于放假的通知", "各单位：请周知。", "other"),
        ],
    )
    def test_trade(self, title: str, body: str, trade: str) -> None:
        assert trade_of(title, body) == trade


class TestCodes:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("SLA010001-202601-01", Code("SLA010001-202601", "SLA010001-202601-01")),
            ("SLA010001-202601-02(2)", Code("SLA010001-202601", "SLA010001-202601-02", 2)),
            ("sla010001－202601－01（第三次招标）", Code("SLA010001-202601", "SLA010001-202601-01", 3)),
            ("E3505050602100001" + "001" + "002", Code("E3505050602100001001", "E3505050602100001001002")),
        ],
    )
    def test_lot_numbers_share_their_project(self, text: str, code: Code) -> None:
        assert split_code(text, is_lot=True) == code

    def test_a_project_number_keeps_its_tail(self) -> None:
        assert split_code("SL-2026-CS-018", is_lot=False) == Code("SL-2026-CS-018")

    @pytest.mark.parametrize("text", ["无", "/", "见附件", "ABCDE", ""])
    def test_words_are_no_number(self, text: str) -> None:
        assert split_code(text, is_lot=False) is None


class TestSums:
    @pytest.mark.parametrize(
        ("text", "unit", "amount"),
        [
            ("8916383.33", "元", "8916383.33"),
            ("8,916,383.33元", "", "8916383.33"),
            ("128.6", "万元", "1286000"),
            ("128.6万元", "元", "1286000"),
            ("人民币：1286000元整", "", "1286000"),
            ("¥1286000", "元", "1286000"),
        ],
    )
    def test_a_plain_sum(self, text: str, unit: str, amount: str) -> None:
        assert plain_sum(text, unit) == Decimal(amount)

    @pytest.mark.parametrize(
        ("text", "unit"),
        [
            ("下浮率12.5%", "元"),
            ("12.5", "%"),
            ("12.5", "元/%"),
            ("8916383.33", ""),
            ("设计费：10万元，施工费：20万元", "元"),
            ("3.5元/吨", "元"),
            ("见附件", "元"),
            ("", "元"),
        ],
    )
    def test_a_rate_or_several_sums_are_none(self, text: str, unit: str) -> None:
        assert plain_sum(text, unit) is None


CANDIDATES = """项目名称：白鹭湖片区污水管网改造工程（一标段）
公示期：2026年03月02日 17时00分至2026年03月05日 17时00分
投标人：湖北示例甲建设有限公司，报价：8916383.33
投标人：湖北示例乙建设有限公司、宜昌示例丙设计有限公司联合体，报价：下浮率12.5%
投标人：某某市示例码头改造工程，报价：未提供
投标人：评标工作于2026年3月1日进行。评审结果：第一中标候选人：湖北示例甲建设有限公司，报价：未提供
网址：https://example.org/1.html"""

RESULT = """招标人:
宜昌市夷陵区示例水务中心
建设地点
白鹭湖街道
招标机构:
湖北示例招标代理有限公司
标段(包)编号:
SLA010001-202601-01(2)
标段(包)名称:
白鹭湖片区污水管网改造工程（一标段）
中标人:
湖北示例乙建设有限公司、宜昌示例丙设计有限公司联合体
投诉电话
0717-*******
中标价(元):
9020000
公告发布日期:
2026-03-09
备注:
/"""


class TestNotices:
    def test_candidates_and_their_prices(self) -> None:
        found = recognise("白鹭湖片区污水管网改造工程（一标段）中标候选人公示", CANDIDATES)
        assert found.candidates == (
            Bidder("湖北示例甲建设有限公司", "8916383.33", Decimal("8916383.33")),
            Bidder("湖北示例乙建设有限公司、宜昌示例丙设计有限公司联合体", "下浮率12.5%"),
        )
        assert found.publicity == (beijing(2026, 3, 2, 17), beijing(2026, 3, 5, 17))
        assert found.deadline_at is None
        assert found.url == "https://example.org/1.html"

    def test_labels_above_their_values(self) -> None:
        found = recognise("白鹭湖片区污水管网改造工程（一标段）(第2次招标)中标结果公告", RESULT)
        assert found.buyer == "宜昌市夷陵区示例水务中心"
        assert found.agency == "湖北示例招标代理有限公司"
        assert found.winners == ("湖北示例乙建设有限公司", "宜昌示例丙设计有限公司")
        assert (found.project_codes, found.lot_code, found.round) == (
            ("SLA010001-202601",),
            "SLA010001-202601-01",
            2,
        )
        assert (found.amount, found.amount_kind) == (Decimal(9020000), "award")
        assert found.published_on == date(2026, 3, 9)
        assert found.regions[0] == "白鹭湖街道"

    def test_both_share_a_name(self) -> None:
        one = recognise("白鹭湖片区污水管网改造工程（一标段）中标候选人公示", CANDIDATES)
        two = recognise("白鹭湖片区污水管网改造工程（一标段）(第2次招标)中标结果公告", RESULT)
        assert one.full_name == two.full_name == "白鹭湖片区污水管网改造工程（一标段）"
        assert one.project_name == two.project_name == "白鹭湖片区污水管网改造工程"

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("示例设备采购中标结果公告", "示例设备采购"),
            ("示例设备采购公告", "示例设备"),
            ("示例道路工程中标候选人公示第2次公示", "示例道路工程"),
            ("示例道路工程中标候选人第2次公示第2次公示", "示例道路工程"),
            ("示例道路工程中标候选人公示（跨省远程异地评标）", "示例道路工程"),
            ("示例道路工程（第二次招标）招标公告", "示例道路工程"),
            ("示例道路工程施工3标段中标结果公告", "示例道路工程施工"),
        ],
    )
    def test_the_projects_name(self, title: str, name: str) -> None:
        assert recognise(title, "正文").project_name == name

    def test_candidates_in_a_table_read_cell_by_cell(self) -> None:
        body = "中标候选人名称\n示例甲有限公司\n示例乙有限公司\n投标报价(元/%)\n1000\n下浮率20%\n质量目标\n合格\n合格"
        found = recognise("示例工程中标候选人公示", body)
        assert [(b.name, b.price_text) for b in found.candidates] == [
            ("示例甲有限公司", "1000"),
            ("示例乙有限公司", "下浮率20%"),
        ]

    def test_candidates_in_words_have_their_rank(self) -> None:
        body = "经评审，第一中标候选人：示例甲有限公司；第二中标候选人：示例乙有限公司；"
        found = recognise("示例工程中标候选人公示", body)
        assert [(b.rank, b.name) for b in found.candidates] == [(1, "示例甲有限公司"), (2, "示例乙有限公司")]

    def test_a_persons_name_is_no_buyer(self) -> None:
        body = "招标人：张三；代理机构工作人员：李四。\n1.招标人：示例市住房和城乡建设局\n电话：0717-1234567"
        assert recognise("示例工程中标候选人公示", body).buyer == "示例市住房和城乡建设局"

    def test_a_tender_has_budget_and_deadline(self) -> None:
        body = "采购人：示例小学\n项目编号：SL-2026-CS-018\n预算金额：128.6万元\n投标截止时间：2026年4月16日 9时30分"
        found = recognise("课桌椅采购公告", body)
        assert (found.amount, found.amount_kind) == (Decimal(1286000), "budget")
        assert found.deadline_at == beijing(2026, 4, 16, 9, 30)
        assert found.project_codes == ("SL-2026-CS-018",)

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            (
                "甲乙建设有限公司、丙丁设计（集团）有限公司联合体",
                ("甲乙建设有限公司", "丙丁设计（集团）有限公司"),
            ),
            (
                "甲乙建设有限公司(联合体牵头人)、丙丁设计有限公司(联合体成员)",
                ("甲乙建设有限公司", "丙丁设计有限公司"),
            ),
            ("甲乙建设有限公司,丙丁设计有限公司", ("甲乙建设有限公司", "丙丁设计有限公司")),
            ("甲乙建设有限公司、甲乙建设有限公司", ("甲乙建设有限公司",)),
            ("/", ()),
        ],
    )
    def test_members_of_a_consortium(self, text: str, names: tuple[str, ...]) -> None:
        assert split_names(text) == names

    @given(st.text(max_size=300), st.text(max_size=2000))
    def test_no_text_makes_it_fail(self, title: str, body: str) -> None:
        recognise(title, body)
        recognise_document(body)
