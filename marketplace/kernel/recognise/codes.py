"""Project and lot numbers as sources write them, cut down to what two notices share."""

import re
from dataclasses import dataclass

from marketplace.kernel.recognise.text import fold

_ROUND = re.compile(
    r"\s*(?:[(]\s*(\d{1,2})\s*[)]|[(]?\s*第\s*([\d一二三四五六七八九]{1,2})\s*次(?:招标|采购|公告)?\s*[)]?)\s*$"
)
_HAN = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9\-_/.]{4,59}")
_TENDER = re.compile(r"[A-Z]{1,4}[A-Z0-9]*-(?:19|20)\d{4}")
_STANDARD = re.compile(r"([A-Z]\d{16}[0-9A-Z]{3})[0-9A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Code:
    """A number split up: the tender's own number, the lot's whole number, which round."""

    project: str
    lot: str = ""
    round: int = 1


def split_code(text: str, *, is_lot: bool) -> Code | None:
    """Split what stands behind 项目编号 or 标段(包)编号; ``None`` when it is no number.

    ``YCA070014-202501-01(2)`` → project ``YCA070014-202501``, lot ``…-01``, round 2. A
    23-digit national number gives its 20 digits (招标项目编号) as the project's.
    """
    folded = fold(text).upper().strip()
    again = _ROUND.search(folded)
    folded = folded[: again.start()] if again else folded
    hit = _CODE.match(folded.replace(" ", ""))
    if hit is None or not re.search(r"\d", hit[0]):
        return None
    code, number = hit[0].rstrip("-_/."), _round_number(again)
    national = _STANDARD.fullmatch(code)
    if national:
        return Code(national[1], code, number)
    head, dash, tail = code.rpartition("-")
    lot = bool(dash and re.fullmatch(r"\d{1,3}", tail) and (is_lot or _TENDER.fullmatch(head)))
    return Code(head, code, number) if lot else Code(code, code if is_lot else "", number)


def _round_number(hit: re.Match[str] | None) -> int:
    if hit is None:
        return 1
    text = hit[1] or hit[2]
    return int(text) if text.isdigit() else _HAN.get(text, 1)
