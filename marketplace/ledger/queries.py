"""Reads of the trail and of the log."""

from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import Count, Max, Model, Q, QuerySet
from django.db.models.functions import TruncDate

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import bodies, keys, merkle, notes, rules, sequencer
from marketplace.ledger.models import Checkpoint, Delivery, Event, Heartbeat, Leaf
from marketplace.ledger.states import DeliveryState


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest head of the log: its note as text, and when it was last signed."""

    origin: str
    size: int
    root: bytes
    note: str
    signed_at: datetime


class NotLogged(LookupError):
    """The event has no leaf yet."""


def head() -> SignedHead | None:
    """The newest signed head, ``None`` while the log is empty."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        return None
    beat = Heartbeat.objects.filter(size=newest.size).first()
    note, signed_at = (beat.note, beat.signed_at) if beat else (newest.note, newest.created_at)
    return SignedHead(note.split("\n", 1)[0], newest.size, bytes(newest.root), note, signed_at)


def visible_to(actor: Actor) -> QuerySet[Event]:
    """The events of kinds that the actor may read; each single one still asks ``rules.may_read``."""
    events = Event.objects.all()
    return events if actor.role == rules.AUDITOR else events.filter(kind__in=list(rules.public_kinds()))


def event_for(subject: Model, kind: str | None = None) -> Event | None:
    """The first event about ``subject`` (of ``kind``), with its leaf if it has one."""
    events = Event.objects.filter(subject_type=subject._meta.label, subject_id=str(subject.pk))
    if kind:
        events = events.filter(kind=kind)
    return events.select_related("leaf").order_by("id").first()


def subject_of(event: Event) -> Model | None:
    """The row that the event is about, ``None`` if it has none or the row is gone."""
    try:
        model = apps.get_model(event.subject_type)
        found: Model | None = model._default_manager.filter(pk=event.subject_id).first()
    except (LookupError, ValueError):
        return None
    return found


def find(text: str, actor: Actor) -> list[Event]:
    """Events that a reader means by a log number, an event's id or the public id of its subject.

    At most 50, newest first, and only those that the actor may read.
    """
    term = text.strip().lower()
    if not term or len(term) > 64 or "\x00" in term:
        return []
    meant = Q(uid=term) | Q(subject_ref=text.strip())
    if term.isascii() and term.isdigit() and len(term) < 19:
        meant |= Q(leaf__index=int(term))
    rows = visible_to(actor).filter(meant).select_related("leaf").order_by("-id")[:50]
    return [row for row in rows if rules.may_read(actor, row)]


def leaf_of(event: Event) -> Leaf | None:
    """The event's leaf, ``None`` while it waits for the sequencer."""
    return Leaf.objects.filter(event=event).first()


def proof_text(event: Event) -> str:
    """The event's proof against the newest head, as C2SP ``.tlog-proof``.

    Its ``extra`` line carries leaf salt and body, so the text alone can be checked offline.
    Raises ``NotLogged``. Whether the reader may have it, the caller asks ``rules.may_read``.
    """
    leaf, newest = leaf_of(event), head()
    if leaf is None or newest is None or leaf.index >= newest.size:
        raise NotLogged(event.uid)
    path = sequencer.tree().inclusion(leaf.index, newest.size)
    return notes.proof(bodies.preimage(event), leaf.index, path, newest.note)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the head of size ``old`` is the beginning of that of size ``new``.

    Raises ``LookupError`` for sizes that the log does not have.
    """
    newest = head()
    if newest is None or new > newest.size:
        raise LookupError(f"the log has no size {new}")
    return sequencer.tree().consistency(old, new)


def tile(level: int, index: int, width: int) -> list[bytes] | None:
    """The hashes of a tile, ``None`` where the signed log does not reach so far."""
    newest = head()
    start = index * merkle.WIDTH
    if newest is None or start + width > newest.size >> merkle.HEIGHT * level:
        return None
    hashes = list(sequencer.read(level, start, width))
    return hashes if len(hashes) == width else None


def entries(index: int, width: int) -> list[bytes] | None:
    """The log entries of a bundle, ``None`` where the signed log does not reach so far."""
    newest = head()
    start = index * merkle.WIDTH
    if newest is None or start + width > newest.size:
        return None
    leaves = Leaf.objects.filter(index__gte=start, index__lt=start + width).order_by("index")
    found = [bytes(entry) for entry in leaves.values_list("entry", flat=True)]
    return found if len(found) == width else None


def growth(days: int = 14) -> list[tuple[date, int]]:
    """The size of the log at the end of each of the last Beijing days on which it grew, oldest first."""
    day = TruncDate("created_at", tzinfo=clock.BEIJING)
    rows = Checkpoint.objects.annotate(day=day).values("day").annotate(size=Max("size")).order_by("-day")
    return [(row["day"], row["size"]) for row in rows[:days]][::-1]


def log_keys() -> list[notes.Verifier]:
    """Every key that signs or signed the log, newest first."""
    return keys.verifiers()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the worker still has to do."""

    unsequenced: int
    waiting: int
    failing: int
    oldest: datetime | None


def backlog() -> Backlog:
    """Events without leaf, deliveries to do, those that failed at least once, and the oldest due time."""
    own = Q(consumer="ledger.log")
    found = Delivery.objects.filter(state=DeliveryState.WAITING).aggregate(
        unsequenced=Count("id", filter=own),
        waiting=Count("id", filter=~own),
        failing=Count("id", filter=~Q(error="")),
    )
    oldest = (
        Delivery.objects.filter(state=DeliveryState.WAITING)
        .order_by("due_at")
        .values_list("due_at", flat=True)
    )
    return Backlog(**found, oldest=oldest.first())
