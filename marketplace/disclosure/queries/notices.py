"""Announcements as the public reads them. Whatever is withdrawn or above public never comes out."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.disclosure.models import Attachment, FieldDisclosure, Notice, NoticeParty
from marketplace.disclosure.queries.levels import Levels, datasets_with, levels_for
from marketplace.disclosure.rules import dataset
from marketplace.disclosure.states import (
    AmountKind,
    Disclosure,
    NoticeKind,
    NoticeState,
    PartyPart,
)
from marketplace.kernel import clock, money
from marketplace.ledger.models import Event

HEAVY = ("body_html", "body_text", "fields", "reasons", "rule_versions")
_OWN_COLUMNS = frozenset({"title", "body", "published_at", "url", "exchange"})

PublicField = tuple[str, Any, str]


def published() -> QuerySet[Notice]:
    """Every notice that anybody may read in full, newest first; corrected ones included."""
    return Notice.objects.filter(state=NoticeState.PUBLISHED).order_by("-published_at", "-pk")


def current() -> QuerySet[Notice]:
    """Published notices that no later correction replaces."""
    return published().filter(superseded_by__isnull=True)


def for_lists(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """The same rows with what a list row shows and without the heavy columns; one query."""
    return rows.select_related("region", "branch", "project").defer(*HEAVY)


def public_notice(public_id: str) -> Notice | None:
    """One notice by its public id, or a stub of a withdrawn one; ``None`` for anything else.

    The stub has reason, date, kind and number; its content is blanked here, so that no page
    can show it.
    """
    rows = Notice.objects.filter(public_id=public_id)
    rows = rows.select_related(
        "project", "lot", "region", "branch", "batch", "corrects", "original", "superseded_by"
    )
    notice = rows.first()
    return as_stub(notice) if notice is not None and notice.is_withdrawn else notice


def as_stub(notice: Notice) -> Notice:
    """Blank every content column of a withdrawn notice, in memory only."""
    notice.title = _("（已撤下）%(kind)s") % {"kind": notice.kind_label}
    for name in ("body_html", "body_text", "buyer_name", "agency_name", "winner_name", "source_url"):
        setattr(notice, name, "")
    notice.fields, notice.codes = {}, []
    notice.amount = notice.deadline_at = notice.opening_at = None
    notice.amount_kind = ""
    return notice


def was_withdrawn(event: Event) -> bool:
    """Whether the announcement of a ledger event is withdrawn now, so that its title is shown no more."""
    return Notice.objects.filter(pk=event.subject_id, state=NoticeState.WITHDRAWN).exists()


def _levels(notice: Notice) -> tuple[list[str], Levels]:
    if not notice.dataset:
        return [], Levels()
    names = datasets_with(notice.dataset, correction=notice.kind == NoticeKind.CORRECTION)
    return [name for name in names if name not in ("508", "510")], levels_for(names)


def may_disclose(notice: Notice, key: str) -> bool:
    """Whether the public may see a field of this notice; anything undeclared is internal."""
    names, levels = _levels(notice)
    found = (levels.level(name, key, kind=notice.base_kind, trade_type=notice.trade_type) for name in names)
    return not notice.is_withdrawn and Disclosure.PUBLIC in found


def public_fields(notice: Notice) -> list[PublicField]:
    """(label, value, key) of every structured field that the public may see, in the standard's order.

    Values are words to show; a list field (候选人, 专家) has a list of rows, each a list of the
    same triples. One query. Empty for a withdrawn notice.
    """
    if notice.is_withdrawn or not notice.fields:
        return []
    names, levels = _levels(notice)
    found: dict[str, PublicField] = {}
    for name in names:
        for spec in levels.specs(name, kind=notice.base_kind, trade_type=notice.trade_type):
            shown = _shown(spec, notice.fields.get(spec.key), levels, notice)
            if shown is not None and spec.source not in _OWN_COLUMNS:
                found.setdefault(spec.key, (_label(spec), shown, spec.key))
    return list(found.values())


def _label(spec: FieldDisclosure) -> str:
    return str(_(spec.label))


def _shown(spec: FieldDisclosure, value: object, levels: Levels, notice: Notice) -> Any:
    if spec.disclosure != Disclosure.PUBLIC or dataset.is_empty(value):
        return None
    if spec.format.startswith("list:"):
        return _shown_rows(spec.format.removeprefix("list:"), value, levels, notice)
    return words_for(spec, value)


def _shown_rows(inner: str, value: object, levels: Levels, notice: Notice) -> list[list[PublicField]] | None:
    columns = levels.specs(inner, kind=notice.base_kind, trade_type=notice.trade_type)
    public = [spec for spec in columns if spec.disclosure == Disclosure.PUBLIC and spec.source != "exchange"]
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    shown = [
        [
            (_label(spec), words_for(spec, row[spec.key]), spec.key)
            for spec in public
            if not dataset.is_empty(row.get(spec.key))
        ]
        for row in rows
    ]
    return [row for row in shown if row] or None


def when(value: datetime) -> str:
    """A moment in words, Beijing time: 2026年12月4日 09:30."""
    local = value.astimezone(clock.BEIJING)
    return _("%(y)s年%(m)s月%(d)s日 %(t)s") % {
        "y": local.year,
        "m": local.month,
        "d": local.day,
        "t": local.strftime("%H:%M"),
    }


def words_for(spec: FieldDisclosure, value: object) -> str:
    """A stored value as people read it: choices in words, money in 元, moments in Beijing time."""
    if spec.choices:
        return str(_(spec.choice_map.get(str(value), str(value))))
    if spec.format == "yyyyMMddHHmmss" and (moment := dataset.moment(value)):
        return when(moment)
    if spec.format == "yyyyMMdd" and (day := dataset.day(value)):
        return when(clock.day_start(day)).rpartition(" ")[0]
    if spec.format == "N..20,6" and (number := dataset.number(value)) is not None:
        return _("%(n)s 元") % {"n": money.format_yuan(number)}
    return str(value)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the key box; ``words`` is the amount in 大写, ``at`` a moment for the countdown."""

    label: str
    value: str
    key: str
    words: str = ""
    at: datetime | None = None
    amount: Decimal | None = None


