"""Sums of money as announcements write them."""

import re
from decimal import Decimal

from marketplace.kernel.money import MoneyError, parse_yuan
from marketplace.kernel.recognise.text import fold

_PLAIN_SUM = re.compile(
    r"^(?:人民币|RMB|¥|￥|大写|小写|[:：\s])*(?P<sum>[\d,，]+(?:\.\d+)?\s*(?:亿|万)?\s*元?)(?:整|人民币)?$"
)


def plain_sum(text: str, unit: str = "") -> Decimal | None:
    """A sum in 元 when the text is a sum and nothing else; ``unit`` is what its label says.

    A rate, a unit price or several sums are no amount.
    """
    if "%" in unit:
        return None
    hit = _PLAIN_SUM.match(fold(text).strip())
    if hit is None:
        return None
    said = hit["sum"]
    if not re.search(r"[元万亿]", said):
        if not unit:
            return None
        said += unit
    try:
        return parse_yuan(said)
    except MoneyError:
        return None
