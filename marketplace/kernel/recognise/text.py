"""Folding text for matching without moving a single position."""

import re

# Only what labels, kinds and places are written with; search folds the whole script.
_TRADITIONAL = dict(
    zip(
        "號發機構標題關鍵詞來內類開佈導航稱彙辦廳國務區縣會結果採購項編碼員評審資規劃貿單業見總後時間雙獎對質變預轉讓權產礦農終廢補選話簽約額價報遞進簡體歷屆於與爲為個們這樣確認處長場門書記載據應當專",
        "号发机构标题关键词来内类开布导航称汇办厅国务区县会结果采购项编码员评审资规划贸单业见总后时间双奖对质变预转让权产矿农终废补选话签约额价报递进简体历届于与为为个们这样确认处长场门书记载据应当专",
        strict=True,
    )
)
_SPACES = dict.fromkeys(" \u3000\u2002\u2003\u2009\u200a\t", " ")
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BRACKETS = {"〔": "[", "〕": "]", "【": "[", "】": "]", "〈": "<", "〉": ">", "﹝": "[", "﹞": "]"}
_FOLD = str.maketrans({**_TRADITIONAL, **_SPACES, **_WIDE, **_BRACKETS, "–": "-", "—": "-", "－": "-"})
_EDGES = " \u3000\u200b\ufeff\t\r\n"


def fold(text: str) -> str:
    """Half-width signs and simplified label characters; every character keeps its place."""
    return text.translate(_FOLD)


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever ends them, without white space at their edges."""
    return [line.strip(_EDGES) for line in re.split(r"\r\n?|\n|\u2028", text)]


def tidy(text: str) -> str:
    """A value on one line: inner white space as one space, empty markers as nothing."""
    value = re.sub(r"[\s\u3000\u200b\ufeff]+", " ", text).strip()
    return "" if fold(value) in {"/", "-", "--", "无", "暂无", "未提供", "\\"} else value
