"""Checks and rows of places, for acts that write more than one of them. No events here."""

import csv
from dataclasses import asdict, dataclass
from importlib import resources

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.kernel.refusal import Refused
from marketplace.registry.actions import _checking as checking
from marketplace.registry.models import Branch, Region
from marketplace.registry.queries.places import forget_region_names
from marketplace.registry.states import BranchMode


def shipped_regions() -> list[Region]:
    """Rows of data/regions.csv with path and full name; parents come before children."""
    text = resources.files("marketplace.registry").joinpath("data/regions.csv").read_text("utf-8")
    known: dict[str, Region] = {}
    for row in sorted(csv.DictReader(text.splitlines()), key=lambda row: len(row["code"].rstrip("0"))):
        above = known.get(row["parent"])
        known[row["code"]] = Region(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent_id=row["parent"] or None,
            path=f"{above.path}/{row['code']}" if above else row["code"],
            full_name=(above.full_name if above else "") + row["name"],
        )
    return sorted(known.values(), key=lambda region: region.path)


def put_regions() -> int:
    """Insert or rename what differs from the shipped list; the number of changed rows. No event."""
    have = {region.code: region for region in Region.objects.all()}
    fields = ["name", "level", "parent_id", "path", "full_name"]
    changed = [
        region
        for region in shipped_regions()
        if region.code not in have or any(getattr(have[region.code], f) != getattr(region, f) for f in fields)
    ]
    Region.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "path", "full_name"],
        batch_size=500,
    )
    transaction.on_commit(forget_region_names)
    return len(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchContent:
    """What is entered for a branch. ``region`` is a code, ``parent`` a branch id."""

    code: str
    name: str
    region: str
    uscc: str = ""
    mode: str = BranchMode.DIRECT
    parent: int | None = None
    platform_code: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""
    services: str = ""
    is_active: bool = True


def branch_values(content: BranchContent) -> dict[str, object]:
    """Column values of a content; raises ``Refused`` at the field."""
    if content.mode not in BranchMode.values:
        raise Refused(_("请选择运行方式。"), field="mode")
    if not Region.objects.filter(code=content.region).exists():
        raise Refused(_("没有这个行政区划，请从列表中选择。"), field="region")
    values = asdict(content) | {
        "code": checking.text(content.code, "code", most=32).upper(),
        "name": checking.text(content.name, "name", most=128),
        "uscc": checking.uscc(content.uscc, needed=False),
        "platform_code": checking.text(content.platform_code, "platform_code", most=11, needed=False).upper(),
        "address": checking.text(content.address, "address", most=200, needed=False),
        "phone": checking.text(content.phone, "phone", most=64, needed=False),
        "hours": checking.text(content.hours, "hours", most=200, needed=False),
        "services": checking.text(content.services, "services", most=4000, needed=False),
    }
    values["region_id"], values["parent_id"] = values.pop("region"), values.pop("parent")
    return values


def save_branch(branch: Branch) -> None:
    """Save; raise ``Refused`` for a taken code."""
    try:
        with transaction.atomic():
            branch.save()
    except IntegrityError as error:
        raise Refused(_("平台编号已被使用。"), field="code") from error


def put_branch(content: BranchContent) -> Branch:
    """Insert one branch. No event: for acts that write more than a branch."""
    branch = Branch(**branch_values(content))
    if branch.mode == BranchMode.SUB_PLATFORM and branch.parent_id is None:
        raise Refused(_("分平台须有上级平台。"), field="parent")
    save_branch(branch)
    return branch
