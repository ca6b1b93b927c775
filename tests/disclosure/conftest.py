"""A small town with two branches and somebody for every role; built through the actions."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace.disclosure import actions
from marketplace.disclosure.actions import NoticeContent, PartyName
from marketplace.disclosure.models import ImportBatch, Notice
from marketplace.disclosure.states import AmountKind, NoticeKind, PartyPart
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.codes import make_uscc
from marketplace.kernel.trade import TradeType
from marketplace.registry import actions as registry
from marketplace.registry.models import Branch, Party, Region, User
from marketplace.registry.queries import actor_of
from marketplace.registry.states import PartyRole, Role

COMMAND = Actor.command("test")
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=clock.BEIJING)
_serial = itertools.count(1)


def moment(day: int, hour: int = 9, month: int = 6) -> datetime:
    """A Beijing moment in 2026."""
    return datetime(2026, month, day, hour, 0, tzinfo=clock.BEIJING)


@dataclass
class Town:
    """Two branches in one city, and people who are made when first asked for."""

    east: Branch
    west: Branch
    people: dict[tuple[str, str], Actor] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    security: Actor = COMMAND

    def party(self, name: str, *roles: str) -> Party:
        """An admitted party of that name."""
        if name not in self.parties:
            content = registry.PartyContent(
                name=name,
                uscc=make_uscc("91420500", f"{next(_serial):08d}"),
                roles=roles or (PartyRole.PROCURING_ENTITY,),
                region="420500",
            )
            party = registry.apply_party(content, by=COMMAND, at=clock.now())
            self.parties[name] = registry.admit_party(party, by=COMMAND, at=clock.now())
        return self.parties[name]

    def person(self, name: str) -> User:
        """An account with a person behind it."""
        content = registry.AccountContent(name=name, username=f"p{next(_serial)}.{name}")
        return registry.create_person_account(content, by=COMMAND, at=clock.now())

    def actor(self, role: str, place: str = "east", **more: Any) -> Actor:
        """Who holds a role: at a branch, for a party (``place`` is its name) or in a region code."""
        key = (role, f"{place}{more}")
        if key not in self.people:
            self.people[key] = self.give(self.person(f"{place}{role}"), role, place, **more)
        return self.people[key]

    def give(self, user: User, role: str, place: str = "east", **more: Any) -> Actor:
        """Grant a role to an account; the actor that it is then."""
        assert user.person_id is not None
        where: dict[str, Any] = {}
        if role in (Role.OPERATOR, Role.AUTHOR, Role.REVIEWER):
            where["branch"] = getattr(self, place).pk
        elif role == Role.SUPERVISOR:
            where["region"] = place
        elif role in (Role.BUYER, Role.AGENCY, Role.SUPPLIER):
            capacity = {
                Role.BUYER: PartyRole.PROCURING_ENTITY,
                Role.AGENCY: PartyRole.AGENCY,
                Role.SUPPLIER: PartyRole.SUPPLIER,
            }[Role(role)]
            where["party"] = self.party(place, capacity).pk
        content = registry.GrantContent(person=user.person_id, role=role, **where, **more)
        return actor_of(user, registry.grant_role(content, by=COMMAND, at=clock.now()))


def _few_regions() -> None:
    """The places these tests speak of; the whole tree takes a third of a second and belongs to registry's tests."""
    rows = [
        ("420000", "湖北省", "province", None, "420000", "湖北省"),
        ("420500", "宜昌市", "city", "420000", "420000/420500", "湖北省宜昌市"),
        ("420506", "夷陵区", "county", "420500", "420000/420500/420506", "湖北省宜昌市夷陵区"),
        ("420600", "襄阳市", "city", "420000", "420000/420600", "湖北省襄阳市"),
    ]
    for code, name, level, parent, path, full in rows:
        Region.objects.create(code=code, name=name, level=level, parent_id=parent, path=path, full_name=full)


@pytest.fixture
def town(db: None, scripted_clock: clock.ScriptedClock) -> Iterator[Town]:
    """The town on Monday 2026-06-01, levels of fields loaded."""
    _few_regions()
    actions.load_field_levels(by=COMMAND, at=clock.now())
    branches = [
        registry.create_branch(
            registry.BranchContent(code=code, name=name, region=region, uscc=make_uscc("12420500", org)),
            by=COMMAND,
            at=clock.now(),
        )
        for code, name, region, org in (
            ("east", "临溪市公共资源交易中心", "420500", "00000001"),
            ("west", "临溪市西区分中心", "420506", "00000002"),
        )
    ]
    yield Town(*branches)


def purchase(town: Town, **more: Any) -> NoticeContent:
    """A lawful 采购公告 of 政府采购, written by the east branch's author."""
    number = f"LX-ZC-2026-{next(_serial):05d}"
    base: dict[str, Any] = {
        "kind": NoticeKind.TENDER.value,
        "trade_type": TradeType.GOV_PROCUREMENT.value,
        "title": "临溪市图书馆自助借还设备采购公告",
        "body_html": "<h2>一、项目概况</h2><p>采购自助借还设备 12 台。</p><p>交货期 30 日。</p>",
        "fields": {"BULLETIN_BID_NUM": "1", "PURCHASER_MODE": "1"},
        "region_code": "420500",
        "branch_id": town.east.pk,
        "project_name": "临溪市图书馆自助借还设备采购",
        "project_codes": (number,),
        "parties": (
            PartyName("临溪市图书馆", PartyPart.BUYER),
            PartyName("明衡招标代理有限公司", PartyPart.AGENCY),
        ),
        "amount": Decimal("1286000.00"),
        "amount_kind": AmountKind.BUDGET.value,
        "deadline_at": clock.now() + timedelta(days=25),
        "opening_at": clock.now() + timedelta(days=25),
        "responsible_person": "周启明",
        "verifier": "何静",
        "author_id": town.actor(Role.AUTHOR).user_id,
        "draft_key": f"draft:{number}:1",
    }
    return NoticeContent(**(base | more))


def imported(**more: Any) -> NoticeContent:
    """One announcement of another source."""
    number = next(_serial)
    base: dict[str, Any] = {
        "kind": NoticeKind.RESULT.value,
        "trade_type": TradeType.WORKS.value,
        "title": f"南岭河综合治理工程（{number} 段）中标结果公告",
        "body_text": f"标段编号：\nNLA{number:06d}-202601-01\n中标人：\n北渡建设有限公司",
        "source": "南岭市交易网",
        "source_id": f"n-{number}",
        "region_code": "420500",
        "published_at": clock.day_start(date(2026, 3, 2)),
        "precision": "day",
    }
    return NoticeContent(**(base | more))


@pytest.fixture
def reviewer(town: Town) -> Actor:
    """The reviewer of the east branch."""
    return town.actor(Role.REVIEWER)


@pytest.fixture
def notice(town: Town, reviewer: Actor) -> Notice:
    """A purchase that is public."""
    return actions.release_notice(purchase(town), by=reviewer, at=clock.now())


@pytest.fixture
def batch(town: Town) -> ImportBatch:
    """An import that has begun."""
    return actions.open_batch(source="南岭市交易网", file_name="a.jsonl", by=COMMAND, at=clock.now())
