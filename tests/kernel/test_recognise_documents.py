"""Reading government documents: blocks in every form, traditional characters, no block at all."""

from datetime import date

from marketplace.kernel.recognise import recognise_document

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
        assert (found.index_number, found.issuing_body, found.published_on, found.summary) == (
            "",
            "",
            None,
            "",
        )
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
        assert (
            recognise_document("关于示例的通知\n各区：\n根据某政办〔2020〕1号文件执行。").document_number
            == ""
        )

    def test_dates_that_contradict_are_doubted(self) -> None:
        found = recognise_document(
            "标题：示例通知\n成文日期：2019-06-14\n发布日期：2017-12-08\n\n各县：\n请执行。"
        )
        assert any("晚于" in doubt for doubt in found.doubts)
