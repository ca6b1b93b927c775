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
from marketplace.ledger import bodies, deliveries, keys, leases
from marketplace.ledger.models import Event, LogKey
from marketplace.ledger.notes import Verifier

KEYS = "ledger.keys"
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


class LogOpen(Exception):
    """This database has a log already, of the other kind or under another name."""


@transaction.atomic
def open_log(*, demo: bool, by: Actor, at: datetime) -> LogKey:
    """Make the first key of the log and give the log its name for good; returns the current key.

    Demo data call this first, with ``demo=True``: their log gets a name and a key of its
    own. Does nothing when such a log is open; raises ``LogOpen`` when the other kind is.
    """
    leases.lock(KEYS)
    key = keys.current()
    if key is not None:
        if key.origin.endswith(keys.DEMO) is not demo:
            raise LogOpen(f"this database holds the log {key.origin}")
        return key
    made = _new_key(keys.origin(demo=demo))
    append("ledger.log_opened", subject=made, data={"key": _vkey(made)}, by=by, at=at)
    return made


@transaction.atomic
def rotate_key(*, by: Actor, at: datetime) -> LogKey:
    """Let a new key sign the log from now on; the old one signs beside it for a week.

    The change is an event of the log itself. Raises ``keys.KeyMissing`` before the log is open.
    """
    leases.lock(KEYS)
    old = keys.current()
    if old is None:
        raise keys.KeyMissing("the log has no key yet")
    old.retired_at = clock.recorded_now()
    old.save(update_fields=["retired_at"])
    made = _new_key(old.origin)
    data = {"key": _vkey(made), "retired": _vkey(old)}
    append("ledger.key_rotated", subject=made, data=data, by=by, at=at)
    return made


def _new_key(name: str) -> LogKey:
    verifier = keys.make(name)
    return LogKey.objects.create(
        origin=name,
        key_id=verifier.key_id().hex(),
        public_key=verifier.public_key,
        created_at=clock.recorded_now(),
    )


def _vkey(key: LogKey) -> str:
    return Verifier(key.origin, bytes(key.public_key)).vkey()
