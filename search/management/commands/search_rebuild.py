"""Build the search index anew while the old one answers."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from search.rebuild import rebuild


class Command(BaseCommand):
    """``search_rebuild``: new generation, replay, swap."""

    help = "Build the search index anew while the old one answers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, swap, say how many."""
        began = last = time.monotonic()

        def say(what: str, done: int) -> None:
            nonlocal last
            if time.monotonic() - last >= 1:
                last = time.monotonic()
                self.stdout.write(f"  {what}: {done}")

        number = rebuild(say)
        self.stdout.write(
            f"The new index holds {number} documents and is in use ({time.monotonic() - began:.1f} s)."
        )
