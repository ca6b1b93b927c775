"""Writing places: loading the national tree, opening and changing branches."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import Refused
from marketplace.ledger.actions import append
from marketplace.registry import rules
from marketplace.registry.actions._places import (
    BranchContent,
    branch_values,
    put_branch,
    put_regions,
    save_branch,
)
from marketplace.registry.models import Branch
from marketplace.registry.queries.places import branch_scope, visible_branches


@transaction.atomic
def load_regions(*, by: Actor, at: datetime) -> int:
    """Bring the region table to the shipped GB/T 2260 list; returns how many rows changed.

    A second run changes nothing and leaves no event. Codes are never deleted.
    """
    rules.demand(rules.is_platform_itself(by) or rules.may_manage_branches(by))
    changed = put_regions()
    if changed:
        append("registry.regions_loaded", by=by, at=at, data={"changed": changed})
    return changed


def _event_data(branch: Branch) -> dict[str, object]:
    return {
        "code": branch.code,
        "name": branch.name,
        "region": branch.region_id,
        "mode": branch.mode,
        "parent": branch.parent_id,
        "is_active": branch.is_active,
    }


@transaction.atomic
def create_branch(content: BranchContent, *, by: Actor, at: datetime) -> Branch:
    """Open a branch (R99, R101: district that trades directly, or sub-platform).

    Raises ``NotAllowed`` for all but the system administrator of the branch above it,
    ``Refused`` at the field for a taken code, an unknown region or a missing parent.
    """
    rules.demand(rules.may_manage_branches(by))
    if content.parent is not None:
        rules.demand(visible_branches(by).filter(pk=content.parent).exists())
    else:
        rules.demand(by.branch_id is None, _("您只能在本平台之下增设平台。"))
    branch = put_branch(content)
    append("registry.branch_created", by=by, at=at, subject=branch, data=_event_data(branch))
    return branch


@transaction.atomic
def change_branch(branch: Branch, content: BranchContent, *, by: Actor, at: datetime) -> Branch:
    """Change a branch, or close it (``is_active=False``).

    Raises ``NotAllowed`` outside the actor's scope, ``Refused`` for a parent that lies
    below the branch itself or for closing a branch with open ones below it.
    """
    branch = Branch.objects.select_for_update().get(pk=branch.pk)
    rules.demand(rules.may_manage_branches(by) and visible_branches(by).filter(pk=branch.pk).exists())
    values = branch_values(content)
    if content.parent is not None and content.parent in branch_scope(branch.pk):
        raise Refused(_("上级平台不能是本平台或其下级。"), field="parent")
    if content.parent != branch.parent_id:
        _demand_new_parent(content.parent, by)
    if not content.is_active and branch.children.filter(is_active=True).exists():
        raise Refused(_("请先停用下级平台。"), field="is_active")
    for name, value in values.items():
        setattr(branch, name, value)
    save_branch(branch)
    append("registry.branch_changed", by=by, at=at, subject=branch, data=_event_data(branch))
    return branch


def _demand_new_parent(parent: int | None, by: Actor) -> None:
    allowed = by.branch_id is None if parent is None else visible_branches(by).filter(pk=parent).exists()
    rules.demand(allowed, _("只能归入您管理范围内的平台。"))
