from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import keys
from marketplace.ledger.actions import rotate_key
from marketplace.ledger.notes import Verifier


class Command(BaseCommand):
    """``sunlit rotate-log-key``: from now on a new key signs the log."""

    help = "Make a new signing key for the log; the old one signs beside it for a week."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        """Rotate and print the new public key."""
        try:
            key = rotate_key(by=Actor.command("rotate-log-key"), at=clock.now())
        except keys.KeyMissing as error:
            raise CommandError(str(error)) from None
        self.stdout.write(Verifier(key.origin, bytes(key.public_key)).vkey())
