"""Writing the rules of the law: one person proposes, another decides; holidays likewise dated."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from importlib.resources import files

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.models import Holiday, HolidayYear, Region, Rule, RuleVersion, User
from marketplace.registry.models.rules import Evidence, RuleUnit
from marketplace.registry.rules import may_decide_rules, may_edit_holidays, may_propose_rules
from marketplace.registry.states import RULE_MOVES, RuleState


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContent:
    """What a proposed version says; ``value`` or ``text``, or neither when it repeals."""

    rule_id: str
    region: str = ""
    trade_type: str = ""
    value: Decimal | None = None
    text: str = ""
    unit: str = RuleUnit.DAY
    effective_from: date
    effective_to: date | None = None
    legal_basis: str
    evidence: str = Evidence.READ
    note: str = ""
    repeals: bool = False


def _said(version: RuleVersion) -> dict[str, str]:
    """What the ledger keeps of a version."""
    return {
        "rule": version.rule_id,
        "region": version.region_id or "",
        "trade_type": version.trade_type,
        "says": version.said(),
        "from": version.effective_from.isoformat(),
        "to": version.effective_to.isoformat() if version.effective_to else "",
        "basis": version.legal_basis,
    }


def _same_scope(version: RuleVersion) -> Iterable[RuleVersion]:
    """Approved versions for the same rule, region and trade type, locked, oldest first."""
    return (
        RuleVersion.objects.select_for_update()
        .filter(
            rule=version.rule_id,
            region=version.region_id,
            trade_type=version.trade_type,
            state=RuleState.IN_FORCE,
        )
        .order_by("effective_from")
    )


def _check(content: RuleContent) -> None:
    """The content must be one number, or words, or a repeal; a fraction must be one."""
    if content.repeals:
        return
    words = content.unit in (RuleUnit.WORDS, RuleUnit.FRACTION)
    if words != (content.value is None) or words != bool(content.text):
        raise Refused(_("请填写数值；单位为“文字规定”或“分数”时填写文字。"), field="value")
    if content.value is not None and content.value < 0:
        raise Refused(_("数值不能为负。"), field="value")
    if content.effective_to and content.effective_to < content.effective_from:
        raise Refused(_("失效日期不能早于生效日期。"), field="effective_to")


@transaction.atomic
def propose_rule_version(content: RuleContent, *, by: Actor, at: datetime) -> RuleVersion:
    """Put a new version, or the end of one, before another person.

    Raises ``NotAllowed`` without the right for that region, ``Refused`` for unclear content.
    """
    if not may_propose_rules(by, content.region):
        raise NotAllowed(_("您没有提出该地区规则修改的权限。"))
    _check(content)
    if not Rule.objects.filter(pk=content.rule_id).exists():
        raise Refused(_("没有这条规则。"), field="rule_id")
    fields = asdict(content)
    region = fields.pop("region") or None
    if content.repeals:
        fields |= {"value": None, "text": "", "effective_to": None}
    version = RuleVersion.objects.create(
        **fields,
        region_id=region,
        state=RuleState.PROPOSED,
        proposed_by_id=by.user_id,
        proposed_at=clock.now(),
    )
    append("registry.rule_proposed", by=by, at=at, subject=version, data=_said(version))
    return version


def _decide(version: RuleVersion, event: str, by: Actor, reason: str = "") -> RuleVersion:
    """Lock a proposal and move it; the one who proposed it cannot decide."""
    version = RuleVersion.objects.select_for_update().get(pk=version.pk)
    if not may_decide_rules(by, version.region_id or ""):
        raise NotAllowed(_("您没有批准该地区规则的权限。"))
    proposer = User.objects.filter(pk=version.proposed_by_id or 0).first()
    same_person = proposer is not None and by.person_id is not None and proposer.person_id == by.person_id
    if version.proposed_by_id == by.user_id or same_person:
        raise NotAllowed(_("提出人不能批准自己提出的规则，请由另一人办理。"))
    version.state = RULE_MOVES.after(RuleState(version.state), event)
    version.decided_by_id, version.decided_at, version.decision_reason = by.user_id, clock.now(), reason
    return version


@transaction.atomic
def approve_rule_version(version: RuleVersion, *, by: Actor, at: datetime) -> RuleVersion:
    """Bring a proposal into force from its day; the version before it ends the day earlier.

    Raises ``NotAllowed`` for the proposer or without the right, ``Refused`` when a
    version of the same scope already starts on that day or later.
    """
    version = _decide(version, "approve", by)
    earlier = list(_same_scope(version))
    if earlier and earlier[-1].effective_from >= version.effective_from:
        raise Refused(
            _("同一范围已有自 %(day)s 起生效的版本，新版本必须晚于该日。")
            % {"day": earlier[-1].effective_from}
        )
    if version.repeals and not earlier:
        raise Refused(_("该范围没有可废止的版本。"))
    _end_before(earlier, version.effective_from)
    version.save()
    append("registry.rule_approved", by=by, at=at, subject=version, data=_said(version))
    return version


def _end_before(versions: list[RuleVersion], day: date) -> None:
    """End the newest version on the day before ``day`` unless it ends by itself sooner."""
    last = day - timedelta(days=1)
    for version in versions[-1:]:
        if version.effective_to is None or version.effective_to > last:
            version.effective_to = last
            version.save(update_fields=["effective_to"])


@transaction.atomic
def reject_rule_version(version: RuleVersion, reason: str, *, by: Actor, at: datetime) -> RuleVersion:
    """Send a proposal back for good, with a reason that its author can read."""
    if not reason.strip():
        raise Refused(_("请填写退回理由。"), field="reason")
    version = _decide(version, "reject", by, reason.strip())
    version.save()
    append(
        "registry.rule_rejected",
        by=by,
        at=at,
        subject=version,
        data=_said(version) | {"reason": reason.strip()},
    )
    return version


@transaction.atomic
def set_holiday(day: date, name: str, is_workday: bool, *, by: Actor, at: datetime) -> Holiday:
    """Enter or change one day off, or one swap workday (调休上班)."""
    if not may_edit_holidays(by):
        raise NotAllowed(_("您没有维护节假日的权限。"))
    if not name.strip():
        raise Refused(_("请填写节日名称。"), field="name")
    if is_workday and day.weekday() < 5:
        raise Refused(_("调休上班日只能是周六或周日。"), field="day")
    holiday, _created = Holiday.objects.update_or_create(
        day=day, defaults={"name": name.strip(), "is_workday": is_workday}
    )
    data = {"day": day.isoformat(), "name": holiday.name, "is_workday": is_workday}
    append("registry.holiday_set", by=by, at=at, subject=holiday, data=data)
    return holiday


@transaction.atomic
def remove_holiday(day: date, *, by: Actor, at: datetime) -> None:
    """Take a day out of the table; it then follows the plain week."""
    if not may_edit_holidays(by):
        raise NotAllowed(_("您没有维护节假日的权限。"))
    holiday = Holiday.objects.select_for_update().filter(day=day).first()
    if holiday is None:
        raise Refused(_("节假日表中没有这一天。"), field="day")
    append("registry.holiday_removed", by=by, at=at, subject=holiday, data={"day": day.isoformat()})
    holiday.delete()


@transaction.atomic
def complete_holiday_year(year: int, legal_basis: str, *, by: Actor, at: datetime) -> HolidayYear:
    """Declare that a year's holidays are entered completely; deadlines then stop warning."""
    if not may_edit_holidays(by):
        raise NotAllowed(_("您没有维护节假日的权限。"))
    if not legal_basis.strip():
        raise Refused(_("请填写国务院办公厅放假通知的文号。"), field="legal_basis")
    if not Holiday.objects.filter(day__year=year, is_workday=False).exists():
        raise Refused(_("请先录入该年度的放假日期。"), field="year")
    row, _created = HolidayYear.objects.update_or_create(
        year=year, defaults={"legal_basis": legal_basis.strip()}
    )
    append(
        "registry.holiday_year_completed",
        by=by,
        at=at,
        subject=row,
        data={"year": year, "basis": row.legal_basis},
    )
    return row


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the room's data files."""
    text = files("marketplace.registry").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _decimal(text: str) -> Decimal | None:
    """A number of the data file, or nothing."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise ValueError(f"rules.csv: {text!r} is not a number") from error


def _seed(row: dict[str, str], order: int, moment: datetime) -> bool:
    """Write one line of rules.csv unless its scope has a version already."""
    shared = ("clause", "topic", "name", "relation", "latitude")
    rule, _created = Rule.objects.get_or_create(
        key=row["key"], defaults={k: row[k] for k in shared} | {"order": order}
    )
    scope = {"rule": rule, "region_id": row["region"] or None, "trade_type": row["trade_type"]}
    if RuleVersion.objects.filter(**scope, effective_from=row["from"]).exists():
        return False
    RuleVersion.objects.create(
        **scope,
        value=_decimal(row["value"]),
        text=row["text"],
        unit=row["unit"],
        effective_from=row["from"],
        effective_to=row["to"] or None,
        legal_basis=row["legal_basis"],
        evidence=row["evidence"],
        note=row["note"],
        state=RuleState.IN_FORCE,
        decided_at=moment,
    )
    return True


@transaction.atomic
def load_rules(*, by: Actor, at: datetime) -> int:
    """Load the shipped rules that are not there yet; returns how many versions were new.

    Needs the regions. Versions that people approved later are never touched.
    """
    moment = clock.now()
    known = set(
        Region.objects.filter(code__in={r["region"] for r in _rows("rules.csv")}).values_list(
            "code", flat=True
        )
    )
    rows = [row for row in _rows("rules.csv") if not row["region"] or row["region"] in known]
    new = sum([_seed(row, order, moment) for order, row in enumerate(rows, start=1)])
    if new:
        append("registry.rules_loaded", by=by, at=at, data={"versions": new})
    return new


@transaction.atomic
def load_holidays(*, by: Actor, at: datetime) -> int:
    """Load the shipped holiday table for years that nobody has entered; returns new days."""
    have = set(HolidayYear.objects.values_list("year", flat=True))
    rows = [row for row in _rows("holidays.csv") if int(row["day"][:4]) not in have]
    days = [Holiday(day=row["day"], name=row["name"], is_workday=row["is_workday"] == "1") for row in rows]
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(days, ignore_conflicts=True)
    years = sorted({int(row["day"][:4]) for row in rows})
    HolidayYear.objects.bulk_create(
        [HolidayYear(year=y, legal_basis="国务院办公厅关于部分节假日安排的通知") for y in years]
    )
    new = Holiday.objects.count() - before
    if years:
        append("registry.holidays_loaded", by=by, at=at, data={"days": new, "years": years})
    return new
