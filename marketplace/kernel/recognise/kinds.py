"""What an announcement is and to which trade it belongs, from its own words."""

import re

from marketplace.kernel.recognise.text import fold
from marketplace.kernel.trade import TradeType

# The values are those of ``disclosure.states.NoticeKind``; the kernel knows them as words only.
_KINDS: tuple[tuple[str, str], ...] = (
    ("correction", r"更正|变更公告|变更公示|延期公告|补充公告|补遗"),
    ("clarification", r"澄清|答疑"),
    ("termination", r"(?:终止|废标|流标|中止|失败)(?:结果)?(?:公[告示])?|招标异常|采购异常"),
    ("performance", r"履约验收|验收公[告示]|验收结果|履约评价"),
    ("contract", r"合同公[告示]|合同信息|合同变更"),
    ("candidates", r"(?:中标|成交|中选)?候选(?:人|单位|供应商)?(?:公[告示])?"),
    ("qualification", r"资格(?:预审|审查)结果(?:公[告示])?"),
    ("prequalification", r"资格预审"),
    (
        "result",
        r"(?:中标|成交|中选|采购|交易|竞价|竞得|评标|评审|出让|转让|拍卖)(?:人|供应商)?结果|结果公[告示]|(?:中标|成交|中选|竞得)(?:人|供应商)?公[告示]|成交确认",
    ),
    ("opening_record", r"开标(?:记录|结果|情况)"),
    ("invitation", r"邀请书|邀请函|投标邀请"),
    ("intention", r"采购意向|意向公[开告示]"),
    ("plan", r"(?:招标|采购|项目发包)计划"),
    (
        "listing",
        r"(?:出让|挂牌|转让|拍卖|招租|出租|招拍挂|竞卖)(?:项目)?(?:公告|公示|信息)|出让公告|挂牌公告",
    ),
    (
        "tender",
        r"(?:招标|采购|谈判|磋商|询价|竞价|比选|遴选|交易|询比|框架协议|入围|征集)(?:项目)?(?:公告|公示|信息|文件)|单一来源|招标公告",
    ),
    ("circular", r"通知|通告|公告|公示|声明|提示"),
)
_KIND_RULES = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_STRONG: tuple[tuple[TradeType, str], ...] = (
    (TradeType.MINING, r"采矿权|探矿权|矿业权"),
    (
        TradeType.RURAL_PROPERTY,
        r"农村(?:集体)?(?:产权|土地(?:承包)?经营权)|土地经营权流转|集体资产(?:招租|出租|转让)|林权",
    ),
    (TradeType.ENVIRONMENT, r"排污权|碳排放|用能权|水权交易|碳汇"),
    (
        TradeType.LAND,
        r"国有(?:建设)?(?:用地|土地)使用权|土地使用权(?:网上)?(?:出让|转让|挂牌|拍卖)|地块(?:网上)?(?:出让|挂牌)",
    ),
    (
        TradeType.STATE_PROPERTY,
        r"国有(?:产权|资产|股权)|产权转让|股权转让|资产(?:转让|处置|招租)|房产(?:招租|出租|转让)",
    ),
)
_STRONG_RULES = tuple((trade, re.compile(pattern)) for trade, pattern in _STRONG)
_PROCUREMENT = re.compile(
    r"政府采购|采购人|采购单位|采购代理|成交供应商|中标供应商|竞争性(?:磋商|谈判)|询价|单一来源|采购意向|框架协议"
)
_WORKS = re.compile(r"招标人|标段|投标人|施工|监理|勘察|设计|EPC|总承包|工程|建设项目|招标")


def kind_of(*texts: str) -> str:
    """The kind by the first text that says it (a stated kind before a title); else empty.

    The last words of a title decide: the tail of 资格预审项目中标结果公告 is what it is.
    """
    for text in texts:
        folded = fold(text)
        kind = _last_kind(folded[-40:]) or _last_kind(folded)
        if kind:
            return kind
    return ""


def _last_kind(text: str) -> str:
    """The kind whose words end last; of overlapping ones the first in the table."""
    hits = [(hit.end(), hit.start(), kind) for kind, rule in _KIND_RULES[:-1] for hit in rule.finditer(text)]
    if not hits:
        return "circular" if _KIND_RULES[-1][1].search(text) else ""
    start = max(hits)[1]
    return next(kind for end, _start, kind in hits if end > start)


def trade_of(title: str, body: str) -> str:
    """The trade type by title first, then by the labels in the body; ``other`` if nothing says."""
    title, head = fold(title), fold(body[:4000])
    for trade, rule in _STRONG_RULES:
        if rule.search(title):
            return trade
    procurement = len(_PROCUREMENT.findall(title)) * 3 + len(_PROCUREMENT.findall(head))
    works = len(_WORKS.findall(title)) * 3 + len(_WORKS.findall(head))
    if procurement and procurement >= works:
        return TradeType.GOV_PROCUREMENT
    if works:
        return TradeType.WORKS
    strong = (trade for trade, rule in _STRONG_RULES if rule.search(head))
    return next(strong, TradeType.GOV_PROCUREMENT if procurement else TradeType.OTHER)
