"""What the worker calls again and again; each may run anywhere, at any time, twice at once."""

from datetime import timedelta

from marketplace.kernel import clock
from marketplace.ledger import deliveries, sequencer
from marketplace.ledger.models import Delivery, IdempotencyKey
from marketplace.ledger.states import DeliveryState

KEEP = timedelta(days=30)


def sequence() -> int:
    """Put waiting events into the log: every half second."""
    return sequencer.run_once()


def deliver() -> int:
    """Bring events to their consumers: every half second."""
    return deliveries.drain()


def heartbeat() -> int:
    """Sign the newest head again when the last signature is a minute old: every ten seconds."""
    return int(sequencer.beat())


def purge() -> int:
    """Forget deliveries done and idempotency keys made more than 30 days ago: every hour."""
    before = clock.recorded_now() - KEEP
    done, _ = Delivery.objects.filter(state=DeliveryState.DONE, done_at__lt=before).delete()
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=before).delete()
    return done + keys
