"""Who bids and who wins: members of a consortium, candidates and their prices."""

import re
from dataclasses import dataclass
from decimal import Decimal

from marketplace.kernel.recognise.labels import Found
from marketplace.kernel.recognise.sums import plain_sum
from marketplace.kernel.recognise.text import fold, tidy

_BIDDER = re.compile(
    r"^(?:投标人|供应商|中标候选人)\s*[:：]\s*(?P<name>.+?)[,，;；]\s*(?:投标)?报价\s*[:：]\s*(?P<price>.+)$"
)
_INLINE = re.compile(
    r"第([一二三四五])(?:名)?(?:中标|成交)?候选(?:人|供应商)(?:名称)?(?:为)?\s*[:：]\s*([^;；。,，\n]{4,80})"
)
_MEMBERS = re.compile(r"\s*[(（]?\s*(?:联合体(?:牵头人|成员|主办方)?|牵头人|成员)\s*[)）]?\s*[:：]?\s*")
_HAN = "一二三四五"


@dataclass(frozen=True, slots=True)
class Bidder:
    """A candidate with its price as written; ``price`` in 元 where it is a plain sum."""

    name: str
    price_text: str = ""
    price: Decimal | None = None
    rank: int = 0


def split_names(text: str) -> tuple[str, ...]:
    """The members of a winner or consortium, each once, in the order written."""
    parts = re.split(r"[、;；/\n]|(?<=公司)[,，\s]+|(?<=院)[,，]", _MEMBERS.sub("、", tidy(text)))
    names = [
        part.strip(" 。:：,，()（）") if part.count("(") + part.count("（") != 1 else part.strip(" 。:：,，")
        for part in parts
    ]
    return tuple(dict.fromkeys(name for name in names if len(name) >= 4))


def candidates(lines: list[str], found: list[Found]) -> tuple[Bidder, ...]:
    """The candidates from bidder lines, from the table form, or from the words of the report."""
    return _from_lines(lines) or _from_table(lines) or _from_words(lines, found)


def _from_lines(lines: list[str]) -> tuple[Bidder, ...]:
    """``投标人：…，报价：…`` one per line; lines that are report text or others' works drop out."""
    bidders = []
    for line in lines:
        hit = _BIDDER.match(line)
        if hit is None:
            continue
        name, price = tidy(hit["name"]), tidy(hit["price"])
        if price and not re.search(r"[。:：]", name) and len(name) <= 300:
            bidders.append(Bidder(name, price, plain_sum(price, "元")))
    return tuple(dict.fromkeys(bidders))


def _from_table(lines: list[str]) -> tuple[Bidder, ...]:
    """A table read cell by cell: the names' column, then the prices' column of equal length."""
    head = next(
        (i for i, line in enumerate(lines) if fold(line) in ("中标候选人名称", "候选人名称", "投标人名称")),
        None,
    )
    if head is None:
        return ()
    names = []
    for line in lines[head + 1 :]:
        if re.match(r"(?:投标)?报价", fold(line)):
            break
        names.append(tidy(line))
    column = head + 1 + len(names)
    if column >= len(lines) or not names or len(names) > 20:
        return ()
    mixed = "%" in lines[column]
    prices = [tidy(line) for line in lines[column + 1 : column + 1 + len(names)]]
    pairs = zip(names, prices, strict=False)
    return tuple(Bidder(name, price, _cell(price, mixed=mixed)) for name, price in pairs if name)


def _cell(price: str, *, mixed: bool) -> Decimal | None:
    """The sum of a price cell; in a column of sums and rates a small bare number may be a rate."""
    amount = plain_sum(price, "元")
    return None if amount is not None and mixed and amount < 1000 and "元" not in price else amount


def _from_words(lines: list[str], found: list[Found]) -> tuple[Bidder, ...]:
    """第一中标候选人：…; only the report's own words carry a rank."""
    ranked: dict[int, str] = {}
    for line in lines:
        for hit in _INLINE.finditer(line):
            ranked.setdefault(_HAN.index(hit[1]) + 1, tidy(hit[2]))
    for rank, field in enumerate(("first", "second", "third"), start=1):
        value = next((one.value for one in found if one.field == field), "")
        if value and len(value) <= 80:
            ranked.setdefault(rank, value.rstrip("。;；"))
    return tuple(Bidder(name, rank=rank) for rank, name in sorted(ranked.items()))
