"""Reading announcements and government documents (issue: real input; dom 2.2, 3.2)."""

import gzip
import json
import os
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import clock
from marketplace.kernel.recognise import Bidder, recognise, recognise_document
from marketplace.kernel.recognise.codes import Code, split_code
from marketplace.kernel.recognise.dates import first_day, moments
from marketplace.kernel.recognise.kinds import kind_of, trade_of
from marketplace.kernel.recognise.notices import plain_sum, split_names

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REAL = SHARED / "data" / "yichang_announcements.jsonl.gz"
SEEDS = SHARED / "seeds"


def beijing(*parts: int) -> datetime:
    """A Beijing moment in UTC."""
    return datetime(*parts, tzinfo=clock.BEIJING).astimezone(UTC)  # type: ignore[misc,arg-type]


class TestDates:
    @pytest.mark.parametrize(
        "text",
        ["2023年10月10日", "2023-10-10", "2023/10/10", "2023.10.10", "２０２３年１０月１０日", "2023 年 10 月 10 日", "二〇二三年十月十日", "二○二三年十月十日", "2023-10-10 09:16:00"],
    )
    def test_a_day_in_every_form(self, text: str) -> None:
        assert first_day(f"发布日期：{text}") == date(2023, 10, 10)

    @pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "2017124", "1234-5-6", "202-10-10", "12023-10-10", ""])
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
        assert (found.project_codes, found.lot_code, found.round) == (("SLA010001-202601",), "SLA010001-202601-01", 2)
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
        assert [(b.name, b.price_text) for b in found.candidates] == [("示例甲有限公司", "1000"), ("示例乙有限公司", "下浮率20%")]

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
            ("甲乙建设有限公司、丙丁设计（集团）有限公司联合体", ("甲乙建设有限公司", "丙丁设计（集团）有限公司")),
            ("甲乙建设有限公司(联合体牵头人)、丙丁设计有限公司(联合体成员)", ("甲乙建设有限公司", "丙丁设计有限公司")),
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


BLOCK = """示例市人民政府
索  引 号: 114205000000000001/2026-00018 主题分类: 综合政务
发布机构: 示例市公共资源交易监督管理局 成文日期: 2026年3月5日
标      题: 关于印发示例办法的通知
发文字号: 示公管〔2026〕7号 发布日期: 2026年3月10日

关于印发示例办法的通知

各县（市、区）人民政府：

根据《省实施细则》（省政发〔2025〕60号），现将办法印发给你们。
分享到:"""


class TestDocuments:
    def test_several_labels_on_a_line(self) -> None:
        found = recognise_document(BLOCK)
        assert found.title == "关于印发示例办法的通知"
        assert found.index_number == "114205000000000001/2026-00018"
        assert (found.topic, found.issuing_body) == ("综合政务", "示例市公共资源交易监督管理局")
        assert (found.written_on, found.published_on) == (date(2026, 3, 5), date(2026, 3, 10))
        assert found.document_number == "示公管〔2026〕7号"
        assert found.body.startswith("各县（市、区）人民政府：")
        assert not found.doubts

    def test_nothing_of_the_file_is_lost(self) -> None:
        found = recognise_document(BLOCK)
        kept = f"{found.title}\n{found.body}\n{found.around}"
        assert all(line.strip() in kept for line in BLOCK.splitlines())

    def test_a_form_that_nobody_filled_in(self) -> None:
        text = "索引号\n发布机构\n发布日期\n内容概述\n各区人民政府,驻示例市各单位:\n现就贯彻《某办法》(某政发〈2017〉60号)提出如下意见:\n一、总体要求"
        found = recognise_document(text)
        assert (found.index_number, found.issuing_body, found.published_on, found.summary) == ("", "", None, "")
        assert found.document_number == ""
        assert not found.title_is_stated
        assert found.regions[-1] == "示例市"
        assert "原文没有标题，暂以首句代替" in found.doubts

    def test_traditional_characters_and_no_block(self) -> None:
        text = "示例市人民政府辦公廳關于印發《實施方案》的通知\n各區人民政府:\n現印發給你們。\n示例市人民政府辦公廳\n2016年2月6日\n實施方案\n一、原則"
        found = recognise_document(text)
        assert found.title == "示例市人民政府辦公廳關于印發《實施方案》的通知"
        assert (found.issuing_body, found.written_on) == ("示例市人民政府辦公廳", date(2016, 2, 6))

    def test_bullets_in_front_of_labels(self) -> None:
        text = "关于印发示例方案的通知\n  • 制发机关：示例市办公厅\n  • 成文日期：2020-06-15\n  • 编  号：示政办字[2020]50号\n\n各区人民政府：\n请执行。"
        found = recognise_document(text)
        assert (found.title, found.issuing_body) == ("关于印发示例方案的通知", "示例市办公厅")
        assert (found.written_on, found.document_number) == (date(2020, 6, 15), "示政办字[2020]50号")

    def test_a_cited_number_is_not_its_own(self) -> None:
        assert recognise_document("关于示例的通知\n各区：\n根据某政办〔2020〕1号文件执行。").document_number == ""

    def test_dates_that_contradict_are_doubted(self) -> None:
        found = recognise_document("标题：示例通知\n成文日期：2019-06-14\n发布日期：2017-12-08\n\n各县：\n请执行。")
        assert any("晚于" in doubt for doubt in found.doubts)


def real(path: Path) -> Path:
    """The material beside the checkout; CI must have it."""
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing")
        pytest.skip("the real files do not lie beside the checkout")
    return path


class TestRealFiles:
    def test_every_field_of_every_announcement(self) -> None:
        with gzip.open(real(REAL), "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        found = [(row, recognise(row["title"], row["body"], kind=row["kind"])) for row in rows]
        results = [(row, one) for row, one in found if row["kind"] == "中标结果公告"]
        assert Counter(one.kind for _row, one in found) == {"candidates": 1966, "result": 1679}
        assert all(one.buyer and one.agency and one.winners and one.project_codes for _row, one in results)
        for row, one in results:
            if row.get("buyer"):
                assert (one.buyer, one.agency) == (row["buyer"], row["agency"])
            if row.get("amount"):
                assert one.amount == Decimal(row["amount"])
        assert sum(one.amount is not None for _row, one in results) >= 1395
        assert all(one.candidates and one.publicity for row, one in found if row["kind"] != "中标结果公告")

    def test_the_five_documents(self) -> None:
        real(SEEDS)
        found = [recognise_document(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.txt"))]
        assert [one.index_number for one in found] == [
            "",
            "115323000151673132/2017-1215006",
            "",
            "11140500012420117H031/2023-00431",
            "00511755800020020200074",
        ]
        assert [one.published_on for one in found] == [
            None,
            date(2017, 12, 8),
            None,
            date(2023, 10, 18),
            date(2020, 6, 28),
        ]
        assert [one.document_number for one in found] == ["", "", "", "晋市政办〔2023〕37号", "青政办字[2020]50号"]
        assert found[2].written_on == date(2016, 2, 6)
        assert [one.title_is_stated for one in found] == [False, True, True, True, True]
