"""Merging and splitting projects: acts with reasons and redirects."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from marketplace.disclosure.actions._resolve import clean_codes, name_key
from marketplace.disclosure.models import Lot, Notice, ProjectCode, TradeProject
from marketplace.disclosure.rules.who import may_curate_project
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append


def _lock(*projects: TradeProject) -> dict[int, TradeProject]:
    ids = sorted(project.pk for project in projects)
    return {
        row.pk: row
        for row in TradeProject.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    }


def _demand_curator(by: Actor, *projects: TradeProject) -> None:
    if not all(may_curate_project(by, project) for project in projects):
        raise NotAllowed(_("您当前的角色无权合并或拆分该项目。"))


@transaction.atomic
def merge_projects(
    project: TradeProject, *, into: TradeProject, reason: str, by: Actor, at: datetime
) -> TradeProject:
    """Put everything of ``project`` under ``into``; the old address redirects for ever.

    Codes, lots and notices move; nothing of their content changes. Returns ``into``.
    Raises ``NotAllowed`` for people without right on both, ``Refused`` for the same or an
    already merged project, another kind of trade, or without a reason.
    """
    locked = _lock(project, into)
    source, target = locked[project.pk], locked[into.pk]
    _demand_curator(by, source, target)
    if source.pk == target.pk:
        raise Refused(_("请选择另一个项目。"), field="into")
    if source.merged_into_id or target.merged_into_id:
        raise Refused(_("项目已被合并，请选择合并后的项目。"), field="into")
    if source.trade_type != target.trade_type:
        raise Refused(_("交易类型不同的项目不能合并。"), field="into")
    if not reason.strip():
        raise Refused(_("请填写合并理由。"), field="reason")
    moved = Notice.objects.filter(project=source).update(project=target, version=F("version") + 1)
    ProjectCode.objects.filter(project=source).update(project=target)
    Lot.objects.filter(project=source).update(project=target)
    TradeProject.objects.filter(merged_into=source).update(merged_into=target)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    data = {
        "from": source.public_id,
        "into": target.public_id,
        "notices": moved,
        "reason": reason.strip()[:500],
    }
    append("disclosure.project_merged", by=by, at=at, subject=target, data=data)
    return target


@transaction.atomic
def split_project(
    project: TradeProject,
    *,
    notices: Iterable[int],
    name: str,
    reason: str,
    codes: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> TradeProject:
    """Move some notices, with their whole chains of corrections, and some codes to a new project.

    Returns the new project. Raises ``NotAllowed``, or ``Refused`` when nothing or everything
    would move, or without name or reason.
    """
    source = _lock(project)[project.pk]
    _demand_curator(by, source)
    if source.merged_into_id:
        raise Refused(_("项目已被合并，请在合并后的项目上拆分。"))
    if not name.strip():
        raise Refused(_("请填写新项目名称。"), field="name")
    if not reason.strip():
        raise Refused(_("请填写拆分理由。"), field="reason")
    chosen = _whole_chains(source, set(notices))
    fresh = TradeProject.objects.create(
        name=name.strip()[:600],
        name_key=name_key(name),
        region_id=source.region_id,
        branch_id=source.branch_id,
        trade_type=source.trade_type,
        created_at=clock.now(),
    )
    moved = _move(source, fresh, chosen, clean_codes(codes))
    data = {"from": source.public_id, "to": fresh.public_id, "notices": moved, "reason": reason.strip()[:500]}
    append("disclosure.project_split", by=by, at=at, subject=fresh, data=data)
    return fresh


def _whole_chains(project: TradeProject, chosen: set[int]) -> list[Notice]:
    everything = list(Notice.objects.filter(project=project).only("pk", "original_id", "lot_id"))
    heads = {notice.original_id or notice.pk for notice in everything if notice.pk in chosen}
    found = [notice for notice in everything if (notice.original_id or notice.pk) in heads]
    if not found:
        raise Refused(_("请选择要移出的公告。"), field="notices")
    if len(found) == len(everything):
        raise Refused(_("不能移出全部公告。"), field="notices")
    return found


def _move(source: TradeProject, fresh: TradeProject, chosen: list[Notice], codes: list[str]) -> int:
    """Lots follow only when none of their notices stays behind."""
    ids = [notice.pk for notice in chosen]
    lots = {notice.lot_id for notice in chosen if notice.lot_id}
    stay = set(Notice.objects.filter(project=source).exclude(pk__in=ids).values_list("lot_id", flat=True))
    moving = lots - stay
    Notice.objects.filter(pk__in=ids, lot_id__in=lots & stay).update(lot=None)
    moved = Notice.objects.filter(pk__in=ids).update(project=fresh, version=F("version") + 1)
    Lot.objects.filter(pk__in=moving).update(project=fresh)
    ProjectCode.objects.filter(project=source, lot_id__in=moving).update(project=fresh)
    ProjectCode.objects.filter(project=source, code__in=codes).update(project=fresh, lot=None)
    return moved
