"""Writing the trail."""

import dataclasses
import re
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import bodies, deliveries
from marketplace.ledger.models import Event

KIND = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


def append(
    kind: str,
    *,
    subject: Model | None = None,
    data: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Event:
    """Write one event and its deliveries into the running transaction.

    ``kind`` is ``room.what_happened``. ``data`` is JSON-able (``Decimal`` and times become
    strings) and names people only by digest or masked. Consumers hear of the event after
    the commit; a failing one is tried again and never breaks the request.

    Raises ``RuntimeError`` outside a transaction, ``ValueError`` for a bad kind or data.
    Basis: 全程留痕 (电子招标投标办法 第五十六条).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of its act")
    if not KIND.fullmatch(kind):
        raise ValueError(f"not a kind of event: {kind!r}")
    event = _event(kind, by=by, at=at, subject=subject, data=data)
    event.digest = bodies.digest(event)
    event.save(force_insert=True)
    deliveries.enqueue(event)
    return event


def _event(
    kind: str, *, by: Actor, at: datetime, subject: Model | None, data: dict[str, Any] | None
) -> Event:
    actor = {name: value for name, value in dataclasses.asdict(by).items() if value not in ("", None)}
    event = Event(
        kind=kind,
        at=at,
        recorded_at=clock.recorded_now(),
        actor=bodies.plain(actor),
        data=bodies.plain(data or {}),
        salt=secrets.token_bytes(32),
    )
    if subject is not None:
        event.subject_type = subject._meta.label
        event.subject_id = str(subject.pk)
        event.subject_ref = str(getattr(subject, "public_id", "") or "")
    return event
