"""``sunlit demo``."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

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
        progress = TerminalProgress()
        try:
            build_demo = import_string("sunlit.demo.build.build_demo")
        except ImportError:
            progress("[demo] nothing to build")
            return
        timed(progress, "[demo] done", lambda: build_demo(progress=progress))
