"""``sunlit schema``: developers only."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sunlit import schema


class Command(BaseCommand):
    """Writes ``schema.sql`` from a really migrated database, or says whether it fits."""

    help = "Write the snapshot that first starts load."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *, write: bool, **options: object) -> None:
        if write:
            schema.PATH.write_text(migrated_dump(), "utf-8")
            self.stdout.write(f"written: {schema.PATH}")
        elif reason := schema.why_not_usable():
            raise CommandError(f"{reason}: run make schema")


def migrated_dump() -> str:
    """The dump of a new database that ran every migration, in a folder that vanishes."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "sunlit.settings"}
        command = [sys.executable, "-m", "sunlit", "migrate", "--verbosity", "0"]
        site = str(schema.PATH.parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join(
            [site, str(Path(site).parent), environment.get("PYTHONPATH", "")]
        )
        subprocess.run(command, env=environment, check=True)
        return schema.dump(Path(folder) / "sunlit.sqlite3")
