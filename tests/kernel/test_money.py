"""Money: what people type, the official 大写金额 rule, and the same answers in the browser."""

import json
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.kernel.money import (
    MoneyError,
    cents,
    format_wan,
    format_yuan,
    in_words,
    parse_words,
    parse_yuan,
)

HERE = Path(__file__).resolve().parent
VECTORS = json.loads((HERE / "money_vectors.json").read_text())
MESSAGES = {"shape": "请输入金额", "comma": "千位分隔符", "fraction": "精确到分", "large": "金额过大"}


@pytest.mark.parametrize(("amount", "words"), VECTORS["words"])
def test_words_follow_the_official_rule(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words
    assert parse_words(words) == Decimal(amount)
    assert parse_words(words.removeprefix("人民币")) == Decimal(amount)


@pytest.mark.parametrize(("text", "amount"), VECTORS["parsed"])
def test_typed_amounts_are_read(text: str, amount: str) -> None:
    assert str(parse_yuan(text)) == amount


@pytest.mark.parametrize(("text", "why"), VECTORS["refused"])
def test_what_is_no_amount_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(MoneyError, match=MESSAGES[why]):
        parse_yuan(text)


@pytest.mark.parametrize(("amount", "text"), VECTORS["yuan"])
def test_yuan_has_separators_and_two_decimals(amount: str, text: str) -> None:
    assert format_yuan(Decimal(amount)) == text


@pytest.mark.parametrize(("amount", "text"), VECTORS["wan"])
def test_wan_never_rounds(amount: str, text: str) -> None:
    assert format_wan(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("壹拾万零柒仟元伍角叁分", "107000.53"),
        ("壹仟陆佰捌拾元叁角贰分", "1680.32"),
        ("壹仟肆佰零玖元伍角整", "1409.50"),
        ("人民币壹仟肆佰零玖圆伍角", "1409.50"),
        ("人民幣", None),
        ("貳拾萬圓整", "200000.00"),
        ("壹亿元正", "100000000.00"),
        ("壹拾亿零贰仟万元整", "1020000000.00"),
    ],
)
def test_the_freedoms_of_the_rule(words: str, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(MoneyError):
            parse_words(words)
    else:
        assert parse_words(words) == Decimal(amount)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "元",
        "整",
        "一百元",
        "壹仟伍元",
        "壹佰零零伍元",
        "壹元玖",
        "伍角元",
        "壹万亿万元",
        "壹元零伍角",
        "壹分整",
        "负元",
    ],
)
def test_careless_words_are_refused(words: str) -> None:
    with pytest.raises(MoneyError):
        parse_words(words)


def amounts(count: int, seed: int) -> list[Decimal]:
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        size = rng.randint(1, 20)
        alphabet = "0123456789" if rng.random() < 0.6 else "0001"
        sign = -1 if rng.random() < 0.1 else 1
        found.append(sign * Decimal(int("".join(rng.choices(alphabet, k=size)))).scaleb(-2))
    return found


def test_a_hundred_thousand_amounts_come_back_from_their_words() -> None:
    for amount in amounts(100_000, 1):
        assert parse_words(in_words(amount)) == amount


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "1000000000000000000"])
def test_what_the_column_cannot_hold_is_refused(amount: str) -> None:
    with pytest.raises(MoneyError):
        cents(Decimal(amount))


SCRIPT = """
import { parseYuan, inWords, formatYuan, formatWan } from "./money.mjs";
import { readFileSync } from "node:fs";
const cents = (text) => BigInt(text.replace(".", ""));
const tried = (text) => { try { return formatYuan(parseYuan(text)).replaceAll(",", ""); } catch (e) { return e.code; } };
const asked = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify({
  words: asked.words.map((text) => inWords(cents(text))),
  yuan: asked.words.map((text) => formatYuan(cents(text))),
  wan: asked.words.map((text) => formatWan(cents(text))),
  typed: asked.typed.map(tried),
}));
"""


@pytest.mark.skipif(
    shutil.which("node") is None, reason="Node is not installed; the browser journeys cover money.js"
)
def test_the_browser_gives_the_same_answers(tmp_path: Path) -> None:
    source = HERE.parent.parent / "frontend" / "static" / "js" / "money.js"
    (tmp_path / "money.mjs").write_text(source.read_text())
    (tmp_path / "run.mjs").write_text(SCRIPT)
    known = [Decimal(amount) for amount, _ in VECTORS["words"] + VECTORS["yuan"] + VECTORS["wan"]]
    tried = known + amounts(20_000, 2)
    typed = [text for text, _ in VECTORS["parsed"] + VECTORS["refused"]]
    asked = {"words": [f"{amount:.2f}" for amount in tried], "typed": typed}
    run = subprocess.run(
        ["node", "run.mjs"], cwd=tmp_path, input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    told = json.loads(run.stdout)
    assert told["words"] == [in_words(amount) for amount in tried]
    assert told["yuan"] == [format_yuan(amount) for amount in tried]
    assert told["wan"] == [format_wan(amount) for amount in tried]
    assert told["typed"] == [answer for _, answer in VECTORS["parsed"] + VECTORS["refused"]]
