"""Taking in announcements of other sources: idempotent, in batches, with findings queued."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.disclosure.actions import _filling
from marketplace.disclosure.actions._resolve import resolve_project
from marketplace.disclosure.actions.content import NoticeContent
from marketplace.disclosure.models import ImportBatch, Notice, NoticeParty, ScanHit
from marketplace.disclosure.queries.levels import dataset_for
from marketplace.disclosure.rules.scan import scan
from marketplace.disclosure.rules.who import may_curate, may_import
from marketplace.disclosure.states import SCAN_MOVES, Origin, ScanRule
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append

Outcome = Literal["taken", "known", "changed"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one announcement: taken in, known already, or known with another text."""

    notice: Notice
    outcome: Outcome


@transaction.atomic
def open_batch(
    *, source: str, file_name: str = "", file_digest: str = "", by: Actor, at: datetime
) -> ImportBatch:
    """Begin an import; its notices show it as their origin. Raises ``NotAllowed``."""
    if not may_import(by):
        raise NotAllowed(_("您当前的角色无权导入公告。"))
    batch = ImportBatch.objects.create(
        source=source[:200], file_name=file_name[:300], file_digest=file_digest[:64], started_at=clock.now()
    )
    append(
        "disclosure.import_opened", by=by, at=at, subject=batch, data={"source": source, "file": file_digest}
    )
    return batch


@transaction.atomic
def close_batch(
    batch: ImportBatch, *, taken: int, known: int, refused: int, by: Actor, at: datetime
) -> ImportBatch:
    """End an import with its counts. Raises ``NotAllowed``."""
    if not may_import(by):
        raise NotAllowed(_("您当前的角色无权导入公告。"))
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    locked.taken, locked.known, locked.refused = taken, known, refused
    locked.finished_at = clock.now()
    locked.save(update_fields=["taken", "known", "refused", "finished_at"])
    counts = {"taken": taken, "known": known, "refused": refused}
    append("disclosure.import_closed", by=by, at=at, subject=locked, data=counts)
    return locked


@transaction.atomic
def import_notice(content: NoticeContent, *, batch: ImportBatch, by: Actor, at: datetime) -> Imported:
    """Take in one announcement as its source wrote it; the same one again changes nothing.

    Known by (source, source id), or without an id by (source, digest of its text). A known one
    whose text now differs is not overwritten: an editor is told (outcome "changed"). Findings
    of the scan warn and wait for an editor. ``published_at`` is required, ``precision`` says
    how exact it is. May run inside one transaction for many lines. Raises ``NotAllowed``, and
    ``Refused`` for a line that cannot be a notice.
    """
    if not may_import(by):
        raise NotAllowed(_("您当前的角色无权导入公告。"))
    content = _filling.cleaned(content)
    notice = _unsaved(content, batch)
    known = _known(notice)
    if known is not None:
        return _again(*known, notice, by, at)
    now = clock.now()
    notice.project, notice.lot, conflicts = resolve_project(content, now=now)
    notice.save(force_insert=True)
    NoticeParty.objects.bulk_create(_filling.party_rows(notice, content.parties))
    hits = _queue(notice, conflicts, now)
    data = {
        "public_id": notice.public_id,
        "kind": notice.kind,
        "title": notice.title,
        "digest": notice.digest,
        "source": notice.source,
        "batch": batch.pk,
        "findings": hits,
    }
    append("disclosure.notice_imported", by=by, at=at, subject=notice, data=data)
    return Imported(notice, "taken")


def _unsaved(content: NoticeContent, batch: ImportBatch) -> Notice:
    if not content.is_valid_kind:
        raise Refused(_("无法识别公告类型或交易类型。"), field="kind")
    if content.published_at is None:
        raise Refused(_("缺少发布日期。"), field="published_at")
    source = (content.source or batch.source)[:200]
    if not source:
        raise Refused(_("缺少来源。"), field="source")
    markup, text = _filling.text_of(content)
    notice = Notice(
        kind=content.kind,
        base_kind=content.kind,
        trade_type=content.trade_type,
        number=(content.project_codes[0] if content.project_codes else "")[:100],
        title=content.title,
        body_html=markup,
        body_text=text,
        dataset=dataset_for(content.kind, content.trade_type),
        fields=_filling.filled(content, [], {}),
        codes=list(content.project_codes),
        region_id=content.region_code or None,
        branch_id=content.branch_id,
        published_at=content.published_at,
        precision=content.precision,
        origin=Origin.IMPORTED,
        source=source,
        source_id=content.source_id[:200],
        source_url=content.source_url[:500] if content.source_url.startswith(("https://", "http://")) else "",
        batch=batch,
        **_filling.public_columns(content, []),
    )
    notice.digest = _filling.digest_of(notice)
    return notice


def _known(notice: Notice) -> tuple[int, str] | None:
    """Key and digest of the row that holds this announcement already; asked for every line, so kept light."""
    same = {"source_id": notice.source_id} if notice.source_id else {"source_id": "", "digest": notice.digest}
    rows = Notice.objects.filter(source=notice.source, origin=Origin.IMPORTED, **same).order_by()
    return rows.values_list("pk", "digest").first()


def _again(pk: int, digest: str, fresh: Notice, by: Actor, at: datetime) -> Imported:
    known = Notice.objects.defer("body_html", "body_text", "fields").get(pk=pk)
    excerpt = _("来源新文本摘要 %(digest)s") % {"digest": fresh.digest[:16]}
    same = digest == fresh.digest
    if same or ScanHit.objects.filter(notice=known, rule=ScanRule.CHANGED, excerpt=excerpt).exists():
        return Imported(known, "known")
    ScanHit.objects.create(notice=known, rule=ScanRule.CHANGED, excerpt=excerpt, found_at=clock.now())
    data = {"public_id": known.public_id, "was": digest, "now": fresh.digest}
    append("disclosure.import_differs", by=by, at=at, subject=known, data=data)
    return Imported(known, "changed")


def _queue(notice: Notice, conflicts: list[str], now: datetime) -> int:
    found = [(hit.rule, hit.excerpt) for hit in scan(f"{notice.title}\n{notice.body_text}")]
    found += [(ScanRule.CONFLICT, code) for code in conflicts]
    rows = [ScanHit(notice=notice, rule=rule, excerpt=excerpt[:200], found_at=now) for rule, excerpt in found]
    ScanHit.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def resolve_scan_hit(hit: ScanHit, *, event: str, reason: str, by: Actor, at: datetime) -> ScanHit:
    """Close a finding: ``accept`` (harmless) or ``act`` (something was done), with a reason.

    Reviewers of the notice's branch. Raises ``NotAllowed``, ``MoveRefused`` for a closed one,
    ``Refused`` without reason.
    """
    locked = ScanHit.objects.select_for_update(of=("self",)).select_related("notice").get(pk=hit.pk)
    if not may_curate(by, locked.notice):
        raise NotAllowed(_("您当前的角色无权处理该检查结果。"))
    state = SCAN_MOVES.after(locked.state, event)
    if not reason.strip():
        raise Refused(_("请填写处理说明。"), field="reason")
    locked.state = state
    locked.reason = reason.strip()[:500]
    locked.resolved_at = clock.now()
    locked.resolved_by_id = by.user_id
    locked.save(update_fields=["state", "reason", "resolved_at", "resolved_by_id"])
    data = {"notice": locked.notice.public_id, "rule": locked.rule, "state": locked.state}
    append("disclosure.scan_hit_resolved", by=by, at=at, subject=locked, data=data)
    return locked
