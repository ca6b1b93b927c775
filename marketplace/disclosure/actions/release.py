"""The act of publishing: release, correction, withdrawal.

招标投标法 16, 政府采购法 11, 招标公告和公示信息发布管理办法 (发改委 10 号令). Nobody publishes
around the review: these functions themselves ask for a reviewer's grant that is in force
and for another author, whoever calls them.
"""

import dataclasses
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.disclosure.actions import _checks, _filling
from marketplace.disclosure.actions._resolve import resolve_project
from marketplace.disclosure.actions.content import NoticeContent
from marketplace.disclosure.models import (
    Attachment,
    FieldDisclosure,
    Notice,
    NoticeParty,
    ScanHit,
    TradeProject,
)
from marketplace.disclosure.queries.levels import dataset_for, datasets_with, levels_for
from marketplace.disclosure.rules.who import may_withdraw
from marketplace.disclosure.states import (
    NOTICE_MOVES,
    NoticeKind,
    Origin,
    PartyPart,
    Precision,
    ScanRule,
    ScanState,
    WithdrawalBasis,
)
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.models import Branch

MOST_CORRECTIONS = 99


class AlreadyReleased(Refused):
    """This revision of the draft is public already; ``notice`` is what it became."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(_("该稿件已经发布。"))
        self.notice = notice


def release_notice(draft: NoticeContent, *, by: Actor, at: datetime) -> Notice:
    """Make a reviewed draft public now, for ever unchangeable; returns the notice.

    ``by`` is the reviewer: a grant in force for the draft's branch and trade, and another
    person than ``draft.author_id``. Raises ``NotAllowed``; ``FieldsRefused`` (dataset of the
    public standard), ``DeadlineRefused`` (legal periods, unless ``reasons["deadline"]``),
    ``ScanRefused`` (identity numbers always; words, phones and cards unless
    ``reasons["scan"]``), ``AlreadyReleased`` for a draft revision that is public,
    ``Refused`` for a text that cannot be one.
    """
    if draft.kind == NoticeKind.CORRECTION:
        raise Refused(_("更正公告须在原公告上发起。"), field="kind")
    return _once(draft, None, by, at)


def release_correction(original: Notice, draft: NoticeContent, *, by: Actor, at: datetime) -> Notice:
    """Publish the full new text of a notice as a new one, linked and numbered 原编号-01…99.

    ``original`` is the newest of its chain; it is marked and its text stays as it was.
    Raises as ``release_notice``, and ``Refused`` for a notice that is corrected already,
    withdrawn, of another trade, or after the 99th correction.
    """
    content = dataclasses.replace(draft, kind=NoticeKind.CORRECTION.value)
    return _once(content, original.pk, by, at)


def _once(draft: NoticeContent, corrects: int | None, by: Actor, at: datetime) -> Notice:
    try:
        with transaction.atomic():
            return _release(draft, corrects, by, at)
    except IntegrityError:
        # Two reviewers at one time: the unique draft key or correction link let one through.
        known = Notice.objects.filter(draft_key=draft.draft_key or None).first() if draft.draft_key else None
        if known is not None:
            raise AlreadyReleased(known) from None
        if corrects is not None and Notice.objects.filter(corrects_id=corrects).exists():
            raise Refused(_("该公告已有更正，请在最新的公告上更正。")) from None
        raise


def _release(draft: NoticeContent, corrects: int | None, by: Actor, at: datetime) -> Notice:
    earlier = _lock_corrected(draft, corrects) if corrects is not None else None
    branch = _checks.demand_reviewer(draft, by)
    known = Notice.objects.filter(draft_key=draft.draft_key).first() if draft.draft_key else None
    if known is not None:
        raise AlreadyReleased(known)
    now = clock.now()
    notice, content, specs = _built(draft, earlier, branch, now)
    files = _checks.demand_files(content, branch)
    found = _checks.demand_lawful(notice, content, specs)
    notice.rule_versions = [finding.record() for finding in found]
    notice.digest = _filling.digest_of(notice, [file.sha256 for file in files])
    hits = _checks.demand_clean(notice, content, specs)
    _place(notice, content, earlier, now)
    notice.save(force_insert=True)
    _write_around(notice, content, specs, files, hits, by, now)
    if earlier is not None:
        Notice.objects.filter(pk=earlier.pk).update(superseded_by=notice, version=earlier.version + 1)
    append("disclosure.notice_released", by=by, at=at, subject=notice, data=_told(notice, earlier, files))
    return notice


def _lock_corrected(draft: NoticeContent, corrects: int) -> Notice:
    """The notice to correct, locked after its project (the order that a merge locks in).

    A withdrawn correction may be followed, a withdrawn original not.
    """
    project = Notice.objects.filter(pk=corrects).values("project_id")
    list(TradeProject.objects.select_for_update(no_key=True).filter(pk__in=project))
    earlier = Notice.objects.select_for_update().get(pk=corrects)
    if earlier.is_superseded:
        raise Refused(_("该公告已有更正，请在最新的公告上更正。"))
    if earlier.is_withdrawn and earlier.sequence == 0:
        raise Refused(_("该公告已撤下，不能更正。"))
    if earlier.trade_type != draft.trade_type:
        raise Refused(_("更正公告的交易类型须与原公告一致。"), field="trade_type")
    if earlier.branch_id != draft.branch_id and earlier.branch_id is not None:
        raise NotAllowed(_("只能更正本平台发布的公告。"))
    return earlier


def _built(
    draft: NoticeContent, earlier: Notice | None, branch: Branch, now: datetime
) -> tuple[Notice, NoticeContent, list[FieldDisclosure]]:
    """The unsaved notice with all its columns and fields, the completed content, the binding levels."""
    base_kind = earlier.base_kind if earlier else draft.kind
    dataset = earlier.dataset if earlier else dataset_for(draft.kind, draft.trade_type)
    specs = _specs(dataset, base_kind, draft.trade_type, correction=earlier is not None)
    markup, text = _filling.text_of(draft)
    content = _filling.with_columns_from_fields(_following(_filling.cleaned(draft), earlier), specs)
    sequence, number = _numbered(content, earlier)
    fields = _filling.filled(content, specs, _filling.column_values(content, branch, number, now))
    if earlier is not None:
        fields = _postponed(fields, earlier, content, specs)
    notice = Notice(
        kind=content.kind,
        base_kind=base_kind,
        trade_type=content.trade_type,
        number=number,
        title=content.title,
        body_html=markup,
        body_text=text,
        dataset=dataset,
        fields=fields,
        codes=list(content.project_codes),
        region_id=content.region_code or branch.region_id,
        branch=branch,
        published_at=now,
        precision=Precision.SECOND,
        origin=Origin.NATIVE,
        corrects=earlier,
        original_id=(earlier.original_id or earlier.pk) if earlier else None,
        sequence=sequence,
        draft_key=content.draft_key or None,
        responsible_person=content.responsible_person[:100],
        verifier=content.verifier[:100],
        author_id=content.author_id,
        reasons=dict(content.reasons),
        **_filling.public_columns(content, specs),
    )
    return notice, content, specs


def _specs(dataset: str, kind: str, trade_type: str, *, correction: bool) -> list[FieldDisclosure]:
    """The binding row of every field that a notice of this dataset has; nested columns are not among them."""
    names = datasets_with(dataset, correction=correction) if dataset else []
    levels = levels_for(names)
    own = [name for name in names if name not in ("508", "510")]
    return [spec for name in own for spec in levels.specs(name, kind=kind, trade_type=trade_type)]


def _following(draft: NoticeContent, earlier: Notice | None) -> NoticeContent:
    """A correction keeps the codes and parties of its original where it names none."""
    if earlier is None:
        return draft
    return dataclasses.replace(
        draft,
        project_id=earlier.project_id,
        project_codes=draft.project_codes or tuple(earlier.codes),
        project_name=draft.project_name or (earlier.project.name if earlier.project else ""),
        lot_code=draft.lot_code or (earlier.lot.code if earlier.lot else ""),
    )


def _numbered(content: NoticeContent, earlier: Notice | None) -> tuple[int, str]:
    if earlier is None:
        own = content.fields.get("TENDER_SELF_CODE") or (
            content.project_codes[0] if content.project_codes else ""
        )
        return 0, str(own)[:96]
    original = earlier.original or earlier
    last = Notice.objects.filter(original=original).aggregate(last=Max("sequence"))["last"] or 0
    if last >= MOST_CORRECTIONS:
        raise Refused(_("更正公告已达 99 次，不能再更正。"))
    return last + 1, f"{original.number or original.public_id}-{last + 1:02d}"


def _postponed(
    fields: dict[str, Any], earlier: Notice, content: NoticeContent, specs: list[FieldDisclosure]
) -> dict[str, Any]:
    """是否延期 and the new time follow from the two deadlines: nobody types them twice."""
    keys = {spec.key for spec in specs}
    moved = content.deadline_at != earlier.deadline_at
    if "IS_POSTPONE" in keys:
        fields["IS_POSTPONE"] = "1" if moved else "0"
    if "POST_BID_CLOSING_TIME" in keys and moved and content.deadline_at:
        fields["POST_BID_CLOSING_TIME"] = content.deadline_at.astimezone(clock.BEIJING).isoformat()
    return fields


def _place(notice: Notice, content: NoticeContent, earlier: Notice | None, now: datetime) -> None:
    if earlier is not None:
        notice.project_id, notice.lot_id = earlier.project_id, earlier.lot_id
        return
    known = dataclasses.replace(content, region_code=str(notice.region_id or ""))
    notice.project, notice.lot, _others = resolve_project(known, now=now)


def _write_around(
    notice: Notice,
    content: NoticeContent,
    specs: list[FieldDisclosure],
    files: list[Attachment],
    hits: list[Any],
    by: Actor,
    now: datetime,
) -> None:
    """Parties, files and explained findings of a notice that has just been written."""
    hidden = _filling.hidden_sources(specs)
    parts = frozenset(part for part in PartyPart.values if f"{part}_uscc" in hidden)
    NoticeParty.objects.bulk_create(_filling.party_rows(notice, content.parties, hide_codes=parts))
    for position, file in enumerate(files, 1):
        Attachment.objects.filter(pk=file.pk, notice__isnull=True).update(notice=notice, position=position)
    ScanHit.objects.bulk_create(
        ScanHit(
            notice=notice,
            rule=hit.rule,
            excerpt=hit.excerpt[:200],
            state=ScanState.EXPLAINED,
            reason=str(content.reasons.get("scan", ""))[:500],
            found_at=now,
            resolved_at=now,
            resolved_by_id=by.user_id,
        )
        for hit in hits
        if hit.rule in ScanRule.values
    )


def _told(notice: Notice, earlier: Notice | None, files: list[Attachment]) -> dict[str, Any]:
    return {
        "public_id": notice.public_id,
        "kind": notice.kind,
        "number": notice.number,
        "title": notice.title,
        "digest": notice.digest,
        "corrects": earlier.public_id if earlier else "",
        "files": [file.sha256 for file in files],
        "rules": notice.rule_versions,
        "explained": sorted(key for key, reason in notice.reasons.items() if reason),
    }


@transaction.atomic
def withdraw_notice(
    notice: Notice, *, basis: str, reason: str, document: str = "", by: Actor, at: datetime
) -> Notice:
    """Take a notice down; a stub with reason and date stays, the content is never shown again.

    Only a supervisor of the place (``basis`` order, with the number of the order in
    ``document``), or the branch's reviewer where the law leaves no choice (secrets, personal
    data). Raises ``NotAllowed``, ``Refused`` without reason, basis or order number, and
    ``MoveRefused`` for a notice that is withdrawn.
    """
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    _demand_ground(locked, basis, reason, document, by)
    locked.state = NOTICE_MOVES.after(locked.state, "withdraw")
    locked.withdrawn_at = clock.now()
    locked.withdrawal_basis = basis
    locked.withdrawal_reason = reason.strip()[:500]
    locked.withdrawal_document = document.strip()[:200]
    locked.version += 1
    locked.save(
        update_fields=["state", "version", *(name for name in Notice.MUTABLE if name.startswith("withdra"))]
    )
    data = {
        "public_id": locked.public_id,
        "basis": basis,
        "reason": locked.withdrawal_reason,
        "document": document,
    }
    append("disclosure.notice_withdrawn", by=by, at=at, subject=locked, data=data)
    return locked


def _demand_ground(notice: Notice, basis: str, reason: str, document: str, by: Actor) -> None:
    if basis not in WithdrawalBasis.values:
        raise Refused(_("请选择撤下依据。"), field="basis")
    if not may_withdraw(by, notice, basis):
        raise NotAllowed(_("公告只能依监督部门决定或法定义务撤下。"))
    if not reason.strip():
        raise Refused(_("请填写撤下原因。"), field="reason")
    if basis == WithdrawalBasis.ORDER and not document.strip():
        raise Refused(_("请填写监督决定的文号。"), field="document")
