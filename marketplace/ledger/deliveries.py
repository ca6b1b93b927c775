"""How a lower room reaches an upper one: registered consumers and their deliveries.

A delivery is claimed by moving its ``due_at`` into the future, handled outside any
transaction, then marked done. A process that dies in between leaves a row that comes due
again, so handlers must be idempotent. Order is not promised.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from threading import local

from django.conf import settings
from django.db import transaction
from django.db.models import F

from marketplace.kernel import clock
from marketplace.ledger.models import Delivery, Event
from marketplace.ledger.states import DeliveryState

log = logging.getLogger(__name__)

Handler = Callable[[Event], None]
LOG = "ledger.log"
"""The sequencer's own deliveries; :func:`drain` leaves them alone."""
CLAIM = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
_here = local()


@dataclass(frozen=True, slots=True)
class Consumer:
    """Somebody who wants to hear of events."""

    name: str
    handle: Handler
    kinds: frozenset[str] | None

    def wants(self, kind: str) -> bool:
        """Whether events of ``kind`` are for this consumer."""
        return self.kinds is None or kind in self.kinds or f"{kind.partition('.')[0]}." in self.kinds


_consumers: dict[str, Consumer] = {}


def register(name: str, handle: Handler, kinds: Iterable[str] | None = None) -> None:
    """Deliver events to ``handle`` from now on; called in ``AppConfig.ready``.

    ``kinds`` holds event kinds, or ``"room."`` for every kind of a room; ``None`` is all.
    ``handle`` is idempotent. Registering a name again replaces it.
    """
    if name == LOG:
        raise ValueError(f"{LOG} belongs to the sequencer")
    _consumers[name] = Consumer(name, handle, None if kinds is None else frozenset(kinds))


def unregister(name: str) -> None:
    """Forget a consumer; its waiting deliveries stay for when it comes back."""
    _consumers.pop(name, None)


def enqueue(event: Event) -> None:
    """Write the deliveries of a new event and wake the consumers after the commit."""
    names = [LOG, *(consumer.name for consumer in _consumers.values() if consumer.wants(event.kind))]
    Delivery.objects.bulk_create(
        Delivery(event=event, consumer=name, due_at=event.recorded_at) for name in names
    )
    if len(names) > 1 and getattr(settings, "SUNLIT_INLINE_DELIVERIES", True) and not _wakes_already():
        transaction.on_commit(wake, robust=True)


def _wakes_already() -> bool:
    """Whether the newest hook of this transaction is our wake and falls with no other savepoint."""
    connection = transaction.get_connection()
    if not connection.run_on_commit:
        return False
    savepoints, hook = connection.run_on_commit[-1][:2]
    return hook is wake and set(savepoints) <= set(connection.savepoint_ids)


def wake() -> None:
    """Deliver what is due, in this thread; errors are logged and never reach the caller."""
    if getattr(_here, "draining", False):
        return
    _here.draining = True
    try:
        drain(limit=2000)
    except Exception:
        log.exception("deliveries could not be drained; the worker will try again")
    finally:
        _here.draining = False


def drain(*, limit: int = 1000) -> int:
    """Deliver up to about ``limit`` due deliveries; returns how many succeeded."""
    handled = succeeded = 0
    while handled < limit:
        batch = _claim(min(50, limit - handled))
        if not batch:
            break
        handled += len(batch)
        succeeded += _deliver(batch)
    return succeeded


def _claim(size: int) -> list[Delivery]:
    now = clock.recorded_now()
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now, consumer__in=list(_consumers))
    if not due.exists():
        return []
    with transaction.atomic():
        locked = due.select_for_update(skip_locked=True, of=("self",)).select_related("event")
        batch = list(locked.order_by("event_id", "id")[:size])
        ids = [delivery.pk for delivery in batch]
        Delivery.objects.filter(pk__in=ids).update(due_at=now + CLAIM, tries=F("tries") + 1)
    return batch


def _deliver(batch: list[Delivery]) -> int:
    done = [delivery.pk for delivery in batch if _handled(delivery)]
    Delivery.objects.filter(pk__in=done, state=DeliveryState.WAITING).update(
        state=DeliveryState.DONE, done_at=clock.recorded_now(), error=""
    )
    return len(done)


def _handled(delivery: Delivery) -> bool:
    try:
        _consumers[delivery.consumer].handle(delivery.event)
    except Exception as error:
        log.exception("%s could not take event %s", delivery.consumer, delivery.event.uid)
        _postpone(delivery, error)
        return False
    return True


def _postpone(delivery: Delivery, error: Exception) -> None:
    wait = min(timedelta(seconds=2 ** min(delivery.tries + 1, 12)), LONGEST_WAIT)
    Delivery.objects.filter(pk=delivery.pk).update(
        due_at=clock.recorded_now() + wait, error=f"{type(error).__name__}: {error}"[:500]
    )
