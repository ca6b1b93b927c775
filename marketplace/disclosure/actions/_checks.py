"""What a draft must satisfy before it may be public."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from marketplace.disclosure.actions.content import NoticeContent
from marketplace.disclosure.models import Attachment, FieldDisclosure, Notice
from marketplace.disclosure.queries.levels import nested_specs
from marketplace.disclosure.rules import dataset, deadlines
from marketplace.disclosure.rules.scan import Hit, scan
from marketplace.disclosure.rules.who import covers, demand_grant, same_person
from marketplace.disclosure.states import Disclosure, NoticeKind, ScanRule
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.registry.models import Branch
from marketplace.registry.states import Role

NEVER = frozenset({ScanRule.ID_NUMBER})
"""Found personal data that no written reason makes publishable (个人信息保护法 28)."""
_PHONE_KEY = re.compile(r"PHONE|INFORMATION|CONTACT_NUMBER")
_OPENED = (NoticeKind.TENDER, NoticeKind.PREQUALIFICATION)


class ScanRefused(Refused):
    """The text holds what must not be public by mistake; ``hits`` are masked findings."""

    def __init__(self, hits: list[Hit]) -> None:
        worst = [hit for hit in hits if hit.rule in NEVER]
        found = "；".join(f"{hit.rule.label} {hit.excerpt}" for hit in (worst or hits)[:5])
        if worst:
            text = _("内容含有身份证号码，不得公开，请删除：%(found)s。")
        else:
            text = _("内容检查发现：%(found)s。请修改，或在“内容检查说明”中写明公开的理由。")
        super().__init__(text % {"found": found}, field="scan")
        self.hits = hits


def demand_reviewer(draft: NoticeContent, by: Actor) -> Branch:
    """The branch whose reviewer acts; raises ``NotAllowed`` (R81: author and reviewer are two people)."""
    grant = demand_grant(by, Role.REVIEWER)
    if not draft.is_valid_kind:
        raise Refused(_("请选择公告类型和交易类型。"), field="kind")
    if grant.branch is None or not covers(
        grant, branch_id=draft.branch_id, region_code=draft.region_code or None, trade_type=draft.trade_type
    ):
        raise NotAllowed(_("只能审核本平台、本业务范围的公告。"))
    if draft.branch_id is None:
        raise NotAllowed(_("公告须由一个交易平台发布。"))
    if draft.author_id is None:
        raise NotAllowed(_("公告须有编写人，审核人不得代替编写人。"))
    if same_person(by, draft.author_id):
        raise NotAllowed(_("编写人不得审核自己编写的公告。"))
    return grant.branch


def demand_files(content: NoticeContent, branch: Branch) -> list[Attachment]:
    """The draft's files, in its order, locked; raises ``Refused`` for a strange or bound one."""
    rows = Attachment.objects.select_for_update().filter(pk__in=content.attachments, notice__isnull=True)
    found = {row.pk: row for row in rows if row.branch_id == branch.pk}
    if len(found) != len(set(content.attachments)):
        raise Refused(_("附件不存在或已属于其他公告，请重新上传。"), field="attachments")
    return [found[key] for key in dict.fromkeys(content.attachments)]


def demand_lawful(
    notice: Notice, content: NoticeContent, specs: Iterable[FieldDisclosure]
) -> list[deadlines.Finding]:
    """Dataset fields and legal periods; returns the periods with the rule versions used."""
    rows = list({spec.key: spec for spec in specs}.values())
    nested = {
        spec.key: nested_specs(spec, kind=notice.base_kind, trade_type=notice.trade_type)
        for spec in rows
        if spec.format.startswith("list:")
    }
    if (
        notice.deadline_at is not None
        and notice.kind in _OPENED
        and notice.deadline_at <= notice.published_at
    ):
        raise Refused(_("截止时间须晚于发布时间。"), field="deadline_at")
    if (
        notice.opening_at is not None
        and notice.deadline_at is not None
        and notice.opening_at < notice.deadline_at
    ):
        raise Refused(_("开标时间不得早于截止时间。"), field="opening_at")
    dataset.demand_fields(dataset.problems_of(rows, notice.fields, kind=notice.base_kind, nested=nested))
    facts = deadlines.Facts(
        kind=notice.kind,
        base_kind=notice.base_kind,
        trade_type=notice.trade_type,
        region_code=str(notice.region_id or ""),
        today=notice.published_at.astimezone(clock.BEIJING).date(),
        deadline_at=content.deadline_at,
        fields=notice.fields,
    )
    found = deadlines.findings(facts)
    deadlines.demand_periods(found, str(content.reasons.get("deadline", "")))
    return found


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def demand_clean(notice: Notice, content: NoticeContent, specs: Iterable[FieldDisclosure]) -> list[Hit]:
    """Scan everything that would be public; returns findings with a written reason, raises ``ScanRefused``."""
    rows = [spec for spec in specs if spec.disclosure == Disclosure.PUBLIC and spec.key in notice.fields]
    phones = [str(notice.fields[spec.key]) for spec in rows if _PHONE_KEY.search(spec.key)]
    said = [text for spec in rows for text in _strings(notice.fields[spec.key])]
    hits = scan("\n".join([notice.title, notice.body_text, *said]), public_phones=phones)
    explained = bool(str(content.reasons.get("scan", "")).strip())
    if hits and (not explained or any(hit.rule in NEVER for hit in hits)):
        raise ScanRefused(hits)
    return hits
