"""Reading an announcement: who buys, who won, for how much, under which number, by when."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from marketplace.kernel.money import MoneyError, parse_yuan
from marketplace.kernel.recognise import codes, dates, kinds
from marketplace.kernel.recognise.labels import Found, Labels
from marketplace.kernel.recognise.text import fold, lines_of, tidy

LABELS = Labels(
    {
        "project_name": ("项目名称", "招标项目名称", "采购项目名称", "工程名称", "标的名称"),
        "project_code": (
            "项目编号", "招标项目编号", "采购项目编号", "招标编号", "采购编号", "项目代码", "公告编号", "标的编号", "地块编号", "宗地编号",
        ),
        "lot_code": ("标段(包)编号", "标段编号", "包编号", "分包编号", "标包编号"),
        "lot_name": ("标段(包)名称", "标段名称", "包名称", "分包名称", "标包名称"),
        "buyer": (
            "招标人", "采购人", "采购单位", "招标单位", "招标人名称", "采购人名称", "采购单位名称", "建设单位", "业主单位",
            "出让人", "转让方", "转让方名称", "招标(采购)人", "出租方",
        ),
        "agency": (
            "招标代理机构", "招标代理", "招标机构", "代理机构", "采购代理机构", "采购代理机构名称", "代理机构名称", "招标代理机构名称", "采购代理",
        ),
        "winner": (
            "中标人", "中标单位", "中标供应商", "成交供应商", "成交人", "成交单位", "中选人", "中选单位", "竞得人", "受让方", "受让人",
            "中标人名称", "中标供应商名称", "成交供应商名称", "中标(成交)供应商", "供应商名称", "承租方",
        ),
        "first": ("第一中标候选人", "第一成交候选人", "第一名中标候选人"),
        "second": ("第二中标候选人", "第二成交候选人", "第二名中标候选人"),
        "third": ("第三中标候选人", "第三成交候选人", "第三名中标候选人"),
        "award": (
            "中标价", "中标价格", "中标金额", "中标(成交)金额", "成交金额", "成交价", "成交价格", "中标报价", "成交总价", "中标总价", "投标报价",
        ),
        "contract": ("合同金额", "合同价", "合同总价", "签约合同价", "合同价款"),
        "ceiling": ("最高投标限价", "最高限价", "招标控制价", "控制价", "限价"),
        "budget": ("预算金额", "采购预算", "项目预算", "预算总金额", "估算价", "合同估算价", "投资估算"),
        "starting": ("起始价", "挂牌价", "起拍价", "转让底价", "挂牌起始价"),
        "published": ("公告发布日期", "发布日期", "公告日期", "发布时间", "公告时间", "公示日期", "公告发布时间"),
        "publicity": ("公示期", "公示时间", "公示期限", "公告期限", "公示起止时间"),
        "deadline": (
            "投标截止时间", "投标文件递交截止时间", "投标文件递交的截止时间", "响应文件提交截止时间", "提交投标文件截止时间", "递交截止时间",
            "报价截止时间", "报名截止时间", "截止时间", "提交响应文件截止时间", "首次响应文件提交截止时间", "竞价截止时间",
        ),
        "opening": ("开标时间", "开启时间", "开标日期", "竞价开始时间", "拍卖时间", "投标截止时间及开标时间", "开标时间和地点", "响应文件开启时间"),
        "place": ("建设地点", "项目地点", "所属地区", "行政区域", "项目所在地", "交货地点", "项目所属地区"),
        "url": ("网址", "原文链接", "公告网址", "信息网址", "来源网址"),
        "noise": ("电话", "联系人", "联系电话", "地址", "备注", "投诉电话", "质量目标", "履约期限", "单位名称", "监督部门", "行业主管部门"),
    }
)
_AMOUNT_KINDS = ("award", "contract", "ceiling", "budget", "starting")
_EXPECTED = {
    "result": ("award", "contract"),
    "contract": ("contract", "award"),
    "performance": ("contract", "award"),
    "listing": ("starting", "budget", "ceiling"),
    "candidates": (),
}
_AWARD = (
    r"(?:(?:评标|评审)?(?:中标|成交|中选|竞得)(?:人|供应商)?(?:候选人|候选供应商|候选单位)?(?:结果)?"
    r"|(?:评标|评审|采购|招标|交易)?结果)"
)
_OPEN = r"(?:招标|采购|资格预审|竞争性磋商|竞争性谈判|询价|比选|遴选|挂牌|出让|竞价|终止|流标|废标|合同|履约验收|验收|答疑|澄清)"
_AGAIN = r"[(（]?第\s*[\d一二三四五六七八九]+\s*次公[示告][)）]?"
_TAIL = re.compile(
    rf"(?:[-—_\s]*(?:(?:{_AWARD}|{_OPEN}{{1,2}})?(?:更正|变更|延期|补充|澄清|终止)*(?:公示|公告)|中标候选人(?=第)|{_AGAIN}"
    r"|[(（](?:跨省)?远程异地评标[)）]))+\s*$"
)
_ROUND = re.compile(r"\s*[(（【\[]\s*(?:第\s*[\d一二三四五六七八九]+\s*次(?:招标|采购|公告|公示)?|[二三四五]次|重新招标|重招)\s*[)）】\]]")
_LOT = re.compile(r"\s*[(（]?\s*(?:第?[一二三四五六七八九十\d]{1,3}\s*(?:号)?(?:标段|标包|包)|(?:标段|标包|包)\s*[一二三四五六七八九十\d]{1,3})\s*[)）]?\s*$")
_BIDDER = re.compile(r"^(?:投标人|供应商|中标候选人)\s*[:：]\s*(?P<name>.+?)[,，;；]\s*(?:投标)?报价\s*[:：]\s*(?P<price>.+)$")
_INLINE = re.compile(r"第([一二三四五])(?:名)?(?:中标|成交)?候选(?:人|供应商)(?:名称)?(?:为)?\s*[:：]\s*([^;；。,，\n]{4,80})")
_UNIT_HINT = re.compile(r"[(（]\s*(万元|亿元|元|%|元/%)\s*[)）]")
_PLAIN_SUM = re.compile(r"^(?:人民币|RMB|¥|￥|大写|小写|[:：\s])*(?P<sum>[\d,，]+(?:\.\d+)?\s*(?:亿|万)?\s*元?)(?:整|人民币)?$")
_ORGANISATION = re.compile(r"(?:公司|集团|院|所|中心|厂|社|局|委|会|部|站|队|处|办|行|店|学校|大学|医院|政府|联合体|合伙\)|合伙）|研究院|事务所|经营部|商行|公社)$")
_MEMBERS = re.compile(r"\s*[(（]?\s*(?:联合体(?:牵头人|成员|主办方)?|牵头人|成员)\s*[)）]?\s*[:：]?\s*")
_HAN = "一二三四五"


@dataclass(frozen=True, slots=True)
class Bidder:
    """A candidate with its price as written; ``price`` in 元 where it is a plain sum."""

    name: str
    price_text: str = ""
    price: Decimal | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the text itself says; empty or ``None`` where it does not.

    ``amount`` is in 元. Moments are aware UTC, ``published_on`` is a Beijing day.
    ``project_codes`` begins with the number that all notices of the tender share;
    ``project_name`` is without round and lot, ``full_name`` without round only.
    ``regions`` are texts that may begin with a place, the most reliable first.
    """

    kind: str = ""
    trade_type: str = ""
    project_name: str = ""
    full_name: str = ""
    lot_name: str = ""
    round: int = 1
    project_codes: tuple[str, ...] = ()
    lot_code: str = ""
    buyer: str = ""
    agency: str = ""
    winners: tuple[str, ...] = ()
    candidates: tuple[Bidder, ...] = ()
    amount: Decimal | None = None
    amount_kind: str = ""
    amount_text: str = ""
    published_on: date | None = None
    publicity: tuple[datetime, datetime] | None = None
    deadline_at: datetime | None = None
    opening_at: datetime | None = None
    regions: tuple[str, ...] = ()
    url: str = ""


