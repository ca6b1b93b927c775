"""What happened, to whom it must be told, and the log that proves it."""

import secrets

from django.db import models
from django.db.models import Q

from marketplace.ledger.states import DeliveryState

UID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_uid() -> str:
    """A random public id of 20 characters (100 bits), safe to print and to read aloud."""
    return "".join(secrets.choice(UID_ALPHABET) for _ in range(20))


class Event(models.Model):
    """留痕事件: one act, written in the transaction of the act and never changed.

    ``at`` is the platform's time of the act (demo and tests script it), ``recorded_at``
    the machine's. ``data`` holds no personal data in clear. ``digest`` is the hex SHA-256
    of the salted body (see :mod:`marketplace.ledger.bodies`) and is the entry in the log.
    """

    uid = models.CharField(max_length=20, unique=True, default=new_uid)
    kind = models.CharField(max_length=80, db_index=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.JSONField()
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_ref = models.CharField(max_length=64, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=32)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="ledger_event_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Delivery(models.Model):
    """投递: one event for one consumer; done rows are purged after a month."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "consumer"], name="ledger_delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DONE, done_at__isnull=False)
                | Q(state=DeliveryState.WAITING, done_at__isnull=True),
                name="ledger_delivery_state_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="ledger_delivery_due", condition=Q(state=DeliveryState.WAITING)
            ),
            models.Index(
                fields=["done_at"], name="ledger_delivery_old", condition=Q(state=DeliveryState.DONE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.event_id} {self.state}"


class IdempotencyKey(models.Model):
    """防重复键: the stored reply to a form or call that must not act twice; kept 30 days."""

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=80)
    payload_digest = models.CharField(max_length=64)
    reply = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="ledger_idempotency_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Lease(models.Model):
    """租约: who may run a job now. ``epoch`` grows with every new holder and fences the old one out."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=80)
    epoch = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.holder} #{self.epoch}"


class LogKey(models.Model):
    """日志密钥: the public half of a key that signs or signed the log; the private half is a file.

    All keys of one log share its ``origin``; an origin that ends in ``/demo`` marks demo data.
    """

    origin = models.CharField(max_length=200)
    key_id = models.CharField(max_length=8)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "key_id"], name="ledger_logkey_once"),
            models.UniqueConstraint(
                fields=["origin"], condition=Q(retired_at__isnull=True), name="ledger_logkey_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin}+{self.key_id}"


class Leaf(models.Model):
    """日志叶: one entry of the log. A padding leaf has an opening instead of an event.

    Outside both look the same; inside, the opening proves that no event was taken away.
    """

    index = models.BigIntegerField(primary_key=True)
    entry = models.BinaryField(max_length=32)
    event = models.OneToOneField(Event, null=True, on_delete=models.PROTECT, related_name="leaf")
    opening = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, opening__isnull=True)
                | Q(event__isnull=True, opening__isnull=False),
                name="ledger_leaf_event_or_padding",
            )
        ]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Node(models.Model):
    """日志节点: the hash of a full tile; level 1 covers 256 leaves, level 2 covers 65,536, and so on."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_node_once")]

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class Checkpoint(models.Model):
    """检查点: a signed head of the log at one size (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    epoch = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Heartbeat(models.Model):
    """心跳: the newest head signed again with the time, so that silence can be told from standstill."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="ledger_heartbeat_single")]

    def __str__(self) -> str:
        return f"heartbeat {self.size} {self.signed_at:%Y-%m-%d %H:%M}"
