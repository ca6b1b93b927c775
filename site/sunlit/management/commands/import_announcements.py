"""``sunlit import-announcements``."""

import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sunlit.imports import Outcome, import_files
from sunlit.progress import TerminalProgress


class Command(BaseCommand):
    """Takes in announcements (JSON Lines, CSV) and policy documents (text); safe to run again."""

    help = (
        "Take in files: JSON Lines (.jsonl), CSV with a header (.csv) and plain-text government documents (.txt); "
        ".gz is read directly. Lines that cannot be taken are named and the rest goes in (exit code 1). "
        "Running it again changes nothing; a run that was cut off is continued."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--source", default="", help="the source of lines that name none")

    def handle(self, *, files: list[Path], source: str, **options: object) -> None:
        missing = [str(path) for path in files if not path.is_file()]
        if missing:
            raise CommandError(f"No such file: {', '.join(missing)}")
        show = TerminalProgress()
        started = time.monotonic()

        def progress(path: Path, done: int, lines: int) -> None:
            show(f"[import] {path.name}", done, lines)

        def report(path: Path, line: int, reason: str) -> None:
            self.stderr.write(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")

        def remark(path: Path, line: int, text: str) -> None:
            self.stdout.write(f"note {path}:{line}: {text}")

        found = import_files(files, report=report, remark=remark, progress=progress, source=source)
        total = Outcome()
        for path, outcome in found.items():
            show(f"[import] {path.name}: {_said(outcome)}")
            total.add(outcome)
        show(f"[import] done in {time.monotonic() - started:.1f} s: {_said(total)}")
        if total.refused:
            raise CommandError(f"{total.refused} line(s) could not be taken; the rest is in.", returncode=1)


def _said(outcome: Outcome) -> str:
    return f"{outcome.taken} new, {outcome.known} known, {outcome.changed} changed, {outcome.refused} refused"
