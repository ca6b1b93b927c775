"""Time limits of an announcement against the rules in force (registry's dated rule sets)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from marketplace.disclosure.rules.dataset import moment
from marketplace.disclosure.states import NoticeKind
from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused
from marketplace.kernel.trade import TradeType
from marketplace.registry.models import RuleVersion
from marketplace.registry.queries.rules import NoRule, deadline, latest_before, rule

OPEN_METHODS = ("", "1", "2")
_METHOD_RULES = {"3": "L6.negotiation", "4": "L6.inquiry", "6": "L6.consultation"}
_OPENED = (NoticeKind.TENDER, NoticeKind.PREQUALIFICATION)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at; days are Beijing days."""

    kind: str
    base_kind: str
    trade_type: str
    region_code: str
    today: date
    deadline_at: datetime | None
    fields: Mapping[str, object]

    def day(self, key: str) -> date | None:
        """The Beijing day of a field that holds a moment."""
        found = moment(self.fields[key]) if self.fields.get(key) else None
        return found.astimezone(clock.BEIJING).date() if found else None

    @property
    def closing_day(self) -> date | None:
        """The Beijing day of the deadline."""
        return self.deadline_at.astimezone(clock.BEIJING).date() if self.deadline_at else None


@dataclass(frozen=True, slots=True)
class Period:
    """One legal period: from ``start``, by the rule's count, it may not end after ``end``."""

    rule_id: str
    start: date
    end: date
    what: str
    field: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One period checked: the version used, the day it gives, and whether it is kept."""

    period: Period
    version: RuleVersion
    day: date
    kept: bool

    @property
    def message(self) -> str:
        """What is wrong, which law says so, and the day that would be right."""
        law = {"what": self.period.what, "n": self.version.said(), "law": self.version.legal_basis}
        if self.period.backwards:
            return _("%(what)s须在截止前至少 %(n)s（%(law)s），应当顺延截止时间。") % law
        return _("%(what)s不得少于 %(n)s（%(law)s），应不早于 %(day)s。") % {
            **law,
            "day": self.day.isoformat(),
        }

    def record(self) -> dict[str, object]:
        """What the notice keeps: every computed deadline remembers its rule version."""
        return {
            "rule": self.period.rule_id,
            "version": self.version.pk,
            "day": self.day.isoformat(),
            "kept": self.kept,
        }


class DeadlineRefused(Refused):
    """A period is shorter than the law allows and no reason was written."""


def _bidding(facts: Facts) -> Iterator[Period]:
    """L2, L3, L6: the time that bidders get; L1: how long documents can be had."""
    start = facts.day("DOC_GET_START_TIME") or facts.today
    end = facts.closing_day
    method = str(facts.fields.get("PURCHASER_MODE") or "")
    if end and facts.base_kind == NoticeKind.TENDER:
        if method in _METHOD_RULES:
            yield Period(_METHOD_RULES[method], start, end, _("提交响应文件的时间"), "deadline_at")
        elif method in OPEN_METHODS:
            yield Period("L2", start, end, _("投标截止时间"), "deadline_at")
    if end and facts.base_kind == NoticeKind.PREQUALIFICATION:
        works = facts.trade_type == TradeType.WORKS
        begins = (facts.day("DOC_GET_END_TIME") or start) if works else facts.today
        key = "L3.works" if works else "L3.procurement"
        yield Period(key, begins, end, _("资格预审申请文件提交时间"), "deadline_at")
    stops = facts.day("DOC_GET_END_TIME")
    if stops:
        key = "L1" if facts.trade_type == TradeType.WORKS else "L1b"
        yield Period(key, start, stops, _("招标（资格预审）文件的提供期限"), "DOC_GET_END_TIME")


def _changing(facts: Facts) -> Iterator[Period]:
    """L4: a change that comes too late moves the deadline."""
    end = facts.closing_day
    if end and facts.base_kind in _OPENED:
        key = "L4.tender" if facts.base_kind == NoticeKind.TENDER else "L4.prequalification"
        yield Period(key, facts.today, end, _("影响投标文件编制的更正"), "deadline_at", backwards=True)


def _publicity(facts: Facts) -> Iterator[Period]:
    """L14: how long candidates are shown."""
    start, end = facts.day("PUBLICITY_START_TIME"), facts.day("PUBLICITY_END_TIME")
    if facts.base_kind == NoticeKind.CANDIDATES and start and end:
        yield Period("L14.last", start, end, _("中标候选人公示期"), "PUBLICITY_END_TIME")


def periods(facts: Facts) -> list[Period]:
    """The legal periods that bind a notice; only works and government purchases have them here."""
    if facts.trade_type not in (TradeType.WORKS, TradeType.GOV_PROCUREMENT):
        return []
    if facts.kind == NoticeKind.CORRECTION:
        return [*_changing(facts), *_publicity(facts)]
    bidding = list(_bidding(facts)) if facts.kind in _OPENED else []
    return [*bidding, *_publicity(facts)]


def _check(period: Period, facts: Facts) -> Finding | None:
    try:
        version = rule(
            period.rule_id, region=facts.region_code or None, trade_type=facts.trade_type, on=facts.today
        )
    except NoRule:
        return None
    if period.backwards:
        day = latest_before(period.end, version).day
        return Finding(period, version, day, kept=period.start <= day)
    day = deadline(period.start, version).day
    return Finding(period, version, day, kept=period.end >= day)


def findings(facts: Facts) -> list[Finding]:
    """Every period that has a rule in force on the day of release, checked."""
    checked = (_check(period, facts) for period in periods(facts))
    return [finding for finding in checked if finding is not None]


def demand_periods(found: list[Finding], reason: str) -> None:
    """Raise ``DeadlineRefused`` for the first broken period, unless a reason was written."""
    broken = [finding for finding in found if not finding.kept]
    if broken and not reason.strip():
        text = "；".join(finding.message.rstrip("。") for finding in broken)
        hint = _("如依法可以缩短，请在“时限说明”中写明理由和依据。")
        raise DeadlineRefused(f"{text}。{hint}", field=broken[0].period.field)