def recognise(title: str, body: str, *, kind: str = "") -> Recognised:
    """Everything the announcement states about itself; ``kind`` is the source's own word.

    Pure: looks nothing up and never fails, whatever the text.
    """
    lines = lines_of(body)
    found = LABELS.scan(lines)
    said = kinds.kind_of(kind, title, lines[0] if lines else "")
    code, lot = _codes(found)
    amount_kind, amount_text, amount = _amount(found, lines, said)
    name = _full_name(title, found)
    return Recognised(
        kind=said,
        trade_type=kinds.trade_of(title, body),
        project_name=_bare_name(name),
        full_name=name,
        lot_name=_first(found, "lot_name"),
        round=max(code.round if code else 1, lot.round if lot else 1),
        project_codes=_project_codes(code, lot),
        lot_code=lot.lot if lot else "",
        buyer=_organisation(found, "buyer"),
        agency=_organisation(found, "agency"),
        winners=split_names(_first(found, "winner")),
        candidates=_candidates(lines, found) if said in ("candidates", "") else (),
        amount=amount,
        amount_kind=amount_kind,
        amount_text=amount_text,
        published_on=dates.first_day(_first(found, "published")),
        publicity=_publicity(found, lines),
        deadline_at=_moment(found, "deadline") or _moment(found, "opening"),
        opening_at=_moment(found, "opening"),
        url=_url(found),
        regions=tuple(text for text in (_first(found, "place"), title, _first(found, "buyer")) if text),
    )


def _first(found: list[Found], field: str) -> str:
    return next((one.value for one in found if one.field == field), "")


