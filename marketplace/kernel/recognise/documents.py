"""Reading a government document: the metadata block in front, the title, the text.

The blocks differ from site to site: labels with blanks inside, several on a line, bullets,
values on the next line, a form that nobody filled in, or no block at all.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from marketplace.kernel.recognise import dates
from marketplace.kernel.recognise.labels import Found, Labels
from marketplace.kernel.recognise.text import fold, lines_of, tidy

LABELS = Labels(
    {
        "index_number": ("索引号", "索取号", "信息索引号"),
        "topic": ("主题分类", "组配分类", "公开目录", "主题导航", "信息分类", "体裁分类"),
        "issuing_body": (
            "发布机构",
            "制发机关",
            "发文机关",
            "发文单位",
            "公开主体",
            "发布单位",
            "发布部门",
            "信息公开部门",
        ),
        "written_on": ("成文日期", "生成日期", "发文日期", "印发日期"),
        "published_on": ("发布日期", "公开日期", "发布时间", "公开时间"),
        "document_number": ("发文字号", "发布文号", "文号", "编号", "文件编号"),
        "keywords": ("关键词", "主题词", "关键字"),
        "source": ("信息来源", "来源", "稿件来源"),
        "title": ("标题", "信息名称", "文件名称", "名称"),
        "summary": ("内容概述", "内容摘要", "摘要", "概述"),
        "effective": ("有效性", "时效性", "生效日期", "施行日期", "失效日期", "废止日期"),
    }
)
_CHROME = re.compile(
    r"^(?:首页|您?当前(?:所在)?(?:的)?位置.*|字体大小.*|打印|关闭|搜索位置|匹配度|排序|分享到:?.*|上一篇.*|下一篇.*|【?(?:打印|关闭).*"
    r"|如果您对该文件有疑问.*|扫一扫.*|收藏|返回顶部|来源:?)$"
)
_SALUTATION = re.compile(r"^各?.{0,60}(?:人民政府|委员会|管委会|部门|单位|局)[^。]{0,60}:$")
_SIGNED = re.compile(r"^\S{2,30}(?:人民政府|办公厅|办公室|委员会|管委会|局|厅|部|中心|委|院)$")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{2,12}(?:[<\[(](?:19|20)\d{2}[>\])])\s*第?\s*\d{1,5}\s*号$")
_TITLE_END = re.compile(
    r"(?:通知|意见|办法|方案|规定|细则|决定|通告|公告|条例|规则|目录|批复|函|计划|纲要|指引|标准|规范)$"
)
_IN_REGION = re.compile(r"驻([\u4e00-\u9fff]{2,10}?[市州盟县区旗])各")
_BLOCK_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a document states; empty or ``None`` where it does not.

    ``title_is_stated`` is false when its first sentence had to stand in. ``body`` is the
    text without the block and the site's own words around it, which stand in ``around``
    line by line, so that nothing is lost. ``doubts`` say in Chinese
    what an editor should look at. ``regions`` are texts that may begin with a place.
    """

    title: str
    title_is_stated: bool = True
    index_number: str = ""
    topic: str = ""
    issuing_body: str = ""
    written_on: date | None = None
    published_on: date | None = None
    document_number: str = ""
    keywords: str = ""
    source: str = ""
    summary: str = ""
    body: str = ""
    around: str = ""
    regions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def recognise_document(text: str) -> Document:
    """Read one document. Pure; never fails, whatever the text."""
    lines = lines_of(text)
    block = _block_end(lines)
    found = LABELS.scan(lines[:block])
    values = {
        field: _value(found, field) for field in ("index_number", "topic", "keywords", "source", "summary")
    }
    body = _body(lines, block)
    title, stated = _title(found, lines[:block], body)
    signed, signed_on = _signature(body)
    issuing = _value(found, "issuing_body") or signed
    written = dates.first_day(_value(found, "written_on")) or signed_on
    published = dates.first_day(_value(found, "published_on"))
    return Document(
        title=title,
        title_is_stated=stated,
        issuing_body=issuing,
        written_on=written,
        published_on=published,
        document_number=_document_number(found, body),
        body="\n".join(_without_title(body, title)).strip("\n"),
        around=_around(lines, block),
        regions=_regions(issuing, title, body),
        doubts=_doubts(stated, written, published),
        **values,
    )


def _value(found: list[Found], field: str) -> str:
    return next((one.value for one in found if one.field == field), "")


def _block_end(lines: list[str]) -> int:
    """The line after the last label of the block in front; labels deep in the text are none."""
    end = 0
    for number, line in enumerate(lines[:_BLOCK_LINES]):
        if _SALUTATION.match(fold(line)) and not LABELS.bare(line):
            break
        if LABELS.bare(line) or LABELS.scan([line]):
            end = number + 1
            if fold(line).rstrip().endswith(":") and LABELS.bare(line) == "title":
                end += 1
    return end


def _body(lines: list[str], block: int) -> list[str]:
    """The document's own lines after its block, without the site's words around them."""
    kept = [line for line in lines[block:] if not _CHROME.match(fold(line))]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _around(lines: list[str], block: int) -> str:
    """The block and the site's words, without empty lines."""
    tail = [line for line in lines[block:] if _CHROME.match(fold(line))]
    return "\n".join(line for line in [*lines[:block], *tail] if line)


def _title(found: list[Found], block: list[str], body: list[str]) -> tuple[str, bool]:
    """The labelled title, else a title line before or after the block, else the first sentence."""
    stated = _value(found, "title")
    if stated:
        return stated, True
    for line in [
        *body[:1],
        *(line for line in block if not LABELS.bare(line) and not LABELS.scan([line])),
        *body[1:3],
    ]:
        if _TITLE_END.search(fold(line)) and 6 <= len(line) <= 120:
            return tidy(line), True
    for line in body:
        if line and not _SALUTATION.match(fold(line)):
            return tidy(re.split(r"[。:：;；]", line)[0])[:100], False
    return "", False


def _without_title(body: list[str], title: str) -> list[str]:
    """The text does not repeat the title that stands above it."""
    first = next((number for number, line in enumerate(body) if line), len(body))
    return body[first + 1 :] if first < len(body) and tidy(body[first]) == title else body


def _signature(body: list[str]) -> tuple[str, date | None]:
    """Who signed and when: an organisation's line followed by a line that is a day."""
    filled = [line for line in body if line]
    for name, day in pairwise(filled):
        if _SIGNED.match(fold(name)) and len(day) <= 16 and dates.first_day(day):
            return tidy(name), dates.first_day(day)
    return "", None


def _document_number(found: list[Found], body: list[str]) -> str:
    """The document's own number: from the block, or alone on a line; never one it cites."""
    stated = _value(found, "document_number")
    if stated:
        return stated
    return next((tidy(line) for line in body[:6] if _NUMBER.match(fold(line))), "")


def _regions(issuing: str, title: str, body: list[str]) -> tuple[str, ...]:
    """Texts that may begin with the place: who issued it, its title, whom it addresses."""
    addressed = _IN_REGION.search(fold("".join(body[:3])))
    hints = (
        issuing,
        title.removeprefix("关于印发").removeprefix("關于印發"),
        addressed[1] if addressed else "",
    )
    return tuple(hint for hint in hints if hint)


def _doubts(stated: bool, written: date | None, published: date | None) -> tuple[str, ...]:
    doubts = []
    if not stated:
        doubts.append("原文没有标题，暂以首句代替")
    if written and published and written > published:
        doubts.append(f"成文日期 {written} 晚于发布日期 {published}")
    if not written and not published:
        doubts.append("原文没有日期")
    return tuple(doubts)
