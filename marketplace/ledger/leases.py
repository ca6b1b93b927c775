"""Leases with fencing: at most one holder acts, also when an old one wakes up late."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from marketplace.kernel import clock
from marketplace.ledger.models import Lease


class LeaseTaken(Exception):
    """Somebody else holds the lease now."""


class LeaseLost(Exception):
    """The lease went to another holder in the meantime; nothing may be written any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease in hand. Writers call :meth:`fence` first inside their transaction."""

    name: str
    holder: str
    epoch: int

    def fence(self) -> None:
        """Lock the lease row until the transaction ends; raises ``LeaseLost`` if it went elsewhere."""
        row = Lease.objects.select_for_update().get(name=self.name)
        if (row.holder, row.epoch) != (self.holder, self.epoch):
            raise LeaseLost(f"{self.name} went from epoch {self.epoch} to {row.epoch}")

    def renew(self, seconds: float) -> None:
        """Keep the lease for ``seconds`` from now; raises ``LeaseLost``."""
        with transaction.atomic():
            self.fence()
            Lease.objects.filter(name=self.name).update(
                expires_at=clock.recorded_now() + timedelta(seconds=seconds)
            )


def lock(name: str) -> Lease:
    """Lock the row of that name until the transaction ends, made first if need be."""
    Lease.objects.bulk_create(
        [Lease(name=name, holder="", expires_at=clock.recorded_now())], ignore_conflicts=True
    )
    return Lease.objects.select_for_update().get(name=name)


def take(name: str, seconds: float) -> Held:
    """Take the lease for ``seconds``; raises ``LeaseTaken`` while another holds it."""
    holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(8)}"
    with transaction.atomic():
        row = lock(name)
        now = clock.recorded_now()  # the lock may have been waited for
        if row.holder and row.expires_at > now:
            raise LeaseTaken(f"{name} is held by {row.holder}")
        row.holder, row.epoch = holder, row.epoch + 1
        row.expires_at = now + timedelta(seconds=seconds)
        row.save()
    return Held(name, holder, row.epoch)


def release(held: Held) -> None:
    """Give the lease back; does nothing if it went elsewhere."""
    Lease.objects.filter(name=held.name, holder=held.holder, epoch=held.epoch).update(holder="")


@contextmanager
def hold(name: str, seconds: float) -> Iterator[Held]:
    """Hold the lease for the block; raises ``LeaseTaken`` while another holds it."""
    held = take(name, seconds)
    try:
        yield held
    finally:
        release(held)
