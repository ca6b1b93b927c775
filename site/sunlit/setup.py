"""Creates an installation, or brings it up to date; every step can be run again."""

import sqlite3
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import keys
from marketplace.ledger.actions import open_log
from marketplace.ledger.sequencer import run_once
from sunlit import schema
from sunlit.progress import Progress

BY = Actor.command("setup")


def set_up(progress: Progress, *, demo: bool = False) -> None:
    """Database, reference data, page tree and the log's key, each with its progress.

    The log is opened before the first event, because a demo's has a name and a key of its own.
    """
    for folder in (settings.DATA_DIR, settings.KEYS_DIR, settings.FILES_DIR):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_database(progress)
    if keys.current() is None:
        open_log(demo=demo, by=BY, at=clock.now())
    for text, load in _reference_data():
        progress(f"[setup] {text} ...")
        load()
    progress("[setup] ledger ...")
    run_once()


def prepare_database(progress: Progress) -> None:
    """The snapshot for a new SQLite file where it fits, then Django's own migrations in any case."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        reason = schema.why_not_usable()
        if reason:
            progress(f"[database] building it step by step, about half a minute ({reason})")
        else:
            progress("[database] loading the snapshot ...")
            schema.load(Path(connection.settings_dict["NAME"]))
    progress("[database] migrations ...")
    total = len(pending_migrations())
    call_command("migrate", interactive=False, verbosity=1, stdout=_Migrating(progress, total), no_color=True)


def pending_migrations() -> list[str]:
    """Migrations that this database does not have yet, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


class _Migrating(StringIO):
    """Turns Django's lines about migrations into progress."""

    def __init__(self, progress: Progress, total: int) -> None:
        super().__init__()
        self.progress, self.total, self.done = progress, total, 0

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip().startswith("Applying "):
                self.done += 1
                name = line.strip().removeprefix("Applying ").split("...")[0]
                self.progress(f"migration {name}", min(self.done, self.total), self.total)
        return len(text)


def _reference_data() -> list[tuple[str, Callable[[], object]]]:
    from cms.actions import build_site
    from marketplace.disclosure.actions import load_field_levels
    from marketplace.registry import actions as registry
    from marketplace.registry.actions import rules

    return [
        ("regions of the country", lambda: registry.load_regions(by=BY, at=clock.now())),
        ("rules in force", lambda: rules.load_rules(by=BY, at=clock.now())),
        ("holidays", lambda: rules.load_holidays(by=BY, at=clock.now())),
        ("fields and their disclosure levels", lambda: load_field_levels(by=BY, at=clock.now())),
        ("channels and review workflow", lambda: build_site(by=BY, at=clock.now())),
    ]


def is_set_up() -> bool:
    """Whether a database is there and has all migrations; does not create a missing SQLite file."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    return not pending_migrations()


def is_empty() -> bool:
    """Whether nobody has set this installation up yet, by demo or by hand."""
    from marketplace.registry.queries import needs_setup

    return needs_setup()


def has_full_text() -> bool:
    """Whether this Python's SQLite can search (FTS5)."""
    try:
        with sqlite3.connect(":memory:") as memory:
            memory.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        return False
    return True


def timed(progress: Progress, text: str, act: Callable[[], object]) -> None:
    """Run one long step and say how long it took."""
    started = time.monotonic()
    act()
    progress(f"{text} ({time.monotonic() - started:.1f} s)")
