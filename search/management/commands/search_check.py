"""Compare the search index with the database and repair it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.backends import get_backend
from search.rebuild import Difference, compare, is_outdated, repair


class Command(BaseCommand):
    """``search_check``: exit code 1 when something differs and was not repaired."""

    help = "Compare the search index with the database and repair what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Only looking is possible too."""
        parser.add_argument("--dry-run", action="store_true", help="only say what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, say what differs, repair."""
        backend = get_backend()
        if is_outdated():
            self.stderr.write("The index was made by another text analysis: run search_rebuild.")
            raise SystemExit(1)
        last = time.monotonic()

        def say(what: str, done: int) -> None:
            nonlocal last
            if time.monotonic() - last >= 1:
                last = time.monotonic()
                self.stdout.write(f"  {what}: {done}")

        difference = compare(backend, progress=say)
        self._report(difference)
        if difference.number and options["dry_run"]:
            raise SystemExit(1)
        if difference.number:
            repair(backend, difference)
            self.stdout.write(f"Repaired {difference.number} documents.")

    def _report(self, difference: Difference) -> None:
        self.stdout.write(f"Compared {difference.compared} public documents with the index.")
        for words, ids in (
            ("missing in the index", difference.missing),
            ("in the index but not public", difference.phantom),
            ("different in the index", difference.stale),
        ):
            for group, pks in ids.items():
                self.stdout.write(
                    f"  {group}: {len(pks)} {words}, for example {', '.join(map(str, pks[:5]))}"
                )
        if not difference.number:
            self.stdout.write("The index says what the database says.")
