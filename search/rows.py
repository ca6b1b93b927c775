"""What a list shows of one found row; templates read these names, here and on the home page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from marketplace.disclosure.states import AmountKind, NoticeKind
from marketplace.kernel import clock
from search.highlight import Marker
from search.sources import Row

_BY_KIND = {
    NoticeKind.RESULT: "awarded",
    NoticeKind.CONTRACT: "contracted",
    NoticeKind.PERFORMANCE: "done",
    NoticeKind.OPENING_RECORD: "opened",
    NoticeKind.TERMINATION: "terminated",
}
_AMOUNTS: dict[str, Promise | str] = {
    AmountKind.BUDGET: _("预算"),
    AmountKind.CEILING: _("限价"),
    AmountKind.STARTING: _("起始价"),
    AmountKind.AWARD: _("成交"),
    AmountKind.CONTRACT: _("合同"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of a list: title and snippet are escaped HTML with ``<mark>``; the rest is plain."""

    url: str
    title: SafeString
    snippet: SafeString | str
    state: str
    corrected: bool
    label: str
    place: str
    unit: str
    amount: Decimal | None
    amount_label: Promise | str
    deadline_at: datetime | None
    published_at: datetime
    day_only: bool


def state_of(row: Row, now: datetime) -> str:
    """The key of the status tag: what a reader may still do, else what became of it.

    Without a deadline nothing is said about being open: nobody knows.
    """
    facts = row.facts
    if facts.superseded:
        return "superseded"
    if facts.deadline_at is None:
        return _BY_KIND.get(NoticeKind(facts.kind), "published") if facts.kind in NoticeKind.values else ""
    public = facts.kind in (NoticeKind.CANDIDATES, NoticeKind.QUALIFICATION)
    if facts.deadline_at <= now:
        return "ended" if public else "closed"
    if facts.deadline_at <= now + timedelta(hours=72):
        return "closing"
    return "publicity" if public else "open"


def shown(row: Row, marker: Marker | None = None, *, now: datetime | None = None) -> Shown:
    """A row as a list shows it; without a marker nothing is marked and no snippet is cut."""
    item = row.item
    return Shown(
        url=row.url,
        title=marker.mark(row.title) if marker else escape(row.title),
        snippet=marker.snippet(row.body) if marker else "",
        state=state_of(row, now or clock.now()) if row.facts.group == "notice" else "",
        corrected=getattr(item, "sequence", 0) > 0,
        label=row.label,
        place=row.place,
        unit=row.unit,
        amount=row.facts.amount,
        amount_label=_AMOUNTS.get(getattr(item, "amount_kind", ""), _("金额")),
        deadline_at=row.facts.deadline_at,
        published_at=row.facts.published_at,
        day_only=row.facts.group != "notice" or getattr(item, "precision", "") == "day",
    )
