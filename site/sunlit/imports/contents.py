"""From what a line says, and what its text says, to the content of a notice."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from marketplace.disclosure.actions import NoticeContent, PartyName
from marketplace.disclosure.states import AmountKind, NoticeKind, PartyPart, Precision
from marketplace.kernel import clock
from marketplace.kernel.money import MoneyError, parse_yuan
from marketplace.kernel.recognise import Recognised, recognise
from marketplace.kernel.recognise.bidders import Bidder, split_names
from marketplace.kernel.recognise.dates import first_day, moments
from marketplace.kernel.recognise.text import tidy
from marketplace.kernel.refusal import Refused
from marketplace.kernel.trade import TradeType
from marketplace.registry.queries.places import region_by_name

_TIME = re.compile(r"\d\s*[:时]\s*\d{2}")
_NOISE = re.compile(r"[\W_]+")
LONGEST_ID = 200
UNNAMED_SOURCE = "未注明来源"


class BadLine(Refused):
    """A line cannot become a notice; the message says why."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice ready to be taken in.

    ``name_key`` finds the notices of the same tender in the same file; ``remarks`` say what
    was doubtful without being a reason to refuse the line.
    """

    content: NoticeContent
    name_key: str
    remarks: tuple[str, ...] = ()

    @property
    def has_number(self) -> bool:
        """Whether the text states a project or lot number."""
        return bool(self.content.project_codes or self.content.lot_code)


def prepare(values: dict[str, str], *, default_source: str = "") -> Prepared:
    """The notice that a line describes. Raises ``BadLine`` for what a notice cannot do without.

    What the line states in a field of its own goes before what its text says.
    """
    title, body = values.get("title", "").strip(), values.get("body", "")
    if not title:
        raise BadLine(_("没有标题。"), field="title")
    if not tidy(body):
        raise BadLine(_("没有正文。"), field="body")
    if len(values.get("id", "")) > LONGEST_ID:
        raise BadLine(_("编号超过 %(n)d 个字符。") % {"n": LONGEST_ID}, field="id")
    said = recognise(title, body, kind=values.get("kind", ""))
    published_at, precision = _published(values.get("date", ""), said)
    remarks: list[str] = []
    region = _region(values.get("region", ""), said, remarks)
    amount, amount_kind = _amount(values.get("amount", ""), said, remarks)
    content = NoticeContent(
        kind=_kind(values.get("kind", ""), said),
        trade_type=_trade(values.get("trade", ""), said),
        title=title,
        body_text=body,
        fields=_fields(said),
        region_code=region,
        project_name=said.project_name,
        project_codes=_codes(values.get("code", ""), said),
        lot_code=said.lot_code,
        lot_name=said.lot_name,
        parties=_parties(values, said),
        amount=amount,
        amount_kind=amount_kind,
        deadline_at=_deadline(values.get("deadline", ""), said),
        opening_at=said.opening_at,
        source=values.get("source", "").strip() or default_source or UNNAMED_SOURCE,
        source_id=values.get("id", "").strip(),
        source_url=values.get("url", "").strip() or said.url,
        published_at=published_at,
        precision=precision,
    )
    return Prepared(content, _name_key(said.full_name, region), tuple(remarks))


def _name_key(name: str, region: str) -> str:
    """A name for comparison within one city; empty where it is too short to mean anything."""
    key = _NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()
    return f"{region[:4]}/{key}" if len(key) >= 6 else ""


def _published(text: str, said: Recognised) -> tuple[datetime, str]:
    found = moments(text)
    if found and _TIME.search(unicodedata.normalize("NFKC", text)):
        return found[0], Precision.SECOND
    day = first_day(text) or (said.published_on if not text.strip() else None)
    if day is None:
        raise BadLine(
            _("无法识别发布日期“%(text)s”。") % {"text": text[:40]} if text.strip() else _("没有发布日期。"),
            field="date",
        )
    if day > clock.today():
        raise BadLine(_("发布日期 %(day)s 在今天之后。") % {"day": day}, field="date")
    return clock.day_start(day), Precision.DAY


def _kind(text: str, said: Recognised) -> str:
    stated = next((kind.value for kind in NoticeKind if text in (kind.value, str(kind.label))), "")
    if not (stated or said.kind):
        raise BadLine(_("无法识别公告类型。"), field="kind")
    return stated or said.kind


def _trade(text: str, said: Recognised) -> str:
    return next(
        (trade.value for trade in TradeType if text in (trade.value, str(trade.label))), said.trade_type
    )


@lru_cache(maxsize=4096)
def _code_of(text: str) -> str:
    region = region_by_name(text)
    return region.code if region else ""


def forget_regions() -> None:
    """Ask the register again: the table may have changed since the last run."""
    _code_of.cache_clear()


def _region(text: str, said: Recognised, remarks: list[str]) -> str:
    if text.strip():
        code = _code_of(text.strip())
        if not code:
            remarks.append(_("不认识的地区“%(text)s”") % {"text": text.strip()[:40]})
        return code
    return next((code for hint in said.regions if (code := _code_of(hint))), "")


def _amount(text: str, said: Recognised, remarks: list[str]) -> tuple[Decimal | None, str]:
    kind = said.amount_kind if said.amount_kind in AmountKind.values else AmountKind.AWARD
    if text.strip():
        try:
            amount = parse_yuan(text)
        except MoneyError:
            remarks.append(_("无法识别金额“%(text)s”") % {"text": text.strip()[:40]})
        else:
            if amount >= 0:
                return amount, kind
            remarks.append(_("金额为负“%(text)s”") % {"text": text.strip()[:40]})
    return said.amount, kind if said.amount is not None else ""


def _codes(text: str, said: Recognised) -> tuple[str, ...]:
    both = ([text.strip()] if text.strip() else []) + list(said.project_codes)
    return tuple(dict.fromkeys(both))


def _deadline(text: str, said: Recognised) -> datetime | None:
    found = moments(text, end_of_day=True)
    return found[0] if found else said.deadline_at


def _names(stated: str, recognised: str) -> tuple[str, ...]:
    text = stated.strip() or recognised
    return split_names(text) or ((text,) if text else ())


def _parties(values: dict[str, str], said: Recognised) -> tuple[PartyName, ...]:
    named = (
        (PartyPart.BUYER, _names(values.get("buyer", ""), said.buyer)),
        (PartyPart.AGENCY, _names(values.get("agency", ""), said.agency)),
        (PartyPart.WINNER, _names(values.get("winner", ""), "") or said.winners),
    )
    parties = [
        PartyName(name[:300], part, "", rank) for part, names in named for rank, name in enumerate(names, 1)
    ]
    for rank, bidder in enumerate(said.candidates, start=1):
        members = split_names(bidder.name) or (bidder.name,)
        parties += [PartyName(name[:300], PartyPart.CANDIDATE, "", bidder.rank or rank) for name in members]
    return tuple(dict.fromkeys(parties))


def _fields(said: Recognised) -> dict[str, object]:
    """What the public standard has a field for (datasets 510, 511); the rest is in the text."""
    if said.kind != NoticeKind.CANDIDATES:
        return {}
    fields: dict[str, object] = {}
    if said.candidates:
        fields["CANDIDATES"] = [
            _candidate(rank, bidder) for rank, bidder in enumerate(said.candidates, start=1)
        ]
    if said.publicity:
        start, end = (moment.astimezone(clock.BEIJING).isoformat() for moment in said.publicity)
        fields |= {"PUBLICITY_START_TIME": start, "PUBLICITY_END_TIME": end}
    return fields


def _candidate(rank: int, bidder: Bidder) -> dict[str, str]:
    row = {"WIN_CANDIDATE_NAME": bidder.name, "WIN_CANDIDATE_ORDER": str(bidder.rank or rank)}
    if bidder.price is not None:
        return row | {"PRICE_FORM_CODE": "1", "BID_PRICE": f"{bidder.price:f}"}
    return row | ({"PRICE_FORM_CODE": "9", "OTHER_BID_PRICE": bidder.price_text} if bidder.price_text else {})
