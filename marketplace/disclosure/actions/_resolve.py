"""Which project a notice belongs to."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from marketplace.disclosure.actions.content import NoticeContent
from marketplace.disclosure.models import Lot, ProjectCode, TradeProject
from marketplace.disclosure.states import CodeKind, NoticeKind
from marketplace.kernel.codes import normalise_code

_NOISE = re.compile(r"[\W_]+")
_ROUND = re.compile(r"第[一二三四五六七八九十\d]+次(?:招标|采购|公告)?|重新招标|二次")
_KINDS = re.compile(
    r"(?:(?:中标|成交|评标|中标成交|采购|招标|交易|竞价|资格预审|更正|变更|终止|废标|流标|合同|验收|开标|意向|候选人)*"
    r"(?:公告|公示|结果公告|结果公示|候选人公示|意向|计划|记录|邀请书))+$"
)
_MIN_NAME = 8


def name_key(name: str) -> str:
    """A project's name for comparison: folded, without punctuation, round and kind words; at most 200."""
    bare = _NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()
    previous = ""
    while bare != previous:
        previous, bare = bare, _KINDS.sub("", bare)
    return _ROUND.sub("", bare)[:200]


def clean_codes(codes: Iterable[str]) -> list[str]:
    """Codes normalised, each once, in order; empty and overlong ones left out."""
    found = (normalise_code(code) for code in codes)
    return list(dict.fromkeys(code for code in found if 4 <= len(code) <= 80))


def resolve_project(
    content: NoticeContent, *, now: datetime
) -> tuple[TradeProject | None, Lot | None, list[str]]:
    """The project and lot of a notice, found by its codes, else by its exact name and place, else new.

    Runs inside the caller's transaction. The third value lists codes that name another
    project than the one chosen: a person must look at them. 通知公告 need no project.
    """
    codes = clean_codes(content.project_codes)
    lot_code = next(iter(clean_codes([content.lot_code])), "")
    if content.kind == NoticeKind.CIRCULAR and not codes and content.project_id is None:
        return None, None, []
    wanted = list(dict.fromkeys([*codes, *([lot_code] if lot_code else [])]))
    known = _known(wanted)
    found = _chosen(content, known, wanted) or _by_name(content, wanted)
    project = found or _new_project(content, now)
    others = [code for code, row in known.items() if row.project_id != project.pk]
    lot = _lot(project, content, lot_code)
    taken = _add_codes(project, lot, [code for code in wanted if code not in known], lot_code)
    if taken and found is None:
        _discard(project)
        return resolve_project(content, now=now)
    return project, lot, [*others, *taken]


def _known(wanted: list[str]) -> dict[str, ProjectCode]:
    """Rows of these codes; their projects are locked, so that a merge cannot pass between."""
    rows = ProjectCode.objects.filter(code__in=wanted).select_related("project").order_by("project_id")
    locked = rows.select_for_update(of=("project",), no_key=True) if wanted else ProjectCode.objects.none()
    return {row.code: row for row in locked}


def _discard(project: TradeProject) -> None:
    """Another transaction took our code first: the project made for it goes, and theirs is found."""
    ProjectCode.objects.filter(project=project).delete()
    Lot.objects.filter(project=project).delete()
    project.delete()


def _chosen(content: NoticeContent, known: dict[str, ProjectCode], wanted: list[str]) -> TradeProject | None:
    if content.project_id is not None:
        return final_project(TradeProject.objects.select_for_update(no_key=True).get(pk=content.project_id))
    first = next((known[code] for code in wanted if code in known), None)
    return final_project(first.project) if first else None


def final_project(project: TradeProject) -> TradeProject:
    """Where a project's redirects end."""
    while project.merged_into_id is not None:
        project = TradeProject.objects.get(pk=project.merged_into_id)
    return project


def _by_name(content: NoticeContent, wanted: list[str]) -> TradeProject | None:
    """The same name in the same place; a project that has codes is another one when ours are unknown to it."""
    key = name_key(content.project_name or content.title)
    if len(key) < _MIN_NAME or not content.region_code:
        return None
    same = TradeProject.objects.filter(
        name_key=key, region_id=content.region_code, merged_into=None
    ).order_by()
    found = list(same.values_list("pk", flat=True)[:50])
    if found and wanted:
        found = list(same.filter(pk__in=found, codes=None).values_list("pk", flat=True))
    return TradeProject.objects.get(pk=max(found)) if found else None


def _new_project(content: NoticeContent, now: datetime) -> TradeProject:
    name = content.project_name.strip() or content.title.strip()
    return TradeProject.objects.create(
        name=name[:600],
        name_key=name_key(name),
        region_id=content.region_code or None,
        branch_id=content.branch_id,
        trade_type=content.trade_type,
        created_at=now,
    )


def _add_codes(project: TradeProject, lot: Lot | None, fresh: list[str], lot_code: str) -> list[str]:
    """New aliases; returns those that another transaction took meanwhile for another project."""
    rows = [
        ProjectCode(project=project, lot=lot, code=code, kind=CodeKind.LOT)
        if code == lot_code
        else ProjectCode(project=project, code=code)
        for code in sorted(fresh)  # one order for all, or two transactions wait for each other
    ]
    if not rows:
        return []
    ProjectCode.objects.bulk_create(rows, ignore_conflicts=True)
    taken = ProjectCode.objects.filter(code__in=fresh).exclude(project=project)
    return list(taken.values_list("code", flat=True))


def _lot(project: TradeProject, content: NoticeContent, lot_code: str) -> Lot | None:
    if not lot_code:
        return None
    lots = list(Lot.objects.filter(project=project))
    same = next((lot for lot in lots if normalise_code(lot.code) == lot_code), None)
    return same or Lot.objects.create(
        project=project, code=content.lot_code[:80], name=content.lot_name[:600], number=len(lots) + 1
    )
