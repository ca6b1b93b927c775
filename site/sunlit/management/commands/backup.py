"""``sunlit backup``."""

import time
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger.actions import append
from sunlit.backup import CannotBackUp, Written, back_up
from sunlit.progress import TerminalProgress


class Command(BaseCommand):
    """Writes database, files and the list of keys into one folder, while the site goes on working."""

    help = "Write a backup into FOLDER (default: DATA_DIR/backups/ and the time)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path)
        parser.add_argument(
            "--with-keys", action="store_true", help="copy the private keys too: keep it in a safe"
        )

    def handle(self, *, folder: Path | None, with_keys: bool, **options: object) -> None:
        place = folder or settings.DATA_DIR / "backups" / time.strftime("%Y%m%d-%H%M%S")
        try:
            written = back_up(place, TerminalProgress(), with_keys=with_keys)
        except CannotBackUp as reason:
            raise CommandError(str(reason)) from reason
        _leave_trace(written, with_keys)
        self.stdout.write(f"Backup of {written.files} files, {written.size / 2**20:.1f} MB: {place}")
        if not with_keys:
            self.stdout.write(f"Keys are not in it: keep {settings.KEYS_DIR} in another safe place.")


@transaction.atomic
def _leave_trace(written: Written, with_keys: bool) -> None:
    """Everything was read out: that leaves its event."""
    data = {"files": written.files, "bytes": written.size, "manifest": written.digest, "with_keys": with_keys}
    append("platform.backed_up", by=Actor.command("backup"), at=clock.now(), data=data)
