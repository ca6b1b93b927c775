"""``sunlit restore``."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from sunlit import preflight
from sunlit.backup import CannotBackUp, CannotRestore, restore
from sunlit.progress import TerminalProgress
from sunlit.setup import prepare_database


class Command(BaseCommand):
    """Puts a backup back: checked first, migrated, search built anew, ledger verified."""

    help = "Replace database and files by the backup in FOLDER; asks first."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, folder: Path, yes: bool, **options: object) -> None:
        if not yes and input(f"Replace the data in {settings.DATA_DIR}? Type yes: ").strip() != "yes":
            raise CommandError("Nothing was changed.")
        progress = TerminalProgress()
        try:
            preflight.check_folder(settings.DATA_DIR)
            held = preflight.lock(settings.DATA_DIR)
            restore(folder, progress)
        except (preflight.CannotStart, CannotBackUp, CannotRestore) as reason:
            raise CommandError(str(reason)) from reason
        with held:
            prepare_database(progress)
            progress("[restore] search index ...")
            call_command("search_rebuild")
            progress("[restore] ledger ...")
            call_command("verify")
        self.stdout.write("Restored.")