def key_facts(notice: Notice) -> list[Fact]:
    """What a reader looks for first; amounts also in 大写. Columns hold only what is public."""
    if notice.is_withdrawn:
        return []
    code = notice.codes[0] if notice.codes else notice.number
    texts = [
        (_("项目编号"), code, "code"),
        (_("标段（包）"), str(notice.lot or "") if notice.lot_id else "", "lot"),
        (_("采购（招标）单位"), notice.buyer_name, "buyer"),
        (_("代理机构"), notice.agency_name, "agency"),
        (_("中标（成交）人"), notice.winner_name, "winner"),
    ]
    found = [Fact(label, value.replace(";", "；"), key) for label, value, key in texts if value]
    if notice.amount is not None:
        label = str(AmountKind(notice.amount_kind).label) if notice.amount_kind else _("金额")
        value = _("%(n)s 元") % {"n": money.format_yuan(notice.amount)}
        found.append(Fact(label, value, "amount", words=money.in_words(notice.amount), amount=notice.amount))
    for label, at, key in (
        (_("截止时间"), notice.deadline_at, "deadline"),
        (_("开标时间"), notice.opening_at, "opening"),
    ):
        if at is not None:
            found.append(Fact(label, when(at), key, at=at))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; an empty side means added or removed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a correction changed: key facts and fields by name, the text by paragraph."""

    fields: list[Change] = field(default_factory=list)
    paragraphs: list[Change] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.paragraphs)


def diff(notice: Notice, earlier: Notice | None = None) -> Difference:
    """What ``notice`` changed against ``earlier`` (by default the notice that it corrects)."""
    before = earlier or notice.corrects
    if before is None or notice.is_withdrawn or before.is_withdrawn:
        return Difference()
    old, new = _comparable(before), _comparable(notice)
    keys = list(dict.fromkeys([*old, *new]))
    changes = [
        Change((new.get(key) or old[key])[0], old.get(key, ("", ""))[1], new.get(key, ("", ""))[1])
        for key in keys
        if old.get(key, ("", ""))[1] != new.get(key, ("", ""))[1]
    ]
    return Difference(changes, _paragraphs(before.body_text, notice.body_text))


def _comparable(notice: Notice) -> dict[str, tuple[str, str]]:
    found = {"title": (_("标题"), notice.title)}
    found |= {fact.key: (fact.label, fact.value) for fact in key_facts(notice)}
    shown = {label for label, _value in found.values()}
    for label, value, key in public_fields(notice):
        if label not in shown and key not in ("TENDER_SELF_CODE",):
            found[key] = (label, value if isinstance(value, str) else _flat(value))
    return found


def _flat(rows: Iterable[Iterable[PublicField]]) -> str:
    return "；".join("，".join(f"{label} {value}" for label, value, _key in row) for row in rows)


def _paragraphs(before: str, after: str) -> list[Change]:
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        Change(_("正文"), "\n".join(old[a:b]), "\n".join(new[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def chain(notice: Notice) -> list[Notice]:
    """The original and all its corrections in order, light rows; one query."""
    head = notice.original_id or notice.pk
    rows = Notice.objects.filter(Q(pk=head) | Q(original_id=head)).order_by("sequence").defer(*HEAVY)
    return [as_stub(row) if row.is_withdrawn else row for row in rows]


def public_attachments(notice: Notice) -> list[Attachment]:
    """The files of a notice that anybody may fetch, in order."""
    if notice.is_withdrawn:
        return []
    return list(notice.attachments.filter(disclosure=Disclosure.PUBLIC))


def public_parties(notice: Notice) -> list[NoticeParty]:
    """Who is named, with the register's page where there is one; one query."""
    if notice.is_withdrawn:
        return []
    return list(notice.parties.select_related("party"))


def party_notices(party: Any) -> QuerySet[Notice]:
    """Every published notice that names a party: by register row, by code, or by its exact name."""
    named = NoticeParty.objects.filter(
        Q(party=party) | Q(uscc=party.uscc) | Q(party__isnull=True, name=party.name)
    ).exclude(role=PartyPart.SUPPLIER)
    return for_lists(published().filter(pk__in=named.values("notice_id")))
