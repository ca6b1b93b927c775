"""``sunlit demo``."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import keys
from marketplace.ledger.actions import open_log
from marketplace.ledger.sequencer import run_once
from sunlit.demo.build import build_demo
from sunlit.progress import TerminalProgress
from sunlit.setup import is_empty, timed


class Command(BaseCommand):
    """Builds the demo: invented cities' year of announcements, through the ordinary actions."""

    help = "Build the demo into an empty site."

    def handle(self, **options: object) -> None:
        if settings.SUNLIT_PRODUCTION:
            raise CommandError(
                "A production installation takes no demo: its accounts are known to everybody."
            )
        if not is_empty():
            raise CommandError("This site is in use; the demo is built into an empty one only.")
        key = keys.current()
        if key and not key.origin.endswith(keys.DEMO):
            raise CommandError(
                "This site's ledger is already that of a real site. The demo needs a folder of its own: "
                "make run DATA_DIR=/path/to/new-folder"
            )
        progress = TerminalProgress()
        timed(progress, "[demo] done", lambda: _build(progress))


def _build(progress: TerminalProgress) -> None:
    """Open a log of its own name and key, fill it, seal it."""
    by = Actor.command("demo")
    open_log(demo=True, by=by, at=clock.now())
    build_demo(progress=progress)
    progress("[demo] ledger ...")
    run_once()
