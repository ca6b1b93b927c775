"""``sunlit setup``."""

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand

from sunlit.progress import TerminalProgress
from sunlit.setup import is_empty, set_up, timed


class Command(BaseCommand):
    """Creates the database or brings it up to date, and loads the reference data."""

    help = "Create or update database, regions, rules, holidays and channels; safe to run again."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="build the demo into an empty site as well")

    def handle(self, *, demo: bool, **options: object) -> None:
        progress = TerminalProgress()
        timed(progress, "[setup] done", lambda: set_up(progress, demo=demo))
        if demo and is_empty():
            call_command("demo")
