"""Reading an announcement: who buys, who won, for how much, under which number, by when."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from marketplace.kernel.recognise import codes, dates, kinds
from marketplace.kernel.recognise.bidders import Bidder, candidates, split_names
from marketplace.kernel.recognise.labels import Found
from marketplace.kernel.recognise.sums import plain_sum
from marketplace.kernel.recognise.text import lines_of, tidy
from marketplace.kernel.recognise.vocabulary import LABELS

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
_ROUND = re.compile(
    r"\s*[(（【\[]\s*(?:第\s*[\d一二三四五六七八九]+\s*次(?:招标|采购|公告|公示)?|[二三四五]次|重新招标|重招)\s*[)）】\]]"
)
_LOT = re.compile(
    r"\s*[(（]?\s*(?:第?[一二三四五六七八九十\d]{1,3}\s*(?:号)?(?:标段|标包|包)|(?:标段|标包|包)\s*[一二三四五六七八九十\d]{1,3})\s*[)）]?\s*$"
)
_UNIT_HINT = re.compile(r"[(（]\s*(万元|亿元|元|%|元/%)\s*[)）]")
_ORGANISATION = re.compile(
    r"(?:公司|集团|院|所|中心|厂|社|局|委|会|部|站|队|处|办|行|店|学校|大学|医院|政府|联合体|合伙\)|合伙）|研究院|事务所|经营部|商行|公社)$"
)


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
        candidates=candidates(lines, found) if said in ("candidates", "") else (),
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
    return tuple(
        next((c for f, c in split if f == field and c), None) for field in ("project_code", "lot_code")
    )  # type: ignore[return-value]


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
