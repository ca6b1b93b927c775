"""The structured fields of the demo's notices, by the keys of the public data standard."""

from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace.disclosure.queries.levels import field_specs
from marketplace.disclosure.states import NoticeKind
from marketplace.kernel import clock
from marketplace.registry.queries.rules import deadline, rule

from .texts import Facts, buyer_word

METHODS = {
    "公开招标": "1",
    "邀请招标": "2",
    "竞争性谈判": "3",
    "询价": "4",
    "单一来源": "5",
    "竞争性磋商": "6",
}
EXPERTS = ("冯知评", "卫衡之", "蒋析微", "韩度量", "杨以审")


def publicity_end(facts: Facts) -> datetime:
    """The last moment of the candidates' publicity by the rule in force that day (条例 54)."""
    start = facts.published.astimezone(clock.BEIJING).date()
    version = rule("L14.last", region=facts.unit.region, trade_type=facts.chain.trade, on=start)
    return clock.day_end(deadline(start, version).day) - timedelta(minutes=1)


def documents_end(facts: Facts) -> datetime:
    """Documents can be had for twelve days, longer than every minimum of the law."""
    return facts.published + timedelta(days=12)


def candidate_rows(facts: Facts) -> list[dict[str, str]]:
    """Dataset 510: who stands first, second and third."""
    pairs = zip(facts.bidders[:3], facts.prices[:3], strict=True)
    return [
        {
            "WIN_CANDIDATE_ORDER": str(order),
            "WIN_CANDIDATE_NAME": bidder.name,
            "WIN_CANDIDATE_CODE": bidder.uscc,
            "PRICE_FORM_CODE": "1",
            "BID_PRICE": str(price),
            "EVALUATION_RESULT": f"{94 - 3 * order}.{order * 2}5",
            "QUALITY": "合格",
            "LIMITE_TIME": "180 日历天",
            "EVALUATION_STATUS": "形式、资格、响应性评审均通过",
            "WIN_CANDIDATE_QUALIFICATION": "资质、业绩和项目负责人满足招标文件要求",
        }
        for order, (bidder, price) in enumerate(pairs, 1)
    ]


def _agency_mail(facts: Facts) -> str:
    return f"office{facts.agency.key[-1]}@agency.example.cn"


FORM: dict[str, Callable[[Facts], object]] = {
    "NOTICE_BID_NUM": lambda f: "1",
    "BULLETIN_BID_NUM": lambda f: "1",
    "TRAD_CENTER_NAME": lambda f: f.centre,
    "DOC_GET_START_TIME": lambda f: f.published.isoformat(),
    "DOC_GET_END_TIME": lambda f: documents_end(f).isoformat(),
    "TENDER_DOC_GET_METHOD": lambda f: "登录本平台免费下载",
    "IS_POSTPONE": lambda f: "1" if f.previous_deadline else "0",
    "POST_BID_CLOSING_TIME": lambda f: f.deadline.isoformat() if f.previous_deadline and f.deadline else "",
    "BID_OPEN_METHOD": lambda f: "不见面开标",
    "QUAL_TYPE": lambda f: "合格制",
    "BID_DOC_REFER_METHOD": lambda f: "登录本平台在线加密上传",
    "SYNDICATED_FLAG": lambda f: "0",
    "TENDERER_ADDRESS": lambda f: f.unit.address,
    "TENDERER_CONTACTOR": lambda f: f"{buyer_word(f.chain)}办公室",
    "TENDERER_PHONE_NUMBER": lambda f: f.unit.phone,
    "TENDERER_EMAIL": lambda f: f"office{f.unit.key[-1]}@unit.example.cn",
    "TENDER_AGENCY_ADDRESS": lambda f: f.agency.address,
    "TENDER_AGENCY_CONTACTOR": lambda f: "项目部",
    "TENDER_AGENCY_PHONE_NUMBER": lambda f: f.unit.phone,
    "TENDER_AGENCY_EMAIL": _agency_mail,
    "PURCHASER_AGENCY_CONNECTOR": lambda f: "项目部",
    "PURCHASER_AGENCY_INFORMATION": lambda f: f.unit.phone,
    "PURCHASER_MODE": lambda f: METHODS.get(f.chain.method, "9"),
    "BID_OPENING_ACTOR": lambda f: f"{f.unit.name};{f.agency.name}",
    "BID_OPENING_ADDRESS": lambda f: "本平台不见面开标大厅",
    "PUBLICITY_START_TIME": lambda f: f.published.isoformat(),
    "PUBLICITY_END_TIME": lambda f: publicity_end(f).isoformat(),
    "OBJECTION_METHOD": lambda f: "登录本平台在线提出，或者向招标人书面提出",
    "CANDIDATES": candidate_rows,
    "EXPERTS": lambda f: [{"EXPERT_NAME": name, "EXPERT_TYPE": "2"} for name in EXPERTS],
    "PRICE_FORM_CODE": lambda f: "1",
    "CONTRACT_NAME": lambda f: f"{f.chain.subject}合同",
    "CONTRACT_TERM": lambda f: "365",
    "LIMITE_TIME": lambda f: "365",
    "CONTRACT_CONTENT": lambda f: "；".join(
        f"{name} {amount} {unit}" for name, amount, unit in f.chain.items
    ),
    "SIGNING_TIME": lambda f: f.published.isoformat(),
    "CONTRACT_SIGN_TIME": lambda f: f.published.isoformat(),
    "TRADE_DATE": lambda f: f.published.astimezone(clock.BEIJING).strftime("%Y%m%d"),
}


def fields_for(kind: str, facts: Facts, *, base_kind: str = "") -> dict[str, object]:
    """What an editor would have filled in for this notice."""
    keys = [row.key for row in field_specs(kind, facts.chain.trade, base_kind=base_kind)]
    values = {key: FORM[key](facts) for key in keys if key in FORM}
    if kind == NoticeKind.RESULT and facts.chain.trade == "works":
        values.pop("EXPERTS", None)
    return {key: value for key, value in values.items() if value != ""}
