"""Reads of the region tree and the branches."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import QuerySet

from marketplace.kernel.actor import Actor
from marketplace.registry.models import Branch, Region
from marketplace.registry.queries.region_names import NameIndex, Place
from marketplace.registry.rules import actor_has, is_platform_itself
from marketplace.registry.states import Role

_cache: dict[int, NameIndex] = {}


def forget_region_names() -> None:
    """Build the name index anew at the next question (after a rename)."""
    _cache.clear()


def _name_index() -> NameIndex:
    """The index of this many regions: another process may have loaded more since."""
    count = Region.objects.count()
    if count not in _cache:
        rows = Region.objects.values_list("code", "name", "level", "path")
        _cache.clear()
        _cache[count] = NameIndex.build(
            Place(code, name, level, frozenset(path.split("/"))) for code, name, level, path in rows
        )
    return _cache[count]


def region_by_name(text: str) -> Region | None:
    """The region a text begins with: 湖北省宜昌市夷陵区, 宜昌市市本级, 楚雄州, 呼伦贝尔.

    Six digits are read as a code. None when unknown or ambiguous (城区, 鼓楼区).
    """
    text = (text or "").strip()
    code = text if len(text) == 6 and text.isdecimal() else _name_index().find(text)
    return Region.objects.filter(code=code).first() if code else None


@dataclass
class RegionNode:
    """A region with what lies below it."""

    code: str
    name: str
    level: str
    children: list["RegionNode"] = field(default_factory=list)


def region_tree() -> list[RegionNode]:
    """All provinces with cities and counties below them, in code order; one query."""
    nodes, tops = {}, []
    below: dict[str, list[RegionNode]] = defaultdict(list)
    for code, name, level, parent in Region.objects.order_by("code").values_list(
        "code", "name", "level", "parent_id"
    ):
        nodes[code] = RegionNode(code, name, level)
        (below[parent] if parent else tops).append(nodes[code])
    for code, children in below.items():
        nodes[code].children = children
    return tops


def regions_within(code: str) -> QuerySet[Region]:
    """The region and everything below it."""
    region = Region.objects.filter(code=code).first()
    return Region.objects.filter(path__startswith=region.path) if region else Region.objects.none()


def region_covers(outer: str, inner: str) -> bool:
    """Whether region ``inner`` is ``outer`` or lies within it (codes); an empty outer covers all."""
    if not outer or outer == inner:
        return True
    return Region.objects.filter(code=inner, path__contains=outer).exists()


def active_branches() -> QuerySet[Branch]:
    """Branches in operation, with their regions; public."""
    return Branch.objects.filter(is_active=True).select_related("region", "parent")


def branch_scope(branch_id: int | None) -> set[int]:
    """A branch and those below it; no branch means none."""
    found: set[int] = set()
    layer = {branch_id} if branch_id else set()
    while layer:
        found |= layer
        layer = set(Branch.objects.filter(parent__in=layer).values_list("pk", flat=True)) - found
    return found


def visible_branches(actor: Actor) -> QuerySet[Branch]:
    """Branches an actor may open at the desk (R99): system administrators see their scope."""
    if is_platform_itself(actor):
        return Branch.objects.all()
    if actor_has(actor, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        every = Branch.objects.all()
        return every.filter(pk__in=branch_scope(actor.branch_id)) if actor.branch_id else every
    if actor_has(actor, Role.OPERATOR, Role.AUTHOR, Role.REVIEWER):
        return Branch.objects.filter(pk__in=branch_scope(actor.branch_id))
    return Branch.objects.none()


def in_scope(actor: Actor, branch_id: int | None) -> bool:
    """Whether a branch lies in the actor's branch or below; an actor without branch covers all."""
    return is_platform_itself(actor) or actor.branch_id is None or branch_id in branch_scope(actor.branch_id)
