"""Money: 元 as ``Decimal``, read from what people type and written as the law wants it.

``frontend/static/js/money.js`` is the twin for browsers; ``tests/kernel/money_vectors.json``
holds both to the same answers.
"""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

LARGEST = Decimal("999999999999999999.99")
"""What ``Decimal(20, 2)`` holds."""
UNITS = {"": 0, "元": 0, "圆": 0, "万": 4, "万元": 4, "万圆": 4, "亿": 8, "亿元": 8, "亿圆": 8}
AMOUNT = re.compile(r"(?:人民币|RMB|CNY|¥)?(-?)([0-9][0-9,]*)(?:\.([0-9]+))?((?:万|亿)?[元圆]?)")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
VARIANTS = str.maketrans("贰貳陸億萬圓圆圜壱弐参參叄两兩〇○", "贰贰陆亿万元元元壹贰叁叁叁贰贰零零")


class MoneyError(ValueError):
    """The text is no amount; the message says in plain Chinese what to write."""


def parse_yuan(text: str) -> Decimal:
    """The amount in 元 that a person typed: ``1,000``, ``1000元``, ``1.2万元``, ``３亿``.

    Commas only stand between groups of three. Raises ``MoneyError`` for anything else,
    for parts of a 分 and for what is larger than ``LARGEST``.
    """
    folded = re.sub(r"[ \t\r\n]", "", unicodedata.normalize("NFKC", text)).replace("￥", "¥")
    match = AMOUNT.fullmatch(folded)
    if match is None or len(folded) > 60:
        raise MoneyError(_("请输入金额，例如 1280.50、1,280.50 元或 1.2 万元。"))
    sign, whole, fraction, unit = match.groups()
    if "," in whole and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", whole):
        raise MoneyError(_("千位分隔符的位置不对，请每三位一个逗号，或者不写逗号。"))
    return _scaled(sign, whole.replace(",", ""), fraction or "", UNITS[unit])


def _scaled(sign: str, whole: str, fraction: str, shift: int) -> Decimal:
    fraction = fraction.ljust(shift + 2, "0")
    if fraction[shift + 2 :].strip("0"):
        raise MoneyError(_("金额最多精确到分。"))
    digits = (whole + fraction[: shift + 2]).lstrip("0") or "0"
    if len(digits) > 20:
        raise MoneyError(_("金额过大。"))
    amount = Decimal(digits).scaleb(-2)
    return -amount if sign and amount else amount


def cents(amount: Decimal) -> int:
    """The amount in 分. Raises ``MoneyError`` if it is not a whole number of 分 or too large."""
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise MoneyError(_("金额过大。"))
    if amount != amount.quantize(Decimal("0.01")):
        raise MoneyError(_("金额最多精确到分。"))
    return int(amount.quantize(Decimal("0.01")).scaleb(2))


def format_yuan(amount: Decimal) -> str:
    """``20,797,381.58``: 元 with two decimals. Raises ``MoneyError`` as :func:`cents` does."""
    return f"{Decimal(cents(amount)).scaleb(-2):,.2f}"


def format_wan(amount: Decimal) -> str:
    """``128.60``: 万元 with two decimals at least and four more where the amount has them."""
    wan = Decimal(cents(amount)).scaleb(-6)
    short = f"{wan:,.2f}"
    return short if Decimal(short.replace(",", "")) == wan else f"{wan:,.6f}".rstrip("0")


def in_words(amount: Decimal) -> str:
    """大写金额: ``107000.53`` is 人民币壹拾万柒仟元零伍角叁分.

    Legal basis: 支付结算办法 附一《正确填写票据和结算凭证的基本规定》. Where it leaves a 零 or
    整 free, the form of its first example is written. Raises ``MoneyError``.
    """
    return _tokens(cents(amount)).replace("?", "")


def parse_words(text: str) -> Decimal:
    """The amount that a 大写金额 names; 人民币, 整/正 and the free 零 may be there or not.

    Raises ``MoneyError`` if the words do not follow the official rule.
    """
    words = (
        re.sub(r"[ \t\r\n]", "", unicodedata.normalize("NFKC", text)).translate(VARIANTS).replace("正", "整")
    )
    value = _read(words.removeprefix("人民币"))
    if value is None or not re.fullmatch(_pattern(value), words):
        raise MoneyError(_("大写金额不规范，例如：人民币壹万陆仟肆佰零玖元零贰分。"))
    return Decimal(value).scaleb(-2)


def _tokens(value: int) -> str:
    """The words with ``零?`` where the rule leaves the 零 free and the official form writes it."""
    yuan, fen = divmod(abs(value), 100)
    head = "人民币" + ("负" if value < 0 else "")
    if not value:
        return head + "零元整"
    words = _whole(yuan) + "元" if yuan else ""
    if not fen:
        return head + words + "整"
    jiao, fen = divmod(fen, 10)
    if yuan and (not jiao or yuan % 10 == 0):
        words += "零?" if jiao else "零"
    return head + words + (DIGITS[jiao] + "角" if jiao else "") + (DIGITS[fen] + "分" if fen else "")


def _whole(number: int) -> str:
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            return _whole(high) + name + _gap(low, size) + (_whole(low) if low else "")
    return _section(number)


def _gap(low: int, size: int) -> str:
    return "零" if 0 < low < size // 10 else ""


def _section(number: int) -> str:
    words, pending = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if pending and words else "") + DIGITS[digit] + PLACES[place]
        pending = not digit
    return words


def _pattern(value: int) -> str:
    """What :func:`parse_words` accepts for ``value``: the official words with the free parts free."""
    words = re.sub(r"^人民币", "(?:人民币)?", _tokens(value))
    words = re.sub("角$", "角整?", words)
    return re.sub(r"整$", "整?", _free_zero(words, abs(value) // 100))


def _free_zero(words: str, yuan: int) -> str:
    """万位 (亿位) 0 and 千位 (千万位) not 0: a 零 may follow the 万 (亿)."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(yuan, size)
        if high % 10**4 and high % 10 == 0 and low >= size // 10:
            at = words.rindex(name, 0, words.index("元"))
            words = f"{words[: at + 1]}零?{words[at + 1 :]}"
    return words


def _read(words: str) -> int | None:
    """The amount in 分 that the words seem to name, or ``None``; the caller checks by writing it again."""
    sign = -1 if words.startswith("负") else 1
    whole, yuan, rest = words.removeprefix("负").removesuffix("整").rpartition("元")
    cents_match = re.fullmatch(r"零?(?:([壹贰叁肆伍陆柒捌玖])角)?(?:零?([壹贰叁肆伍陆柒捌玖])分)?", rest)
    number = _read_whole(whole) if yuan else 0
    if cents_match is None or number is None:
        return None
    jiao, fen = (DIGITS.index(part) if part else 0 for part in cents_match.groups())
    value = sign * (number * 100 + jiao * 10 + fen)
    return value if abs(value) <= cents(LARGEST) else None


def _read_whole(words: str) -> int | None:
    for size, name in ((10**8, "亿"), (10**4, "万")):
        high, found, low = words.rpartition(name)
        if found:
            parts = _read_whole(high), _read_whole(low) if low else 0
            return None if None in parts else (parts[0] or 0) * size + (parts[1] or 0)
    total = 0
    if not re.fullmatch(r"(零|[壹贰叁肆伍陆柒捌玖][拾佰仟]?)+", words):
        return None
    for digit, place in re.findall(r"([零壹贰叁肆伍陆柒捌玖])([拾佰仟]?)", words):
        total += DIGITS.index(digit) * 10 ** PLACES.index(place)
    return total