def _url(found: list[Found]) -> str:
    value = _first(found, "url").split(" ")[0]
    return value if value.startswith(("https://", "http://")) else ""


def _organisation(found: list[Found], field: str) -> str:
    """The first value that names an organisation: a person's name behind the same label does not."""
    values = [re.split(r"[;；]", one.value)[0].rstrip("。") for one in found if one.field == field]
    return next((value for value in values if _is_organisation(value)), "")


def _is_organisation(value: str) -> bool:
    return len(value) <= 100 and "。" not in value and (bool(_ORGANISATION.search(value)) or len(value) >= 6)


def _codes(found: list[Found]) -> tuple[codes.Code | None, codes.Code | None]:
    split = [
        (one.field, codes.split_code(one.value, is_lot=one.field == "lot_code"))
        for one in found
        if one.field in ("project_code", "lot_code")
    ]
    return tuple(next((c for f, c in split if f == field and c), None) for field in ("project_code", "lot_code"))  # type: ignore[return-value]


def _project_codes(code: codes.Code | None, lot: codes.Code | None) -> tuple[str, ...]:
    both = [one.project for one in (code, lot) if one]
    return tuple(dict.fromkeys(both))


def _moment(found: list[Found], field: str) -> datetime | None:
    for one in found:
        if one.field == field:
            moments = dates.moments(one.value, end_of_day=True)
            if moments:
                return moments[0]
    return None


def _publicity(found: list[Found], lines: list[str]) -> tuple[datetime, datetime] | None:
    """Beginning and exclusive end of a publicity period, from its label or its sentence."""
    texts = [one.value for one in found if one.field == "publicity"]
    texts += [line for line in lines if re.search(r"公示期[为:：]?", line)]
    for text in texts:
        both = re.split(r"至|到|~|—|－", text, maxsplit=1)
        if len(both) == 2:
            start, end = dates.moments(both[0]), dates.moments(both[1], end_of_day=True)
            if start and end and start[0] < end[0]:
                return start[0], end[0]
    return None


def _full_name(title: str, found: list[Found]) -> str:
    """What is bought, without the words for the kind of notice and without its round."""
    stem = _TAIL.sub("", title).strip()
    stated = _first(found, "project_name") or _first(found, "lot_name")
    cut = title.rstrip().endswith(("...", "…", "..")) or len(stem) < 4
    name = stated if cut and stated else stem or stated
    return _ROUND.sub("", tidy(name))


def _bare_name(name: str) -> str:
    """The name without a lot at its end, so that the lots of a project share it."""
    return _LOT.sub("", name).strip() or name


def split_names(text: str) -> tuple[str, ...]:
    """The members of a winner or consortium, each once, in the order written."""
    parts = re.split(r"[、;；/\n]|(?<=公司)[,，\s]+|(?<=院)[,，]", _MEMBERS.sub("、", tidy(text)))
    names = [part.strip(" 。:：,，()（）") if part.count("(") + part.count("（") != 1 else part.strip(" 。:：,，") for part in parts]
    return tuple(dict.fromkeys(name for name in names if len(name) >= 4))


def _amount(found: list[Found], lines: list[str], kind: str) -> tuple[str, str, Decimal | None]:
    """Kind, text and sum of the amount this kind of notice is about; the first plain sum wins."""
    wanted = _EXPECTED.get(kind, ("budget", "ceiling", "starting"))
    first_text = ("", "")
    for field in wanted:
        for one in found:
            if one.field != field:
                continue
            unit = _UNIT_HINT.search(lines[one.line])
            amount = plain_sum(one.value, unit[1] if unit else "")
            if amount is not None:
                return field, one.value, amount
            first_text = first_text if first_text[0] else (field, one.value)
    return *first_text, None


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


def _candidates(lines: list[str], found: list[Found]) -> tuple[Bidder, ...]:
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
    head = next((i for i, line in enumerate(lines) if fold(line) in ("中标候选人名称", "候选人名称", "投标人名称")), None)
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
    unit = "" if "%" in lines[column] else "元"
    prices = [tidy(line) for line in lines[column + 1 : column + 1 + len(names)]]
    return tuple(Bidder(n, p, plain_sum(p, unit or "元")) for n, p in zip(names, prices, strict=False) if n)


def _from_words(lines: list[str], found: list[Found]) -> tuple[Bidder, ...]:
    """第一中标候选人：…; only the report's own words carry a rank."""
    ranked: dict[int, str] = {}
    for line in lines:
        for hit in _INLINE.finditer(line):
            ranked.setdefault(_HAN.index(hit[1]) + 1, tidy(hit[2]))
    for rank, field in enumerate(("first", "second", "third"), start=1):
        value = _first(found, field)
        if value and len(value) <= 80:
            ranked.setdefault(rank, value.rstrip("。;；"))
    return tuple(Bidder(name, rank=rank) for rank, name in sorted(ranked.items()))
