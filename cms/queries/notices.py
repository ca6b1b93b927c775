"""What a notice's page says around the notice itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from marketplace.disclosure import queries as disclosure
from marketplace.disclosure.models import Attachment, Notice, NoticeParty, Question
from marketplace.disclosure.states import NoticeKind, PartyPart
from marketplace.kernel import clock
from marketplace.kernel.trade import TradeType
from marketplace.ledger.models import Event
from marketplace.ledger.queries import event_for

CLOSING = timedelta(hours=72)
_SHOWN_BY_FACTS = frozenset(
    {"TENDER_PROJECT_CODE", "PURCHASE_PROJECT_CODE", "PROJECT_CODE", "TENDERER_NAME", "PURCHASER_NAME"}
)


def standing(notice: Notice) -> str:
    """The key of the status tag: how the notice stands at this moment; empty for nothing to say."""
    if notice.is_withdrawn:
        return "withdrawn"
    if notice.is_superseded:
        return "superseded"
    if notice.base_kind == NoticeKind.TERMINATION:
        return "terminated"
    if notice.deadline_at is None:
        return ""
    left = notice.deadline_at - clock.now()
    if left <= timedelta(0):
        return "closed"
    return "closing" if left <= CLOSING else "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the drawn timeline."""

    label: str
    url: str
    at: Any
    state: str
    note: str = ""


def steps(notice: Notice) -> list[Step]:
    """The whole project's course, each node a link; the deadline is the last node while it is to come."""
    nodes = disclosure.timeline(notice.project, notice)
    drawn = [
        Step(
            label=node.label
            if not node.notice.sequence
            else _("更正（第 %(n)s 次）") % {"n": node.notice.sequence},
            url="" if node.is_here else node.url,
            at=node.at,
            state="now" if node.is_here else "fix" if node.notice.kind == NoticeKind.CORRECTION else "done",
            note=_("已撤下") if node.notice.is_withdrawn else "",
        )
        for node in nodes
    ]
    if notice.deadline_at is not None and notice.deadline_at > clock.now() and not notice.is_superseded:
        drawn.append(Step(_("截止"), "", notice.deadline_at, "next"))
    return drawn


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Everything that the page of one published notice shows."""

    notice: Notice
    standing: str
    facts: list[Any]
    fields: list[Any]
    parties: dict[str, list[NoticeParty]]
    steps: list[Step]
    newer: Notice | None
    changes: list[Any]
    attachments: list[Attachment]
    questions: list[Question]
    event: Event | None
    related: list[Notice]
    remedy: str


def notice_page(notice: Notice) -> NoticePage:
    """Read a notice's page; at most eleven queries beside the notice itself."""
    facts = disclosure.key_facts(notice)
    named = disclosure.public_parties(notice)
    newer, changes = _correction(notice)
    return NoticePage(
        notice=notice,
        standing=standing(notice),
        facts=facts,
        fields=_other_fields(notice, facts),
        parties={part: [row for row in named if row.role == part] for part in PartyPart.values},
        steps=steps(notice),
        newer=newer,
        changes=changes,
        attachments=disclosure.public_attachments(notice),
        questions=disclosure.public_questions(notice),
        event=event_for(notice),
        related=_related(notice),
        remedy=remedy(notice),
    )


def _correction(notice: Notice) -> tuple[Notice | None, list[Any]]:
    """On a corrected page the later notice and what it changes; on a correction what it changed itself."""
    newer = notice.superseded_by
    if newer is not None:
        if newer.is_withdrawn:
            return newer, []
        found = disclosure.diff(newer, notice)
    elif notice.corrects is not None:
        found = disclosure.diff(notice)
    else:
        return None, []
    return newer, _once([*found.fields, *found.paragraphs])


def _once(changes: list[Any]) -> list[Any]:
    """The same change under two names (a column and the standard's field) is said once."""
    pairs = {}
    for change in changes:
        pairs.setdefault((change.before, change.after), change)
    return list(pairs.values())


def _other_fields(notice: Notice, facts: list[Any]) -> list[Any]:
    said = [fact.value for fact in facts] + [fact.label for fact in facts]
    rows = disclosure.public_fields(notice)
    return [
        row for row in rows if row[2] not in _SHOWN_BY_FACTS and row[0] not in said and row[1] not in said
    ]


def _related(notice: Notice) -> list[Notice]:
    """Other announcements of the same unit, newest first; one query."""
    if not notice.buyer_name:
        return []
    same = NoticeParty.objects.filter(name=notice.buyer_name.split(";")[0], role=PartyPart.BUYER)
    rows = disclosure.for_lists(disclosure.current().filter(pk__in=same.values("notice_id")))
    rows = rows.exclude(pk=notice.pk)
    if notice.project_id:
        rows = rows.exclude(project_id=notice.project_id)
    return list(rows[:4])


def remedy(notice: Notice) -> str:
    """Where and how to object, after the law of the trade; periods stand on the rules page, not here."""
    if notice.kind == NoticeKind.CIRCULAR:
        return ""
    if notice.trade_type == TradeType.GOV_PROCUREMENT:
        return _(
            "供应商认为采购文件、采购过程、中标或者成交结果使自己的权益受到损害的，可以依法以书面形式向采购人、采购代理机构提出质疑；"
            "对答复不满意或者未按时答复的，可以向同级财政部门投诉（《政府采购法》第五十二条、第五十五条）。"
        )
    if notice.trade_type == TradeType.WORKS:
        return _(
            "潜在投标人、投标人或者其他利害关系人对文件、开标、评标结果有异议的，可以依法向招标人提出；"
            "认为招标投标活动不符合规定的，可以向有关行政监督部门投诉（《招标投标法实施条例》第二十二条、第四十四条、第五十四条、第六十条）。"
        )
    return _("对本公告有异议的，可以依法向公告发布单位提出；也可以向有关行政监督部门投诉。")
