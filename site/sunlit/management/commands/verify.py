"""``sunlit verify``."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from marketplace.ledger.verify import verify_log


class Command(BaseCommand):
    """Recomputes the whole log from its events; ends with 1 when anything does not fit."""

    help = "Check every event, leaf, node and signed head of the ledger."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--earlier", type=Path, help="a checkpoint that was kept elsewhere (a file)")

    def handle(self, *, earlier: Path | None, **options: object) -> None:
        try:
            report = verify_log(earlier=earlier.read_text("utf-8") if earlier else "")
        except OSError as error:
            raise CommandError(f"{earlier} cannot be read: {error.strerror}") from error
        for line in report.lines():
            self.stdout.write(line)
        if not report.ok:
            sys.exit(1)
