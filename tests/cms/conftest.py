"""Editors of the town, their page tree, and drafts written through the actions."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cms import actions
from cms.models import NoticeDraft
from marketplace.disclosure.states import AmountKind, NoticeKind
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.trade import TradeType
from marketplace.registry.models import User
from marketplace.registry.queries.people import SESSION_GRANT
from marketplace.registry.states import Role
from tests.disclosure.conftest import COMMAND, Town, purchase, town

__all__ = ["COMMAND", "Town", "editors", "purchase", "town"]

LogIn = Callable[[Actor], Client]


@pytest.fixture
def editors(town: Town) -> Iterator[Town]:
    """The town with the page tree, the editors' groups and the review workflow."""
    actions.build_site(by=COMMAND, at=clock.now())
    yield town


@pytest.fixture
def log_in() -> LogIn:
    """A browser of somebody who is logged in, in one chosen role."""

    def browser(actor: Actor) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id), settings.AUTHENTICATION_BACKENDS[-1])
        session = client.session
        session[SESSION_GRANT] = actor.grant_id
        session.save()
        return client

    return browser


def content(**more: Any) -> dict[str, Any]:
    """The columns of a lawful 采购公告 draft."""
    base: dict[str, Any] = {
        "kind": NoticeKind.TENDER.value,
        "trade_type": TradeType.GOV_PROCUREMENT.value,
        "title": "临溪市第二中学理化实验设备采购公告",
        "body": [("heading", "一、项目概况"), ("text", "<p>采购理化实验设备 24 套，交货期 30 日。</p>")],
        "fields": {"BULLETIN_BID_NUM": "1", "PURCHASER_MODE": "1"},
        "project_code": "LX-ZC-2026-88001",
        "project_name": "临溪市第二中学理化实验设备采购",
        "region_id": "420500",
        "buyer_name": "临溪市第二中学",
        "agency_name": "明衡招标代理有限公司",
        "amount": Decimal("860000.00"),
        "amount_kind": AmountKind.BUDGET.value,
        "deadline_at": clock.now() + timedelta(days=25),
        "opening_at": clock.now() + timedelta(days=25),
        "responsible_person": "周启明",
        "verifier": "何静",
    }
    return base | more


def written(town: Town, place: str = "east", **more: Any) -> NoticeDraft:
    """A draft of that branch's author."""
    author = town.actor(Role.AUTHOR, place)
    return actions.write_draft(by=author, at=clock.now(), **content(**more))


def submitted(town: Town, place: str = "east", **more: Any) -> NoticeDraft:
    """A draft that waits for review."""
    draft = written(town, place, **more)
    return actions.submit_draft(draft=draft, by=town.actor(Role.AUTHOR, place), at=clock.now())


def page(client: Client, url: str, status: int = 200) -> str:
    """The text of a page."""
    response = client.get(url)
    assert response.status_code == status, f"{url}: {response.status_code}"
    return response.content.decode()
