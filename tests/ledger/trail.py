"""What the ledger's tests share: writing events, and a clean set of consumers."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from marketplace.kernel.actor import Actor
from marketplace.ledger.actions import append
from marketplace.ledger.models import Event

AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
CLERK = Actor(kind="person", name="wang", user_id=7, person_id=9, role="operator")


def write(kind: str = "test.done", *, by: Actor = CLERK, at: datetime = AT, **data: Any) -> Event:
    """One event in a transaction of its own."""
    with transaction.atomic():
        return append(kind, data=data, by=by, at=at)


def write_many(count: int) -> list[Event]:
    """Many events in one transaction."""
    with transaction.atomic():
        return [
            append("test.counted", data={"number": number, "text": "公告"}, by=CLERK, at=AT)
            for number in range(count)
        ]


def ours() -> QuerySet[Event]:
    """The events that tests wrote; migrating writes some of its own."""
    return Event.objects.filter(kind__startswith="test.")
