"""What the scan finds, and what it leaves alone."""

import pytest

from marketplace.disclosure.rules.body import paragraphs, plain, sanitise, tidy
from marketplace.disclosure.rules.scan import scan
from marketplace.disclosure.states import ScanRule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("身份证 11010519491231002X。", ScanRule.ID_NUMBER),
        ("身份证１１０１０５１９４９１２３１００２Ｘ", ScanRule.ID_NUMBER),
        ("110105 19491231 002x", ScanRule.ID_NUMBER),
        ("电话13800138000", ScanRule.MOBILE),
        ("电话 138-0013-8000", ScanRule.MOBILE),
        ("+86 138 0013 8000", ScanRule.MOBILE),
        ("银行卡号：6222 0202 0001 1234 560", ScanRule.BANK_CARD),
        ("卡号 4111111111111111 开户行某某", ScanRule.BANK_CARD),
        ("本项目指定 品牌", ScanRule.WORD),
        ("标记为机密级文件", ScanRule.WORD),
    ],
)
def test_found(text: str, rule: ScanRule) -> None:
    assert [hit.rule for hit in scan(text)] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "身份证 110105194912310021",  # wrong check character
        "项目编号 11010519491331002X",  # no such month
        "编号 A11010519491231002X7",  # part of a longer code
        "电话 138****8000",
        "电话 0717-6256789",
        "统一社会信用代码 11140500012420117H",
        "订单 4111111111111111",  # nothing says that it is a card
        "账号 4111111111111112",  # wrong Luhn digit
        "标段编号 YDA010043-202501-01",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert scan(text) == []


def test_findings_are_masked_and_each_number_is_named_once() -> None:
    hits = scan("13800138000，又 13800138000，11010519491231002X")
    assert [hit.excerpt for hit in hits] == ["138******00", "110*************2X"]


def test_numbers_that_must_be_public_are_no_findings() -> None:
    assert scan("联系 13800138000", public_phones=["138 0013 8000"]) == []


@pytest.mark.parametrize("size", [1, 10_000, 200_000])
def test_hostile_lengths_end_quickly(size: int) -> None:
    scan("1" * size + " " + "1 " * (size // 2) + "（" * (size // 10))


def test_body_texts() -> None:
    assert sanitise('<p style="x" onclick="y">甲</p><script>z</script><a href="javascript:1">乙</a>') == (
        '<p>甲</p><a rel="noopener nofollow">乙</a>'
    )
    assert plain("<p>甲&amp;乙</p><ul><li>丙</li><li>丁<br>戊</li></ul>") == "甲&乙\n丙\n丁\n戊"
    assert paragraphs("甲<b>\r\n\r\n乙\x00") == "<p>甲&lt;b&gt;</p>\n<p>乙</p>"
    assert tidy(" 甲 \r\r 乙\x0b丙 ") == "甲\n乙丙"
