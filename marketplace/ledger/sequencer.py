"""The one writer of the log: it turns waiting events into leaves and signs the new head.

Any number of processes may call :func:`run_once`; a lease lets one work, and its epoch,
checked under a lock in every transaction, keeps out a holder that was paused too long.
Leaves, nodes, head and the done marks of the events are one transaction: after a kill
either all of a batch is there or nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import actions, bodies, deliveries, keys, merkle, notes
from marketplace.ledger.leases import Held, LeaseTaken, hold
from marketplace.ledger.models import Checkpoint, Delivery, Event, Heartbeat, Leaf, Node
from marketplace.ledger.states import DeliveryState

LEASE = "ledger.sequencer"
LEASE_SECONDS = 30
BLOCK = 16
BATCH = 512
BEAT = timedelta(seconds=60)


def run_once() -> int:
    """Put every waiting event into the log; returns the number of new leaves, padding included.

    Returns 0 at once when there is nothing to do or another process is at it.
    """
    if not _waiting().exists():
        return 0
    open_if_new()
    grown = 0
    try:
        with hold(LEASE, LEASE_SECONDS) as lease:
            while added := _append_batch(lease):
                grown += added
                lease.renew(LEASE_SECONDS)
    except LeaseTaken:
        pass
    return grown


def beat() -> bool:
    """Sign the newest head again if that was not done for a minute; returns whether it was."""
    newest = Checkpoint.objects.order_by("-size").first()
    last = Heartbeat.objects.first()
    now = clock.recorded_now()
    if newest is None or (last and last.size == newest.size and now - last.signed_at < BEAT):
        return False
    head = notes.Head(_origin(), newest.size, bytes(newest.root))
    note = notes.sign(head, keys.signers(), now)
    Heartbeat.objects.update_or_create(id=1, defaults={"size": newest.size, "note": note, "signed_at": now})
    return True


def open_if_new() -> None:
    """Give a database without log its log; demo data must have opened theirs before."""
    if keys.current() is None:
        now = clock.recorded_now()
        actions.open_log(demo=False, by=Actor.system(LEASE), at=now)


def tree() -> merkle.Tree:
    """The Merkle tree as it stands in the database."""
    return merkle.Tree(read)


def read(level: int, start: int, count: int) -> Sequence[bytes]:
    """Hashes of a tile level, in order, without gaps."""
    if level == 0:
        leaves = Leaf.objects.filter(index__gte=start, index__lt=start + count).order_by("index")
        return [merkle.leaf_hash(bytes(entry)) for entry in leaves.values_list("entry", flat=True)]
    nodes = Node.objects.filter(level=level, index__gte=start, index__lt=start + count).order_by("index")
    return [bytes(value) for value in nodes.values_list("hash", flat=True)]


def _origin() -> str:
    key = keys.current()
    if key is None:
        raise keys.KeyMissing("the log has no key yet")
    return key.origin


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.WAITING, consumer=deliveries.LOG)


@transaction.atomic
def _append_batch(lease: Held) -> int:
    lease.fence()
    batch = list(_waiting().select_related("event").order_by("event_id")[:BATCH])
    if not batch:
        return 0
    newest = Checkpoint.objects.order_by("-size").first()
    size = newest.size if newest else 0
    leaves = _leaves([delivery.event for delivery in batch], size)
    now = clock.recorded_now().replace(microsecond=0)  # what the signature can carry
    Leaf.objects.bulk_create(leaves)
    _sign(lease, size + len(leaves), _add_nodes(leaves, size), now)
    ids = [delivery.pk for delivery in batch]
    Delivery.objects.filter(pk__in=ids).update(state=DeliveryState.DONE, done_at=now, tries=1)
    return len(leaves)


def _leaves(events: Sequence[Event], size: int) -> list[Leaf]:
    """The events in their order among padding at random places, a multiple of 16 together."""
    total = -(-len(events) // BLOCK) * BLOCK
    places = set(secrets.SystemRandom().sample(range(total), len(events)))
    waiting = iter(events)
    return [
        _event_leaf(size + at, next(waiting)) if at in places else _padding_leaf(size + at)
        for at in range(total)
    ]


def _event_leaf(index: int, event: Event) -> Leaf:
    return Leaf(index=index, entry=bytes.fromhex(event.digest), event=event)


def _padding_leaf(index: int) -> Leaf:
    opening = secrets.token_bytes(32)
    return Leaf(index=index, entry=bodies.padding(opening), opening=opening)


def _add_nodes(leaves: Sequence[Leaf], old: int) -> merkle.Tree:
    """Store the hash of every tile that became full; returns the grown tree."""
    known = tree()
    size, level, start = old + len(leaves), 0, old // merkle.WIDTH
    while end := size >> merkle.HEIGHT * (level + 1):
        hashes = [known.full_tile(level, at) for at in range(start, end)]
        level += 1
        Node.objects.bulk_create(
            Node(level=level, index=start + at, hash=value) for at, value in enumerate(hashes)
        )
        start //= merkle.WIDTH
    return known


def _sign(lease: Held, size: int, grown: merkle.Tree, at: datetime) -> None:
    head = notes.Head(_origin(), size, grown.root(size))
    note = notes.sign(head, keys.signers(), at)
    Checkpoint.objects.create(size=size, root=head.root, note=note, epoch=lease.epoch, created_at=at)
